"""A scenario: when it begins, how people behave in it, what happens, and what is to be true of it.

Read from YAML; how people behave where it does not say so stands in `scenarios/people.yaml`. A mistake ends in one
sentence with the line of the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongzhou.ledger.owed import tables
from tongzhou.people.roles import ROLES
from tongzhou.places.lined import Lined
from tongzhou.play import values
from tongzhou.play.marked import Marked, ScenarioError, read
from tongzhou.play.values import OF_POST, hour, is_number, like

FOLDER = Path(__file__).resolve().parents[3] / "scenarios"
PEOPLE = FOLDER / "people.yaml"
PARTS = ("households", "walk", "desks", "duties", "gates", "daily", "team", "stays", "epidemic")
BY = ("page", "phone", "paper", "door")
AT_DOORS = ("well", "unwell", "fever", "need", "withdraw")
OF_STAFF = ("says", "off_line", "away", "answers")
KNOWN = ("at", "day", "who", "door", "by", "does", "as", "of", "twice", "temp", "breathless", "items", "medicine",
         "kind", "place", "home", "reporting", "body", "until", "duty", "act", "form", "times", "note")  # fmt: skip
EXPECTED = ("at", "day", "noun", "of", "state", "ward", "place", "data", "at_least", "at_most", "heard_at_least",
            "owed", "note")  # fmt: skip


@dataclass(frozen=True)
class Event:
    """Something that the scenario says will happen. `told` is the line as it was written."""

    at: dt.datetime
    does: str
    told: Marked
    who: str | None = None


@dataclass(frozen=True)
class Expectation:
    """Something that is to be true at a moment, or at the end."""

    at: dt.datetime | None
    told: Marked


@dataclass(frozen=True)
class Scenario:
    name: str
    begins: dt.datetime
    hours: float
    minutes: int  # between two looks at the world
    behaviour: Mapping[str, Mapping[str, Any]]
    events: Sequence[Event] = ()
    expected: Sequence[Expectation] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    doors: int | None = None  # how many of all doors are played, evenly of all grids; all where none is said

    @property
    def ends(self) -> dt.datetime:
        return self.begins + dt.timedelta(hours=self.hours)


def load(path: Path, zone: dt.tzinfo, as_of: dt.date | None = None) -> Scenario:
    """Read a scenario; `as_of` moves it to another day. Raises ScenarioError."""
    told = read(path)
    told.only("scenario", "name", "begins", "hours", "minutes", "doors", "happens", "expect", *PARTS)
    begins = _moment(told, "begins", zone)
    if as_of:
        begins = begins.replace(year=as_of.year, month=as_of.month, day=as_of.day)
    hours, minutes, doors = _number(told, "hours", 0.01, 24 * 120), told.get("minutes", 5), told.get("doors")
    if not isinstance(minutes, int) or not 1 <= minutes <= 60:
        raise told.wrong("minutes", "minutes is a whole number from 1 to 60.")
    if doors is not None and (not isinstance(doors, int) or doors < 1):
        raise told.wrong("doors", "doors is a whole number from 1 on: how many of all doors are played.")
    ends = begins + dt.timedelta(hours=hours)
    events = [_event(one, begins, ends) for one in _list(told, "happens")]
    expected = [_expectation(one, begins, ends) for one in _list(told, "expect")]
    names = told.get("name") or {}
    return Scenario(
        str(told.need("scenario")),
        begins,
        hours,
        minutes,
        _behaviour(told),
        sorted(events, key=lambda one: one.at),
        expected,
        names if isinstance(names, dict) else {},
        path.name,
        doors,
    )


def _behaviour(told: Marked) -> dict[str, dict[str, Any]]:
    """How people behave: the common file, and over it what this scenario says. Raises ScenarioError for a word that the
    common file does not have."""
    common = read(PEOPLE)
    found: dict[str, dict[str, Any]] = {}
    for part in PARTS:
        base, own = common.need(part), told.get(part) or Marked(told.file, Lined(0))
        if not isinstance(own, Marked):
            raise told.wrong(part, f"{part} is a list of names with values.")
        for key, value in own.items():
            if key not in base and key not in _more(part):
                raise own.wrong(key, f"{key} is not known here; known are {', '.join(sorted({*base, *_more(part)}))}.")
            like(own, key, base.get(key), value)
            if key in _more(part):
                _of_one(_entry_of(own, key, value), part, common)
        found[part] = base | {key: _over(base.get(key), value) for key, value in own.items()}
    return found


def _more(part: str) -> Collection[str]:
    """What a scenario may name beside the words of the common file: every post, every duty."""
    return ROLES if part == "desks" else tables()[-1].entries if part == "duties" else ()


def _of_one(told: Marked, part: str, common: Marked) -> None:
    """What a scenario says of one post or one duty, held against what is said for all of them."""
    desks = common.need("desks")
    usual = {name: desks[name] for name in OF_POST} if part == "desks" else {"after": [0, 1], "acts": {}}
    told.only(*usual)
    for name, value in told.items():
        like(told, name, usual[name], value)


def _entry_of(told: Marked, key: str, value: Any) -> Marked:
    if not isinstance(value, Marked):
        raise told.wrong(key, f"{key} is written as {{name: value, …}}.")
    return value


def _over(known: Any, value: Any) -> Any:
    """A value of the scenario over the common one; of a post or a duty what it does not name stays."""
    nested = isinstance(known, dict) and isinstance(value, dict) and known.keys() & {"after", "acts", "looks_every"}
    return {**known, **value} if nested else value


def _event(one: Any, begins: dt.datetime, ends: dt.datetime) -> Event:
    told = _entry(one)
    told.only(*KNOWN)
    does = str(told.need("does"))
    if does not in AT_DOORS + OF_STAFF:
        raise told.wrong("does", f"{does} is nothing that anybody does; known are {', '.join(AT_DOORS + OF_STAFF)}.")
    if does in AT_DOORS and not isinstance(told.need("door"), Marked):
        raise told.wrong("door", "a door is written as {grid: KEY, nth: NUMBER}.")
    if does in AT_DOORS and told.get("by", "page") not in BY:
        raise told.wrong("by", f"by is one of {', '.join(BY)}.")
    if does in OF_STAFF and not isinstance(told.need("who"), str):
        raise told.wrong("who", "who is the login of somebody of the region's staff.")
    if does == "says" and not isinstance(told.need("body"), Marked):
        raise told.wrong("body", "the body of a fact is a list of names with values.")
    if does == "answers":
        told.need("duty"), told.need("act")
    if does in ("off_line", "away"):
        hour(told, "until")
    if does == "withdraw":
        told.need("of")
    if does == "need":
        values.items(told)
    values.further(told)
    return Event(_hour(told, "at", begins, ends), does, told, told.get("who"))


def _expectation(one: Any, begins: dt.datetime, ends: dt.datetime) -> Expectation:
    told = _entry(one)
    told.only(*EXPECTED)
    if not told.keys() & {"noun", "heard_at_least", "owed"}:
        raise ScenarioError(told.file, told.line, "an expectation names a noun, something owed, or heard_at_least.")
    if "data" in told and not isinstance(told["data"], Marked):
        raise told.wrong("data", "data is a list of names with values.")
    values.expected(told)
    return Expectation(_hour(told, "at", begins, ends) if "at" in told else None, told)


def _entry(one: Any) -> Marked:
    if not isinstance(one, Marked):
        raise ScenarioError("the scenario", 1, "each entry is written as {name: value, …}.")
    return one


def _list(told: Marked, key: str) -> list[Any]:
    found = told.get(key) or []
    if not isinstance(found, list):
        raise told.wrong(key, f"{key} is a list.")
    for one in found:
        if not isinstance(one, Marked):
            raise told.wrong(key, "each entry is written as {name: value, …}.")
    return found


def _hour(told: Marked, key: str, begins: dt.datetime, ends: dt.datetime) -> dt.datetime:
    """An hour of the scenario's first day, or of its `day`-th: "08:10", or "24:30" for after midnight."""
    after, text = hour(told, key), told[key]
    first = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    days = told.get("day", 1)
    if not isinstance(days, int) or days < 1:
        raise told.wrong("day", "day is a whole number from 1 on.")
    moment = first + dt.timedelta(days=days - 1) + after
    if not begins <= moment <= ends:
        raise told.wrong(
            key, f"{text} lies outside this scenario, which runs from {begins:%m-%d %H:%M} to {ends:%m-%d %H:%M}."
        )
    return moment


def _moment(told: Marked, key: str, zone: dt.tzinfo) -> dt.datetime:
    text = str(told.need(key))
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise told.wrong(key, f"{text} is no moment; write it as 2020-03-10T06:00.") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _number(told: Marked, key: str, low: float, high: float) -> float:
    value = told.need(key)
    if not is_number(value) or not low <= value <= high:
        raise told.wrong(key, f"{key} is a number from {low:g} to {high:g}.")
    return float(value)
