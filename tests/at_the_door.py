"""Zhao's phone, for tests that drive it."""

from __future__ import annotations

import re
import time
from typing import Any

import world

from tongzhou.ledger import door


def phone(browser: Any, **more: Any) -> Any:
    return browser.new_context(**{"viewport": {"width": 360, "height": 740}, "locale": "zh-CN", **more})


def sign_in(page: Any, server: Any, who: str) -> None:
    page.goto(f"{server.url}/login?next=/doorway/")
    page.fill("#id_username", who)
    page.fill("#id_password", world.PASSWORD)
    page.click("main button.do")
    page.locator("[data-door]").first.wait_for()
    # evaluate, not wait_for_function: that one polls by eval(), which the page's policy forbids.
    until(page, lambda: page.evaluate("() => navigator.serviceWorker.controller !== null"), True)


def tap(page: Any, household: int, what: str) -> None:
    page.locator(f"[data-k='{what}-{household}']").click()


def tap_while_drawn(page: Any, selector: str, news: str) -> None:
    """A finger that is on the glass while the page hears of `news` and wants to be drawn anew."""
    page.locator(selector).hover()
    page.mouse.down()
    page.evaluate(news)
    page.mouse.up()


def until(page: Any, ask: Any, wanted: Any, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while (found := ask()) != wanted and time.monotonic() < deadline:
        page.wait_for_timeout(50)  # not time.sleep: routes are answered in this thread
    assert found == wanted


def idle(page: Any) -> None:
    """The page itself says that all of it was received."""
    page.locator(".strip.online", has_text=re.compile("全部收到")).wait_for(timeout=20000)


def days() -> dict[int, int]:
    with door.ledger() as connection:
        return dict(connection.execute("select household, state from community_household_day").fetchall())
