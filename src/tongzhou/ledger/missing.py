"""What may be missing at a community. Each line of work declares here what to look for, and coverage asks them all.

Most of what is missing is owed: an entry names the duties by which it shows. What no fact tells (a door that was
silent, a grid without a worker) is counted by a query of its own. Nothing here orders or scores communities.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tongzhou.ledger.owed import Entry, table_on
from tongzhou.ledger.time import local_day


@dataclass(frozen=True)
class Found:
    """Of a unit, a community or an area: `n` are missing, `late` of them; by when the first was due; `of` how many
    there should be, None where nobody can know."""

    unit: int
    n: int
    of: int | None = None
    late: int = 0
    due: dt.datetime | None = None


# (units, moment, as known at) → what was found, by entry, for those units that could be asked: of the others it is not
# known. Several entries that are counted in one go share it.
Counts = Callable[[Sequence[int], dt.datetime, dt.datetime | None], Iterable[tuple[str, Found]]]
# (community, moment) → which they are, in words, for whoever may see its doors.
Tells = Callable[[int, dt.datetime], Sequence[str]]


@dataclass(frozen=True)
class Missing:
    """`called`: the heading of its column; `whole`: what stands on the list of what is complete; `said`: how many, in
    words. `duties`: the entries of the table of what is owed that it counts; `counts`: what is counted besides;
    `by_word`: it is the doors not heard from. `owes`: the post that sees to it where no duty says so. `rows`: noun and
    states of all there are. `page`, `do`: where it is done, and what that is called. `order`: where it stands."""

    code: str
    called: str
    whole: str
    said: Callable[[int], str]
    order: int
    duties: tuple[str, ...] = ()
    counts: Counts | None = None
    by_word: bool = False
    tells: Tells | None = None
    rows: tuple[str, tuple[str, ...]] | None = None
    owes: str = "community_lead"
    page: str = ""
    do: str = ""

    def role(self, now: dt.datetime) -> str:
        """The post that owes it first."""
        entry: Entry | None = table_on(local_day(now)).entries.get(self.duties[0]) if self.duties else None
        return entry.role if entry else self.owes


MISSING: dict[str, Missing] = {}


def missing(one: Missing) -> None:
    """Declare what may be missing at a community."""
    if one.code in MISSING:
        raise ValueError(f"{one.code} is declared twice")
    MISSING[one.code] = one


def all_missing() -> list[Missing]:
    """Everything that is looked for, in the order of the page."""
    return sorted(MISSING.values(), key=lambda one: (one.order, one.code))
