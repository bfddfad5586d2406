"""What a line of work tells a household on its own page: what applies to it, and who comes when.

A folder says it in a module `telling`, which is read at the start because it is there:

    @tells("deliveries")
    def coming(home: Home) -> Iterable[Comes | Applies]:
        for one in …:
            yield Comes(_("Disinfection of the stairwell"), at=one.due, more=_("Keep windows and door shut."))

The household's page, the telephone desk and the paper twin show the same. No word of an illness in `what`: a neighbour
may read over the shoulder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection


@dataclass(frozen=True)
class Home:
    """A household at a moment, for whoever tells it something. `ledger`: asked as the ledger, about this door alone."""

    ledger: Connection[Any]
    household: int
    place: int
    now: dt.datetime


@dataclass(frozen=True)
class Comes:
    """Somebody comes, rings or brings something. `at`: by when; `when`: where there is no moment, in words."""

    what: str
    at: dt.datetime | None = None
    when: str = ""
    more: str = ""


@dataclass(frozen=True)
class Part:
    """One answer about what applies: why, who decided it, how to disagree. `link`: where all of it stands."""

    term: str
    words: str
    link: str = ""


@dataclass(frozen=True)
class Applies:
    """Something that limits or protects this household. `until`: when it ends by itself, in words."""

    title: str
    until: str = ""
    parts: tuple[Part, ...] = ()


Tell = Callable[[Home], Iterable[Comes | Applies]]
TELLS: dict[str, Tell] = {}


def tells(line: str) -> Callable[[Tell], Tell]:
    """Register what a line of work tells, under its name; the lines tell in the order of these names."""

    def made(tell: Tell) -> Tell:
        TELLS[line] = tell
        return tell

    return made


@dataclass(frozen=True)
class Told:
    comes: list[Comes] = field(default_factory=list)
    applies: list[Applies] = field(default_factory=list)


def told(home: Home) -> Told:
    """All that every line of work tells this household now; who comes first stands first."""
    found = Told()
    for _line, tell in sorted(TELLS.items()):
        for one in tell(home):
            (found.comes if isinstance(one, Comes) else found.applies).append(one)  # type: ignore[arg-type]
    found.comes.sort(key=lambda one: (one.at is None, one.at or home.now))
    return found


_DUE = """
select key, min(due) from ledger_owed where noun = %s and key = any(%s) and step = 0 group by key
"""


def due(home: Home, noun: str, keys: Iterable[str]) -> dict[str, dt.datetime]:
    """By when what is owed about these subjects is done, as Today has it; what is not owed is left out."""
    return dict(home.ledger.execute(_DUE, [noun, list(keys)]).fetchall())
