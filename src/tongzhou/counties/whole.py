"""The invented counties of a region, whole: their files read, put into a database, and what was said in them.

Households, posts and stories come from descriptions and a seed; nobody there ever lived. Everything that happens goes
through the ledger like any other fact.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import Connection

from tongzhou.cases import twin as cases
from tongzhou.community import twin as twins
from tongzhou.community import twin_facts
from tongzhou.community.homes import Household, households
from tongzhou.counties.check import SEED
from tongzhou.directives import twin as desks
from tongzhou.hospital import load as wards
from tongzhou.hospital import twin as hospital
from tongzhou.ledger.story import Told as Line
from tongzhou.market import twin as market
from tongzhou.people import posts, staff
from tongzhou.people.posts import Member
from tongzhou.places import roster
from tongzhou.places.invented_types import County
from tongzhou.places.region_types import Region
from tongzhou.sanitation import twin as sanitation
from tongzhou.supply import twin as stores

PASSWORD = "tongzhou-2020"
ROSTER_FROM = dt.date(2019, 10, 31)
DESKS_FROM = dt.time(7)


@dataclass(frozen=True)
class Whole:
    """An invented county with everything that its folder and the seed make. `story`: of which doors it tells."""

    county: County
    folder: Path
    homes: tuple[Household, ...]
    members: tuple[Member, ...]
    house: Mapping[str, Any]  # wards.yaml
    story: twins.Story | None
    seed: int

    @property
    def key(self) -> str:
        return self.county.key

    @cached_property
    def twin(self) -> twins.Twin | None:
        """The community whose months are told."""
        return twins.twin_of(self.county, self.story, self.members) if self.story else None

    @cached_property
    def said(self) -> list[dict[str, Any]]:
        """What was said at its doors in those months, as plain dicts in order of receipt."""
        return twin_facts.facts(self.twin, self.of(self.twin.key), self.seed) if self.twin else []

    def of(self, community: str) -> tuple[Household, ...]:
        """The households of one community."""
        return tuple(home for home in self.homes if home.grid.rpartition(".")[0] == community)


def read(folder: Path, region: Region, seed: int = SEED) -> tuple[Whole, ...]:
    """Every invented county of the region, in order of their households."""
    found = []
    for county in sorted(region.invented_counties, key=lambda one: one.homes.first):
        own = (folder / county.file).parent
        everybody = posts.members(county, folder, seed)
        found.append(
            Whole(county, own, households(county, seed), everybody, hospital.read(own), twins.read(own), seed),
        )
    return tuple(found)


def furnish(connection: Connection[Any], counties: Sequence[Whole], ids: Mapping[str, int]) -> None:
    """Write down their doors, wards and points, unless they are there."""
    for one in counties:
        _homes(connection, one, ids)
        wards.load(connection, one.house["wards"], ids)
        wards.points(connection, list(_points(one.county)), ids)
    roster.recount(connection, ROSTER_FROM)


def enrol(counties: Sequence[Whole], ids: Mapping[str, int], hashed: str) -> dict[str, int]:
    """Accounts of everybody who holds a post there; their numbers by login."""
    people: dict[str, int] = {}
    with staff.owner() as connection:
        for member in (member for one in counties for member in one.members):
            people[member.login] = staff.enrol(connection, member.login, member.name_zh, PASSWORD, hashed=hashed)
            for place in member.places:
                staff.give(connection, people[member.login], member.role, ids[place])
    return people


def told(
    one: Whole,
    others: Sequence[Whole],
    ids: Mapping[str, int],
    people: Mapping[str, int],
    rooms: tuple[dict[str, list[int]], dict[str, int]],
    zone: ZoneInfo,
) -> Iterator[Line]:
    """What was said in the county by its desks, wards, stores and clinics, in no order."""
    desk = next(member.login for member in one.members if member.role == "duty_officer")
    since = dt.datetime.combine(_first_day(others), DESKS_FROM, zone)
    yield from desks.numbered(one.county.desks(), desk, since, ids)
    for line in hospital.story(one.house, *rooms, zone):
        yield dataclasses.replace(line, place=one.house["place"]) if line.place is None else line
    yield from stores.invented(one.folder, ids, zone)
    if (one.folder / "desks.yaml").exists():
        yield from desks.story(desks.read(one.folder), ids, people, zone)
    if one.story:
        elsewhere = next((other.county.county.key for other in others if other.key != one.key), one.county.county.key)
        clinic = cases.Desks(one.county.county.key, elsewhere)
        told_of = cases.story(_seeds(one), clinic, zone)
        yield from sanitation.homes(told_of, one.twin.holders["community_lead"] if one.twin else desk, zone)
    yield from sanitation.days(_communities(one), ids, _last_day(others) + dt.timedelta(days=1), zone)
    for shops in market.markets([one.key]):
        yield from market.story(shops, ids, _last_day(others) + dt.timedelta(days=1), zone)


def _communities(one: Whole) -> list[sanitation.Community]:
    """The communities of a county with those who tell of their sanitation."""
    held = {(member.role, place): member.login
            for member in reversed(one.members) for place in member.places}  # fmt: skip
    county = one.county.county.key
    return [
        sanitation.Community(area.area.key, held["community_lead", area.area.key], county,
                             held["supply_officer", county], one.county.homes.doors == "houses")
        for area in one.county.communities()
        if ("community_lead", area.area.key) in held and ("supply_officer", county) in held
    ]  # fmt: skip


def _last_day(counties: Sequence[Whole]) -> dt.date:
    """The last day that a story tells of."""
    return max((one.story.rounds.last_day for one in counties if one.story), default=ROSTER_FROM)


def doors(counties: Sequence[Whole], day: dt.date) -> Iterator[dict[str, Any]]:
    """What was said at doors, as plain dicts: the months of the communities that have a story; of all the others this
    day; and the morning after it of everybody."""
    story = next((one.story for one in counties if one.story), None)
    morning = day + dt.timedelta(days=1)
    for one in counties:
        yield from one.said
        for community in one.county.communities():
            if story:
                told = one.story is not None and community.area.key == one.story.community
                first = max(day, story.rounds.last_day + dt.timedelta(days=1)) if told else day
                twin = twins.twin(community, story, one.members)
                yield from twin_facts.of_days(twin, one.of(community.area.key), first, morning, one.seed)


def summary(counties: Iterable[Whole]) -> dict[str, int]:
    """How much there is: the `invented` of `demo --json`."""
    known = list(counties)
    return {
        "counties": len(known),
        "communities": sum(len(one.county.communities()) for one in known),
        "households": sum(len(one.homes) for one in known),
        "people": sum(home.people for one in known for home in one.homes),
        "staff": len({member.login for one in known for member in one.members}),
        "facilities": len({ward["facility"] for one in known for ward in one.house["wards"]}),
        "beds": sum(ward["beds"] for one in known for ward in one.house["wards"]),
    }


def _first_day(counties: Sequence[Whole]) -> dt.date:
    return min((one.story.rounds.first_day for one in counties if one.story), default=ROSTER_FROM)


def _homes(connection: Connection[Any], one: Whole, ids: Mapping[str, int]) -> None:
    first = one.county.homes.first
    if connection.execute("select exists (select from community_household where id = %s)", [first]).fetchone() == (
        True,
    ):
        return
    rows = [
        (home.number, ids[home.grid], home.stair, home.people, *dataclasses.astuple(home.door)) for home in one.homes
    ]
    connection.execute(
        "insert into community_household (id, place, stair, people, building, stairwell, floor, room) select * from"
        " unnest(%s::integer[], %s::integer[], %s::integer[], %s::integer[], %b::text[], %b::text[],"
        " %s::integer[], %b::text[])",
        [list(column) for column in zip(*rows, strict=True)],
    )


def _points(county: County) -> Iterator[dict[str, Any]]:
    areas = [county.prefecture, county.county, *(one.area for one in county.communities())]
    for area in areas:
        if area.x_km is not None and area.y_km is not None:
            yield {"place": area.key, "x_km": area.x_km, "y_km": area.y_km, "source": county.source}


def _seeds(one: Whole) -> list[cases.Seed]:
    """The fevers of the told community that a clinic identified, with the number of the exception of each."""
    assert one.twin is not None
    homes = one.of(one.twin.key)
    by_number = {home.number: home for home in homes}
    sick = {(case.household, case.raised_on): case for case in twin_facts.invented_cases(one.twin, homes, one.seed)}
    found = []
    for fact in one.said:
        if fact["kind"] != "exception.raised" or "fever" not in fact["body"]["concerns"]:
            continue
        at, home = dt.datetime.fromisoformat(fact["effective_at"]), by_number[fact["body"]["household"]]
        case, last = sick.pop((home.number, at.date()), None), fact["story"] == "last_evening"
        if case or last:
            onset = case.onset if case else at.date() - dt.timedelta(days=1)
            found.append(cases.Seed(fact["id"], home.number, home.grid, home.people, home.under_15, onset,
                                    at + dt.timedelta(hours=4) if last else at, case.confirmed_on if case else None,
                                    bool(case and case.breathless)))  # fmt: skip
    return found
