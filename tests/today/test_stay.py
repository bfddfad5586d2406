"""Whoever acts on Today stays where they were: the receipt stands there with whom it was about and its undo, and the
next line follows. A long list is folded by what is done in one go, and loses nothing."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
import uuid_utils.compat as uuids
import world

from tongzhou.ledger import door, follow

pytestmark = pytest.mark.postgres
EARLIER = world.NOW - dt.timedelta(hours=1)


def say(kind: str, body: dict[str, Any], place: int = 6, **envelope: Any) -> str:
    one = msgspec.structs.replace(world.said(kind, body, place=place, at=EARLIER), **envelope)
    assert not world.say(one).refused
    return str(one.id)


def fevers(n: int, **more: Any) -> list[str]:
    return [say("exception.raised", {"household": door, "concerns": ["fever"], **more}) for door in range(1, n + 1)]


def lines(html: str) -> list[str]:
    return re.findall(r'<li id="(d-[^"]+)"', html)


def press(who: str, html: str, line: str, act: str, **form: str) -> str:
    """Press an act of a line as its form on the page has it; the address that follows."""
    part = html[html.index(f'<li id="{line}"') :]
    found = next(one for one in re.findall(r"<form.*?</form>", part) if f'name="act" value="{act}"' in one)
    action = re.search(r'action="([^"]+)"', found)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found))
    hidden.pop("csrfmiddlewaretoken", None)
    assert action
    return world.post(who, action[1].replace("&amp;", "&"), **hidden, **form)


def test_after_an_act_the_receipt_stands_where_the_line_was_and_is_undone_there(staff):
    fevers(3)
    html = world.page("doctor", "/today")
    first, second, third = lines(html)
    where = press("doctor", html, second, "no_answer")
    told = urlsplit(where)
    assert (told.path, told.fragment) == ("/today", "did") and parse_qs(told.query) == {
        "did": [second], "then": [third]}  # fmt: skip
    browser = world.browser("doctor")
    sent = _sent(browser.get("/today").content.decode(), first, "no_answer")
    there = browser.post(f"/today/act?then={second},{third}", sent, follow=True)
    html = " ".join(there.content.decode().split())
    receipt, after = html[html.index('id="did"') :].split("</li>", 1)
    assert "No answer · Door" in receipt and "Received 09:00" in receipt and "Undo" in receipt
    assert lines(after)[0] == second, "the next line follows the receipt"
    back = re.search(r'name="next" value="([^"]+)"', receipt)
    fact = re.search(r'name="fact" value="([^"]+)"', receipt)
    assert back and fact
    undone = browser.post(
        "/today/undo", {"fact": fact[1], "id": str(uuids.uuid7()), "next": back[1].replace("&amp;", "&")},
        follow=True,
    )  # fmt: skip
    html = " ".join(undone.content.decode().split())
    assert "Taken back" in html and lines(html[html.index('id="did"') :])[0] == first


def _sent(html: str, line: str, act: str) -> dict[str, str]:
    html = " ".join(html.split())
    part = html[html.index(f'<li id="{line}"') :]
    found = next(one for one in re.findall(r"<form.*?</form>", part) if f'name="act" value="{act}"' in one)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found))


def test_after_the_last_line_the_receipt_stands_below_it_and_what_was_done_meanwhile_is_told_there(staff):
    fevers(2)
    html = world.page("doctor", "/today")
    first, last = lines(html)
    assert press("doctor", html, last, "no_answer").endswith(f"did={last}&then=end#did")
    world.say(world.said("exception.closed", {"exception": world.rows("exception")[0][0], "outcome": "moved"},
                         place=6))  # fmt: skip
    follow.catch_up()
    gone = press(
        "doctor", html, next(one for one in (first, last) if world.rows("exception")[0][0] in one), "no_answer"
    )
    assert gone.endswith("#did")


def test_a_long_list_is_folded_by_stairwell_and_kind_and_loses_no_line(staff):
    with door.ledger() as ledger:
        ledger.execute("update community_household set building = '3', stairwell = (id % 3)::text, room = '101'")
    for number in range(1, 16):
        say("need.stated", {"household": number, "items": {"food": 1}})
    high = fevers(1, temp10=393)
    follow.catch_up()
    html = world.page("lead", "/today")
    bunches = re.findall(r'<li class="bunch[^>]*>.*?</summary>', html)
    told = [re.sub(r"<[^>]+>", " ", one).split() for one in bunches]
    assert [" ".join(one) for one in told] and all("Building" in one for one in told)
    assert sum(int(re.search(r'class="n">(\d+)', one)[1]) for one in bunches) == 15
    assert len(lines(html)) == len(set(lines(html))) >= 15, "nothing is cut"
    assert " open" not in html[html.index('<li class="bunch') :].split("<summary", 1)[0]
    needs = [one for one in lines(html) if "-need-" in one]
    opened = world.page("lead", f"/today?open={needs[4]}~more")
    assert opened.count('<details name="bunch" open>') == 1, "the line that is in front of her is in sight"
    assert high and not re.search(r'class="bunch.*?exception', " ".join(bunches))


def test_of_a_short_page_three_alike_are_one_line_and_what_is_a_week_late_stands_in_a_fold_of_its_own(staff):
    for number in range(1, 7):
        say("need.stated", {"household": number, "items": {"food": 1}})
    follow.catch_up()
    html = world.page("lead", "/today")
    assert len(lines(html)) == 6 and html.count('<details name="bunch"') == 1 and 'id="g-old"' not in html
    world.at(world.NOW + dt.timedelta(days=12))
    fevers(1, temp10=393)
    late = world.page("lead", "/today")
    old = late[late.index('id="g-old"') :]
    assert len([one for one in lines(old) if "-need-" in one]) == 6, "and of today's lines none is among them"
    assert not [one for one in lines(late.split('id="g-old"')[0]) if "-need-" in one] and "call_back" not in old
    assert '<details class="old">' in old, "it is folded"
    first = next(one for one in lines(old) if "-need-" in one)
    assert '<details class="old" open>' in world.page("lead", f"/today?open={first}~more")


def test_a_line_says_why_it_presses_to_whoever_may_read_it(staff):
    fever = fevers(1, concerns=["fever", "breathless"], temp10=389)[0]
    need = {"household": 4, "items": {"medicine": 1}, "medicine_last_dose": "2020-03-11"}
    say("need.stated", need)
    follow.catch_up()
    assert "breathless, fever · 38.9 ℃" in world.page("doctor", "/today")
    assert "medicine for 1 more day" in world.page("lead", "/today")
    world.at(world.NOW + dt.timedelta(days=1, hours=3))
    assert "for 1 day" in world.page("doctor", "/today")
    assert fever and "breathless" not in world.page("duty", "/today")
