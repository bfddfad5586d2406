"""The main links say how much is owed behind each, and whether some of it is late."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import world
from django.test.utils import CaptureQueriesContext

from tongzhou.console.nav import badges, entry
from tongzhou.console.nav import links as every_link
from tongzhou.people.duties import NAMED, TODAY
from tongzhou.people.mine import Counts, Tally

pytestmark = pytest.mark.postgres
HOUR = dt.timedelta(hours=1)


def links(who: str, path: str = "/me", language: str = "en") -> dict[str, str]:
    """What the number beside each main link says, by address: those of the groups, and of the page's own."""
    inside = world.page(who, path, language=language).partition("<nav")[2].partition("</nav>")[0]
    told = re.findall(r'<a href="([^"]+)"[^>]*>[^<]*(?:<b class="(n[^"]*)" title="([^"]+)">)?', inside)
    return {href: f"{kind}: {words}" for href, kind, words in told if words}


def test_open_duties_are_counted_where_they_are_done_and_late_ones_are_said(staff):
    world.say(world.said("exception.raised", {"household": 1, "concerns": ["fever"], "temp10": 390}, place=6))
    assert links("doctor")["/today"] == "n: 1 to do"
    assert links("doctor", "/callbacks/")["/callbacks/"] == "n: 1 to do"
    assert "/callbacks/" not in links("zhao") and links("charlie") == {}
    world.at(world.NOW + HOUR)
    assert links("doctor", "/callbacks/")["/callbacks/"] == "n late: 1 to do, 1 late"
    assert links("doctor", "/callbacks/", "zh-hans")["/callbacks/"] == "n late: 要办 1 件，1 件超时"


def test_nobody_has_more_than_seven_groups_and_every_page_one_holds_is_in_one(staff):
    for who in world.STAFF:
        rail = world.page(who, "/me").partition('<nav class="rail')[2].partition("</nav>")[0]
        assert rail.count("<li>") <= 7, who


def test_every_entry_of_the_table_has_its_link():
    hrefs = {href for _group, href, *_ in every_link()} | {TODAY}
    assert {entry(what) for what in NAMED} <= hrefs
    assert entry("answer_letter") == "/cases/" and entry("close_house") == "/beds/"


def test_today_counts_all_and_a_later_edition_s_entry_too():
    found = dict(badges(Counts({"call_back": Tally(2, 1), "send_on": Tally(1, 0), "never_heard_of": Tally(3, 3)})))
    assert found == {"/callbacks/": Tally(3, 1), TODAY: Tally(6, 4)}


def test_the_numbers_cost_one_question_a_page(staff):
    from django.db import connection

    world.page("doctor", "/me")
    with CaptureQueriesContext(connection) as captured:
        world.page("doctor", "/me")
    assert sum("ledger_owed" in one["sql"] for one in captured.captured_queries) == 1


def test_whoever_changes_the_language_comes_back_to_the_very_page():
    """Django finds the page again by its name: two addresses of one name would lead to the other of them."""
    from django.urls import get_resolver, translate_url

    from tongzhou.pages.ask import PLACED

    plain = {f"/{one.at}" for one in PLACED if "<" not in one.at}
    for name in get_resolver().reverse_dict:
        if isinstance(name, str):
            plain |= {
                f"/{at}" for ways, *_ in get_resolver().reverse_dict.getlist(name) for at, given in ways if not given
            }
    assert len(plain) > 60
    for language in ("en", "zh-hans"):
        assert {address: translate_url(f"{address}?door=15", language) for address in plain} == {
            address: f"{address}?door=15" for address in plain
        }
