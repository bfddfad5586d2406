"""Two gates of Tongzhouli and one elsewhere, and the measure that asks for passes there."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import furnished
import measures_town as town
import world

from tongzhou.gates import post, ruling
from tongzhou.ledger import door, follow
from tongzhou.people.scope import holder_of

GATE, NORTH, FAR = "gate.south", "gate.north", "gate.far"
SITES = """xz.compound,compound,同舟里小区,Tongzhou Li,980101001001,2020-01-01,,,,,,,,,,,
gate.south,gate,南门,South gate,980101001001,2020-01-01,,0001234567,,,,xz.compound,,,,,
gate.north,gate,北门,North gate,980101001001,2020-01-01,,,,,,xz.compound,,,,,
gate.far,gate,远村村口,Far gate,980201001001,2020-01-01,,,,,,,,,,,
hu.pharmacy,pharmacy,湖街药店,Lake pharmacy,980101001001,2020-01-01,,,,,,,,,,,
"""
START = dt.datetime(2020, 3, 11, 0, 0, tzinfo=world.NOW.tzinfo)


def furnish() -> None:
    assert not furnished.bring(SITES).refused
    town.hire()


def closed(**other: Any) -> str:
    """A measure in force from 11 March 00:00 to 24 March 12:00, and the clock at nine of that morning."""
    key = town.approved(**other)
    world.at(START.replace(hour=9))
    follow.tick()
    return key


def lent(gate: str = GATE, place: int = 5, hours: int = 12, staff: int = 1) -> str:
    """What the address ends with of a phone that is lent to a gate."""
    with door.ledger() as ledger:
        now = START.replace(hour=8)
        return post.lend(ledger, gate, place, staff, now, now + dt.timedelta(hours=hours))[0]


def issued(who: str, staff: dict[str, int], corrects: uuid.UUID | None = None, **body: Any) -> Any:
    """A pass as somebody says it, by the measure and the edition that hold at the gate unless others are named."""
    may = ruling.may(5, START.replace(hour=9), body.get("what", "medicine"), "never")
    told = {"gate": GATE, "number": "12345614", "what": "medicine", "starts": START.replace(hour=9).isoformat(),
            "until": START.replace(hour=11).isoformat(), "measure": may.measure, "edition": may.edition,
            **body}  # fmt: skip
    fact = world.said("pass.issued", told, at=START.replace(hour=9), place=5, corrects=corrects)
    return world.say(fact, authority=holder_of(staff[who]))
