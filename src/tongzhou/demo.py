"""The demonstration: the real region, its published figures as facts of the day they were published, and beside it the
invented counties.

The ledger runs on its own clock, so that what was known when is as it was in 2020. A replay cut short goes on
where it stopped: ids are the same every time, and the clock in the database says how far it came.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tongzhou.command.publish import figure, publication
from tongzhou.counties import whole as counties
from tongzhou.counties.check import SEED as SEED
from tongzhou.counties.whole import PASSWORD as PASSWORD
from tongzhou.database.statistics import gather
from tongzhou.directives import twin as desks
from tongzhou.freeplaces import story as freeplaces
from tongzhou.ledger import clock, door, follow
from tongzhou.ledger.append import append
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.story import Told as Line
from tongzhou.ledger.story import stable_id
from tongzhou.liaisons import numbers
from tongzhou.measures import story as measures
from tongzhou.people import staff
from tongzhou.people.scope import System
from tongzhou.places import load as furniture
from tongzhou.places.bulletins import moment
from tongzhou.places.invented import read_counties
from tongzhou.places.region import load_region
from tongzhou.places.region_types import Region
from tongzhou.sites import region as sites
from tongzhou.supply import twin as stores

REGION = Path(__file__).resolve().parents[2] / "regions/hubei"
BEGINS = dt.date(2019, 12, 1)  # the first day of the replay's clock
ZONE = "Asia/Shanghai"
MORNING = dt.time(8, 0)  # figures for day D are published on the morning of D+1 (RULEBOOK 0.2)
Progress = Callable[[str, int, int], None]


class StandsLater(Exception):
    """This database's replay is past the day asked for; a ledger does not go back."""

    def __init__(self, now: dt.datetime) -> None:
        super().__init__(f"this database's replay stands at {now:%Y-%m-%d %H:%M} already; a ledger does not go back")


class EarlierEdition(Exception):
    """This database holds a demonstration from before its invented counties; they cannot be put into it."""

    def __init__(self) -> None:
        super().__init__("This data folder holds an earlier demonstration. Take another folder: --data-dir FOLDER")


@dataclass(frozen=True)
class Told:
    """A fact of the replay: who says it and when it reached the ledger."""

    received_at: dt.datetime
    by: str
    said: Said


def morning_after(as_of: dt.date) -> dt.datetime:
    """Where the clock of a demonstration of this day stands."""
    return dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time(9, 0), ZoneInfo(ZONE))


def stands(end: dt.datetime) -> bool:
    """Is the open database's replay there already? Raises StandsLater where it is past it."""
    with door.ledger() as connection:
        row = connection.execute("select now from ledger_clock").fetchone()
    if row and row[0] and row[0] > end:
        raise StandsLater(row[0])
    return bool(row and row[0] == end)


def build(as_of: dt.date, progress: Progress, until: dt.datetime | None = None) -> Region:
    """Bring the open database to the morning after `as_of`, or to `until`; quick where it is there already."""
    region, end = load_region(REGION), until or morning_after(as_of)
    if stands(end):
        return region
    zone = ZoneInfo(region.timezone)
    with door.ledger() as connection:
        row = connection.execute("select now from ledger_clock").fetchone()
        if row and row[0] and furniture.lacks_invented(connection, region):
            raise EarlierEdition
        clock.simulate(connection, "replay", row[0] if row else dt.datetime.combine(BEGINS, dt.time(), zone))
        ids = furniture.load(connection, region)
        known = counties.read(REGION, region)
        sites.load(connection, REGION, region, ids, clock.read(connection).now)
        counties.furnish(connection, known, ids)
        rooms = _rooms(connection)
        since = row[0] if row else None
    spoken = desks.read(REGION)
    people = _enrol(known, spoken["staff"], ids)
    _months(as_of)
    told = sorted(
        [
            *_bulletins(region, ids, zone),
            *_communities(region, ids, zone),
            *_doors(known, ids, as_of),
            *(line for one in known for line in _lines(counties.told(one, known, ids, people, rooms, zone), ids)),
            *_lines(desks.story(spoken, ids, people, zone), ids),
            *(line for one in known for line in _lines(freeplaces.invented(one.folder, ids, people, zone, as_of), ids)),
            *published_of(region, ids, zone),
        ],
        key=lambda one: (one.received_at, str(one.said.id)),
    )
    told = [one for one in told if one.received_at <= end and (since is None or one.received_at > since)]
    _replay(told, people, progress)
    with door.ledger() as connection:
        clock.simulate(connection, "replay", end)
    _follow(progress)
    with door.ledger() as connection:
        for one in known:
            if (one.folder / "desks.yaml").exists():
                numbers.keep_all(connection, desks.sealed(desks.read(one.folder), ids, people, zone, end))
    gather()
    return region


def _follow(progress: Progress) -> None:
    """Every follower reads what was said: about as many steps as there are appends for each of them."""
    with door.ledger() as connection:
        row = connection.execute("select count(*) from ledger_append").fetchone()
    steps = max(1, (row[0] if row else 0) * len(follow.FOLLOWERS))
    progress("following", 0, steps)
    follow.catch_up(lambda done: progress("following", min(done, steps - 1), steps), in_turn=True)
    progress("following", steps, steps)


def _replay(told: Sequence[Told], people: dict[str, int], progress: Progress) -> None:
    """Day by day in one transaction each; every hour's words of one speaker are one append."""
    done = 0
    for day, of_day in groupby(told, key=lambda one: one.received_at.date()):
        with door.ledger() as connection:
            for (moment, by), batch in _hours(list(of_day)):
                clock.simulate(connection, "replay", moment)
                origin = "said" if by in people or by == "resident" else "imported"
                receipt = append(
                    connection, [one.said for one in batch], System(by=people.get(by)), device=by, origin=origin
                )
                if receipt.refused:
                    n, problem = next(iter(receipt.refused.items()))
                    why = "; ".join([str(problem), *(words for _field, words in problem.reasons)])
                    raise RuntimeError(f"the replay of {day} was refused: {batch[n].said.kind}: {why}")
                done += len(batch)
        progress("replaying", done, len(told))


def _hours(told: Sequence[Told]) -> Iterator[tuple[tuple[dt.datetime, str], list[Told]]]:
    def hour(one: Told) -> tuple[dt.datetime, str]:
        return one.received_at.replace(minute=0, second=0, microsecond=0), one.by

    for (_, by), group in groupby(sorted(told, key=hour), key=hour):
        batch = list(group)
        for start in range(0, len(batch), 500):
            part = batch[start : start + 500]
            yield (max(one.received_at for one in part), by), part


def _bulletins(region: Region, ids: dict[str, int], zone: ZoneInfo) -> Iterator[Told]:
    for one in region.bulletins:
        yield Told(moment(one, zone), "bulletin", publication(one, ids[one.place], zone))
    for other in region.indicator_figures:
        yield Told(moment(other, zone), "bulletin", figure(other, ids[other.place], zone))


def _communities(region: Region, ids: dict[str, int], zone: ZoneInfo) -> Iterator[Told]:
    for one in region.communities:
        at = dt.datetime.combine(one.as_of, MORNING, zone)
        body = {
            "community": one.place,
            "confirmed": one.confirmed,
            "days_without_new_at_least": one.days_without_new_at_least,
            "as_of": one.as_of.isoformat(),
            "source": one.source,
            "closed_management": one.closed_management,
        }
        yield Told(at, "publication", _said("community.reported", body, at, ids[one.place], at))


def _doors(known: Sequence[counties.Whole], ids: dict[str, int], day: dt.date) -> Iterator[Told]:
    for one in counties.doors(known, day):
        effective, recorded = (
            dt.datetime.fromisoformat(one["effective_at"]),
            dt.datetime.fromisoformat(one["recorded_at"]),
        )
        said = Said(
            id=uuid.UUID(one["id"]),
            kind=one["kind"],
            effective_at=effective,
            place=ids[one["place"]],
            recorded_at=None if recorded == effective else recorded,
            body=msgspec.Raw(json.dumps(one["body"]).encode()),
            corrects=uuid.UUID(one["corrects"]) if one["corrects"] else None,
        )
        yield Told(dt.datetime.fromisoformat(one["received_at"]), one["by"], said)


def published_of(region: Region, ids: dict[str, int], zone: ZoneInfo) -> list[Told]:
    """What was published of stores and of measures, where this is the region that published it."""
    if region.key != REGION.name:
        return []
    lists = freeplaces.published(REGION, ids, zone)
    return [*_lines(stores.story(REGION, ids, zone), ids), *_lines(measures.listed(REGION, ids, zone), ids),
            *_lines(lists, ids)]  # fmt: skip


def _rooms(connection: Any) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Bed ids and ward ids of the wards, by the wards' keys."""
    rows = connection.execute(
        "select w.key, w.id, array_agg(b.id order by b.id) from hospital_ward w join hospital_bed b on b.ward = w.id"
        " group by w.key, w.id"
    ).fetchall()
    return {r[0]: r[2] for r in rows}, {r[0]: r[1] for r in rows}


def _lines(told: Iterable[Line], ids: dict[str, int]) -> Iterator[Told]:
    """Lines of a story with numbers for the keys of places."""
    for one in told:
        body = msgspec.Raw(json.dumps(one.body).encode())
        place = ids[one.place or ""]
        home, reporting = ids.get(one.home or ""), ids.get(one.reporting or "")
        said = Said(one.id, one.kind, one.at, body, place, home=home, reporting=reporting)
        yield Told(one.received_at or one.at, one.by, said)


def _said(kind: str, body: dict[str, Any], at: dt.datetime, place: int, received: dt.datetime) -> Said:
    """A fact whose id is the same in every replay: a UUIDv7 of its moment, the rest from its content."""
    id = stable_id(received, json.dumps([kind, body], sort_keys=True))
    return Said(id=id, kind=kind, effective_at=at, place=place, body=msgspec.Raw(json.dumps(body).encode()))


def _enrol(known: Sequence[counties.Whole], spoken: Sequence[Mapping[str, str]], ids: dict[str, int]) -> dict[str, int]:
    """The invented staff of the counties and of the desks, all with the demonstration's password."""
    from django.contrib.auth.hashers import make_password

    hashed = make_password(PASSWORD)
    people = counties.enrol(known, ids, hashed)
    with staff.owner() as connection:
        for desk in spoken:
            people[desk["login"]] = staff.enrol(connection, desk["login"], desk["name_zh"], PASSWORD, hashed=hashed)
            if desk["role"]:
                staff.give(connection, people[desk["login"]], desk["role"], ids[desk["place"]])
    return people


def logins() -> list[str]:
    """A line for each login that the files name: the post and where it is held. Every other post of the counties has a
    login made of its place (docs/invented.md)."""
    held = [(one.login, one.role, one.place) for county in read_counties(REGION, []) for one in county.people]
    held += [(one["login"], one["role"], one["place"]) for one in desks.read(REGION)["staff"]]
    with door.ledger() as connection:
        named = dict(connection.execute(_NAMED, [[place for _login, _role, place in held if place]]).fetchall())
    return [f"  {login:<8} {(role or 'no post: sees nothing').replace('_', ' ')}"
            f"{', ' + (named.get(place) or place) if place else ''}" for login, role, place in held]  # fmt: skip


_NAMED = """
select p.key, n.name_en from places_place p join places_name n on n.place = p.id and n.valid_to is null
where p.key = any(%s)
"""


def _months(as_of: dt.date) -> None:
    with staff.owner() as connection:
        connection.execute(
            "select ledger_add_month(m::date), community_add_month(m::date) from generate_series("
            "date '2019-12-01', date_trunc('month', %s::date) + interval '1 month', interval '1 month') m",
            [as_of],
        )


def summary(as_of: dt.date, report: Path, seconds: float) -> dict[str, Any]:
    """What the demonstration shows, as the contract's JSON object."""
    from tongzhou.command import figures

    region = load_region(REGION)
    with door.ledger() as connection:
        confirmed = figures.confirmed(connection, as_of)
        flags = figures.flags(connection, region, as_of)
        risk = figures.risk_counts(connection, region, as_of)
        community = figures.published_community(connection, region, as_of)
        bulletins = connection.execute("select count(*) from ledger_row where noun = 'bulletin'").fetchone()
    return {
        "as_of": as_of.isoformat(),
        "places": region.counts(),
        "bulletins": bulletins[0] if bulletins else 0,
        "confirmed": confirmed,
        "flags": flags,
        "risk": risk,
        "community": community,
        "report": str(report),
        "invented": counties.summary(counties.read(REGION, region)),
        "seconds": round(seconds, 1),
    }
