"""The register of measures: which are in force at a moment, what each lacks, what was asked against it.

Whether a measure is in force is never written down. It follows from its row and the moment, so that it is off at its
end without anybody acting, and on every page at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongzhou.ledger import known
from tongzhou.ledger.owed import moment_in
from tongzhou.measures import levels, numbered
from tongzhou.measures.entry import Measure, Phase
from tongzhou.measures.fold import APPEAL
from tongzhou.measures.held import around
from tongzhou.tables.policy import shipped

PUBLIC = ("approved", "on_site", "ended", "gone", "in_fact")
MOMENTS = ("start", "until", "review", "drafted_at", "decided_at", "ended_at", "found_at")


def phase(state: str, data: Mapping[str, Any], now: dt.datetime) -> Phase:
    """What a measure is at a moment."""
    if state in ("drafted", "declined", "dropped") or "found_at" in data:
        return "declined" if state == "dropped" else state  # type: ignore[return-value]
    if data["ended_at"] and data["ended_at"] <= now:
        return "gone" if state == "gone" else "ended"
    if data["start"] is None or data["until"] is None or now >= data["until"]:
        return "gone" if state == "gone" else "over"
    return "coming" if now < data["start"] else "in_force"


def told(row: Mapping[str, Any], now: dt.datetime) -> Measure:
    data = dict(row["data"])
    data |= {name: moment(data[name]) for name in MOMENTS if name in data}
    data["changes"] = [one | {"at": moment(one["at"])} for one in data.get("changes", ())]
    return Measure(row["key"], row["place"], row["state"], phase(row["state"], data, now), data)


def moment(value: Any) -> dt.datetime | None:
    return value if isinstance(value, dt.datetime) else moment_in(value)


def measures(now: dt.datetime, *, states: Collection[str] = PUBLIC, key: str | None = None,
             covers: str | None = None, at: dt.datetime | None = None) -> list[Measure]:  # fmt: skip
    """Measures that the reader may see, as they are at `now`, as known at `at`; newest first."""
    found = [told(row, now) for row in known.rows("measure", key=key, states=states, covers=covers, at=at)]
    return levels.lifted(found, now, at)


def one(key: str, now: dt.datetime, at: dt.datetime | None = None) -> Measure | None:
    found = known.rows("measure", key=key, at=at)
    return levels.lifted([told(found[0], now)], now, at)[0] if found else None


def by_key(keys: Iterable[str], now: dt.datetime) -> dict[str, Measure]:
    """These public measures, by key."""
    wanted = set(keys)
    return {row["key"]: told(row, now) for row in known.rows("measure", keys=wanted, states=PUBLIC)} if wanted else {}


_AT_PLACE = """
select r.key, r.place, r.state, r.data, r.noun, r.shape from ledger_row r
where r.noun = 'measure' and r.state = any(%s)
  and exists (
    select from jsonb_array_elements_text(r.data -> 'places' || coalesce(r.data -> %s, '[]')) p
    join places_cover c on c.place = p::integer and c.tree = 'command' and c.valid_to is null
      and c.covers @> %s::integer)
"""
RUNS = ("approved", "on_site", "in_fact")


def at_place(place: int, now: dt.datetime) -> list[Measure]:
    """What holds or will hold at a place: in force, to come, or in force in fact."""
    return [one for one in _at(place, now) if one.phase in ("in_force", "coming", "in_fact")]


def in_force(place: int, now: dt.datetime, limits: Iterable[str] = (), on: Any = connection) -> list[Measure]:
    """What is in force at a place at a moment, of those that limit one of `limits` (any): what a gate, a pass or a plan
    may refer to. A closure in fact is none of them. `on`: the connection that is asked."""
    wanted = set(limits)
    found = [one for one in _at(place, now, on=on) if one.phase == "in_force"]
    return [one for one in found if not wanted or wanted & set(one.data["limits"])]


def _at(place: int, now: dt.datetime, states: Sequence[str] = RUNS, also: str = "",
        on: Any = connection) -> list[Measure]:  # fmt: skip
    """Of these states, what names a place or one around it; `also`: a further field of places."""
    with on.cursor() as cursor:
        cursor.execute(_AT_PLACE, [list(states), also, place])
        names = [column[0] for column in cursor.description]
        rows = [known.told(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    return levels.lifted([told(row, now) for row in rows], now, on=on)


@dataclass(frozen=True)
class Off:
    """What no longer holds at a place: since when, and who saw there at which moment that nothing of it stands."""

    measure: Measure
    since: dt.datetime
    seen_by: int | None
    seen_at: dt.datetime | None


def off_at(place: int, now: dt.datetime) -> list[Off]:
    """What held at a place and ended within the days of the policy (`ended_shown_days`), the latest first."""
    units = set(around(connection, [place]).get(place, ()))
    ones = _at(place, now, PUBLIC, "freed")
    told = [off for one in ones if (off := _off(one, units)) and off.since <= now]
    days = dt.timedelta(days=float(shipped("appeals")["values"]["ended_shown_days"]))
    return sorted((off for off in told if off.since > now - days), key=lambda off: off.since, reverse=True)


def _off(one: Measure, units: Collection[int]) -> Off | None:
    """Since when it holds no longer in any of these areas; None where it does, or never did."""
    held = [place for place in one.data["places"] if place in units]
    if held and one.phase in ("coming", "in_force", "lifted", "in_fact"):
        return None
    freed = [place for place in one.data.get("freed", ()) if place in units]
    where = str((held or freed)[0])
    seen = one.data["gone"].get(where) or {}
    since = one.ends if held else moment(one.data["freed_at"][where])
    if one.data.get("found_at"):
        since = moment(seen.get("at"))
    if since is None or (one.data.get("start") and since <= one.data["start"]):
        return None  # it was taken back before it began
    return Off(one, since, seen.get("by"), moment(seen.get("at")))


@dataclass(frozen=True)
class Counts:
    """Of the appeals and questions about one measure: how they were answered, and how many wait."""

    made: int
    waiting: int
    changed: int
    excepted: int
    stays: int


def counted(keys: Sequence[str], at: dt.datetime | None = None) -> dict[str, Counts]:
    """By measure, for everybody, as known at a moment: counts, no words of anybody."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select about, made, waiting, changed, excepted, stays from measures_appeals(%s, %s)",
                       [list(keys), at])  # fmt: skip
        return {row[0]: Counts(*row[1:]) for row in cursor.fetchall()}


def appeals(measure: str | None = None) -> list[dict[str, Any]]:
    """Those that wait and that the reader may see; what is due first, first."""
    return [_numbered(row) for row in APPEAL.open() if measure is None or row["about"] == measure]


def answered(measure: str) -> list[dict[str, Any]]:
    """Those about a measure that were answered and that the reader may see, the latest first."""
    rows = known.rows("appeal", states=list(APPEAL.settled))
    return [_numbered(APPEAL.told(row)) for row in rows if row["data"]["about"] == measure]


def _numbered(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"number": numbered.number(row["key"], row["asked_at"])}
