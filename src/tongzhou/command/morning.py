"""The duty officer's morning: yesterday's figures, what differs and why, what is overdue, ten decisions (USERS).

Nothing here is typed for the page: figures are the published ones and the ledger's own, differences are computed, and
what waits below comes as counts by county.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongzhou.api.asked import number
from tongzhou.command import glance, overdue, queries, seen
from tongzhou.command.due import eight
from tongzhou.command.moved import Moved, Verdict, moved
from tongzhou.command.odd import Difference, odd
from tongzhou.directives import queries as desks
from tongzhou.directives import rhythm
from tongzhou.directives.owes import Line, owes
from tongzhou.ledger.roll import INDICATORS
from tongzhou.ledger.time import close_of, local_day
from tongzhou.places.queries import covers_of
from tongzhou.problems import NotFound

# What is no contradiction: a figure is not there, or a change of words changes what is counted.
WITHOUT = ("missing_day", "nothing_published", "not_yet_published")
HALF = ("definition_change",)


@dataclass(frozen=True)
class Finding:
    """What differs in one way on one day, wherever it does: one line of the page, however many places. `asked`: the
    desk's decisions that somebody finds it out, also where its figures were others then."""

    kind: str
    day: dt.date
    parts: Sequence[Difference]
    asked: Sequence[Mapping[str, Any]] = ()

    @property
    def value(self) -> str:
        """Which line it is, as a form names it: with other figures it is another."""
        return hashlib.sha256(" ".join(self.finds).encode()).hexdigest()[:12]

    @property
    def finds(self) -> list[str]:
        """What nothing explains, by the names that a decision says."""
        return [part.finds for part in self.parts if not part.why]

    @property
    def verdict(self) -> Verdict:
        """Explained where a source explains it, a late word does, or who was asked has said what became of it."""
        found = {name for one in self.asked if answers(one) for name in one["finds"]}
        if self.kind == "came_late" or all(part.why or part.finds in found for part in self.parts):
            return "explained"
        return "none" if self.kind in WITHOUT else "half" if self.kind in HALF else "open"


@dataclass(frozen=True)
class Morning:
    """All parts of the page for a desk."""

    board: queries.Board
    figures: list[glance.Figure]
    moved: list[Moved]
    findings: list[Finding]
    overdue: list[overdue.Late]
    requests: list[Line]
    decisions: list[dict[str, Any]]
    line_list: dict[int, int]
    below: list[tuple[int, str, str]]  # the desks right below

    @property
    def places(self) -> set[int]:
        """Every place that the page names beside those of the board."""
        return (
            {one.place for one in self.overdue}
            | {one.next.place for one in self.overdue if one.next and one.next.place}
            | {one["at"] for one in self.decisions}
            | {one.of for one in self.requests if one.of}
            | {one.asks for one in self.moved if one.asks}
            | {one.asks for one in self.figures if one.asks}
        )


def morning(
    desk: int, day: dt.date, now: dt.datetime, at: dt.datetime | None = None, named: dt.date | None = None
) -> Morning:
    """The morning of a desk after `day`, at `now`, as known now or at `at`; `named`: the day that was asked for, where
    `day` stands for it. Raises NotFound outside the scope."""
    found, below = queries.board(desk, day, at), desks.below(desk)
    moment = at or now
    curves = seen.curves_of((found.place, *found.below), day, at)
    held = seen.held_of(covers_of(desk), day, at)
    decided = desks.decisions(desk, local_day(moment), moment, at)
    eve = queries.tally(desk, day - dt.timedelta(days=1), at) if found.place.households else None
    return Morning(
        found,
        seen.first_read(found, curves.get(desk, ()), held),
        moved(found, curves, held, eve),
        together(differences(found, day, now, at, named), decided),
        overdue.below(desk, [place for place, _zh, _en in below], moment, at),
        owes(desk, moment, at, only="answer_support").shown,
        decided,
        line_list(day, at),
        below,
    )


def differences(
    found: queries.Board, day: dt.date, now: dt.datetime, at: dt.datetime | None, named: dt.date | None = None
) -> list[Difference]:
    """What does not add up in the figures of `day`, what was altered since the morning before, what came late."""
    lines = {line.key: line for line in (found.place, *found.below)}
    told = odd(list(lines.values()), day, at)
    for line in lines.values():
        if line.published and line.published.day < day:
            kind = "nothing_published" if (at or now) >= eight(day + dt.timedelta(days=1)) else "not_yet_published"
            told.append(Difference(kind, line, line.published.day))
    told += _altered(list(lines.values()), named or day, at or now)
    return told + _came_late(found.place, day, at)


def together(told: Sequence[Difference], decided: Sequence[Mapping[str, Any]] = ()) -> list[Finding]:
    """The same finding of several places as one, in the order in which each was told first; its places in the order of
    the tree; and which of the desk's decisions find it out."""
    found: dict[tuple[str, dt.date], list[Difference]] = {}
    for one in told:
        found.setdefault((one.kind, one.day), []).append(one)
    return [
        Finding(kind, day, sorted(parts, key=lambda one: one.place.id), _asked(parts, decided))
        for (kind, day), parts in found.items()
    ]


def _asked(parts: Sequence[Difference], decided: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    names = tuple(f"{part.name}/" for part in parts)
    return [one for one in decided if any(f"{found}/".startswith(names) for found in one["finds"])]


def answers(one: Mapping[str, Any]) -> bool:
    """Is a decision carried out, and does it say what was found?"""
    return one["state"] == "done" and bool(one["became"])


# What stood at eight, and what stands for the same unit's day at the moment that is asked for, were it other.
_ALTERED = """
select w.place, (w.data ->> 'day')::date, m.kind, (w.data ->> m.name)::numeric, (r.data ->> m.name)::numeric
from ledger_row_was w
join lateral (
  select data from ledger_row n where n.noun = w.noun and n.key = w.key and n.known_from <= %(until)s
  union all
  select data from ledger_row_was o
  where o.noun = w.noun and o.key = w.key and o.known_from <= %(until)s and o.known_to > %(until)s
  limit 1) r on true
cross join (values ('altered', 'confirmed'), ('altered_cured', 'cured'), ('altered_dead', 'dead')) m (kind, name)
where w.noun = 'bulletin' and w.place = any(%(places)s) and w.known_from <= %(eight)s
  and w.known_to > %(eight)s and w.known_to <= %(until)s and w.data ->> m.name <> r.data ->> m.name
order by 2, 1, 3
"""


def _altered(lines: Sequence[queries.Line], day: dt.date, until: dt.datetime) -> list[Difference]:
    """Figures that were known otherwise at eight in the morning of `day`."""
    by_place = {line.id: line for line in lines}
    given = {"places": list(by_place), "eight": eight(day), "until": until}
    return [
        Difference(
            kind,
            by_place[place],
            of,
            {"before": int(before), "after": int(after), "difference": int(after - before)},
            f"/source/bulletin/{by_place[place].key}/{of}",
        )
        for place, of, kind, before, after in queries.raw().execute(_ALTERED, given).fetchall()
    ]


def _came_late(line: queries.Line, day: dt.date, at: dt.datetime | None) -> list[Difference]:
    """What was recorded during `day` and reached the ledger after its close: off line, or on paper."""
    then = queries.tally(line.id, day, close_of(day))
    late = {name: line.tally[name] - then[name] for name in INDICATORS if line.tally[name] != then[name]}
    if not late.get("heard") and not late.get("exceptions"):
        return []
    amounts = {"before": then["heard"], "after": line.tally["heard"], "difference": late.get("heard", 0)}
    return [Difference("came_late", line, day, amounts | {"exceptions": late.get("exceptions", 0)})]


def over(day: dt.date) -> dt.datetime:
    """When the morning after `day` was over: what its meeting saw, no later word changes."""
    met = rhythm.meetings(day + dt.timedelta(days=1))
    return met[0].ends if met else eight(day + dt.timedelta(days=1))


def line_list(day: dt.date, at: dt.datetime | None = None) -> dict[int, int]:
    """Confirmed cases of the line list by prefecture up to the close of `day`, without invented places."""
    rows = queries.raw().execute("select * from command_line_list(%s, %s)", [day, at]).fetchall()
    return dict(rows)


def desk_of(asked: str | None, own: Sequence[int]) -> int:
    """The desk whose morning it is. Raises NotFound for a desk that is not one's own."""
    desk = number(asked) if asked else next(iter(own), None)
    if desk is None or desk not in own:
        raise NotFound()
    return desk
