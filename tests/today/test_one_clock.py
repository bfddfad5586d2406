"""One clock: what a page says of an hour, Today says of the same thing; the navigation counts the rounds."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import world
from django.db import transaction

from tongzhou.command.rounds import rounds
from tongzhou.people.scope import holder_of, set_scope

pytestmark = pytest.mark.postgres
EARLIER = world.NOW - dt.timedelta(hours=1)
WARD = {"key": "h.a", "facility": "h", "facility_zh": "东医院", "facility_en": "East Hospital", "name_zh": "一病区",
        "name_en": "Ward 1", "kind": "designated", "bed": "general", "serves": "confirmed", "place": "hu.980101",
        "beds": 3}  # fmt: skip


def say(kind: str, body: dict[str, object], place: int, **more: object) -> str:
    fact = world.said(kind, body, place=place, at=EARLIER)
    fact = type(fact)(**{**{name: getattr(fact, name) for name in fact.__struct_fields__}, **more})
    assert not world.say(fact).refused
    return str(fact.id)


def a_home() -> str:
    case = say("case.identified", {"classification": "suspected", "epi": ["E1"], "clinical": ["C1"], "age": 44}, 3)
    say("dependant.stated", {"household": 1, "who": "child", "on": [f"case/{case}"]}, 5, home=6)
    say("member.left", {"household": 1, "who": f"case/{case}"}, 5, home=6)
    return "home-1-name_carer"


def a_call() -> str:
    return f"exception-{world.fever(household=1)}-call_back"


def a_directive() -> str:
    due = (world.NOW + dt.timedelta(hours=20)).isoformat()
    return f"directive-{say('directive.issued', {'what': 'service', 'text': 'Visit', 'to': [5], 'due': due}, 1)}-read_"


def a_request() -> str:
    return f"support-{say('support.requested', {'what': 'staff', 'text': 'Two more'}, 5, reporting=1)}-answer_"


def words(html: str) -> tuple[str, str]:
    """State and words of the clock in a part of a page."""
    told = re.search(r"(\d+:\d\d|\d+ (?:min|h|days)) (late|left)</b>\W*(?:<small>)?\s*(due|by) ([\d: -]+\d)", html)
    assert told, html[:600]
    state = "late" if told[2] == "late" else "soon" if re.search(r'class="(?:clock )?soon"', html) else ""
    return state, " ".join(told.groups())


@pytest.mark.parametrize(
    ("makes", "who", "path", "of"),
    [(a_home, "lead", "/homes/", "h-"), (a_call, "doctor", "/callbacks/", "e-"),
     (a_directive, "lead", "/directives/", "d-"), (a_request, "duty", "/requests/", "r-")],
    ids=["home", "call", "directive", "request"],
)  # fmt: skip
def test_a_page_and_today_say_the_same_of_the_same_thing(staff, makes, who, path, of):
    line, seen = makes(), set()
    for hours in (1, 1.2, 1.8, 2.3, 4, 7.2, 7.45, 8.1, 8.4, 9, 26, 31):
        world.at(EARLIER + dt.timedelta(hours=hours))
        found = re.search(rf'<li id="d-{line}.*?</li>', world.page(who, "/today"))
        if not found:  # it ran into another duty, or is another desk's by now
            continue
        page = world.page(who, path)
        part = re.search(rf'id="{of}[^"]*".*?</h2>', page)
        assert part and words(part[0]) == words(found[0]), (hours, part and part[0])
        seen.add(words(part[0])[0])
    assert len(seen) > 1, "only one state was met"


def test_what_above_reads_late_is_late_where_it_is_owed(staff):
    a_directive()
    world.at(EARLIER + dt.timedelta(hours=3))
    assert "58 min late" not in world.page("duty", "/directives/")
    row = re.search(r"<td[^>]*>not read.*?</td>", world.page("duty", "/directives/"))
    assert row and words(row[0]) == words(world.page("lead", "/directives/")), "two hours to read it, and an hour past"


def of(by: int, now: dt.datetime, what: str) -> list[tuple[str, int, int, int, int | None]]:
    holder = holder_of(by)
    with transaction.atomic():
        set_scope(holder)
        return [(one.role, one.place, one.n, one.of, one.desk) for one in rounds(holder, now) if one.what == what]


def test_wards_and_stores_that_nobody_counted_go_up_the_ladder_as_numbers(staff):
    world.wards([WARD])
    body = {"place": 2, "item": "n95", "usable": 100}
    world.say(world.said("stock.counted", body, place=2, at=world.NOW - dt.timedelta(days=1)))
    published = {"place": 2, "item": "coverall", "usable": 9, "source": "A notice"}  # of the whole place: no store
    world.say(world.said("stock.counted", published, place=2, at=world.NOW - dt.timedelta(days=1)))
    ten = world.NOW.replace(hour=10)
    assert of(staff["sun"], ten, "count_ward") == []
    assert of(staff["sun"], ten + dt.timedelta(hours=1), "count_ward") == [("dispatcher", 3, 1, 1, 2)]
    assert of(staff["wu"], ten + dt.timedelta(hours=5), "count_ward") == []
    assert of(staff["wu"], ten + dt.timedelta(hours=7), "count_ward") == [("desk", 3, 1, 1, 1)]
    assert of(staff["wu"], ten + dt.timedelta(hours=9), "count_stock") == []
    for who in ("far", "an", "charlie"):
        assert of(staff[who], ten + dt.timedelta(hours=9), "count_ward") == []
    world.say(world.said("ward.counted", {"ward": 1, "staffed": 1}, place=3))
    assert of(staff["wu"], ten + dt.timedelta(hours=7), "count_ward") == []


def test_the_navigation_counts_rounds_for_whoever_must_act(staff):
    html = world.page("zhao", "/aftercare/")
    counted = [href for href, told in re.findall(r'<a href="(/[^"]*)"[^>]*>(.*?)</a>', html) if "1 to do" in told]
    assert {"/today", "/doorway/"} <= set(counted), "one round: the doors of the grid"
    assert "1 to do" in (today := world.page("zhao", "/today")) and "Hear from silent doors" in today
    world.say(*(world.heard(n, place=6) for n in range(1, 41)))
    html = world.page("zhao", "/today")
    assert 'title="1 to do"' not in html and "0 to do" in html


def test_a_follow_up_that_nobody_asks_goes_up_the_ladder(staff):
    case = say("case.identified", {"classification": "suspected", "epi": ["E1"], "clinical": ["C1"], "age": 44}, 3)
    day = world.NOW.date().isoformat()
    say("contact.named", {"case": case, "category": "household", "first_day": day, "last_day": day, "household": 1},
        3, home=6)  # fmt: skip
    assert re.search(r'<li id="d-observation-[^"]*follow_up', world.page("doctor", "/today"))
    world.at(world.NOW + dt.timedelta(hours=23))
    html = world.page("duty", "/today")
    assert re.search(r'<li id="d-observation-[^"]*follow_up', html) and "It came up from" in html


def test_the_handover_says_of_each_thing_what_it_is(staff):
    world.fever(household=1)
    world.at(world.EVENING + dt.timedelta(hours=10))
    html = world.page("duty", "/handover/")
    part = re.search(r"What the desk owes.*?</table>", html)
    assert part and "call-back owed to a door" in part[0] and "<td>–</td>" not in part[0]
