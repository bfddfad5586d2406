"""The invented community: households without persons, staff, and a story that replays the same every time."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import tongzhou.ledger.words  # noqa: F401  (registers fact.withdrawn)
from tongzhou.community import kinds as _kinds  # noqa: F401  (registers the kinds of the door)
from tongzhou.community.homes import Household
from tongzhou.community.twin import Twin, twin_of
from tongzhou.community.twin import twin as of_community
from tongzhou.community.twin_facts import facts, invented_cases, of_days
from tongzhou.counties import whole as counties
from tongzhou.ledger.kinds import KINDS
from tongzhou.places.region import load_region

HUBEI = Path(__file__).resolve().parents[2] / "regions" / "hubei"
SEED = 2020


@cache
def county() -> counties.Whole:
    return counties.read(HUBEI, load_region(HUBEI), SEED)[0]


@cache
def twin() -> Twin:
    told = county().story
    assert told is not None
    return twin_of(county().county, told, county().members)


@cache
def homes() -> tuple[Household, ...]:
    return county().of(twin().key)


@cache
def story() -> list[dict[str, Any]]:
    return facts(twin(), homes(), SEED)


def moment(said: dict[str, Any], field: str) -> dt.datetime:
    return dt.datetime.fromisoformat(said[field])


def test_grids_hold_300_to_500_households_each() -> None:
    sizes = Counter(home.grid for home in homes())
    assert set(sizes) == {grid.key for grid in twin().grids} and 4 <= len(sizes) <= 6
    assert all(300 <= size <= 500 for size in sizes.values())
    assert [home.number for home in homes()] == list(range(1, len(homes()) + 1))


def test_households_are_like_those_of_the_census() -> None:
    census = next(row for row in load_region(HUBEI).population if row.place == "cn.420100")
    assert census.household_people and census.one_person_households and census.aged_65_plus and census.under_15
    people = sum(home.people for home in homes())
    assert people / len(homes()) == pytest.approx(census.household_people / census.households, rel=0.05)
    single = sum(home.people == 1 for home in homes()) / len(homes())
    assert single == pytest.approx(census.one_person_households / census.households, rel=0.1)
    old, young = sum(h.aged_65_plus for h in homes()) / people, sum(h.under_15 for h in homes()) / people
    assert old == pytest.approx(census.aged_65_plus / census.people, rel=0.1)
    assert young == pytest.approx(census.under_15 / census.people, rel=0.1)
    assert all(home.aged_65_plus + home.under_15 <= home.people for home in homes())
    assert not any(home.people == home.under_15 for home in homes())


def test_the_same_seed_tells_the_same_story() -> None:
    assert facts(twin(), homes(), SEED) == story()
    short = replace(twin(), rounds=replace(twin().rounds, last_day=dt.date(2020, 2, 1)))
    other = facts(short, counties.read(HUBEI, load_region(HUBEI), 7)[0].of(twin().key), 7)
    assert {said["id"] for said in other}.isdisjoint(said["id"] for said in story())


def test_every_fact_is_one_the_fact_door_can_read() -> None:
    logins = {person.login: person.role for person in county().members} | {"resident": "resident"}
    for said in story():
        kind = KINDS[said["kind"]]
        kind.decode(json.dumps(said["body"]))
        assert uuid.UUID(said["id"]).version == 7
        assert "*" in kind.said_by or logins[said["by"]] in kind.said_by, said
    assert len({said["id"] for said in story()}) == len(story())


def test_facts_come_in_order_of_receipt_and_none_before_it_happened() -> None:
    received = [said["received_at"] for said in story()]
    assert received == sorted(received)
    assert all(said["effective_at"] <= said["received_at"] for said in story())
    assert story()[-1]["received_at"] < "2020-03-11"


def test_what_a_fact_refers_to_was_said() -> None:
    said_ids = {said["id"]: said for said in story()}
    grids = {home.number: home.grid for home in homes()}
    for said in story():
        for reference in (
            said["corrects"],
            *(said["body"].get(name) for name in ("exception", "need", "task")),
        ):
            assert reference is None or said_ids[reference]["place"] == said["place"]
        if "household" in said["body"] and said["body"]["household"]:
            assert grids[said["body"]["household"]] == said["place"]


def test_the_epidemic_ends_before_23_february() -> None:
    cases = invented_cases(twin(), homes(), SEED)
    assert len(cases) == twin().epidemic.cases
    assert all(case.onset <= case.raised_on <= case.confirmed_on for case in cases)
    assert max(case.confirmed_on for case in cases) < dt.date(2020, 2, 23)
    fevers = {
        (said["body"]["household"], moment(said, "effective_at").date())
        for said in story()
        if said["kind"] == "exception.raised" and "fever" in said["body"]["concerns"]
    }
    assert all((case.household, case.raised_on) in fevers for case in cases)


def test_more_and_more_households_are_heard_from() -> None:
    heard = Counter(
        moment(said, "effective_at").date()
        for said in story()
        if said["kind"] == "household.heard" and said["body"]["state"] != "no_answer"
    )
    share = {day: n / len(homes()) for day, n in heard.items()}
    assert 0.3 < share[dt.date(2020, 1, 23)] < 0.45 and 0.85 < share[dt.date(2020, 3, 9)] < 0.97
    assert len(heard) == 48


def test_late_corrected_and_contradictory_words_are_few_but_there() -> None:
    told = Counter(said["story"] for said in story())
    for kind in ("late", "corrected", "withdrawn", "contradicts", "skewed"):
        assert 5 <= told[kind] < len(story()) / 50, kind
    assert told["closed_twice"] == told["before_its_exception"] == 1
    late = [said for said in story() if said["story"] == "late" and said["kind"] == "household.heard"]
    assert max(moment(said, "received_at") - moment(said, "effective_at") for said in late) > dt.timedelta(days=2)
    skewed = [said for said in story() if said["story"] == "skewed"]
    assert all(moment(s, "recorded_at") - moment(s, "effective_at") > dt.timedelta(hours=2) for s in skewed)


def test_zhao_writes_down_a_fever_on_the_last_day() -> None:
    raised, called = [said for said in story() if said["story"] == "last_evening"]
    assert (raised["by"], raised["place"], called["by"]) == ("zhao", "tz.tongzhouli.g1", "he")
    assert called["body"]["exception"] == raised["id"] and called["body"]["advice"] == "clinic"


@cache
def told_of(day: dt.date) -> tuple[tuple[Household, ...], list[dict[str, Any]]]:
    """The doors of a community of which a day is told, and what was said there."""
    one, told = county().county.communities()[1], county().story
    assert told is not None
    doors = county().of(one.area.key)
    return doors, of_days(of_community(one, told, county().members), doors, day, day, SEED)


def test_of_the_other_communities_a_day_is_told() -> None:
    day = dt.date(2020, 3, 10)
    doors, said = told_of(day)
    heard = {fact["body"]["household"] for fact in said if fact["kind"] == "household.heard"}
    assert 0.85 < len(heard) / len(doors) < 0.98
    assert {moment(fact, "effective_at").date() for fact in said} == {day}


@pytest.mark.parametrize("day", [dt.date(2020, 3, 9), dt.date(2020, 3, 10)], ids=str)
def test_at_nine_the_next_morning_most_doors_have_said_by_themselves_how_they_are(day: dt.date) -> None:
    """In every community, by page and by telephone; what is on paper is typed in later, and nobody has walked yet."""
    known = counties.read(HUBEI, load_region(HUBEI), SEED)
    morning = day + dt.timedelta(days=1)
    nine = dt.datetime.combine(morning, dt.time(9), dt.timezone(dt.timedelta(hours=8)))
    heard: dict[str, set[int]] = {}
    channels: Counter[str] = Counter()
    for said in counties.doors(known, day):
        at = moment(said, "effective_at")
        if said["kind"] == "household.heard" and at.date() == morning and moment(said, "received_at") <= nine:
            heard.setdefault(said["place"].rpartition(".")[0], set()).add(said["body"]["household"])
            channels[said["body"]["channel"]] += not said["story"]
    doors = Counter(home.grid.rpartition(".")[0] for one in known for home in one.homes)
    share = {community: len(heard.get(community, ())) / n for community, n in doors.items()}
    assert all(0.4 < each < 0.75 for each in share.values()), share
    assert 0.5 < sum(len(own) for own in heard.values()) / doors.total() < 0.7
    assert (+channels).keys() == {"page", "phone"} and channels["phone"] > 0.15 * channels["page"]
