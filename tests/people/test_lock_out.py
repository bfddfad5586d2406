"""Whoever guesses passwords waits longer and longer, behind the own proxy too; nobody else waits with them."""

from __future__ import annotations

import threading
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest
import world
from django.conf import settings
from django.test import Client
from live import live

from tongzhou.people import signin
from tongzhou.people.address import CLIENT, FRONT

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(db):
    return world.furnish()


def sign_in(name="lin", password="wrong", address="198.51.100.1", client=None):
    client = client or Client(headers={"Accept-Language": "en"})
    answer = client.post("/login", {"username": name, "password": password}, REMOTE_ADDR=address)
    return answer.status_code == 302, answer.content.decode()


def later(seconds):
    """Every try so far was made so much earlier."""
    import psycopg
    from tests_support import owner_dsn

    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("update people_attempt set at = at - %s * interval '1 second'", [seconds])


def test_the_right_password_waits_after_five_wrong_ones_and_longer_after_each(staff):
    for _ in range(5):
        signed, page = sign_in()
        assert not signed and "do not match" in page
    signed, page = sign_in(password=world.PASSWORD)
    assert not signed and "Wait 10 seconds" in page
    later(10)
    assert "do not match" in sign_in()[1]
    assert "Wait 20 seconds" in sign_in(password=world.PASSWORD)[1]
    later(20)
    assert sign_in(password=world.PASSWORD)[0]
    assert "do not match" in sign_in()[1]  # and begins anew


def test_a_waiting_name_is_not_held_up_further_by_whoever_goes_on(staff):
    for _ in range(30):
        sign_in()
    later(10)
    assert sign_in(password=world.PASSWORD)[0]


def test_one_password_over_many_names_from_one_address(staff):
    for n in range(40):
        assert "do not match" in sign_in(f"name{n}", "Spring-2020")[1]
    assert "Wait" in sign_in("lin", world.PASSWORD)[1]
    assert sign_in("lin", world.PASSWORD, address="198.51.100.2")[0]


def test_one_name_from_many_addresses(staff):
    for n in range(15):
        assert "do not match" in sign_in(address=f"203.0.113.{n}")[1]
    assert "Wait" in sign_in("LIN", address="192.0.2.77")[1]
    assert "Wait" in sign_in("lin", world.PASSWORD, address="192.0.2.77")[1]
    assert sign_in("sun", world.PASSWORD, address="203.0.113.1")[0]


def test_a_browser_that_signed_in_before_is_not_held_up_by_strangers(staff):
    own = Client(headers={"Accept-Language": "en"})
    assert sign_in(password=world.PASSWORD, client=own)[0]
    own.post("/logout")
    for n in range(60):
        sign_in(address=f"203.0.113.{n % 20}")
        sign_in(f"x{n}")
    assert "Wait" in sign_in(password=world.PASSWORD)[1]
    assert sign_in(password=world.PASSWORD, client=own)[0]
    own.post("/logout")
    for _ in range(5):  # but its own wrong tries count
        sign_in(client=own)
    assert "Wait" in sign_in(password=world.PASSWORD, client=own)[1]
    assert "Wait" in sign_in("sun", client=own, address="198.51.100.1")[1]  # the mark is lin's, not sun's


def test_an_ipv6_subscriber_is_one_address(staff):
    for n in range(5):
        sign_in(address=f"2001:db8:1:2::{n:x}")
    assert "Wait" in sign_in(password=world.PASSWORD, address="2001:db8:1:2:ffff::1")[1]
    assert sign_in(password=world.PASSWORD, address="2001:db8:1:3::1")[0]


def test_ten_at_once_are_no_way_around(staff):
    from django.db import connections

    looked = []

    def one():
        looked.append(sign_in()[1])
        connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("do not match" in page for page in looked) == 5


def test_tries_are_kept_without_names_or_addresses(staff):
    sign_in("lin")
    with signin.cursor() as cursor:
        cursor.execute("select people_attempt::text from people_attempt")
        told = cursor.fetchone()[0]
    assert "lin" not in told and b"lin".hex() not in told and "198.51" not in told


def test_nobody_but_the_own_proxy_says_where_a_request_comes_from(staff):
    for n in range(5):
        forged = {CLIENT: f"192.0.2.{n}", "X-Forwarded-For": f"192.0.2.{n}", FRONT: "guessed"}
        sign_in(client=Client(headers={"Accept-Language": "en", **forged}))
    assert "Wait" in sign_in(password=world.PASSWORD)[1]
    told = {CLIENT: "192.0.2.9", FRONT: settings.FRONT_SECRET}
    assert sign_in(password=world.PASSWORD, client=Client(headers=told))[0]


def test_a_web_server_in_front_is_believed_where_it_was_named(staff):
    with live(streams=True, behind=["127.0.0.1/32"]) as server:
        for _ in range(6):
            told = Browser(server.url, **{"X-Forwarded-For": "192.0.2.1"}).sign_in("lin", "wrong")
        assert "Wait" in told
        assert "Wait" in Browser(server.url, **{"X-Forwarded-For": "192.0.2.1"}).sign_in("lin", world.PASSWORD)
        signed = Browser(server.url, **{"X-Forwarded-For": "192.0.2.2"}).sign_in("lin", world.PASSWORD)
        assert "Sign out" in signed


def test_the_front_takes_no_more_than_it_should(staff):
    import http.client

    with live(streams=True) as server:
        asked = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        asked.putrequest("POST", "/api/facts")
        asked.putheader("Authorization", f"Bearer {world.token('zhao')}")
        asked.putheader("Content-Length", str(200 * 1024 * 1024))
        asked.endheaders()
        try:
            for _ in range(200):
                asked.send(bytes(1024 * 1024))
        except OSError:
            pass  # it stopped reading
        assert asked.getresponse().status in (400, 413, 502)  # by how far the sender had come when it stopped reading


class Browser:
    """Through Caddy, as a person would."""

    def __init__(self, url, **headers):
        self.url, self.headers, self.jar = url, {"Accept-Language": "en", **headers}, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path, form=None):
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(self.url + path, data, {**self.headers, "Origin": self.url})
        try:
            with self.opener.open(request) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def sign_in(self, name, password):
        self.ask("/login")
        token = next(cookie.value for cookie in self.jar if cookie.name == "csrftoken")
        return self.ask("/login", {"username": name, "password": password, "csrfmiddlewaretoken": token})[1]


def test_through_the_served_stack(staff):
    """Nine wrong passwords and the right one signed in; one sender of nonsense shut every resident out."""
    import psycopg
    from tests_support import owner_dsn

    from tongzhou.doorway.resident import digest_of

    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute(
            "update community_household set token = %s, token_until = now() + interval '1 day' where id = 1",
            [digest_of("slip-of-one")],
        )
    with live(streams=True) as server:
        for n in range(9):
            forged = {"X-Forwarded-For": f"192.0.2.{n}", CLIENT: f"192.0.2.{n}", FRONT: "x"}
            page = Browser(server.url, **forged).sign_in("lin", "wrong")
            assert ("do not match" in page) is (n < 5), n
        assert "Wait" in Browser(server.url).sign_in("lin", world.PASSWORD)
        assert "Charlie" in Browser(server.url).sign_in("charlie", world.PASSWORD)
        noisy = Browser(server.url)
        told = {noisy.ask(f"/h/{n:032}")[0] for n in range(40)}
        assert told == {404, 429}
        assert noisy.ask("/h/slip-of-one")[0] == 200  # the same address, with a slip that there is
        with signin.cursor() as cursor:
            cursor.execute("select count(distinct origin) from people_attempt")
            assert cursor.fetchone() == (1,)  # of 127.0.0.1, whatever the headers said
