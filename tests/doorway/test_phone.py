"""What a phone does to a hurried thumb, a full store, a wrong clock and a second worker."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import world
from at_the_door import days, idle, phone, sign_in, tap, until
from live import live

from tongzhou.doorway import spoken
from tongzhou.doorway.views import FOLDER
from tongzhou.ledger import clock, door
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
GUARD = 700  # milliseconds, as in taps.js
FULL = """() => { const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function () { throw new DOMException('full', 'QuotaExceededError'); };
  window.makeRoom = () => { IDBObjectStore.prototype.put = put; }; }"""


@pytest.fixture
def running(db: str, browser: Any) -> Iterator[Any]:
    world.furnish()
    with door.ledger() as connection:
        clock.declare_production(connection)
    with live() as server:
        yield server


def _twice(page: Any, selector: str) -> None:
    """Two taps at one spot of the glass, 120 ms apart: whatever stands there by then."""
    box = page.locator(selector).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    page.wait_for_timeout(120)
    page.mouse.click(x, y)


def _needs() -> list[str]:
    return [state for _key, state, _data in world.rows("need")]


@pytest.mark.browser
def test_a_hurried_thumb_says_one_thing_and_takes_it_back_off_line_too(running: Any, browser: Any) -> None:
    with door.ledger() as connection:  # a door's own words make its row tall
        connection.execute("update community_household set building = '12', stairwell = '2', floor = 10, room = '1001'")
    food = world.said("need.stated", {"household": 30, "items": {"medicine": 1}}, place=6, at=dt.datetime.now(dt.UTC))
    assert not world.say(food).refused
    context = phone(browser)
    page = context.new_page()
    sign_in(page, running, "zhao")
    page.locator("[data-k='tab-doors']").click()
    stood = page.locator("[data-door='2']").bounding_box()
    _twice(page, "[data-k='well-1']")
    until(page, days, {1: 1})
    idle(page)
    until(page, page.locator("[data-door='2']").bounding_box, stood)  # no row moved
    assert days() == {1: 1}, "one was said"
    page.locator("[data-k='undo-door-1']").click()
    until(page, days, {1: 0})
    page.locator("[data-k='who-4']").click()
    page.locator("dialog [data-k='alone']").click()
    _twice(page, "dialog [data-k='save']")  # the second falls on whatever stood behind the sheet
    idle(page)
    assert days() == {1: 0} and len(world.rows("exception")) == 1

    page.wait_for_timeout(GUARD)
    page.locator("[data-k='tab-walk']").click()
    page.locator(f"[data-k='done-{food.id}']").click()
    until(page, _needs, ["met"])
    page.locator(f"[data-k='undo-need-{food.id}']").wait_for()  # it stands where it stood
    context.set_offline(True)
    page.locator("[data-k='tab-records']").click()
    page.locator(".records li", has_text="送到了").locator("button", has_text="撤销").click()
    page.locator(".records li", has_text="送到了").locator(".stage", has_text="已撤销").wait_for()
    page.locator(".records li b", has_text=re.compile("^撤销：.*送到了")).wait_for()  # the taking back says of what
    page.locator("[data-k='tab-walk']").click()
    page.locator(f"[data-k='done-{food.id}']").wait_for()  # it waits again, before the server says so
    context.set_offline(False)
    page.reload()
    idle(page)
    assert _needs() == ["open"]
    context.close()


@pytest.mark.browser
def test_two_tabs_agree_a_short_number_is_asked_about_and_a_tap_is_one_record(running: Any, browser: Any) -> None:
    with door.ledger() as connection:
        connection.execute("update community_household set building = '12', stairwell = '2', floor = 10, room = '1001'")
    context = phone(browser)
    page, other = context.new_page(), context.new_page()
    sign_in(page, running, "zhao")
    other.goto(f"{running.url}/doorway/#doors")  # as Today leads to the silent doors
    left = other.locator(".stair h3 span").first
    shown = left.inner_text()
    page.locator("[data-k='tab-doors']").click()
    tap(page, 1, "well")
    other.locator(".stair [data-door='1'] [data-k='well-1']").wait_for(state="detached")  # the other tab was told
    assert left.inner_text() != shown and page.locator(".stair h3 span").first.inner_text() == left.inner_text()

    page.wait_for_timeout(GUARD)
    page.locator("[data-k='who-3']").click()
    assert "12" in page.locator("dialog .where").inner_text()
    for chosen in ("fever", "need"):
        page.locator(f"dialog [data-k='{chosen}']").click()
    save, error = page.locator("dialog [data-k='save']"), page.locator("dialog .error")
    save.click()
    box = error.bounding_box()
    assert "请选要什么" in error.inner_text() and 0 <= box["y"] < 740
    page.locator("dialog [data-k='food']").click()
    page.fill("#callback", "13912")
    save.click()
    assert "5 位" in error.inner_text() and not world.rows("exception")
    save.click()  # whoever insists is believed
    idle(page)
    page.locator("[data-k='tab-records']").click()
    assert page.locator(".records > li").count() == 2 and page.locator(".records li", has_text="发热").count() == 1
    assert page.locator(".records > li", has_text="发热").locator("button", has_text="撤销").count() == 1
    context.close()


@pytest.mark.browser
def test_back_signing_out_a_full_store_a_wrong_clock_and_who_else_was_here(running: Any, browser: Any) -> None:
    context = phone(browser, viewport={"width": 320, "height": 640})
    page = context.new_page()
    sign_in(page, running, "zhao")
    page.locator("[data-k='tab-doors']").click()
    page.locator("[data-k='who-3']").click()
    page.locator("dialog").wait_for()
    page.go_back()
    page.locator("dialog").wait_for(state="detached")
    page.locator("[data-door='3']").wait_for()
    page.go_back()
    page.locator(".walk").wait_for()  # Back leads to the walk before it leaves
    assert page.url.endswith("/doorway/")

    context.set_offline(True)
    page.locator("[data-k='lock']").click()
    page.locator("dialog", has_text="有网络才能再登录").wait_for()
    page.locator("[data-k='stay']").click()

    page.evaluate(FULL)
    tap(page, 5, "well")
    page.locator(".warning", has_text="1 条没存上").wait_for()
    page.locator("[data-k='tab-records']").click()
    page.locator(".records li", has_text="没存上").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.set_offline(False)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    until(page, days, {5: 1})  # sent out of the page's memory
    page.evaluate("() => window.makeRoom()")

    page.clock.set_system_time(dt.datetime.now(dt.UTC) + dt.timedelta(hours=3, minutes=2))
    page.reload()
    page.locator(".warning", has_text="快了 3 小时").wait_for()
    page.clock.set_system_time(dt.datetime.now(dt.UTC))
    context.set_offline(True)
    tap(page, 6, "well")
    page.locator("[data-k='tab-records'] .count", has_text="1").wait_for()
    page.locator("[data-k='lock']").click()
    page.locator("dialog .do").click()
    page.locator(".outside", has_text="还封存着 1 条").wait_for()
    context.set_offline(False)
    page.reload()
    until(page, lambda: page.evaluate("fetch('/doorway/list.json').then((r) => r.status)"), 401)  # told the server
    sign_in(page, running, "qian")
    page.locator("[data-k='tab-records']").click()
    page.locator(".hint", has_text="还封存着 1 条").wait_for()  # another's, kept for them
    assert 6 not in days()
    context.close()


def _listed(who: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.client(who).get("/doorway/list.json").json()["exceptions"]
    return found


def test_whoever_found_a_fever_learns_where_the_person_is_and_no_diagnosis(staff: dict[str, int]) -> None:
    def say(who: str, kind: str, body: dict[str, Any], place: int, **more: Any) -> str:
        fact = msgspec.structs.replace(world.said(kind, body, place=place), **more)
        assert not world.say(fact, authority=holder_of(staff[who])).refused
        return str(fact.id)

    key = say("zhao", "exception.raised", {"household": 3, "concerns": ["fever"], "temp10": 391}, 6)
    assert [(one["state"], one["became"]) for one in _listed("zhao")] == [("open", None)]
    say("doctor", "exception.called_back", {"exception": key, "outcome": "reached", "advice": "clinic"}, 6)
    sent = say("doctor", "referral.made", {"exception": key, "household": 3}, 6, reporting=3)
    assert [one["became"] for one in _listed("zhao")] == ["sent"]
    for outcome, told in (("arrived", "arrived"), ("identified", "in_care")):
        say("tang", "referral.seen", {"referral": sent, "outcome": outcome}, 3)
        (one,) = _listed("zhao")
        assert one["became"] == told and "identified" not in json.dumps(one)
    say("doctor", "exception.closed", {"exception": key, "outcome": "in_care"}, 6)
    assert [(one["state"], one["outcome"]) for one in _listed("zhao")] == [("closed", "in_care")]
    assert not _listed("lead"), "how it was closed is told to whoever raised it"


def test_where_somebody_is_unwell_and_nobody_asked_is_a_stop_of_the_doctors_walk(staff: dict[str, int]) -> None:
    world.say(world.heard(3, "unwell", place=6))
    assert world.client("doctor").get("/doorway/list.json").json()["unwell"] == [3]
    assert world.client("zhao").get("/doorway/list.json").json()["unwell"] == [], "who owes no call has no stop of it"
    script = (FOLDER / "walk.js").read_text().partition("function gather")[2].partition("\n}")[0]
    assert "day.unwell" in script, "what the list holds is walked"
    world.say(world.said("exception.raised", {"household": 3, "concerns": ["fever"]}, place=6))
    assert world.client("doctor").get("/doorway/list.json").json()["unwell"] == []


def test_the_phone_says_nothing_in_one_language_only_and_chooses_in_the_words_of_the_kinds() -> None:
    source = (FOLDER / "i18n.js").read_text()
    own = re.findall(r'(?m)^  (\w+): \[\s*"([^"]+)",\s*"([^"]+)",?\s*\],$', source)
    assert len(own) == len(re.findall(r"(?m)^  \w+: \[", source)) > 100
    scripts = "".join(path.read_text() for path in FOLDER.glob("*.js"))
    for key, zh, en in own:
        assert not re.search("[A-Za-z]{4,}", re.sub(r"\{\w+\}|English", "", zh)), key
        assert key == "language" or not re.search("[\u4e00-\u9fff]", en), key
    assert set(re.findall(r'\bt\("(\w+)"', scripts)) <= {key for key, _zh, _en in own}
    said = json.loads(spoken.script().partition("SAID = ")[2].rstrip(";\n"))
    assert set(said) == {f"{kind}.{field}" for kind, field in spoken.CHOSEN}
    for codes in said.values():
        for zh, en in codes.values():
            assert re.search("[\u4e00-\u9fff]", zh) and en[0].isupper()
