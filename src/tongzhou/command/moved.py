"""What moved from the day before to the day, where, and whether what is held explains it: each with a verdict.

Nothing is judged by feeling. A change is *explained* where its parts add up to it and nothing that bears on it is
missing; *half* where they add up and something that bears on it was not told; *open* where they do not add up; *none*
where one of the two days was not told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tongzhou.command import indicators, queries
from tongzhou.command.changes import less

Verdict = Literal["explained", "half", "open", "none"]
ONE = dt.timedelta(days=1)
STOCKS = ("severe_and_critical", "severe", "critical", "suspected", "contacts_observed")
WAYS = ("by_page", "by_phone", "by_door")
Days = Mapping[int, Sequence[queries.Published | dt.date]]


@dataclass(frozen=True)
class Part:
    """A place below whose figure is another than the day before."""

    line: queries.Line
    before: int
    after: int


@dataclass(frozen=True)
class Moved:
    """A figure on the day and on the day before. `parts`: the places in which it moved, in their order; `idle`: how
    many others had nought on both days, `same`: how many others the same; `rest`: what the places do not account for.
    `made_of`: what it is reckoned from; `of`: of which day an older figure is; `asks`: the place that tells it."""

    id: str
    verdict: Verdict
    before: int | None = None
    after: int | None = None
    parts: Sequence[Part] = ()
    idle: int = 0
    same: int = 0
    rest: int | None = None
    made_of: Mapping[str, int] | None = None
    tests: tuple[int, int] | None = None
    definition: bool = False
    of: dt.date | None = None
    named: tuple[str, str] = ("", "")
    asks: int | None = None
    href: str = ""


def moved(
    found: queries.Board, days: Days, held: Mapping[int, Mapping[str, indicators.Series]],
    eve: Mapping[str, int] | None = None,
) -> list[Moved]:  # fmt: skip
    """The figures of a place that a command reads first, each against its eve. `days`: published figures by place, the
    day's first; `held`: series by place; `eve`: what the doors told by the close of the day before."""
    line = found.place
    told = [_of_day(name, found, days, held) for name in ("confirmed", "cured", "dead")] if _both(days, line) else []
    return [one for one in (*told[:1], _active(found, days), *told[1:], *_stocks(found, held), _silent(found, eve))
            if one]  # fmt: skip


def _both(days: Days, line: queries.Line) -> tuple[queries.Published, queries.Published] | None:
    """The day and its eve, where both were told."""
    curve = [one for one in days.get(line.id, ())[:2] if isinstance(one, queries.Published)]
    return (curve[0], curve[1]) if len(curve) == 2 and curve[0].day - curve[1].day == ONE else None


def _fresh(one: queries.Published, measure: str) -> int | None:
    change = one.changes.get(measure)
    return change.fresh if change else None


def _of_day(
    measure: str, found: queries.Board, days: Days, held: Mapping[int, Mapping[str, indicators.Series]]
) -> Moved:
    """New cases, cured or dead of the day, and in which places they came."""
    line, both = found.place, _both(days, found.place)
    assert both is not None
    now, eve = both
    after, before = _fresh(now, measure), _fresh(eve, measure)
    id, href = f"new_{measure}", f"/source/bulletin/{now.unit}/{now.day}"
    if after is None or before is None:
        return Moved(id, "none", before, after, asks=line.id, href=href)
    below = [(one, _both(days, one)) for one in found.below if one.invented == line.invented and one.published]
    pairs = [(one, _fresh(two[1], measure), _fresh(two[0], measure)) for one, two in below if two]
    known = [Part(one, old, new) for one, old, new in pairs if old is not None and new is not None]
    parts = [one for one in known if one.before != one.after]
    rest = after - before - sum(one.after - one.before for one in parts)
    whole = bool(known) and len(known) == len(below) and not rest and sum(one.after for one in known) == after
    tests = _tests(line.id, now.day, held) if measure == "confirmed" else None
    definition = measure == "confirmed" and (now.definition or eve.definition)
    verdict: Verdict = "open"
    if whole:
        verdict = "half" if definition or (measure == "confirmed" and tests is None) else "explained"
    return Moved(
        id, verdict, before, after, parts, sum(one.before == one.after == 0 for one in known),
        sum(one.before == one.after != 0 for one in known), rest if known else None, None, tests, definition,
        asks=line.id, href=href,
    )  # fmt: skip


def _tests(place: int, day: dt.date, held: Mapping[int, Mapping[str, indicators.Series]]) -> tuple[int, int] | None:
    """How many were tested on the eve and on the day; None where one of them was not told."""
    series = held.get(place, {}).get("tested")
    told = {one.day: one.value for one in series.told} if series else {}
    return (told[day - ONE], told[day]) if day in told and day - ONE in told else None


def _active(found: queries.Board, days: Days) -> Moved | None:
    """Currently confirmed: new cases in, cured and dead out; what is none of these was restated."""
    both = _both(days, found.place)
    if both is None:
        return None
    now, eve = both
    if now.active is None or eve.active is None:
        return Moved("active", "none", eve.active, now.active, asks=found.place.id)
    made_of = {name: _fresh(now, measure) for name, measure in
               (("new", "confirmed"), ("cured", "cured"), ("dead", "dead"))}  # fmt: skip
    known = {name: n for name, n in made_of.items() if n is not None}
    rest = now.active - eve.active - known.get("new", 0) + known.get("cured", 0) + known.get("dead", 0)
    verdict: Verdict = "none" if len(known) < len(made_of) else "half" if rest or now.definition else "explained"
    return Moved(
        "active", verdict, eve.active, now.active, rest=rest, made_of=known, definition=now.definition,
        asks=found.place.id, href=f"/source/bulletin/{now.unit}/{now.day}",
    )  # fmt: skip


def _stocks(found: queries.Board, held: Mapping[int, Mapping[str, indicators.Series]]) -> list[Moved]:
    """What was told of severe, critical, suspected and contacts: how many left and how many came nobody tells, so that
    the best that is said of a change is half. Sums whose parts are told of no later day stand for their parts."""
    place, day, below = found.place.id, found.day, [one.id for one in found.below]
    read = {name: one for name in STOCKS if (one := indicators.reading(name, place, held, below))}
    shown = indicators.sums_ahead({name: one.series for name, one in read.items()})
    parts = {part for name in shown for part in indicators.SUMS[name]}
    sums = [name for name in indicators.SUMS if name not in shown]
    told = []
    for name, one in read.items():
        if name in parts or name in sums:
            continue
        new = one.last.day == day
        verdict: Verdict = "half" if new and one.change is not None else "none"
        before = less(one.last.value, one.change) if verdict == "half" else None
        told.append(Moved(
            name, verdict, before, one.last.value, of=None if new else one.last.day,
            named=(one.series.name_zh, one.series.name_en), asks=one.of, definition=one.last.definition,
            href=one.href(found),
        ))  # fmt: skip
    return told


def _silent(found: queries.Board, eve: Mapping[str, int] | None) -> Moved | None:
    """Doors not heard from, and by which ways more or fewer were heard."""
    line = found.place
    if not line.households or eve is None:
        return None
    ways = {name: line.tally[name] - eve[name] for name in WAYS}
    before, after = line.households - eve["heard"], line.households - line.tally["heard"]
    ways["otherwise"] = before - after - sum(ways.values())
    return Moved("silent", "explained" if eve["heard"] else "half", before, after, made_of=ways)
