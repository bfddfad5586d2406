"""What is late below: how many, since when, whom to ring, who owes it next. Counts, never who (ADR 0015)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tongzhou.command import queries
from tongzhou.directives.owes import Line, awaits
from tongzhou.ledger.owed import RANK, after, by_day, table_on
from tongzhou.ledger.owing import Tree
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day

TOLD = ("directive", "decision")  # what a desk said itself stands in its words, not as a count


@dataclass(frozen=True)
class Next:
    """Who owes it next: at which place, or at the desk of this level somewhere below; from when on."""

    role: str
    level: str
    place: int | None
    owes_from: dt.datetime


@dataclass(frozen=True)
class Late:
    """What is late at a place: `n` of it, the oldest since `since`. `text`: of the one directive or decision that it
    is. `next`: who owes it next, from when on; nobody where every desk of the ladder does."""

    what: str
    place: int
    n: int
    since: dt.datetime
    text: str | None = None
    unread: bool = False
    next: Next | None = None


@dataclass(frozen=True)
class Desk:
    """What is late at one desk, the oldest first: one telephone call."""

    place: int
    lines: Sequence[Late]

    @property
    def since(self) -> dt.datetime:
        return min(one.since for one in self.lines)


def by_desk(found: Sequence[Late]) -> list[Desk]:
    """The desks in official order: nobody is ranked by how late they are."""
    told: dict[int, list[Late]] = {}
    for one in found:
        told.setdefault(one.place, []).append(one)
    return [Desk(place, told[place]) for place in sorted(told)]


def by_county(moment: dt.datetime, known: dt.datetime | None = None) -> list[Late]:
    """What is late at a moment in the reader's scope, by county; what lies at a prefecture or the province itself
    counts there. As known now or at `known`."""
    return _counted(moment, known, None)


def sorts(covers: str, moment: dt.datetime, known: dt.datetime | None) -> list[tuple[str, int, int, dt.datetime]]:
    """What is late: which sort, how many, at how many places, since when; the oldest first."""
    found = [one for one in by_county(moment, known) if contains(covers, one.place)]
    counted: Counter[str] = Counter()
    places: dict[str, set[int]] = {}
    since: dict[str, dt.datetime] = {}
    for one in found:
        counted[one.what] += one.n
        places.setdefault(one.what, set()).add(one.place)
        since[one.what] = min(one.since, since.get(one.what, one.since))
    told = [(what, n, len(places[what]), since[what]) for what, n in counted.items()]
    return sorted(told, key=lambda one: (one[3], one[0]))


def below(desk: int, places: Sequence[int], moment: dt.datetime, known: dt.datetime | None = None) -> list[Late]:
    """What is late at a desk and in the `places` right below it, where it can act: its directives that nobody answered
    and its decisions that nobody carried out one by one, everything else as counts, desk by desk. Requests to the desk
    itself stand by themselves."""
    asked = [line for line in awaits(desk, moment, known).shown if line.noun in TOLD and line.due < moment]
    counted = [
        one for one in _counted(moment, known, [desk, *places]) if (one.what, one.place) != ("answer_support", desk)
    ]
    return _by_desk(_with_next([_asked_of(line) for line in asked] + _without(counted, asked), moment))


def _by_desk(found: Sequence[Late]) -> list[Late]:
    """What one rings about together, the desks in official order: nobody is ranked by how late they are."""
    return sorted(found, key=lambda one: (one.place, one.since, one.what))


def _counted(moment: dt.datetime, known: dt.datetime | None, units: list[int] | None) -> list[Late]:
    rows = queries.raw().execute("select what, unit, n, due from command_overdue(%s, %s, %s)", [moment, known, units])
    return sorted((Late(*row) for row in rows.fetchall()), key=lambda one: (one.since, one.what, one.place))


def _asked_of(line: Line) -> Late:
    return Late(line.what, line.at, 1, line.due, line.text, line.unread)


def _without(counted: Sequence[Late], told: Sequence[Line]) -> list[Late]:
    """The counts without what is told one by one."""
    apart = Counter((line.what, line.at) for line in told)
    found = [replace(one, n=one.n - apart[one.what, one.place]) for one in counted]
    return [one for one in found if one.n > 0]


def _with_next(found: Sequence[Late], moment: dt.datetime) -> list[Late]:
    tree = Tree(queries.raw())
    tree.know(one.place for one in found)
    told = [replace(one, next=next_step(one, tree, moment)) for one in found]
    return sorted(told, key=lambda one: (one.since, one.what, one.place))


def next_step(one: Late, tree: Tree, moment: dt.datetime) -> Next | None:
    """The first step of the ladder that does not owe the oldest of them yet."""
    day = local_day(one.since)
    table, above = table_on(day), tree.above(one.place, day)
    entry = table.entries.get(one.what) or table.entries["unknown"]
    for rung in entry.ladder:
        if entry.role == "desk" and above and RANK[rung.level] < RANK.get(above[0][1], -1):
            continue  # what lies at a desk comes up to desks above it, to none below
        when = after(one.since, hours=rung.hours)
        when = when if entry.clock != "work" else by_day(when, table.quiet)
        if when > moment:
            lower = not above or RANK[rung.level] < RANK.get(above[0][1], -1)
            place = None if lower else next((p for p, level in above if RANK.get(level, -1) >= RANK[rung.level]), None)
            return Next(rung.role, rung.level, place, when)
    return None
