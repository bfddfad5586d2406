"""How a standing medicine stands: what was asked of which pharmacy, what came of it, and until when it lasts now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import day_in
from tongzhou.ledger.time import local_day

OPEN = ("waiting", "brand", "packed", "carried", "at_door")
LEFT = ("out", "declined", "returned")  # nothing comes from this pharmacy
DOOR = {"seal_broken", "not_opened", "refused"}


@dataclass
class Part:
    """One request to a pharmacy with its bag."""

    lasts: int
    quantity: int
    pharmacy: str
    at: dt.datetime
    state: str = "waiting"
    given: int | None = None


@dataclass
class Supply:
    """`last`: the day of the last dose that is there; `base`: since when that holds; `state` with `since`."""

    last: dt.date
    base: dt.datetime
    since: dt.datetime
    state: str = "enough"
    pharmacy: str | None = None
    script: str | None = None
    bag: str | None = None
    brand: str | None = None
    elsewhere: str | None = None
    back_on: str | None = None
    problem: str | None = None
    rest: int | None = None
    brought_at: dt.datetime | None = None
    parts: dict[str, Part] = field(default_factory=dict)


def in_turn(facts: Sequence[Fact]) -> list[Fact]:
    """What follows by itself has the minute of its cause, and comes after it."""
    return sorted(facts, key=lambda fact: (fact.effective_at, fact.append, fact.id))


def followed(facts: Sequence[Fact], wanted: Fact) -> Supply:
    """All that was said, in its turn."""
    last = day_in(wanted.body.last_dose) or local_day(wanted.effective_at)
    now = Supply(last, wanted.effective_at, wanted.effective_at)
    for fact in facts:
        _TAKES.get(fact.kind, _nothing)(now, fact)
    _settle(now)
    return now


def _settle(now: Supply) -> None:
    """The state that follows from what is open: what is nearest to the door, first."""
    running = {key: part for key, part in now.parts.items() if part.state in OPEN}
    for wanted, state in (("at_door", "at_door"), ("carried", "on_way"), ("packed", "ready"), ("brand", "brand"),
                          ("waiting", "asked")):  # fmt: skip
        for key, part in running.items():
            if part.state == wanted:
                now.state, now.script, now.pharmacy, now.since = state, key, part.pharmacy, part.at
                now.bag = key if wanted in ("packed", "carried", "at_door") else None
                return
    if now.state in ("asked", "out"):
        return
    now.state = "enough"


def _nothing(now: Supply, fact: Fact) -> None:
    return


def _counted(now: Supply, fact: Fact) -> None:
    now.last, now.base = day_in(fact.body.last_dose) or now.last, fact.effective_at


def _asked(now: Supply, fact: Fact) -> None:
    now.state, now.since, now.pharmacy = "asked", fact.effective_at, fact.body.pharmacy
    now.brand = now.elsewhere = now.back_on = now.problem = None


def _came(now: Supply, fact: Fact) -> None:
    body = fact.body
    now.parts[str(fact.id)] = Part(body.lasts, body.quantity, body.pharmacy, fact.effective_at)
    now.rest = body.quantity if body.rest else now.rest
    now.state = "enough"


def _answered(now: Supply, fact: Fact) -> None:
    part, body = now.parts.get(body_key(fact)), fact.body
    now.brand, now.elsewhere, now.back_on = body.brand, body.elsewhere, body.there_on
    if part is None:
        return
    part.at = fact.effective_at
    if body.outcome == "other_brand":
        part.state = "brand"
    elif body.outcome == "out":
        part.state = "out"
        _gone(now, fact)
    else:
        part.state, part.given = "packed", body.given if body.outcome == "partly" else part.quantity


def _judged(now: Supply, fact: Fact) -> None:
    part = now.parts.get(body_key(fact))
    if part is None or part.state != "brand":
        return
    part.at, part.state = fact.effective_at, "waiting" if fact.body.outcome == "yes" else "declined"
    if part.state == "declined":
        _gone(now, fact)


def _dropped(now: Supply, fact: Fact) -> None:
    if (part := now.parts.get(body_key(fact))) and part.state not in ("packed", "carried", "at_door", "taken"):
        part.state = "dropped"


def _fetched(now: Supply, fact: Fact) -> None:
    if part := now.parts.get(fact.body.bag):
        part.state, part.at = "carried", fact.effective_at


def _handed(now: Supply, fact: Fact) -> None:
    part, outcome = now.parts.get(fact.body.bag), fact.body.outcome
    if part is None or part.state == "taken":
        return
    part.at = fact.effective_at
    now.problem = outcome if outcome in DOOR else None
    if outcome in DOOR:
        part.state = "at_door" if outcome != "not_opened" else "carried"
        return
    part.state = "taken"
    share = part.lasts * min(part.given or part.quantity, part.quantity) // part.quantity
    day = local_day(fact.effective_at)
    now.last = max(now.last, day) + dt.timedelta(days=share)
    now.base = now.since = now.brought_at = fact.effective_at
    now.rest = None
    now.state = "enough"


def _settled(now: Supply, fact: Fact) -> None:
    if part := now.parts.get(fact.body.bag):
        part.at, part.state = fact.effective_at, "packed" if fact.body.outcome == "again" else "returned"
        now.problem = None
        if part.state == "returned":
            _gone(now, fact)


def _gone(now: Supply, fact: Fact) -> None:
    """Nothing comes from there: another way is owed."""
    now.state, now.since = "out", fact.effective_at


def body_key(fact: Fact) -> str:
    key: str = fact.body.script
    return key


_TAKES: dict[str, Any] = {
    "remedy.counted": _counted,
    "remedy.asked": _asked,
    "script.came": _came,
    "script.answered": _answered,
    "remedy.judged": _judged,
    "script.dropped": _dropped,
    "bag.fetched": _fetched,
    "bag.handed": _handed,
    "bag.settled": _settled,
}
