"""A long list folded: what one does in one go at one stairwell, in one grid or in one street is one line that opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.command.rounds import OF_THE_DAY, Round
from tongzhou.pages.ask import FEW
from tongzhou.pages.templatetags.pages import named
from tongzhou.places.queries import Name, above
from tongzhou.today.rows import DANGER, Shown

LONG = 5  # lines that stand on a page one by one
LEAST = 3  # lines that are folded into one
COMMUNITY, STREET, COUNTY = ("community", "village"), ("township", "street"), ("county", "zone")


@dataclass(frozen=True)
class Bunch:
    """Lines of one kind at one place. `open`: one of them was just acted on, or follows that which was."""

    where: str
    lines: list[Shown]
    open: bool = False

    @property
    def what(self) -> str:
        return self.lines[0].line.what

    @property
    def late(self) -> int:
        return sum(one.state == "late" for one in self.lines)

    @property
    def soon(self) -> int:
        return sum(one.state == "soon" for one in self.lines)

    @property
    def due(self) -> dt.datetime:
        """By when the next of those is due that are not late yet; the first, where all are (`all_late`)."""
        ahead = [one.due for one in self.lines if one.state != "late"]
        return min(ahead or [one.due for one in self.lines])

    @property
    def all_late(self) -> bool:
        return self.late == len(self.lines)

    @property
    def state(self) -> str:
        return "late" if self.late else "soon" if self.soon else ""


Item = Shown | Bunch
Group = tuple[str, str, list[Shown]]


def folded(groups: Sequence[Group], opened: Collection[str]) -> list[tuple[str, str, int, list[Item]]]:
    """(code, heading, how many lines, what is drawn) of each group: as they are where the page is short. `opened`: the
    lines in front of whoever looks, whose bunch stands open."""
    every = [one for _code, _name, lines in groups for one in lines]
    if len(every) <= LONG:
        return [(code, name, len(lines), list(lines)) for code, name, lines in groups]
    around = above({one.home for one in every}, [*COMMUNITY, *STREET, *COUNTY])
    return [(code, name, len(lines), _fold(lines, around, opened)) for code, name, lines in groups]


def _fold(lines: Sequence[Shown], around: Mapping[int, list[Name]], opened: Collection[str]) -> list[Item]:
    """Each bunch stands where the first of its lines stood."""
    kinds: dict[tuple[str, bool], list[Shown]] = {}
    for one in lines:
        if one.line.urgency < DANGER:
            kinds.setdefault((one.line.what, one.line.step > 0), []).append(one)
    bunch_of = {one.id: bunch for alike in kinds.values() for bunch in _bunches(alike, around, opened)
                for one in bunch.lines}  # fmt: skip
    drawn: list[Item] = []
    for one in lines:
        bunch = bunch_of.get(one.id)
        if bunch is None:
            drawn.append(one)
        elif bunch.lines[0] is one:
            drawn.append(bunch)
    return drawn


def _bunches(alike: list[Shown], around: Mapping[int, list[Name]], opened: Collection[str]) -> list[Bunch]:
    """Lines of one kind by the nearest place at which they make few bunches: stairwell, grid, community, street,
    county, all."""
    if len(alike) < LEAST:
        return []
    for level in range(5):
        by: dict[str, list[Shown]] = {}
        for one in alike:
            by.setdefault(_where(one, level, around), []).append(one)
        if len(by) * LEAST <= len(alike):
            break
    else:
        by = {_("in several places"): alike}
    return [Bunch(where, lines, any(one.id in opened for one in lines)) for where, lines in by.items()
            if len(lines) >= LEAST]  # fmt: skip


def _where(one: Shown, level: int, around: Mapping[int, list[Name]]) -> str:
    """Where a line lies, said as coarsely as the level wants it."""
    if level < 2:
        return " · ".join(filter(None, [one.stairwell if level == 0 else "", one.home_called]))
    wanted = (COMMUNITY, STREET + COUNTY, COUNTY)[level - 2]
    found = [named(name) for name in around.get(one.home, []) if name.level in wanted]
    return " · ".join(dict.fromkeys(found)) or one.home_called


def ids(items: Sequence[tuple[str, str, int, list[Item]]]) -> list[str]:
    """The lines in the order in which they are drawn."""
    drawn = [item for _code, _name, _n, held in items for item in held]
    return [one.id for item in drawn for one in (item.lines if isinstance(item, Bunch) else [item])]


def rounds_folded(turns: Sequence[tuple[Round, Any]]) -> list[list[tuple[Round, Any]]]:
    """Rounds of one kind at many places stand together, where the page has many; each else by itself."""
    kinds: dict[str, list[tuple[Round, Any]]] = {}
    for one in turns:
        kinds.setdefault(one[0].what, []).append(one)
    if len(turns) <= FEW:
        return [[one] for one in turns]
    return [part for ones in kinds.values() for part in ([ones] if len(ones) >= LEAST else [[one] for one in ones])]


def rounds_in(turns: Sequence[Round]) -> list[tuple[str, int, dt.datetime]]:
    """(what, of how many, by when) of the rounds of which whoever goes there has said everything, at every place."""
    kinds: dict[str, list[Round]] = {}
    for one in turns:
        kinds.setdefault(one.what, []).append(one)
    return [(what, sum(one.of for one in ones), max(one.due for one in ones)) for what, ones in kinds.items()
            if what not in OF_THE_DAY and not any(one.n or one.desk is not None for one in ones)]  # fmt: skip
