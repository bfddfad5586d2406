"""The plan of the day that was signed: who goes where, in which order, and what became of it since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import msgspec
from django.db import connection

from tongzhou.ledger.known import rows
from tongzhou.ledger.time import local_day
from tongzhou.ledger.worded import choice
from tongzhou.people import sealed

_GIVEN = """
select noun, key, place, state, data from ledger_row
where noun in ('need', 'task') and data ->> 'helper_day' = %s and state <> 'void' and place = any(
  select id from places_place where id <@ (
    select covers from places_cover where place = %s and tree = 'command' and valid_to is null))
"""
SETTLED = ("met", "done")


@dataclass
class Stop:
    """One door of somebody's walk, with everything that waits or waited there."""

    household: int
    place: int
    n: int | None
    items: dict[str, int] = field(default_factory=dict)
    bags: list[str] = field(default_factory=list)  # numbers of sealed bags: what is in them stands on no sheet
    tasks: list[str] = field(default_factory=list)
    last_dose: str | None = None
    states: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)  # it could not be done, in words

    @property
    def done(self) -> bool:
        return all(state in SETTLED for state in self.states)


@dataclass(frozen=True)
class Walk:
    """Somebody's stops in the order in which they were signed."""

    staff: int
    stops: list[Stop]


def plan_of(day: dt.date, place: int) -> dict[str, Any] | None:
    """The last plan of visits that was signed at a place for a day; None where nobody signed one."""
    since = dt.datetime.combine(day - dt.timedelta(days=1), dt.time(), dt.UTC)
    found = [row for row in rows("plan", since=since) if row["place"] == place and row["data"]["engine"] == "liaison"
             and row["data"]["day"] == day.isoformat()]  # fmt: skip
    return {**found[0]["data"], "at": found[0]["effective_at"]} if found else None


def walks(now: dt.datetime, place: int) -> list[Walk]:
    """Everything of a community that was given to somebody for today, also what is settled since."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN, [local_day(now).isoformat(), place])
        found = [(noun, at, state, _data(data) | {"key": key}) for noun, key, at, state, data in cursor.fetchall()]
    found.sort(key=lambda one: (one[3]["helper"], one[3].get("helper_stop") or 999, one[3]["household"] or 0))
    return [Walk(staff, list(_stops(given))) for staff, given in groupby(found, key=lambda one: one[3]["helper"])]


def _stops(given: Iterable[tuple[str, int, str, dict[str, Any]]]) -> Iterator[Stop]:
    for household, group in groupby(given, key=lambda one: one[3]["household"]):
        stop: Stop | None = None
        for noun, place, state, data in group:
            stop = stop or Stop(household, place, data.get("helper_stop"))
            stop.states.append(state)
            for field_of, kind in (("reason", "task.done"), ("problem", "need.met")):
                if state not in SETTLED and data.get(field_of):
                    stop.why.append(choice(kind, field_of, data[field_of]))
            if noun == "task":
                stop.tasks.append(data["what"])
                continue
            stop.last_dose = min(filter(None, (stop.last_dose, data["medicine_last_dose"])), default=None)
            if sealed.BAGGED in data["items"]:
                stop.bags.append(sealed.bag(data["key"]))
            for item, n in data["items"].items():
                stop.items[item] = stop.items.get(item, 0) + n
        if stop:
            yield stop


def _data(data: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(data) if isinstance(data, str | bytes) else data
    return found
