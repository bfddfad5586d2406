"""The day plan in a real browser: signed on the page, seen on a worker's phone; nothing spills, axe finds nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import world
from live import live

pytestmark = [pytest.mark.postgres, pytest.mark.browser]


@pytest.fixture
def server(db: str) -> Iterator[Any]:
    world.furnish(simulated=True)
    facts = [world.said("need.stated", {"household": h, "items": {"food": 2}}, place=6) for h in (3, 9, 21)]
    facts += [world.said("task.set", {"what": "visit", "household": h}, place=7) for h in (44, 60)]
    facts.append(world.said("exception.raised", {"household": 50, "concerns": ["alone"]}, place=7))
    assert not world.say(*facts).refused
    with live() as started:
        yield started


def _signed_in(browser: Any, server: Any, who: str, locale: str = "en-US", width: int = 1200) -> Any:
    view = {"width": width, "height": 800}
    page = browser.new_context(locale=locale, viewport=view, bypass_csp=True, service_workers="block").new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{server.url}/login")
    page.fill("#id_username", who)
    page.fill("#id_password", world.PASSWORD)
    page.click("main button.do")
    page.wait_for_load_state()
    return page


def _sound(page: Any, where: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for width in (1200, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (where, width)
    told = [(one["id"], one["nodes"][0]["html"][:120]) for one in Axe().run(page).response["violations"]]
    assert not told, (where, json.dumps(told, ensure_ascii=False))


def test_signed_on_the_page_and_first_on_the_phone_of_whoever_goes(browser: Any, server: Any) -> None:
    lead = _signed_in(browser, server, "lead")
    for path in ("/plan/", "/plan/visits", "/plan/supplies", "/plan/rosters"):
        lead.goto(f"{server.url}{path}")
        _sound(lead, path)
    lead.goto(f"{server.url}/plan/visits")
    lead.get_by_role("button", name="Sign: 6 doors").focus()
    lead.keyboard.press("Enter")
    lead.locator("dt", has_text="Signed for today").locator("xpath=following-sibling::dd", has_text="6").wait_for()
    phone = _signed_in(browser, server, "zhao", "zh-CN", 360)
    phone.goto(f"{server.url}/doorway/")
    cards = phone.locator("ul.cards > li", has_text="今天归我")
    cards.first.wait_for()
    stops = [f"今天归我，第 {n} 站" for n in (1, 2, 3)]
    assert [stop in text for stop, text in zip(stops, cards.all_inner_texts(), strict=True)] == [True] * 3
    duty = _signed_in(browser, server, "duty")
    duty.goto(f"{server.url}/plan/")
    _sound(duty, "the desk above")
    assert duty.locator("td", has_text="Tongzhouli").count() == 1
    assert not lead.complaints and not phone.complaints and not duty.complaints
