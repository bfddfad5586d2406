"""What is owed: a fold returns, beside its row, what somebody must do about the subject next.

Nobody writes a duty. It follows from the facts, by an entry of the dated table in `rulebooks/owed/` that says who owes
it, within how long, and who owes it as well when they do not. The whole ladder is kept with the duty, each step with
the moment from which it holds, so that who owes *now* is a question and needs no clock that runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from tongzhou.ledger.time import zone

Clock = Literal["life", "law", "work"]
TABLES = Path(__file__).resolve().parents[3] / "rulebooks" / "owed"
LEVELS = ("grid", "community", "township", "county", "prefecture", "province")
RANK = {level: n for n, level in enumerate(LEVELS)} | {"zone": LEVELS.index("county"), "street": 2}
LATEST = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Owed:
    """One thing that is owed. `what`: an entry of the table. `place`: the desk that owes (None: where the row lies).
    `due`: by when, where a rule says so (`rule`, `edition`); else the table says it from `since` on. `opens`: not
    before this moment. `until`: from this moment on it is owed no more, done or not, and no fact says so. `urgency`:
    raised above the table's, never lowered. `to`: the colleague whose it is from the first. `handed`: owed until the
    subject is offered to this place, lies there, or was declined there."""

    what: str
    since: dt.datetime
    due: dt.datetime | None = None
    place: int | None = None
    role: str | None = None
    urgency: int = 0
    opens: dt.datetime | None = None
    until: dt.datetime | None = None
    rule: str | None = None
    edition: str | None = None
    to: int | None = None
    handed: int | None = None


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: `hours` after the duty was due this role owes it as well, at the desk of this level."""

    hours: float
    role: str
    level: str


@dataclass(frozen=True)
class Entry:
    """What the table says of one duty: hours until due, urgency 0 (routine) to 3 (danger to life), whose clock runs.
    `at_county`: the post that owes it where it lies at a county or higher, whose communities nobody named."""

    role: str
    due_h: float
    urgency: int = 0
    clock: Clock = "work"
    ladder: tuple[Rung, ...] = ()
    at_county: str = ""


@dataclass(frozen=True)
class Turn:
    """A round: at each start everything of an area is owed anew, until `due_h` later. `each`: the hours run from when
    each thing was said, not from the start."""

    role: str
    starts: tuple[dt.time, ...]
    due_h: float
    ladder: tuple[Rung, ...] = ()
    each: bool = False

    def at(self, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """When the round that runs at a moment began, and by when it is done."""
        day = now.astimezone(zone()).date()
        days = (day - dt.timedelta(days=1), day)
        began = max(
            one for on in days for start in self.starts if (one := dt.datetime.combine(on, start, zone())) <= now
        )
        return began, after(began, hours=self.due_h)


@dataclass(frozen=True)
class Table:
    edition: str
    valid_from: dt.date
    quiet: tuple[dt.time, dt.time]
    desk: frozenset[str]  # the roles of which any holds the desk of its place
    holders: Mapping[str, str]  # noun → the role that looks at words which wait for it
    entries: Mapping[str, Entry]
    at_once: int  # how many things one person sees to at once: what is beyond is shared out by the lead
    text_min: int  # minutes until a desk's telephone is told again of what nobody opened
    rounds: Mapping[str, Turn]
    ring_min: Mapping[str, int]  # minutes after which a duty of this clock that nobody opened rings
    urged_h: Mapping[str, float]  # hours that a desk which rang about a duty of this clock gives whoever owes it


@cache
def tables() -> tuple[Table, ...]:
    """All editions of the table, oldest first. Raises ValueError naming the file and the entry that is wrong."""
    found = [read(path) for path in sorted(TABLES.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda table: (table.valid_from, table.edition)))


def table_on(day: dt.date) -> Table:
    """The edition in force on a day; before the first one, the first."""
    held = [table for table in tables() if table.valid_from <= day]
    return held[-1] if held else tables()[0]


def read(path: Path) -> Table:
    """One edition from its file."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        ladders = {name: tuple(Rung(float(h), role, level) for h, role, level in steps)
                   for name, steps in raw["ladders"].items()}  # fmt: skip
        entries = {}
        for what, one in raw["duties"].items():
            entry = Entry(one["role"], float(one["due_h"]), one.get("urgency", 0), one.get("clock", "work"),
                          ladders[one.get("ladder", "none")], one.get("at_county", ""))  # fmt: skip
            if entry.clock not in ("life", "law", "work") or not 0 <= entry.urgency <= 3 or entry.due_h <= 0:
                raise ValueError(what)
            if any(rung.level not in LEVELS for rung in entry.ladder):
                raise ValueError(what)
            entries[what] = entry
        rounds = {}
        for what, one in raw.get("rounds", {}).items():
            starts = tuple(dt.time.fromisoformat(start) for start in one["starts"])
            rounds[what] = Turn(one["role"], starts, float(one["due_h"]), ladders[one.get("ladder", "none")],
                                bool(one.get("each")))  # fmt: skip
            if not starts or rounds[what].due_h <= 0:
                raise ValueError(what)
        quiet = (dt.time.fromisoformat(raw["quiet"]["from"]), dt.time.fromisoformat(raw["quiet"]["to"]))
        return Table(
            raw["edition"],
            raw["valid_from"],
            quiet,
            frozenset(raw["desk"]),
            raw["holders"],
            entries,
            int(raw["at_once"]),
            int(raw["text_min"]),
            rounds,
            raw["ring_min"],
            {clock: float(hours) for clock, hours in raw["urged_h"].items()},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name}: the entry {error} is missing or not as it must be") from error


def posts(role: str) -> frozenset[str]:
    """The roles that may do what this one owes: a desk is held by any of several."""
    return tables()[-1].desk if role == "desk" else frozenset({role})


class Step(msgspec.Struct, frozen=True):
    """Who owes from when on: one row of the table of duties."""

    role: str
    place: int
    owes_from: dt.datetime


class Duty(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is owed, resolved: the desk, the moments, the whole ladder. `at`: the desk of the first step; `until`: when
    it ends by itself; `to`: the colleague it was passed to; `hindered`: why its desk cannot; `seen`: when the desk
    opened it; `urged`: when a desk to which it came up last rang about it."""

    what: str
    at: int
    since: dt.datetime
    due: dt.datetime
    urgency: int
    clock: Clock
    rule: str
    edition: str
    steps: tuple[Step, ...]
    until: dt.datetime | None = None
    to: int | None = None
    hindered: str | None = None
    seen: dt.datetime | None = None
    urged: dt.datetime | None = None


def resolve(owed: Owed, place: int, chain: Sequence[tuple[int, str]], table: Table) -> Duty:
    """The duty with its ladder. `chain`: the duty's place and those above it, nearest first, each with its level.
    A duty that the table does not know goes to the common desk above: it is owed, never lost. Steps that would hold
    only after its end are left out; there are none where it had ended before it began."""
    entry = table.entries.get(owed.what) or table.entries["unknown"]
    at = owed.place if owed.place is not None else place
    due = owed.due or after(owed.opens or owed.since, hours=entry.due_h)
    opens = owed.opens or owed.since
    urgency = max(entry.urgency, owed.urgency)
    clock: Clock = "life" if urgency >= 3 else entry.clock
    steps = [Step(owed.role or _post(entry, chain), at, opens)]
    for rung in entry.ladder:
        desk = next((p for p, level in chain if RANK.get(level, -1) >= RANK[rung.level]), None)
        if desk is None:
            continue
        when = after(due, hours=rung.hours)
        step = Step(rung.role, desk, max(opens, when if clock != "work" else by_day(when, table.quiet)))
        if (step.role, step.place) not in {(one.role, one.place) for one in steps}:
            steps.append(step)
    holding = tuple(step for step in steps if owed.until is None or step.owes_from < owed.until)
    return Duty(owed.what, at, owed.since, due, urgency, clock, owed.rule or f"OWED/{owed.what}",
                owed.edition or table.edition, holding, owed.until, owed.to)  # fmt: skip


def _post(entry: Entry, chain: Sequence[tuple[int, str]]) -> str:
    """Which post owes it first: decided by where it lies."""
    wide = bool(chain) and RANK.get(chain[0][1], -1) >= RANK["county"]
    return entry.at_county if wide and entry.at_county else entry.role


def by_day(moment: dt.datetime, quiet: tuple[dt.time, dt.time]) -> dt.datetime:
    """The moment itself, or the end of the night it falls into: at night only danger to life and legal clocks climb."""
    start, end = quiet
    local = moment.astimezone(zone())
    night = local.time() >= start or local.time() < end if start > end else start <= local.time() < end
    if not night or moment >= LATEST:
        return moment
    day = local.date() + dt.timedelta(days=1) if start > end and local.time() >= start else local.date()
    return dt.datetime.combine(day, end, zone())


def after(moment: dt.datetime, **span: float) -> dt.datetime:
    """A moment later, never beyond what a calendar holds: folds are total."""
    try:
        return min(moment + dt.timedelta(**span), LATEST)
    except OverflowError:
        return LATEST


def moment_in(text: str | None) -> dt.datetime | None:
    """A moment that a body holds as text, with a zone; None for what no calendar has."""
    try:
        found = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if not 1900 <= found.year <= 8999:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone())


def day_in(text: str | None) -> dt.date | None:
    """A day that a body holds as text; None for what no calendar has."""
    try:
        found = dt.date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 1900 <= found.year <= 8999 else None


def on(day: dt.date, hour: int) -> dt.datetime:
    """An hour of a local day."""
    return dt.datetime.combine(day, dt.time(hour), zone())
