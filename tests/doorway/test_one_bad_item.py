"""One bad item stops nothing: not on the phone, not on the household's page."""

from __future__ import annotations

import re

import pytest
import uuid_utils.compat as uuids
import world
from at_the_door import days, phone, sign_in, tap, until
from django.test import Client
from live import live

from tongzhou.doorway.resident import digest_of
from tongzhou.ledger import clock, door
from tongzhou.people import vault
from tongzhou.people.scope import holder_of
from tongzhou.people.telephone import read

pytestmark = pytest.mark.postgres
READ = {
    "13800001111": "13800001111",
    "１３８　００００　１１１１": "138 0000 1111",
    "（０２７）８８８８－１２３４": "(027)8888-1234",
    "027–8888—1234": "027-8888-1234",
    "+86 138-0000-1111": "+86 138-0000-1111",
    "027-88881234 转 12": "027-88881234 #12",
    "027-88881234转１２": "027-88881234 #12",
    "027 8888 1234 ext. 7": "027 8888 1234 #7",
    "02788881234#301": "02788881234 #301",
    "8888 1234，分机 5": None,
    "call my sister": None,
    "1234": None,
    "": None,
    "12345678901234567890123456": None,
}


@pytest.mark.parametrize("typed", READ)
def test_numbers_as_people_type_them(typed):
    assert read(typed) == READ[typed]


@pytest.fixture
def staff(db):
    ids = world.furnish()
    with door.ledger() as connection:
        clock.declare_production(connection)
        connection.execute(
            "update community_household set token = %s, token_until = now() + interval '1 day' where id = 1",
            [digest_of("slip")],
        )
    return ids


def opened(staff):
    with door.ledger() as ledger:
        (key,) = ledger.execute("select key from ledger_row where noun = 'exception'").fetchone()
        return vault.read(ledger, f"exception/{key}", holder_of(staff["doctor"]), "call_back")["telephone"]


def test_a_fever_with_an_unreadable_number_is_kept_and_the_number_asked_for_again(staff):
    client = Client(headers={"Accept-Language": "en"})
    form = {"id": str(uuids.uuid7()), "say": "unwell", "concern": "fever", "temp": "385", "people": "２"}
    answer = client.post("/h/slip", {**form, "telephone": "ask my sister"})
    assert answer.status_code == 302 and "number=" in answer.headers["Location"]
    with door.ledger() as ledger:
        rows = ledger.execute("select data ->> 'temp10', data ->> 'people' from ledger_row where noun = 'exception'")
        assert rows.fetchall() == [("385", "2")]
    page = client.get(answer.headers["Location"]).content.decode()
    assert "type it again" in page
    exception = re.search(r'name="exception" value="([0-9a-f-]{36})"', page)[1]
    again = {"say": "number", "exception": exception}
    assert "number=" in client.post("/h/slip", {**again, "telephone": "??"}).headers["Location"]
    doctor = world.browser("doctor")
    opened_to = doctor.post("/callbacks/", {"form": f"number/{exception}"}).content.decode()
    assert "No number was left" in opened_to and "Ask the grid worker to go" in opened_to
    visit = {"id": str(uuids.uuid7()), "form": f"visit/{exception}"}
    asked = doctor.post("/callbacks/", visit, follow=True).content.decode()
    assert "was asked to go there by" in asked and "Show the number" in asked and "No number was left" not in asked
    assert (
        "number="
        not in client.post("/h/slip", {**again, "telephone": "１３８　００００　１１１１"}).headers["Location"]
    )
    assert opened(staff) == "138 0000 1111"
    assert "type it again" not in client.get("/h/slip?said=1").content.decode()


def test_the_number_of_another_household_is_not_asked_for(staff):
    fact = world.said("exception.raised", {"household": 2, "concerns": ["fever"]}, place=6)
    world.say(fact)
    client = Client(headers={"Accept-Language": "en"})
    assert "type it again" not in client.get(f"/h/slip?said=1&number={fact.id}").content.decode()
    assert "type it again" not in client.get("/h/slip?said=1&number=x").content.decode()
    answer = client.post("/h/slip", {"say": "number", "exception": str(fact.id), "telephone": "13800001111"})
    assert answer.status_code == 404


@pytest.mark.parametrize("odd", [{"people": "many"}, {"people": "900"}, {"temp": "hot"}, {"temp": "99999"}])
def test_what_else_cannot_be_read_does_not_hold_the_call_back(staff, odd):
    form = {"id": str(uuids.uuid7()), "say": "unwell", "concern": "fever", **odd}
    assert Client().post("/h/slip", form).status_code == 302
    with door.ledger() as ledger:
        assert ledger.execute("select count(*) from ledger_row where noun = 'exception'").fetchone() == (1,)


FLIP = """async () => {
  const request = indexedDB.open('tongzhou-doorway');
  const database = await new Promise((done) => { request.onsuccess = () => done(request.result); });
  const store = database.transaction('queue', 'readwrite').objectStore('queue');
  const all = await new Promise((done) => { const r = store.getAll(); r.onsuccess = () => done(r.result); });
  const bytes = new Uint8Array(all[0].sealed.data); bytes[3] ^= 1; all[0].sealed.data = bytes.buffer;
  await new Promise((done) => { const r = store.put(all[0]); r.onsuccess = done; });
  database.close();
}"""
READ_THERE = """async (typed) => {
  const { readNumber } = await import('/static/doorway/telephone.js');
  return typed.map(readNumber);
}"""


@pytest.mark.browser
def test_on_the_phone_the_others_go_out_and_the_bad_one_is_shown(staff, browser):
    with live() as server:
        context = phone(browser)
        page = context.new_page()
        sign_in(page, server, "zhao")
        assert page.evaluate(READ_THERE, list(READ)) == list(READ.values())
        context.set_offline(True)
        for household in (1, 2, 3):
            tap(page, household, "well")
        page.wait_for_timeout(500)
        page.evaluate(FLIP)
        page.reload()
        page.locator("[data-door]").first.wait_for()  # a flipped byte had blanked the page
        context.set_offline(False)
        page.evaluate("() => dispatchEvent(new Event('online'))")
        until(page, lambda: sorted(days()), [2, 3])
        page.locator("[data-k='tab-records']").click()
        assert page.locator(".line.unreadable").count() == 1
        page.reload()
        page.locator("[data-door]").first.wait_for()
        page.locator("[data-k='tab-records']").click()
        assert page.locator(".line.unreadable").count() == 1  # it stays until somebody looked

        # an answer that is about one fact does not hold the others back
        bad, answered = {}, []

        def answer(route):
            sent = route.request.post_data_json["facts"]
            bad.setdefault("id", sent[0]["id"])
            answered.append(len(sent))
            if any(fact["id"] == bad["id"] for fact in sent):
                route.fulfill(status=422, json={"code": "malformed", "message": "no"})
            else:
                route.continue_()

        context.set_offline(True)
        for household in (4, 5, 6, 7):
            tap_door(page, household)
        page.route("**/doorway/send", answer)
        context.set_offline(False)
        page.evaluate("() => dispatchEvent(new Event('online'))")
        until(page, lambda: sorted(days()), [2, 3, 5, 6, 7])
        page.locator("[data-k='tab-records']").click()
        until(page, lambda: page.locator(".line.refused").count(), 1)

        # an unreadable number at the door: the fever is kept at once, the number is asked for again
        page.unroute("**/doorway/send")
        page.locator("[data-k='tab-doors']").click()
        page.locator("[data-k='who-8']").click()
        page.locator("dialog [data-k='fever']").click()
        page.fill("#callback", "问我姐姐")
        page.locator("dialog [data-k='save']").click()
        page.locator("[data-k='save-number']").wait_for()
        until(page, exceptions, 1)
        page.fill("#callback", "０２７－８８８８１２３４转５")
        page.locator("[data-k='save-number']").click()
        until(page, numbers, 1)
        assert opened(staff) == "027-88881234 #5"


def tap_door(page, household):
    page.locator("[data-k='tab-doors']").click()
    tap(page, household, "well")


def exceptions():
    with door.ledger() as ledger:
        return ledger.execute("select count(*) from ledger_row where noun = 'exception'").fetchone()[0]


def numbers():
    with door.ledger() as ledger:
        return ledger.execute("select count(*) from people_vault_key where owner like 'exception/%'").fetchone()[0]
