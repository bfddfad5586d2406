"""What somebody owes is what lies nearest to them: theirs, not what a colleague below is asked for first."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
import world
from django.db import transaction
from tests_support import owner_dsn

from tongzhou.ledger.ranges import contains
from tongzhou.people import mine
from tongzhou.people.scope import holder_of, set_scope
from tongzhou.today import mine as today

pytestmark = pytest.mark.postgres
HOUR = dt.timedelta(hours=1)


def of(by: int, now: dt.datetime) -> dict[str, mine.Tally]:
    holder = holder_of(by)
    with transaction.atomic():
        set_scope(holder)
        found = mine.counts(holder, now)
        assert not found.more
        return found.by_what


def area(by: int) -> dict[str, set[int]]:
    found = mine.areas(holder_of(by))
    return {one.role: {place for place in range(1, 11) if contains(one.covers, place)} for one in found}


def of_desk(place: int) -> dict[str, set[int]]:
    return {one.role: {n for n in range(1, 11) if contains(one.covers, n)} for one in mine.of_desk(place)}


def test_a_post_covers_what_nobody_below_holds(staff):
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'duty_officer', 3)", [staff["lin"]])
    own = area(staff["lin"])
    assert {role: own[role] for role in ("epidemiologist", "duty_officer", "desk")} == {
        "epidemiologist": {3, 4, 5, 6, 7}, "duty_officer": {3, 4, 5, 6, 7}, "desk": {3, 4},
    }  # fmt: skip
    own = area(staff["wu"])
    assert (own["commander"], own["desk"]) == (set(range(1, 11)), {1, 2, 8, 9, 10})
    assert area(staff["charlie"]) == {}


def test_what_nobody_holds_falls_to_the_desk(staff):
    assert area(staff["wu"])["law_desk"] == {1, 2, 3, 4, 8, 9, 10}
    assert area(staff["wu"])["ward_nurse"] == {1, 2, 8, 9, 10} and "grid_worker" in area(staff["wu"])
    assert "clinician" not in {role for role, places in area(staff["lead"]).items() if places}


def test_what_somebody_owes_is_counted_from_the_moment_on_which_they_owe_it(staff):
    world.say(world.said("exception.raised", {"household": 1, "concerns": ["fever"], "temp10": 390}, place=6))
    assert of(staff["doctor"], world.NOW) == {"call_back": mine.Tally(1, 0)}
    assert of(staff["doctor"], world.NOW + HOUR) == {"call_back": mine.Tally(1, 1)}
    assert of(staff["lead"], world.NOW) == {}
    assert of(staff["lead"], world.NOW + HOUR) == {"call_back": mine.Tally(1, 1)}
    assert of(staff["zhao"], world.NOW + HOUR) == of(staff["far"], world.NOW + HOUR) == {}


def test_one_duty_is_counted_once_however_many_of_its_posts_one_holds(staff):
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'community_lead', 5)",
                      [staff["doctor"]])  # fmt: skip
    world.say(world.said("exception.raised", {"household": 1, "concerns": ["fever"], "temp10": 390}, place=6))
    assert of(staff["doctor"], world.NOW + HOUR) == {"call_back": mine.Tally(1, 1)}


def test_a_desk_owes_by_its_post_and_by_the_roles_that_hold_it(staff):
    with transaction.atomic():
        set_scope(holder_of(staff["wu"]))
        assert of_desk(5)["community_lead"] == of_desk(5)["desk"] == {5, 6, 7}
        assert "commander" not in of_desk(5)
        assert of_desk(4) == {}
        assert of_desk(1).keys() >= {"commander", "duty_officer", "desk"}


def test_more_than_is_counted_is_said_to_be_more(staff, monkeypatch):
    monkeypatch.setattr(mine, "COUNTED", 2)
    for household in (1, 2, 3):
        world.say(
            world.said("exception.raised", {"household": household, "concerns": ["fever"], "temp10": 390}, place=6)
        )
    holder = holder_of(staff["doctor"])
    with transaction.atomic():
        set_scope(holder)
        assert mine.counts(holder, world.NOW) == mine.Counts({"call_back": mine.Tally(2, 0)}, more=True)


def test_as_known_then_a_wide_desk_reads_the_same_by_another_way(staff, monkeypatch):
    said = [world.said("exception.raised", {"household": n, "concerns": ["fever"], "temp10": 381 + n}, place=6,
                       at=world.NOW - n * HOUR) for n in range(1, 13)]  # fmt: skip
    for one in said:
        assert not world.say(one).refused
    then = world.NOW + HOUR / 4
    world.at(world.NOW + HOUR / 2)
    for one in said[::2]:
        closed = world.said("exception.closed", {"exception": str(one.id), "outcome": "mistaken"}, place=6)
        assert not world.say(closed).refused
    for known, n in ((then, 12), (None, 6)):
        for who in ("doctor", "lead"):
            holder = holder_of(staff[who])
            asked = {"known": known, "most": 4, "skip": 1}
            with transaction.atomic():
                set_scope(holder)
                whole = today.owed(holder, world.NOW + HOUR, **asked)
                assert (whole.n, whole.more) == (n, False)
                for narrow in (0, 3):  # 3: of the lead's areas one is read place after place, the other by the time
                    with monkeypatch.context() as wide:
                        wide.setattr(today, "NARROW", narrow)
                        wide.setattr(today, "READ", 3)
                        found = today.owed(holder, world.NOW + HOUR, **asked)
                    assert found.lines == whole.lines and len(found.lines) == 4
                    assert found.n == n if known else found.more
