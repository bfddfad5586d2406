"""Levels of areas as they were signed: which holds at a moment, and what follows from another before it is signed.

A measure that its area's level does not allow is off while that level holds: no road checkpoint in a low-risk area.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from tongzhou.ledger import known
from tongzhou.ledger.owed import moment_in
from tongzhou.measures import gate
from tongzhou.measures.entry import Measure
from tongzhou.measures.held import around, levels_at


@dataclass(frozen=True)
class Follows:
    """What a level would bring: a code that names the sentence, how many things it is of, and their names."""

    code: str
    names: tuple[str, ...]


# Other lines of work say here what a level changes for them: (place, level, from when) → what follows.
OTHERS: list[Callable[[int, str, dt.datetime], Sequence[Follows]]] = []


def signed(units: Iterable[int] | None = None, at: dt.datetime | None = None) -> dict[int, list[dict[str, Any]]]:
    """The levels that were signed by area, in the order in which they begin."""
    keys = None if units is None else [str(unit) for unit in units]
    found = {}
    for row in known.rows("level", keys=keys, at=at):
        told = [one | {"since": moment_in(one["since"])} for one in row["data"]["signed"]]
        found[int(row["key"])] = sorted((one for one in told if one["since"]), key=lambda one: one["since"])
    return found


def holds(told: Sequence[dict[str, Any]], now: dt.datetime) -> dict[str, Any] | None:
    """Which of an area's levels holds at a moment."""
    return next((one for one in reversed(told) if one["since"] <= now), None)


def forbids(type: str, level: str) -> bool:
    """Does the gate forbid a type of measure where this level holds?"""
    return level == "low" and type in gate.terms("road_checkpoints")


def lifted(
    found: Sequence[Measure], now: dt.datetime, at: dt.datetime | None = None, on: Any = connection
) -> list[Measure]:
    """The same, those off that the level of one of their places does not allow now. `on`: the connection that reads."""
    roads = [one for one in found if one.phase == "in_force" and forbids(one.data["type"], "low")]
    if not roads:
        return list(found)
    told = levels_at(on, {place for one in roads for place in one.data["places"]}, now, at)
    off = {one.key for one in roads if any(forbids(one.data["type"], told[place].level)
           for place in one.data["places"] if place in told)}  # fmt: skip
    return [replace(one, phase="lifted") if one.key in off else one for one in found]


def follows(unit: int, level: str, since: dt.datetime, measures: Sequence[Measure]) -> list[Follows]:
    """What a level would bring before anybody signs it: the measures that would be off, and what other lines say."""
    over = around(connection, {place for one in measures for place in one.data["places"]})
    off = [one for one in measures if one.phase in ("in_force", "coming") and forbids(one.data["type"], level)
           and any(unit in over.get(place, ()) for place in one.data["places"])]  # fmt: skip
    found = [Follows("measures_off", tuple(one.key for one in off))] if off else []
    for other in OTHERS:
        found += other(unit, level, since)
    return found
