"""Medicines, requests, bags and cards under the scope of whoever asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger import door, known
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day
from tongzhou.medicines import limits
from tongzhou.medicines.order import Stop, ordered
from tongzhou.people import sealed
from tongzhou.sites import queries as sites
from tongzhou.sites.doors import Door

TO_FILL = ("waiting", "allowed", "brand")
FILLED = ("ready", "partly")
ON_WAY = ("packed", "carried", "not_opened", "seal_broken", "refused", "unpaid")
CARRIED = ("packed", "carried", "not_opened")
OUT = ("out", "unsigned")
MOMENTS = ("wanted_at", "since", "brought_at", "ended_at", "came_at", "answered_at", "by", "handed_at", "taken_at",
           "returned_at")  # fmt: skip


def _flat(noun: str, row: Mapping[str, Any]) -> dict[str, Any]:
    one = {**row["data"], **{name: row[name] for name in ("key", "place", "state")}, "noun": noun}
    told = {name: moment_in(one[name]) for name in MOMENTS if one.get(name)}
    return one | told


def remedies(covers: str, *, ended: bool = False) -> list[dict[str, Any]]:
    """What is taken every day: who runs out first, first."""
    rows = known.rows("remedy", covers=covers, but=["void"] if ended else ["void", "ended"])
    return sorted((_flat("remedy", row) for row in rows), key=lambda one: (one["last_dose"], one["key"]))


def one(noun: str, key: str) -> dict[str, Any] | None:
    found = known.rows(noun, key=key)
    return _flat(noun, found[0]) if found else None


def scripts() -> list[dict[str, Any]]:
    """What a pharmacy is asked for and has not filled, the nearest last dose first."""
    found = [_flat("script", row) for row in known.rows("script", states=TO_FILL)]
    return sorted(found, key=lambda one: (one["last_dose"], one["key"]))


def filled(now: dt.datetime) -> list[dict[str, Any]]:
    """What was filled in the last day, the newest first."""
    rows = known.rows("script", states=FILLED, since=now - dt.timedelta(days=60))
    found = [_flat("script", row) for row in rows]
    recent = [one for one in found if one["answered_at"] and one["answered_at"] >= now - dt.timedelta(days=1)]
    return sorted(recent, key=lambda one: one["answered_at"], reverse=True)


def bags(states: Sequence[str] = ON_WAY) -> list[dict[str, Any]]:
    return [_flat("bag", row) for row in known.rows("bag", states=states)]


def cards() -> list[dict[str, Any]]:
    found = [_flat("card", row) for row in known.rows("card", states=OUT)]
    return sorted(found, key=lambda one: (one["taken_at"], one["key"]))


def way(found: Sequence[dict[str, Any]], doors: Mapping[int, Door], now: dt.datetime) -> list[dict[str, Any]]:
    """The bags in the order in which they are carried: none that holds a last dose comes late by it."""
    by_key = {one["key"]: one for one in found}
    stops = [Stop(one["key"], *_stair(doors.get(one["household"]), one["household"]), one["by"], one["cold"])
             for one in found]  # fmt: skip
    return [by_key[stop.key] for stop in ordered(stops, now, float(limits.values()["door_min"]))]


def _stair(door: Door | None, household: int) -> tuple[str, int]:
    return (f"{door.building}-{door.stairwell}", door.floor or 0) if door else (f"{household:09}", 0)


def pharmacies(place: int, now: dt.datetime) -> list[tuple[str, str]]:
    """Pharmacies of the county, the nearest first."""
    from tongzhou.medicines.shown import english

    with door.ledger() as ledger:
        found = sites.near(ledger, place, local_day(now), ["pharmacy"])
    return [(one.site.key, one.site.name_en if english() else one.site.name_zh) for one in found]


def first(found: Sequence[tuple[str, str]], pharmacy: str | None, out: bool) -> list[tuple[str, str]]:
    """The designated pharmacy first, or last where it has nothing."""
    own = [one for one in found if one[0] == pharmacy]
    rest = [one for one in found if one[0] != pharmacy]
    return [*rest, *own] if out else [*own, *rest]


def number(key: str) -> str:
    return sealed.bag(key)


def place_of(ledger: Connection[Any], noun: str, key: str) -> int | None:
    """Where a row lies, for whoever writes down what its desk said by telephone."""
    row = ledger.execute("select place from ledger_row where noun = %s and key = %s", [noun, key]).fetchone()
    return row[0] if row else None
