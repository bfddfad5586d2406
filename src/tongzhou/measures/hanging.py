"""What hangs on a measure follows it: gates, passes and permits are told where it goes on and off, within a minute.

Whoever only asks (may this door be left now?) asks `register.in_force` and needs nothing of this. Whoever has to say
something when a measure goes (a permit pauses, its holder is told) says here what:

    @hangs("PERMIT-PAUSES")
    def pauses(connection: Connection[Any], turn: Turn) -> Sequence[Effect]:
        return [Effect("permit.paused", …) for … in … if turn.went_off(place, "trading")]

Each effect is a fact of the system that names the proposal as its cause. It is said once, however often the clock
looks, and at the moment at which the measure turned, also where nothing ran at that hour.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg import Connection

from tongzhou.ledger import clock, known
from tongzhou.ledger.append import append
from tongzhou.ledger.follow import ticks
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.reactors import NAMESPACE, Effect
from tongzhou.ledger.standing import System
from tongzhou.measures import levels, register
from tongzhou.measures.entry import Measure
from tongzhou.measures.held import levels_at


@dataclass(frozen=True)
class Holds:
    """Where a measure holds and what it limits there; nowhere and nothing where it is off."""

    places: frozenset[int] = frozenset()
    limits: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Turn:
    """A measure holds otherwise than when the clock last looked, since the moment `at`."""

    measure: Measure
    at: dt.datetime
    was: Holds
    now: Holds

    def went_on(self, place: int, limit: str) -> bool:
        return _holds(self.now, place, limit) and not _holds(self.was, place, limit)

    def went_off(self, place: int, limit: str) -> bool:
        return _holds(self.was, place, limit) and not _holds(self.now, place, limit)

    @property
    def places(self) -> frozenset[int]:
        """Every place at which it turned."""
        return self.was.places | self.now.places


def _holds(told: Holds, place: int, limit: str) -> bool:
    return place in told.places and limit in told.limits


Hang = Callable[[Connection[Any], Turn], Sequence[Effect]]
HANGS: dict[str, Hang] = {}


def hangs(rule: str) -> Callable[[Hang], Hang]:
    """Register under the name of its rule what says something when a measure turns."""

    def made(hang: Hang) -> Hang:
        HANGS[rule] = hang
        return hang

    return made


_LIVE = """
select r.key, r.place, r.state, r.data, r.noun, r.shape from ledger_row r
where r.noun = 'measure' and (r.state in ('approved', 'on_site') and (r.data ->> 'until')::timestamptz > %s
  or r.key in (select measure from measures_turned where places <> '{}'))
"""


@ticks
def look(connection: Connection[Any]) -> None:
    """Compare what holds now with what was last told, and say what follows from each difference."""
    if not HANGS:
        return
    now = clock.read(connection).now
    told = {
        key: Holds(frozenset(places), frozenset(limits))
        for key, places, limits in connection.execute("select measure, places, limits from measures_turned")
    }
    for one in _live(connection, now):
        on = one.phase == "in_force"
        holds = Holds(frozenset(one.data["places"]), frozenset(one.data["limits"])) if on else Holds()
        was = told.get(one.key, Holds())
        if holds != was:
            _say(connection, Turn(one, _since(connection, one, holds, now), was, holds))


def _live(connection: Connection[Any], now: dt.datetime) -> list[Measure]:
    cursor = connection.execute(_LIVE, [now])
    names = [column.name for column in cursor.description or ()]
    rows = [known.told(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    return levels.lifted([register.told(row, now) for row in rows], now, on=connection)


def _since(connection: Connection[Any], one: Measure, holds: Holds, now: dt.datetime) -> dt.datetime:
    """The moment at which it turned: its start or end, the last easing, the level that lifts it."""
    start: dt.datetime = one.data["start"]
    changed: list[dt.datetime] = [change["at"] for change in one.data.get("changes", ())]
    decided: dt.datetime = one.data["decided_at"] or now
    if one.phase == "lifted":
        held = levels_at(connection, one.data["places"], now).values()
        lifts = [level.begins for level in held if levels.forbids(one.data["type"], level.level)]
        return max([start, *lifts])
    if not holds.places:
        return min(one.ends or now, now)
    return max([start, decided, *changed])


def _say(connection: Connection[Any], turn: Turn) -> None:
    said = [
        Said(
            id=uuid.uuid5(NAMESPACE, f"{rule} {effect.subject} {turn.measure.key} {turn.at.isoformat()}"),
            kind=effect.kind,
            effective_at=turn.at,
            body=msgspec.Raw(json.dumps(effect.body).encode()),
            place=effect.place,
            because=uuid.UUID(turn.measure.key),
        )
        for rule, hang in HANGS.items()
        for effect in hang(connection, turn)
    ]
    if said:
        append(connection, said, System(), device="reactor", origin="system")
    connection.execute(
        "insert into measures_turned (measure, places, limits) values (%s, %s, %s)"
        " on conflict (measure) do update set places = excluded.places, limits = excluded.limits",
        [turn.measure.key, sorted(turn.now.places), sorted(turn.now.limits)],
    )
