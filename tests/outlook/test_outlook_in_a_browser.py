"""Outlook, alerts, chains and the desks in a real browser: walked by keyboard, nothing spills, axe finds nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
import world
from live import live

from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import close_of, zone

pytestmark = [pytest.mark.postgres, pytest.mark.browser]


def _case(onset: str, source: str | None = None) -> str:
    at = dt.datetime.fromisoformat(f"{onset}T10:00").replace(tzinfo=zone())
    body = {"classification": "confirmed", "epi": ["E1"], "clinical": ["C1", "C2"], "onset": onset, "age": 41}
    fact = world.said("case.identified", body, place=3, at=at)
    fact = Said(id=fact.id, kind=fact.kind, effective_at=at, place=3, home=5, reporting=3, body=fact.body)
    facts = [fact]
    if source:
        shared = {"case": str(fact.id), "setting": "gathering", "first_day": onset, "last_day": onset, "source": source}
        facts.append(world.said("exposure.stated", shared, place=3, at=at))
    assert not world.say(*facts).refused
    return str(fact.id)


@pytest.fixture
def seen(db: str, browser: Any) -> Iterator[Any]:
    world.furnish(simulated=True)
    total, facts = 0, []
    for n in range(40):
        day, total = dt.date(2020, 3, 9) - dt.timedelta(days=39 - n), total + round(5 * 1.1**n)
        body = {"unit": "hu.980100", "day": str(day), "confirmed": total, "cured": 0, "dead": 0,
                "published_on": str(day + dt.timedelta(days=1)), "source": "test"}  # fmt: skip
        facts.append(world.said("bulletin.published", body, place=2, at=close_of(day)))
    assert not world.say(*facts, origin="imported").refused
    first = _case("2020-03-01")
    second = _case("2020-03-04", first)
    _case("2020-03-05", first)
    third = _case("2020-03-07", second)
    with live() as server:
        context = browser.new_context(locale="en-US", viewport={"width": 1200, "height": 800}, bypass_csp=True)
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.server, page.chain = server, (first, second, third)
        yield page
        context.close()


def _sign_in(page: Any, who: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{page.server.url}/login")
    page.fill("#id_username", who)
    page.fill("#id_password", world.PASSWORD)
    page.click("main button.do")
    page.wait_for_load_state()


def test_the_chain_is_walked_with_the_keyboard(seen: Any) -> None:
    first, second, third = seen.chain
    _sign_in(seen, "lin")
    seen.goto(f"{seen.server.url}/chains/{second}")
    seen.locator(f"[id='n-{first}']").focus()

    def at() -> str:
        return str(seen.evaluate("document.activeElement.id"))[2:]

    seen.keyboard.press("ArrowRight")
    assert at() == second
    seen.keyboard.press("ArrowRight")
    assert at() == third
    seen.keyboard.press("ArrowLeft")
    assert at() == second
    seen.keyboard.press("Home")
    assert at() == first
    seen.keyboard.press("End")
    assert at() not in (first, second)
    seen.keyboard.press("Home")
    seen.keyboard.press("Enter")
    seen.wait_for_url(f"**/cases/{first}")
    assert not seen.complaints


def test_pictures_are_drawn_nothing_spills_and_axe_finds_nothing(seen: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    pages = {
        "duty": ["/outlook/2?day=2020-03-09", "/alerts/?day=2020-03-09", "/morning/", "/directives/", "/reports/",
                 "/reports/community_daily?day=2020-03-09", "/forms/"],
        "lin": [f"/chains/{seen.chain[0]}", "/clusters/5?day=2020-03-09", "/alerts/?day=2020-03-09", "/cases/",
                "/warnings/", f"/cases/{seen.chain[0]}", "/outlook/3?day=2020-03-09"],
        "sun": ["/beds/", "/beds/houses"],
    }  # fmt: skip
    for who, paths in pages.items():
        _sign_in(seen, who)
        for path in paths:
            for width in (1200, 360):
                seen.set_viewport_size({"width": width, "height": 800})
                seen.goto(f"{seen.server.url}{path}")
                assert seen.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            if path.startswith("/outlook/2"):
                seen.locator("forecast-fan svg").first.wait_for()
            found = Axe().run(seen)
            told = [(one["id"], one["nodes"][0]["html"][:120]) for one in found.response["violations"]]
            assert not told, (path, json.dumps(told, ensure_ascii=False))
    assert not seen.complaints
