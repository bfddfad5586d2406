"""The lines of coverage as its pages draw them: what, which, who, by when, what if not, and where it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tongzhou.command.overdue import Late, Next, next_step
from tongzhou.command.queries import raw
from tongzhou.coverage import queries, which
from tongzhou.coverage.queries import Unit
from tongzhou.ledger.missing import Found, Missing, all_missing
from tongzhou.ledger.owing import Tree
from tongzhou.pages.templatetags.pages import named
from tongzhou.people import duties
from tongzhou.people.colleagues import named as called

THERE = frozenset({"community_lead", "grid_worker", "volunteer", "desk"})  # posts of the community: it is rung itself
NAMES = 2  # people who are named; the post has all
GRIDS = "grid_worker"  # the post that each grid has of its own


@dataclass(frozen=True)
class Gap:
    """One thing that is missing at a community. `which`: in words, for whoever may see its doors; `who`: the people of
    the post, likewise; `of`: how many there are in all; `more`: of what is named, how many are not; `ring`: the
    telephone of who owes it, where that is not the community."""

    entry: Missing
    found: Found
    of: int | None
    which: Sequence[str] = ()
    who: Sequence[str] = ()
    role: str = ""
    next: Next | None = None
    more: int = 0
    ring: str = ""

    @property
    def said(self) -> str:
        return self.entry.said(self.found.n)

    @property
    def post(self) -> str:
        return duties.post(self.role)

    @property
    def page(self) -> str:
        return self.entry.page

    @property
    def do(self) -> str:
        return _(self.entry.do) if self.entry.do else _("See to it")


@dataclass(frozen=True)
class Whole:
    """One thing that is complete: how many there are; None where that is not counted."""

    entry: Missing
    of: int | None

    @property
    def said(self) -> str:
        if self.of is None:
            return _("nothing waits")
        return _("%(n)d, all") % {"n": self.of} if self.of else _("none")


There = Mapping[tuple[int, str], int]  # by unit and entry, how many there are of what may be missing


def gaps(unit: Unit, there: There, now: dt.datetime, inside: bool) -> list[Gap]:
    """What is missing, what is late first. `inside`: the reader may see the doors."""
    tree = Tree(raw())
    abroad = [(unit.place, role) for entry, _found in unit.gaps if (role := entry.role(now)) not in THERE]
    rings = which.rings(abroad)
    who, named = None, dict[str, list[str]]()
    if inside:
        who = Who(unit.place, {entry.role(now) for entry, _found in unit.gaps})
        duties = {entry.code: entry.duties for entry, _found in unit.gaps if entry.duties and not entry.tells}
        named = which.owed(unit.place, duties, now)
    return [
        _gap(unit, entry, found, there, tree, now, who, named.get(entry.code, []), rings) for entry, found in unit.gaps
    ]


class Who:
    """The people of some posts at a community, asked together. Where its grids have people of their own, each grid is
    named with its worker, grids that share one together."""

    def __init__(self, place: int, roles: Collection[str]) -> None:
        self.place = place
        self.grids = queries.grids(place) if GRIDS in roles else {}
        wanted = [(role, place) for role in roles if role not in (GRIDS, "desk")]
        self.held = called([*wanted, *((GRIDS, grid) for grid in self.grids)])

    def of(self, role: str) -> Sequence[str]:
        """Whoever holds it nearest to the place stands first."""
        return self._by_grid() if role == GRIDS else self.held.get((role, self.place), [])[:NAMES]

    def _by_grid(self) -> Sequence[str]:
        by: dict[str, list[str]] = {}
        for grid, name in self.grids.items():
            by.setdefault(next(iter(self.held[GRIDS, grid]), ""), []).append(named(name))
        if len(by) == 1:
            return [name for name in by if name]
        return [
            _("%(grid)s: %(who)s") % {"grid": _(", ").join(there), "who": name or _("nobody")}
            for name, there in by.items()
        ]


def _gap(
    unit: Unit, entry: Missing, found: Found, there: There, tree: Tree, now: dt.datetime,
    who: Who | None, named: Sequence[str], rings: dict[tuple[int, str], str],
) -> Gap:  # fmt: skip
    role = entry.role(now)
    climbs = None
    if entry.duties and found.due:
        climbs = next_step(Late(entry.duties[0], unit.place, found.n, found.due), tree, now)
    told: Sequence[str] = entry.tells(unit.place, now) if who and entry.tells else ()
    return Gap(
        entry,
        found,
        found.of if found.of is not None else there.get((unit.place, entry.code)),
        told or ([_(", ").join(named)] if named else ()),
        who.of(role) if who else (),
        role,
        climbs,
        found.n - len(named) if named else 0,
        rings.get((unit.place, role), ""),
    )


def wholes(unit: Unit, there: There) -> list[Whole]:
    """What is complete; nothing where nothing was heard."""
    if unit.word.silent:
        return []
    found = []
    for entry in all_missing():
        one = unit.found.get(entry.code)
        if one and not one.n:
            found.append(Whole(entry, one.of if one.of is not None else there.get((unit.place, entry.code))))
    return found


@dataclass(frozen=True)
class Cell:
    """Of one entry at a unit: `late`, `missing`, `whole`, or `unknown` where nothing was heard or nothing tells it."""

    state: str
    n: int = 0


@dataclass(frozen=True)
class Line:
    """A unit in the table: its cells in the order of the columns, and what is due first."""

    unit: Unit
    cells: Sequence[Cell]
    first: Missing | None = None
    due: dt.datetime | None = None
    late: bool = False
    since: dt.datetime | None = None

    @property
    def told(self) -> list[tuple[Missing, Cell]]:
        return [(entry, self.unit_cell(entry)) for entry, _found in self.unit.gaps]

    def unit_cell(self, entry: Missing) -> Cell:
        return cell(self.unit, entry)


def cell(unit: Unit, entry: Missing) -> Cell:
    found = unit.found.get(entry.code)
    if found is None:
        return Cell("unknown")
    if found.n:  # what is owed is owed, heard from or not
        return Cell("late" if found.late else "missing", found.n)
    return Cell("unknown" if unit.word.silent else "whole")


@dataclass(frozen=True)
class Board:
    """Units in official order, under what they lie in. `columns`: what is missing somewhere; `everywhere`: what is
    complete everywhere."""

    groups: Sequence[tuple[int, Sequence[Line]]]
    columns: Sequence[Missing]
    everywhere: Sequence[Missing] = ()
    lines: Sequence[Line] = field(default=())


def board(units: Sequence[Unit], lies: dict[int, int], now: dt.datetime) -> Board:
    entries = [one for one in all_missing() if any(one.code in unit.found for unit in units)]
    columns = [one for one in entries if any(cell(unit, one).n for unit in units)]
    heard = [unit for unit in units if not unit.word.silent]
    everywhere = [one for one in entries if heard and all(cell(unit, one).state == "whole" for unit in units)]
    last = queries.last_words([unit.place for unit in units if unit.word.silent], now)
    lines = [_line(unit, columns, last.get(unit.place)) for unit in units]
    groups: dict[int, list[Line]] = {}
    for line in lines:
        groups.setdefault(lies[line.unit.place], []).append(line)
    return Board(list(groups.items()), columns, everywhere, lines)


def _line(unit: Unit, columns: Sequence[Missing], since: dt.datetime | None) -> Line:
    first = next(iter(unit.gaps), None)
    return Line(
        unit,
        [cell(unit, one) for one in columns],
        first[0] if first else None,
        first[1].due if first else None,
        bool(first and first[1].late),
        since,
    )
