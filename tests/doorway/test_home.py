"""The household's page: five questions, a call that is promised and kept, today only; and the same by telephone."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import gates_town
import pytest
import uuid_utils.compat as uuids
import world
from at_the_door import days, phone, sign_in
from django.test import Client
from live import live

import tongzhou
from tongzhou.community import queries
from tongzhou.doorway.home import form_number
from tongzhou.doorway.resident import digest_of, saying
from tongzhou.ledger import clock, door
from tongzhou.pages import telling
from tongzhou.people import vault
from tongzhou.people.scope import holder_of
from tongzhou.sanitation import rule

pytestmark = pytest.mark.postgres
SLIP = "/h/slip-of-home"
NUMBER = form_number(1, world.NOW.date())


@pytest.fixture
def slip(staff: dict[str, int]) -> Client:
    saying.held.clear()
    with door.ledger() as connection:
        queries.give_slip(connection, 1, digest_of("slip-of-home"), world.NOW + dt.timedelta(days=30))
    return Client(headers={"Accept-Language": "en"}, enforce_csrf_checks=True)


def _say(slip: Client, say: str, **form: object) -> Any:
    return slip.post(SLIP, {"id": str(uuids.uuid7()), "say": say, **form})


def _read(client: Client, address: str = SLIP) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return world.squeezed(answer.content.decode())


def _call(slip: Client) -> str:
    assert _say(slip, "unwell").status_code == 302
    (key,) = [key for key, _state, data in world.rows("exception") if data["household"] == 1]
    return key


def test_unwell_alone_is_a_call_with_an_hour_and_more_can_be_said_of_it(slip: Client) -> None:
    key = _call(slip)
    assert world.rows("exception")[0][2]["concerns"] == ["unwell"]
    page = _read(slip)
    assert "09:00 received: unwell" in page and "The community doctor rings you by<b>09:30</b>" in page
    assert 'href="tel:120"' in page and "do not wait for the call" not in page
    assert _say(slip, "more", exception=key, concern=["breathless"], temp="390", people="1").status_code == 302
    ((same, state, data),) = world.rows("exception")
    assert (same, state, data["concerns"], data["temp10"]) == (key, "open", ["breathless"], 390)
    page = _read(slip)
    assert "do not wait for the call" in page and "09:30" in page, "the same call, since the same minute"
    assert "unwell, breathless 39.0 °C" in page, "what was added stands in the line of its word, too"
    assert _say(slip, "more", exception=key).status_code == 302  # said no more: nothing is taken back by that
    assert world.rows("exception")[0][2]["concerns"] == ["breathless"]
    world.at(world.NOW + dt.timedelta(hours=1))
    assert "It was promised that somebody rings by 09:30. That has passed: we are sorry" in _read(slip)


def test_a_call_is_taken_back_with_the_unwell_that_was_said_with_it(slip: Client) -> None:
    key = _call(slip)
    assert days() == {1: 2}
    assert _say(slip, "withdraw", fact=key).status_code == 302
    assert [row[1] for row in world.rows("exception")] == ["void"] and days() == {1: 0}
    assert "received: unwell" not in _read(slip)


def test_more_is_said_of_ones_own_call_alone_and_only_while_nobody_rang(slip: Client) -> None:
    other = world.said("exception.raised", {"household": 2, "concerns": ["fever"]}, place=6)
    world.say(other)
    assert _say(slip, "more", exception=str(other.id), temp="390").status_code == 404
    key = _call(slip)
    rang = {"exception": key, "outcome": "reached", "advice": "stay_home"}
    world.say(world.said("exception.called_back", rang, place=6))
    assert _say(slip, "more", exception=key, temp="390").status_code == 404
    assert "stay" in _read(slip).partition("Who comes, and when")[2]


def test_a_short_number_is_kept_and_asked_back(slip: Client, staff: dict[str, int]) -> None:
    key = _call(slip)
    answer = _say(slip, "more", exception=key, concern="fever", telephone="13912")
    page = _read(slip, answer.headers["Location"])
    assert "has only 5 digits" in page
    assert _opened(key, staff) == "13912"  # whoever insists has nothing more to do
    sent = {"say": "number", "exception": key, "telephone": "027-88881234"}
    assert "short" not in slip.post(SLIP, sent).headers["Location"]
    assert _opened(key, staff) == "027-88881234"


def _opened(key: str, staff: dict[str, int]) -> str:
    with door.ledger() as ledger:
        return vault.read(ledger, f"exception/{key}", holder_of(staff["doctor"]), "call_back")["telephone"]


def test_large_print_is_one_tap_and_remembered_with_and_without_cookies(slip: Client) -> None:
    assert 'class="home"' in _read(slip)
    assert 'class="home large"' in _read(slip, f"{SLIP}?large=1") and 'class="home large"' in _read(slip)
    assert slip.cookies["large"].value == "1" and slip.cookies["large"]["path"] == "/h/"
    assert 'class="home"' in _read(slip, f"{SLIP}?large=0")
    without = Client(headers={"Accept-Language": "en"})
    sent = without.post(f"{SLIP}?large=1", {"id": str(uuids.uuid7()), "say": "well"})
    assert "large=1" in sent.headers["Location"]


def test_who_comes_and_what_is_owed_stand_there_with_their_hour_and_name(slip: Client, staff: dict[str, int]) -> None:
    need = world.said("need.stated", {"household": 1, "items": {"water": 1}}, place=6)
    due = (world.NOW + dt.timedelta(hours=6)).isoformat()
    world.say(need, world.said("task.set", {"what": "visit", "household": 1, "due": due}, place=6))
    given = {"about": f"need/{need.id}", "helper": staff["zhao"], "day": f"{world.NOW:%Y-%m-%d}"}
    world.say(world.said("helper.assigned", given, place=6))
    comes = _read(slip).partition('id="who"')[2].partition("</section>")[0]
    assert re.findall(r"<dt>(.*?)</dt>\s*<dd>([^<]*)", comes) == [
        ("by 15:00", "Visit"), ("by 03-11 09:00", "赵 brings: water"),
    ]  # fmt: skip


def test_a_line_of_work_tells_the_page_its_twin_and_the_telephone_desk(slip: Client, monkeypatch: Any) -> None:
    @telling.tells("test")
    def told(home: telling.Home) -> Any:
        yield telling.Comes(f"Stairwell of {home.household} is disinfected", at=home.now, more="shut the windows")
        yield telling.Applies("A pass", "until tonight", (telling.Part("Why", "because"),))

    try:
        for text in (_read(slip), _read(slip, f"{SLIP}/paper"), world.page("lead", "/doorway/telephone?door=1")):
            assert "Stairwell of 1 is disinfected" in text and "A pass" in text and "because" in text
        world.page("lead", "/doorway/telephone/paper?door=1").index(NUMBER)
    finally:
        telling.TELLS.pop("test")


SPOKEN = {"form": "spoken", "who": "family", "read_back": "as_written", "channel": "phone"}


def _rang(who: str = "lead", code: int = 302, **more: object) -> Any:
    sent = {"id": str(uuids.uuid7()), **SPOKEN, "state": "well", **more}
    answer = world.browser(who).post("/doorway/telephone?door=1", sent)
    assert answer.status_code == code, answer.content.decode()[-3000:]
    return answer


def test_the_telephone_desk_writes_down_for_the_household_and_promises_the_hour(
    slip: Client, staff: dict[str, int]
) -> None:
    answer = _rang("zhao", state="unwell", concern="breathless", telephone="13800001111", item=["food"])
    ((key, _state, data),) = world.rows("exception")
    assert data["concerns"] == ["breathless"] and data["channel"] == "phone" and _opened(key, staff) == "13800001111"
    ((_ring, _written, rang),) = world.rows("ring")
    assert rang["who"] == "family" and rang["read_back"] == "as_written" and len(rang["said"]) == 3
    assert [row[2]["items"] for row in world.rows("need")] == [{"food": 1}]
    told = world.page("zhao", answer.headers["Location"])
    assert "The community doctor rings you by 09:30" in told and "ring 120" in told
    page = _read(slip)
    assert (
        "09:00 received: breathless" in page
        and "Today at 09:00: unwell, breathless (by telephone)" in page
        and NUMBER in page
    )
    with door.ledger() as ledger:
        queries.give_slip(ledger, 81, digest_of("x"), world.NOW)
    assert "No door of yours" in world.browser("zhao").get("/doorway/telephone?door=81").content.decode()
    assert world.browser("mei").get("/doorway/telephone").status_code == 404


@pytest.mark.parametrize("more", [{}, {"state": "unwell", "concern": "fever", "item": ["food"]}])
@pytest.mark.parametrize("where", ["receipt", "today"])
def test_a_call_is_taken_back_whole_from_its_receipt_and_from_today(slip: Client, more: Any, where: str) -> None:
    desk = world.browser("lead")
    written = desk.post("/doorway/telephone?door=1", {"id": str(uuids.uuid7()), **SPOKEN, "state": "well", **more})
    receipt = desk.get(written.headers["Location"]).content.decode()
    logged = desk.get("/today").content.decode().partition('<ul class="log">')[2].partition("</ul>")[0]
    assert logged.count("<li") == 1 and ("need stated" in logged) is bool(more), (
        "one call is one line, with all it said"
    )
    (facts,) = set(re.findall(r'name="fact" value="([^"]+)"', receipt if where == "receipt" else logged))
    answer = desk.post("/today/undo", {"id": str(uuids.uuid7()), "fact": facts, "next": "/today"})
    assert answer.status_code == 302
    states = {row[1] for noun in ("ring", "exception", "need") for row in world.rows(noun)}
    assert states == {"void"} and days()[1] == 0
    assert "Nothing was said today yet" in _read(slip)


def test_the_telephone_desk_asks_what_the_household_s_page_asks_in_the_same_order(slip: Client) -> None:
    gates_town.furnish()
    key = gates_town.closed()
    desk = world.page("lead", "/doorway/telephone?door=1")
    form = desk.partition('class="by-ear"')[2].partition("</form>")[0]
    names = list(dict.fromkeys(re.findall(r'<(?:input|select|textarea)[^>]*name="([a-z_0-9]+)"', form)))
    order = [
        "who",
        "state",
        "concern",
        "temp10",
        "people",
        "telephone",
        "item",
        "amount",
        "text",
        "last_dose",
        "against",
    ]
    assert [name for name in names if name in order] == order
    asked = {"state": "unwell", "people": "2", "item": ["food", "medicine"], "amount": "3"}
    assert "Which one? Else it cannot be bought" in _rang(code=422, **asked).content.decode()
    assert "Not said yet" in _rang(code=422, held_up="dialysis").content.decode()
    _rang(**asked, text="warfarin 2.5 mg, one box", words="The gate let nobody out", held_up="dialysis", urgent="yes")
    assert world.rows("exception")[0][2]["people"] == 2
    ((_need, _state, need),) = world.rows("need")
    assert need["items"] == {"food": 3, "medicine": 1} and need["text"] == "warfarin 2.5 mg, one box"
    ((_appeal, _state, appeal),) = world.rows("appeal")
    assert (appeal["about"], appeal["channel"], appeal["held_up"]) == (key, "telephone", "dialysis")
    assert "household" not in appeal, "no word of it names the door"
    page = _read(slip)
    assert "food ×3" in page and "warfarin 2.5 mg, one box" in page
    own = _read(slip, f"{SLIP}/measures")
    assert "The gate let nobody out" in own and "Not answered yet" in own, "it is answered where the household reads"
    _rang(words="He does not let me out", held_up="dialysis", unshown="on")
    assert "He does not let me out" not in _read(slip, f"{SLIP}/measures")
    assert _say(slip, "need", item=["water"], amount="4").status_code == 302 and "water ×4" in _read(slip)


@pytest.mark.parametrize("where", ["receipt", "today"])
def test_whoever_takes_a_call_back_is_told_what_goes_with_it_and_what_stays(slip: Client, where: str) -> None:
    gates_town.furnish()
    gates_town.closed()
    desk = world.browser("lead")
    said = {**SPOKEN, "state": "well", "item": ["food"], "words": "The gate let nobody out"}
    written = desk.post("/doorway/telephone?door=1", {"id": str(uuids.uuid7()), **said})
    receipt = desk.get(written.headers["Location"]).content.decode()
    logged = desk.get("/today").content.decode().partition('<ul class="log">')[2].partition("</ul>")[0]
    call = next(one for one in logged.split("<li")[1:] if "need stated" in one)
    (facts,) = set(re.findall(r'name="fact" value="([^"]+)"', receipt if where == "receipt" else call))
    told = desk.post(
        "/today/undo", {"id": str(uuids.uuid7()), "fact": facts, "next": "/today"}, follow=True
    ).content.decode()
    assert "Where it is taken back, this stays: appeal against a measure" in receipt
    assert (
        "need stated"
        in told.partition("Taken back: ")[2].partition("What was said with it stays: appeal against a measure")[0]
    )
    assert {row[1] for row in world.rows("appeal")} == {"waiting"}
    assert {row[1] for noun in ("ring", "need") for row in world.rows(noun)} == {"void"}


def test_the_telephone_desk_asks_a_short_number_back_and_keeps_it_if_it_comes_again(slip: Client) -> None:
    refused = _rang(code=422, telephone="13912")
    text = refused.content.decode()
    assert "Only 5 digits" in text and 'name="insisted" value="13912"' in world.squeezed(text)
    assert not world.rows("exception")
    _rang(telephone="13912", insisted="13912")
    assert len(world.rows("exception")) == 1


def test_nothing_said_under_violence_or_in_distress_is_ever_shown_back(slip: Client) -> None:
    _rang(state="unwell", concern="alone", item=["food"], unshown="on")
    assert len(world.rows("exception")) == len(world.rows("need")) == 1
    page = _read(slip)
    assert "Nothing was said today yet" in page and "Nobody is due today" in page
    assert "received" not in page and "food" not in page.partition('id="need"')[2].partition("<details")[0]
    sheet = _read(slip, f"{SLIP}/paper")
    assert "Nobody is due today" in sheet and NUMBER in sheet


def test_a_slip_has_the_questions_of_the_page_with_their_numbers(slip: Client) -> None:
    sheet = world.squeezed(world.post("lead", "/doorway/slips", 200, form="door", household="1"))
    part = sheet.partition("ticks-of-slip")[2]
    places = [part.index(f"<b>{n}</b>") for n in range(1, 6)]
    assert places == sorted(places) and "I do not agree" in part


def test_a_new_slip_is_made_by_voice_and_the_old_one_is_dead_at_once(slip: Client) -> None:
    _read(slip)
    desk = world.browser("lead")
    answer = desk.post("/doorway/telephone?door=1", {"form": "slip", "id": str(uuids.uuid7())})
    text = world.squeezed(answer.content.decode())
    assert answer.status_code == 200 and "Your old slip opens nothing from this minute on" in text and NUMBER in text
    fresh = re.search(r"/h/([A-Za-z0-9_-]{20,})", text)
    assert fresh and slip.get(SLIP).status_code == 404 and slip.get(f"/h/{fresh[1]}").status_code == 200
    ((_task, _state, task),) = world.rows("task")
    assert task["what"] == "slip" and task["due"] == world.NOW.replace(hour=20).isoformat(), "the same day"
    assert "brought to your door by 20:00" in text
    assert "by 20:00</dt><dd>Bring the household" in _read(slip, f"/h/{fresh[1]}")
    assert 'value="slip"' not in world.page("zhao", "/doorway/telephone?door=1")


def test_a_house_of_its_own_is_said_as_in_a_village(slip: Client) -> None:
    with door.ledger() as connection:
        connection.execute("update community_household set building = '12' where id = 1")
        connection.execute("update community_household set building = '3', room = '501' where id = 2")
    assert "<h1>House 12</h1>" in _read(slip)
    paper = world.page("zhao", "/doorway/paper", language="zh-hans")
    assert "12号" in paper and "3栋501室" in paper and "12栋" not in paper


def test_a_household_is_told_of_its_gate_and_of_the_disinfection_of_its_home(slip: Client) -> None:
    gates_town.furnish()
    key = gates_town.closed()
    ordered = {"what": "home", "household": 1, "edition": rule.in_force(world.NOW.date()).edition}  # type: ignore[union-attr]
    told = world.said("disinfection.ordered", ordered, at=gates_town.START, place=6)
    assert not world.say(told).refused
    page = _read(slip)
    law, who, near = (page.partition(f'id="{part}"')[2].partition("</section>")[0] for part in ("law", "who", "ask"))
    assert "Going out: with a card of the gate" in law and "North gate, South gate" in law and "Far gate" not in law
    assert f"/measures/{key}" in law and "Your home is disinfected" in who and "Lake pharmacy" in near
    done = {"disinfection": str(told.id), "outcome": "done", "agent": "chlorine_1000", "done_by": "community"}
    world.say(world.said("disinfection.done", done, at=gates_town.START.replace(hour=8, minute=59), place=6))
    assert "Your home was disinfected" in _read(slip)
    world.at(gates_town.START + dt.timedelta(days=20))
    page = _read(slip)
    assert "card of the gate" not in page and "Your home" not in page, "it ended by itself"


def test_a_question_that_tells_of_violence_or_distress_is_taken_and_never_shown_back(slip: Client) -> None:
    gates_town.furnish()
    key = gates_town.closed()
    address = f"{SLIP}/measures"
    for told, shown in (
        ("他又打我，我怕他", False),
        ("I do not want to live: I will end my life", False),
        ("几号能出门", True),
    ):
        form = {"form": key, "id": str(uuids.uuid7()), "sort": "question", "text": told, "urgent": "no"}
        saying.held.clear()
        answer = slip.post(address, form)
        assert answer.status_code == 302, answer.content.decode()[-2000:]
        assert (told in _read(slip, answer.headers["Location"])) is shown
    assert len(world.rows("appeal")) == 3, "all are owed an answer"


SPILLS = """(width) => [...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > width + 1)
  .map((one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 40)}`)"""
LAYOUTS = [(320, "zh-CN", ""), (360, "en-US", "?large=1"), (1100, "zh-CN", "")]


@pytest.mark.browser
def test_in_a_browser_nothing_spills_and_a_fever_by_telephone_takes_at_most_sixty_keys(db: str, browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    world.furnish()
    with door.ledger() as connection:
        clock.declare_production(connection)
        connection.execute("update community_household set building = '3', stairwell = '2', room = '501' where id = 1")
        queries.give_slip(connection, 1, digest_of("slip-of-home"), dt.datetime.now(dt.UTC) + dt.timedelta(days=30))
    with live() as server:
        for width, locale, large in LAYOUTS:
            context = phone(browser, bypass_csp=True, locale=locale, viewport={"width": width, "height": 700})
            page = context.new_page()
            page.goto(f"{server.url}{SLIP}{large}")
            if page.locator(".ill-b").count() and not page.locator(".call").count():
                page.locator(".ill-b").click()
            page.locator(".call summary").click()
            for address in ("", f"{server.url}{SLIP}/paper"):
                if address:
                    page.goto(address)
                found = Axe().run(page)
                assert found.violations_count == 0, found.generate_report()
                assert page.evaluate(SPILLS, width) == []
            context.close()
        assert _fever_by_keyboard(phone(browser, viewport={"width": 1100, "height": 700}), server) <= 60
    assert sorted(row[2]["channel"] for row in world.rows("exception")) == ["page", "phone"]
    ((_key, _state, need),) = world.rows("need")
    assert need["items"] == {"food": 1} and need["channel"] == "phone"


def _fever_by_keyboard(context: Any, server: Any) -> int:
    """Who rang, unwell, fever, 38.5, a number and food, read back: by the keyboard alone. How many keys."""
    page, keys = context.new_page(), 0
    sign_in(page, server, "zhao")
    page.goto(f"{server.url}/doorway/telephone")

    def press(*pressed: str) -> None:
        nonlocal keys
        for key in pressed:
            page.keyboard.press(key)
            keys += 1

    press(*"3-2-501", "Enter")
    page.locator("[name=read_back]").first.wait_for()
    press(
        "Space",
        "Tab",
        "ArrowDown",
        "Tab",
        "Space",
        "Tab",
        "Tab",
        "Tab",
        *"38.5",
        "Tab",
        "Tab",
        *"13800001111",
        "Tab",
        "Space",
    )
    while page.evaluate("document.activeElement.name") != "read_back":
        press("Tab")
        assert keys < 80
    press("Space", "Enter")
    page.locator("#say").wait_for()
    return keys


def test_whoever_disagrees_by_telephone_hears_a_number_and_the_hour(slip: Client) -> None:
    gates_town.furnish()
    gates_town.closed()
    answer = _rang(words="The gate let nobody out", held_up="dialysis", urgent="yes")
    told = world.words("lead", answer.headers["Location"])
    (number,) = set(re.findall(r"0311-\d{5}", told))
    assert f"Your number is {number}. Somebody who did not decide it answers by 2020-03-11 10:00" in told
    assert "No measure may hold this up: dialysis" in told and "“Thank you, it is written down.”" not in told
    again = world.words("lead", f"/measures/appeals?number={number}")
    assert "answers by 2020-03-11 10:00" in again and "The gate let nobody out" not in again
    assert number in _read(slip, f"{SLIP}/measures"), "its own page says the same number"


STYLES = ("pages/static/pages/parts.css", "doorway/static/doorway/pages/pages.css")
CHOICES = """() => { document.querySelectorAll('details').forEach((one) => { one.open = true; });
  return [...document.querySelectorAll('.choice')].map((one) => [one.querySelector('input').offsetWidth,
    one.querySelector('span').offsetHeight, one.scrollWidth - one.clientWidth]); }"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 375])
def test_words_stand_beside_their_choice_on_a_small_phone(slip: Client, browser: Any, width: int) -> None:
    gates_town.furnish()
    gates_town.closed()
    html = slip.get(f"{SLIP}/measures", headers={"Accept-Language": "zh-hans"}).content.decode()
    context = phone(browser, viewport={"width": width, "height": 700})
    page = context.new_page()
    page.set_content(html)
    for style in STYLES:
        page.add_style_tag(path=Path(tongzhou.__file__).parent / style)
    found = page.evaluate(CHOICES)
    assert found and all(box <= 24 and rows <= 30 and not spills for box, rows, spills in found), found
    context.close()
