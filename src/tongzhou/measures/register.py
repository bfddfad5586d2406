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
from tongzhou.measures import levels
from tongzhou.measures.entry import Measure, Phase
from tongzhou.measures.fold import APPEAL

PUBLIC = ("approved", "on_site", "ended", "gone", "in_fact")
MOMENTS = ("start", "until", "review", "drafted_at", "decided_at", "ended_at", "found_at")


def phase(state: str, data: Mapping[str, Any], now: dt.datetime) -> Phase:
    """What a measure is at a moment."""
    if state in ("drafted", "declined", "in_fact"):
        return state  # type: ignore[return-value]
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


_AT_PLACE = """
select r.key, r.place, r.state, r.data, r.noun, r.shape from ledger_row r
where r.noun = 'measure' and r.state in ('approved', 'on_site', 'in_fact')
  and exists (select from jsonb_array_elements_text(r.data -> 'places') p join places_cover c
    on c.place = p::integer and c.tree = 'command' and c.valid_to is null and c.covers @> %s::integer)
"""


def at_place(place: int, now: dt.datetime) -> list[Measure]:
    """What holds or will hold at a place: in force, to come, or in force in fact."""
    return [one for one in _at(place, now) if one.phase in ("in_force", "coming", "in_fact")]


def in_force(place: int, now: dt.datetime, limits: Iterable[str] = ()) -> list[Measure]:
    """What is in force at a place at a moment, of those that limit one of `limits` (any): what a gate, a pass or a plan
    may refer to. A closure in fact is none of them."""
    wanted = set(limits)
    found = [one for one in _at(place, now) if one.phase == "in_force"]
    return [one for one in found if not wanted or wanted & set(one.data["limits"])]


def _at(place: int, now: dt.datetime) -> list[Measure]:
    with connection.cursor() as cursor:
        cursor.execute(_AT_PLACE, [place])
        names = [column[0] for column in cursor.description]
        rows = [known.told(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    return levels.lifted([told(row, now) for row in rows], now)


@dataclass(frozen=True)
class Counts:
    """Of the appeals and questions about one measure: how they were answered, and how many wait."""

    made: int
    waiting: int
    changed: int
    stays: int


def counted(keys: Sequence[str]) -> dict[str, Counts]:
    """By measure, for everybody: counts, no words of anybody."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select about, made, waiting, changed, stays from measures_appeals(%s)", [list(keys)])
        return {row[0]: Counts(*row[1:]) for row in cursor.fetchall()}


def appeals(measure: str | None = None) -> list[dict[str, Any]]:
    """Those that wait and that the reader may see; what is due first, first."""
    return [row for row in APPEAL.open() if measure is None or row["about"] == measure]
