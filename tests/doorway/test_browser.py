"""Zhao's phone in a real browser: nothing tapped is lost, doubled or folded in the wrong place."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import uuid_utils.compat as uuids
import world
from at_the_door import days, idle, phone, sign_in, tap, tap_while_drawn, until
from live import live

from tongzhou.ledger import clock, door
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.persons.handles import grouped, numbered

pytestmark = [pytest.mark.postgres, pytest.mark.browser]


@pytest.fixture
def running(db: str, browser: Any) -> Iterator[Any]:
    world.furnish()
    with door.ledger() as connection:
        clock.declare_production(connection)
    with live() as server:
        yield server


LENT = """() => new Promise((told) => {
  const opened = indexedDB.open("tongzhou-doorway");
  opened.onsuccess = () => {
    const all = opened.result.transaction("session").objectStore("session").getAll();
    all.onsuccess = () => told(all.result.flatMap((kept) => kept?.blocks ?? []).map((block) => block.handles.length));
  };
})"""

DRAWN = "dispatchEvent(new Event('offline'));"  # the page is drawn anew


def facts() -> int:
    """What people said; what the program says of persons and blocks stands beside it."""
    with door.ledger() as connection:
        row = connection.execute(
            "select count(*) from ledger_fact f join ledger_append a on a.id = f.append where a.origin = 'said'"
        ).fetchone()
        assert row is not None
        return int(row[0])


def test_offline_tab_closed_server_killed_and_back(running: Any, browser: Any) -> None:
    context = phone(browser)
    page = context.new_page()
    sign_in(page, running, "zhao")
    tap(page, 1, "well")
    until(page, days, {1: 1})
    until(page, lambda: page.evaluate(LENT), [100])  # numbers of persons, for when there is no network
    context.set_offline(True)
    tap(page, 2, "unwell")
    taps = ["[data-k='who-3']", "dialog [data-k='fever']", "dialog [data-temp='385']"]
    for selector in taps:
        page.locator(selector).click()
    page.fill("#callback", "13800001111")
    page.locator("dialog [data-k='save']").click()
    assert len(taps) + 1 <= 5  # a fever in four taps
    page.locator(".strip.offline", has_text="存在本机").wait_for()
    assert days() == {1: 1}
    page.close()
    running.kill()
    context.set_offline(False)

    page = context.new_page()
    page.goto(f"{running.url}/doorway/")  # no server: the phone alone opens it
    page.locator("[data-k='tab-records'] .count", has_text="5").wait_for()
    tap(page, 4, "no_answer")
    page.locator("[data-k='tab-records'] .count", has_text="6").wait_for()  # shown once the phone has it for good
    page.reload()
    page.locator("[data-k='tab-records'] .count", has_text="6").wait_for()
    running.start()
    page.reload()
    idle(page)
    assert days() == {1: 1, 2: 2, 3: 2, 4: 3}
    assert facts() == 6
    page.locator("[data-k='tab-records']").click()
    # the number to call back, too, says when it was received
    handle = numbered("98010000", 0)  # the number said at the door, off line, is the person's for good
    assert page.locator(".records", has_text=grouped(handle)).count() == 1
    with door.ledger() as connection:
        told = connection.execute(
            "select c.handle from ledger_row r, lateral persons_cards(array[r.person]) c where r.noun = 'exception'"
        ).fetchall()
    assert told == [(handle,)]
    assert page.locator(".records .received .stage", has_text=re.compile(r"已收到 \d\d:\d\d")).count() == 7
    with door.ledger() as connection:
        row = connection.execute(
            "select data ->> 'temp10', data -> 'concerns' ->> 0, place, 'exception/' || key = data ->> 'callback'"
            " from ledger_row where noun = 'exception'"
        ).fetchone()
        assert row == ("385", "fever", 6, True)
        assert connection.execute(
            "select owner = (select 'exception/' || key from ledger_row where noun = 'exception')"
            " from people_vault_item"
        ).fetchall() == [(True,)]
        assert connection.execute("select count(*) from ledger_fact where body like '%1380000%'").fetchone() == (0,)
    context.close()


def test_a_lost_answer_makes_no_second_fact(running: Any, browser: Any) -> None:
    context = phone(browser)
    page = context.new_page()
    sign_in(page, running, "zhao")
    lost = []

    def swallow(route: Any) -> None:
        route.fetch()  # the server takes it …
        lost.append(route.request.url)
        route.abort()  # … and its answer never arrives

    page.route(re.compile("/doorway/send"), swallow, times=1)
    tap(page, 5, "well")
    page.locator("[data-k='tab-records'] .count", has_text="1").wait_for()
    until(page, facts, 1)
    page.wait_for_timeout(200)
    page.reload()
    idle(page)
    assert lost and facts() == 1 and days() == {5: 1}
    context.close()


def test_two_days_late_from_a_clock_three_hours_wrong(running: Any, browser: Any) -> None:
    now = dt.datetime.now(dt.UTC)
    wrong = dt.timedelta(hours=3)
    context = phone(browser)
    page = context.new_page()
    sign_in(page, running, "zhao")
    page.clock.set_system_time(now - dt.timedelta(days=2) + wrong)
    context.set_offline(True)
    tap(page, 6, "well")
    page.locator(".strip.offline").wait_for()
    page.clock.set_system_time(now + wrong)
    context.set_offline(False)
    until(page, facts, 1, 25)
    with door.ledger() as connection:
        row = connection.execute(
            "select d.day, f.effective_at, f.received_at, a.sent_at from ledger_fact f join ledger_append a on "
            "a.id = f.append"
            " join community_household_day d on d.fact = f.id"
        ).fetchone()
    assert row is not None
    day, effective, received, sent = row
    assert abs(sent - received - wrong) < dt.timedelta(minutes=2)  # how wrong the clock is, is known …
    assert abs(received - effective - dt.timedelta(days=2)) < dt.timedelta(minutes=2)  # … and taken out
    assert day == effective.astimezone(dt.timezone(dt.timedelta(hours=8))).date()
    context.close()


def test_undo_and_a_shared_phone(running: Any, browser: Any) -> None:
    context = phone(browser)
    page = context.new_page()
    sign_in(page, running, "zhao")
    tap(page, 7, "unwell")
    idle(page)
    page.locator("[data-k='ask']").click()  # a doctor's call is one tap from there
    assert "7" in page.locator("dialog h2").first.inner_text()
    page.keyboard.press("Escape")
    page.locator("[data-k='language']").click()
    page.locator("[data-k='undo']").click()
    until(page, days, {7: 0})
    taken = page.locator(".note span", has_text="Taken back").inner_text()
    assert "7" in taken and taken.isascii(), "in the language of now, whichever it was said in"
    page.locator("[data-k='language']").click()
    page.locator("[data-k='well-7']").wait_for()
    context.set_offline(True)
    tap(page, 8, "well")
    page.locator("[data-k='tab-records'] .count", has_text="1").wait_for()
    raw = page.evaluate("""async () => { const r = indexedDB.open('tongzhou-doorway'); await new Promise((d) => {
    r.onsuccess = d; });
      const q = r.result.transaction('queue').objectStore('queue').getAll(); await new Promise((d) => { q.onsuccess
      = d; });
      return JSON.stringify(q.result.map((i) => [Object.keys(i), new TextDecoder().decode(i.sealed.data)])); }""")
    assert "household" not in raw and "well" not in raw  # at rest it is sealed
    page.locator("[data-k='lock']").click()
    page.locator("dialog .do").click()
    page.locator(".outside").wait_for()
    page.reload()
    page.locator(".outside").wait_for()
    context.set_offline(False)
    page.reload()  # the server hears of it before anything is asked: nobody is let in by the old session
    page.locator(".outside a.do").wait_for()
    until(page, lambda: page.evaluate("fetch('/doorway/list.json').then((r) => r.status)"), 401)
    sign_in(page, running, "qian")
    page.locator("[data-door='41']").wait_for()
    assert page.locator("[data-door='9']").count() == 0
    page.locator("[data-k='tab-records']").click()
    assert page.locator(".records li").count() == 0 and 8 not in days()
    page.locator("[data-k='lock']").click()
    page.locator(".outside a.do").wait_for()
    until(page, lambda: page.evaluate("fetch('/doorway/list.json').then((r) => r.status)"), 401)
    sign_in(page, running, "zhao")
    until(page, lambda: days().get(8), 1)
    context.close()


def test_a_refusal_stays_with_its_reason_and_is_corrected(running: Any, browser: Any) -> None:
    context = phone(browser)
    page = context.new_page()
    sign_in(page, running, "zhao")
    context.set_offline(True)
    tap(page, 9, "well")
    with door.ledger() as connection:  # meanwhile the door moved to another grid
        connection.execute("update community_household set place = 7 where id = 9")
    context.set_offline(False)
    page.locator("[data-k='refused']").click(timeout=20000)
    page.locator(".records .refused .reason", has_text="没有这个编号").wait_for()
    page.locator(".records .refused button").click()
    page.fill("#fix-door", "10")
    page.locator("dialog .do").click()
    until(page, days, {10: 1})
    assert page.locator(".records li").count() == 2  # the refused one is still there
    context.close()


def test_charlie_sees_nothing_even_on_zhaos_phone(running: Any, browser: Any) -> None:
    context = phone(browser)
    page = context.new_page()
    sign_in(page, running, "zhao")
    page.goto("about:blank")
    context.clear_cookies()
    page.goto(f"{running.url}/login?next=/doorway/")
    page.fill("#id_username", "charlie")
    page.fill("#id_password", world.PASSWORD)
    page.click("main button.do")
    page.locator(".outside", has_text="没有您可以看的内容").wait_for()
    assert page.locator("[data-door]").count() == 0
    context.close()


@pytest.mark.parametrize("width,locale", [(320, "zh-CN"), (360, "en-US")])
def test_axe_finds_nothing_and_nothing_spills(running: Any, browser: Any, width: int, locale: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = phone(browser, bypass_csp=True, viewport={"width": width, "height": 640})
    page = context.new_page()
    sign_in(page, running, "zhao")
    if locale == "en-US":
        page.locator("[data-k='language']").click()
    for open_it in ("tab-doors", "tab-walk", "tab-records", "tab-doors", "paper"):
        page.locator(f"[data-k='{open_it}']").click()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("[data-k='tab-doors']").click()
    page.locator("[data-k='who-1']").click()
    page.locator("dialog [data-k='fever']").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_a_contact_is_asked_off_line_and_a_fever_makes_the_call_back(running: Any, browser: Any) -> None:
    now = dt.datetime.now(dt.UTC)
    case = "0170bbd2-0000-7000-8000-000000000004"
    last = (local_day(now) - dt.timedelta(days=1)).isoformat()  # the region's day, at any hour of this machine
    body = {"case": case, "category": "household", "first_day": last, "last_day": last, "household": 3}
    named = Said(
        id=uuids.uuid7(),
        kind="contact.named",
        effective_at=now,
        place=3,
        home=6,
        body=msgspec.Raw(json.dumps(body).encode()),
    )
    world.say(named)
    context = phone(browser)
    page = context.new_page()
    sign_in(page, running, "zhao")
    context.set_offline(True)
    shown = page.locator(".walk").inner_text()
    # The edition of 2020 is not in force today: no day is made up.
    assert "县疾控说明的日期" in shown and "第 1 天" in shown and case not in page.content()
    page.locator(f"[data-k='told-{named.id}']").click()
    page.fill(f"[data-k='temp-{named.id}']", "66")
    page.locator(f"[data-k='asked-{named.id}']").click()
    assert "30.0" in page.locator(".cards .error").inner_text()
    page.fill(f"[data-k='temp-{named.id}']", "38.2")
    page.locator(".cards [data-k='fever']").click()
    page.locator(f"[data-k='asked-{named.id}']").click()
    page.locator("[data-k='tab-records'] .count", has_text="4").wait_for()  # kept, and seen to be kept
    assert facts() == 1
    context.set_offline(False)
    page.reload()
    idle(page)
    with door.ledger() as connection:
        row = connection.execute(
            "select state, data -> 'records' -> 0 ->> 'temp10', data ->> 'told_begin' is not null from ledger_row"
            " where noun = 'observation'"
        ).fetchone()
        assert row == ("symptoms", "382", True)
        raised = connection.execute("select data ->> 'temp10', place from ledger_row where noun = 'exception'")
        assert raised.fetchall() == [("382", 6)]
    assert facts() == 5 and days() == {3: 2}
    context.close()


def test_the_day_is_one_walk_that_goes_on_off_line(running: Any, browser: Any) -> None:
    now = dt.datetime.now(dt.UTC)
    hour, day = dt.timedelta(hours=1), local_day(now).isoformat()

    def say(kind: str, body: dict[str, Any]) -> str:
        said = world.said(kind, body, place=6, at=now - hour)
        assert not world.say(said).refused
        return str(said.id)

    with door.ledger() as connection:
        connection.execute("update community_household set building = '3', stairwell = '1', floor = 1 + id / 4,"
                           " room = (100 + id)::text where id <= 20")  # fmt: skip
    visit = say("task.set", {"what": "visit", "household": 25, "due": (now + 9 * hour).isoformat()})
    food = say("need.stated", {"household": 2, "items": {"food": 2}})
    pills = say("need.stated", {"household": 30, "items": {"medicine": 1}, "medicine_last_dose": day})
    call = say("exception.raised", {"household": 19, "concerns": ["fever"], "temp10": 391})
    world.say(*(world.heard(n, place=6, at=now) for n in range(1, 41) if n not in (4, 18)))
    context = phone(browser, bypass_csp=True)
    page = context.new_page()
    sign_in(page, running, "zhao")
    page.locator(f"[data-k='done-{pills}']").wait_for()
    keys = "[...document.querySelectorAll('.walk [data-k]')].map((one) => one.dataset.k)"
    asked = [f"done-{pills}", "well-18", f"worse-{call}", "well-4", f"done-{food}", f"done-{visit}"]
    order = [key for key in page.evaluate(keys) if key in asked]
    assert order == asked, "medicine first; then from the top of stairwell 1 down, then stairwell 2"
    text = page.locator(".walk").inner_text()
    assert "还有 5 站" in text and "等医生回电，不用敲门" in text and "39.1 ℃" in text
    context.set_offline(True)
    page.locator(f"[data-k='done-{pills}']").click()
    page.locator("[data-k='well-18']").click()
    tap_while_drawn(page, f"[data-k='not-{visit}']", f"() => {{ window.pressed = performance.now(); {DRAWN} }}")
    page.get_by_role("button", name="没有人在").wait_for()
    asked_why = f"document.querySelector(\"[data-hold='task-{visit}'] button\")"
    waits = f"() => {{ {DRAWN} return {asked_why}.disabled || performance.now() - pressed > 700 }}"
    assert page.evaluate(waits), "drawn anew, the reasons wait for the thumb as before"
    page.get_by_role("button", name="没有人在").click()
    page.locator("h2", has_text="还有 3 站").wait_for()
    page.close()
    page = context.new_page()
    page.goto(f"{running.url}/doorway/")  # the phone alone: the walk stands as it was left
    page.locator("h2", has_text="还有 3 站").wait_for()
    context.set_offline(False)
    page.reload()
    idle(page)
    assert [state for _key, state, _data in world.rows("need")] == ["open", "met"]
    assert [state for _key, state, _data in world.rows("task")] == ["not_ready"]
    context.close()


def test_ones_own_stops_stand_before_those_of_others_and_can_stand_alone(running: Any, browser: Any) -> None:
    now = dt.datetime.now(dt.UTC)
    day = local_day(now).isoformat()
    with door.ledger() as connection:
        ids = dict(connection.execute("select username, id from auth_user").fetchall())

    def given(household: int, who: str, stop: int) -> str:
        body = {"household": household, "items": {"medicine": 1}, "medicine_last_dose": day}
        need = world.said("need.stated", body, place=6, at=now - dt.timedelta(hours=1))
        about = {"about": f"need/{need.id}", "helper": ids[who], "day": day, "stop": stop}
        assert not world.say(need, world.said("helper.assigned", about, place=6, at=now)).refused
        return f"done-{need.id}"

    others, mine = given(2, "qian", 1), given(30, "zhao", 8)
    world.say(*(world.heard(n, place=6, at=now) for n in range(1, 40)))
    context = phone(browser, bypass_csp=True)
    page = context.new_page()
    sign_in(page, running, "zhao")
    page.locator(f"[data-k='{mine}']").wait_for()
    keys = "[...document.querySelectorAll('.walk [data-k^=done]')].map((one) => one.dataset.k)"
    assert page.evaluate(keys) == [mine, others]
    page.locator("[data-k='mine-only']").click()
    page.locator(f"[data-k='{others}']").wait_for(state="detached")
    assert page.evaluate(keys) == [mine]
    context.close()
