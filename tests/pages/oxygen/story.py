"""A ward asks for oxygen on its page; the supply desk owes it on Today, brings it, and owes nothing more."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import world

pytestmark = pytest.mark.postgres
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def sent(who: str, path: str, around: str, language: str = "en", to: str = "", **typed: str) -> Any:
    """Open a page, fill the form in which something stands, and press."""
    browser = world.client(who, language)
    html = browser.get(path).content.decode()
    form = next(one for one in re.findall(r"<form[^>]*method=.post.*?</form>", html, re.DOTALL) if around in one)
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(form)}
    return browser.post(to or path, hidden | typed, follow=True)


def goods(page: str) -> int:
    """How much the navigation says is to do about goods."""
    found = re.search(r'Goods <b class="n" title="(\d+) to do">', page)
    return int(found[1]) if found else 0


def test_a_ward_asks_and_the_supply_desk_brings(staff: dict[str, int]) -> None:
    path = "/oxygen/"
    assert world.client("charlie").get(path).status_code == world.client("zhao").get(path).status_code == 404
    before = world.page("mei", "/today")
    assert "Bring oxygen" not in before
    wrong = sent("nurse", path, "Bottles", bottles="900", why="leak")
    assert wrong.status_code == 422
    assert "900? From 1 to 50." in wrong.content.decode() and 'value="900"' in wrong.content.decode()
    zh = sent("nurse", path, "40 升瓶数", "zh-hans", bottles="４", why="leak").content.decode()
    assert "申请氧气 · 漏气" in zh and "撤销" in zh and "病区用氧" in zh
    assert not re.findall(r">[^<]*\b(oxygen|leak|bottles|asked)\b", zh)

    today = world.page("mei", "/today")
    assert "Bring oxygen to the ward" in today and "request for oxygen · Bottles of 40 litres: 4 · a leak" in today
    assert goods(today) == goods(before) + 1
    done = sent("mei", "/today", 'value="brought"', to="/today/act").content.decode()
    assert "brought · " in done and "Received 09:00." in done and "Bring oxygen to the ward</h3>" not in done
    over = world.page("nurse", path)
    assert "Nothing is open." in over and "a leak" in over and "brought" in over

    sent("nurse", path, "Bottles", bottles="2", why="used_up")
    page = world.page("mei", path)
    link = re.search(r'href="(\?open=[^"#]+)#answer"', page)
    assert link and "Bottles of 40 litres" in page
    answered = sent("mei", path + link[1], "outcome", outcome="not_available").content.decode()
    assert "not to be had" in answered and "Nothing is open." in answered
    assert world.rows("oxygen")[-1][1] == "not_available"
