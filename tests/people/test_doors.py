"""Doors that stood ajar: a token where a person is asked, two keepers at one account, where a form goes on to."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
import world
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from tongzhou.people import staff as people

pytestmark = pytest.mark.postgres
MAKE = {"called": "新人", "role": "volunteer", "place": "980101"}


@pytest.fixture
def staff(db):
    ids = world.furnish()
    with people.owner() as owner:
        for login in ("keeper", "second"):
            ids[login] = people.enrol(owner, login, "管", world.PASSWORD)
            people.give(owner, ids[login], "staff_keeper", 3)
    return ids


def browser(name="keeper"):
    client = Client(headers={"Accept-Language": "en"})
    assert client.post("/login", {"username": name, "password": world.PASSWORD}).status_code == 302
    return client


def token_of(client):
    answer = client.post("/me/account", {"form": "token", "called": "county list"})
    return re.search(r'<p class="mono">([\w-]+)</p>', answer.content.decode())[1]


def stale(client):
    session = client.session
    session["proven_at"] = 0
    session.save()


def test_a_token_opens_no_name_gives_no_right_and_erases_nobody(staff):
    program = Client(headers={"Authorization": f"Bearer {token_of(browser())}", "Accept": "application/json"})
    assert program.get("/staff/").status_code == 200
    with people.owner() as owner:
        people.give(owner, staff["wu"], "law_desk", 2)
    desk = Client(headers=world.bearer("wu") | {"Accept": "application/json"})
    for client, path, form in (
        (program, "/staff/", {"login": "mine", **MAKE}),
        (program, f"/staff/{staff['zhao']}", {"form": "reset"}),
        (desk, "/erasures/request", {"say": "find", "sort": "telephone", "number": "1"}),
    ):
        assert client.post(path, form).json()["code"] == "prove_again"
    assert program.post("/me/account", {"form": "token", "called": "another"}).status_code == 404


def test_any_token_beside_a_session_is_no_way_around_being_asked_again(staff):
    keeper = browser()
    stale(keeper)
    for token in ("junk", world.token("keeper"), ""):
        more = {"headers": {"Authorization": f"Bearer {token}", "Accept": "application/json"}}
        answer = keeper.post("/me/account", {"form": "token", "called": "mine"}, **more)
        assert (answer.status_code == 302 and answer["Location"].startswith("/login?")) or answer.status_code == 403
        assert keeper.post("/staff/", {"login": "mine", **MAKE}, **more).status_code in (302, 403, 404)
    with people.owner() as owner:
        assert people.find(owner, "mine") is None
        assert [one["name"] for one in people.devices(owner, staff["keeper"])] == []


def test_a_token_made_without_a_second_factor_is_no_way_around_it(staff, monkeypatch):
    from django.conf import settings

    program = Client(headers=world.bearer("lin"))
    assert program.get("/cases/").status_code == 200
    monkeypatch.setattr(settings, "SECOND_FACTOR_FROM", dt.date(2026, 1, 1))
    assert program.get("/cases/").status_code == 404
    assert Client(headers=world.bearer("nurse")).get("/beds/").status_code == 200  # neither sees names nor signs
    TOTPDevice.objects.create(user_id=staff["lin"], name="phone", confirmed=True)
    assert program.get("/cases/").status_code == 200


def at_once(*acts):
    from django.db import connections

    def run(act):
        act()
        connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_keepers_who_make_one_login_make_it_once(staff):
    keepers, answers = [browser(), browser("second")], []

    def make(keeper, login):
        answers.append(keeper.post("/staff/", {"login": login, **MAKE}).status_code)

    at_once(*[lambda k=k, login=login: make(k, login) for k in keepers for login in ("newcomer", "Newcomer")])
    assert sorted(answers) == [302, 422, 422, 422]
    assert keepers[0].post("/staff/", {"login": "LIN", **MAKE}).status_code == 422  # read aloud it is Lin
    assert keepers[0].post("/staff/", {"login": "..", **MAKE}).status_code == 422


def test_two_keepers_at_one_account_do_not_undo_each_other(staff):
    keepers, path = [browser(), browser("second")], f"/staff/{staff['zhao']}"
    for say, first in (("reset", 302), ("off", 302)):
        forms = []
        for keeper in keepers:
            saw = re.search(r'name="saw" value="(\d+)"', keeper.get(path).content.decode())[1]
            forms.append((keeper, {"form": say, "saw": saw}))
        answers = [keeper.post(path, form) for keeper, form in forms]
        assert [answer.status_code for answer in answers] == [first, 409]
        assert "Open it again" in answers[1].content.decode()
    assert keepers[0].post(path, {"form": "on"}).status_code == 409  # without having looked
    page = keepers[0].get(path).content.decode()
    assert "switched off" in page and page.count("one-time password given") == 1


def test_a_second_factor_is_made_once_however_often_it_is_asked_for(staff):
    lin, again = browser("lin"), browser("lin")
    asks = {"form": "make"}
    at_once(lambda: lin.post("/me/second-factor", asks), lambda: again.post("/me/second-factor", asks))
    assert TOTPDevice.objects.filter(user_id=staff["lin"]).count() == 1


@pytest.mark.parametrize(
    "there",
    ["xyz", "a.b", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/login",
     "/login?next=/login", "/a\nb"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_and_nothing_breaks_on_the_way(staff, there):
    fresh = Client()
    known = {"username": "lin", "password": world.PASSWORD}
    assert fresh.post("/login", known | {"next": there}).headers["Location"] == "/"
    assert fresh.get("/login", {"next": there}).headers["Location"] == "/"
    assert fresh.post("/me/prove", {"password": world.PASSWORD, "next": there}).headers["Location"] == "/"


def test_what_was_asked_for_is_there_afterwards(staff):
    answer = Client().post("/login", {"username": "lin", "password": world.PASSWORD, "next": "/cases/?q=1"})
    assert answer.headers["Location"] == "/cases/?q=1"
