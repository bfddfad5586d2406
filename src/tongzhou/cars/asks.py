"""What is asked before a drive is wanted or planned: a door that is there, an hour, a car with room that is free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.cars import limits
from tongzhou.community import doors
from tongzhou.ledger.append import ASKS, Context, together
from tongzhou.ledger.decided import while_open
from tongzhou.ledger.fold import Row, checks
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.turns import take_turns
from tongzhou.problems import Malformed, Problem, Stale
from tongzhou.sites.named import FOR_PEOPLE, Standing, kinds_within, names_site

CARE = kinds_within("care")
RUNNING = ("planned", "confirmed", "started", "arrived", "back")


def says_when(_connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Days of the week or one day, with an hour; or at once."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        said: Any = fact.body
        if said.at_once:
            continue
        if bool(said.days) == bool(said.once):
            refused[fact.n] = Malformed(_("days of the week, or one day; or at once"), "days")
        elif said.hour is None:
            refused[fact.n] = Malformed(_("the hour at which they leave the door"), "hour")
    return refused


_BUSY = """
select key from ledger_row where noun = 'drive' and state = any(%(running)s) and data ->> 'car' = %(car)s
and key <> %(key)s and (data ->> 'starts')::timestamptz > %(at)s - %(away)s
and (data ->> 'starts')::timestamptz < %(at)s + %(away)s limit 1
"""
_DRIVE = (
    "select data ->> 'starts', data ->> 'seat', (data ->> 'companion')::boolean from ledger_row where noun = 'drive'"
)


def is_free(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """One car is in one place: whoever plans second is told. Two at once take turns."""
    refused: dict[int, Problem] = {}
    given: list[tuple[str, Any]] = []
    take_turns(connection, (f"car/{fact.body.car}" for fact in facts))  # type: ignore[attr-defined]
    for fact in facts:
        said: Any = fact.body
        key = getattr(said, "drive", str(fact.said.corrects or fact.said.id))
        row = connection.execute(f"{_DRIVE} and key = %s", [key]).fetchone()
        at = moment_in(getattr(said, "starts", None) or (row[0] if row else None))
        if at is None:
            continue
        away = limits.drive()
        asked = {"running": list(RUNNING), "car": said.car, "key": key, "at": at, "away": away}
        if connection.execute(_BUSY, asked).fetchone() or any(c == said.car and abs(a - at) < away for c, a in given):
            refused[fact.n] = Malformed(_("a car that is free at that hour: this one drives then already"), "car")
        given.append((said.car, at))
    return refused


def _carries(said: Any, _key: str, car: Standing) -> Problem | None:
    """Nobody lies in a car that is known to have no stretcher."""
    seat = getattr(said, "seat", "seat")
    if seat == "stretcher" and not car.details.get("stretchers"):
        return Malformed(_("this vehicle has no room of that sort"), "car")
    return None


_OF_LIFT = "select key, (data ->> 'household')::integer from ledger_row where noun = 'lift' and key = any(%s)"


def of_lift(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A drive goes from the door of whoever is driven."""
    keys = [fact.body.lift for fact in facts]  # type: ignore[attr-defined]
    held = dict(connection.execute(_OF_LIFT, [keys]).fetchall())
    return {
        fact.n: Malformed(_("the door of whoever is driven"), "household")
        for fact in facts
        if held.get(fact.body.lift, fact.body.household) != fact.body.household  # type: ignore[attr-defined]
    }


def room(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Another car has room for whoever lies, too."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        said: Any = fact.body
        row = connection.execute(f"{_DRIVE} and key = %s", [said.drive]).fetchone()
        held = connection.execute(
            "select (details ->> 'stretchers')::integer from sites_span where site = %s order by since desc limit 1",
            [said.car]).fetchone()  # fmt: skip
        if row and row[1] == "stretcher" and not (held and held[0]):
            refused[fact.n] = Malformed(_("this vehicle has no room of that sort"), "car")
    return refused


@checks("drive.planned")
def one_a_day(row: Row | None, fact: Fact) -> None:
    """A lift has one car a day."""
    if row is None or "days" not in row.data:
        return
    if row.state in ("ended", "over") or (row.state == "planned" and not row.data["days"]):
        raise Stale()
    if row.data["next"] is not None and fact.body.day < row.data["next"]:
        raise Stale()


@checks("drive.given")
def still_open(row: Row | None, fact: Fact) -> None:
    if row is not None and row.state in ("there", "home", "off", "arrived", "back", "started"):
        raise Stale()


ASKS["lift.wanted"] = together(says_when, doors.there, names_site("to", CARE))
ASKS["drive.planned"] = together(
    of_lift, names_site("to", CARE), names_site("car", FOR_PEOPLE, further=_carries), is_free
)
ASKS["drive.given"] = together(names_site("car", FOR_PEOPLE), room, is_free)
while_open("lift.wanted", "lift", ["running", "urgent"])
while_open("drive.planned", "drive", ["planned", "failed"])
