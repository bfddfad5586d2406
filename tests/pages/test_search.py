"""One search finds doors, places, wards, sites, rules and pages, as far as whoever asks may see them."""

from __future__ import annotations

import pytest
import world

from tongzhou.console import search

pytestmark = pytest.mark.postgres


def found(who: str, text: str, language: str = "en") -> str:
    inside = world.page(who, f"/find?q={text}", language=language).partition("<main")[2].partition("</main>")[0]
    return world.squeezed(inside)


def test_each_finds_what_they_hold(staff: dict[str, int]) -> None:
    assert 'href="/board/9"' in found("wu", "an") and "/board/9" not in found("zhao", "an")
    assert 'href="/doorway/#d-12"' in found("zhao", "12") and "#d-12" not in found("far", "12")
    assert "#d-12" not in found("wu", "12")  # the province sees counts, no doors
    assert 'href="/beds/"' in found("sun", "bed") and "/beds/" not in found("zhao", "bed")
    assert 'href="/rules/CASE-T7"' in found("tang", "case-t7")
    assert "您能看到的范围里没有叫这个的" in found("zhao", "zzz", "zh-hans")


def test_a_long_list_says_how_many_more(staff: dict[str, int]) -> None:
    told = found("lead", "-1")  # every room is named by its running number: 1, 10 … 19, 100
    assert told.count('href="/doorway/#d-') <= search.MOST
    rules = found("lead", "-01")
    assert rules.count('href="/rules/') == search.MOST and " more" in rules


def test_a_rule_tells_its_editions_and_where_they_were_read(staff: dict[str, int]) -> None:
    html = world.page("tang", "/rules/CASE-T7")
    assert "CASE-T7" in html and "From 2020-" in html and "grade" in html
    world.get("tang", "/rules/NO-SUCH", 404)
    world.get("charlie", "/find?q=an", 404)
