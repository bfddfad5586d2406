"""The dated rule of disinfection and of waste (rulebooks/policies/disinfection.yaml)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tongzhou.ledger.owed import after
from tongzhou.tables.policy import shipped

RULE = "DISINF-01"


@dataclass(frozen=True)
class Edition:
    """`after`: as what a case is identified for its home to be disinfected; `closed`: minutes until the place opens
    again, by agent."""

    edition: str
    valid_from: dt.date
    after: frozenset[str]
    closed: Mapping[str, int]


@cache
def editions() -> tuple[Edition, ...]:
    """All editions, oldest first."""
    return tuple(sorted((_read(one) for one in shipped("disinfection")["editions"]), key=lambda one: one.valid_from))


def _read(raw: Mapping[str, Any]) -> Edition:
    closed = {agent: one["contact_min"] + one["airing_min"] for agent, one in raw["agents"].items()}
    return Edition(str(raw["edition"]), raw["valid_from"], frozenset(raw["after"]), closed)


def in_force(day: dt.date) -> Edition | None:
    """The edition of a day; none before the first: then nothing is disinfected."""
    held = [one for one in editions() if one.valid_from <= day]
    return held[-1] if held else None


def of(name: str) -> Edition | None:
    return next((one for one in editions() if one.edition == name), None)


def reopens(edition: str, agent: str | None, done: dt.datetime) -> dt.datetime | None:
    """When the place opens again; None where the rule does not know the agent: then it stays closed until somebody who
    may says so."""
    found = of(edition)
    minutes = found.closed.get(agent or "") if found else None
    return after(done, minutes=minutes) if minutes is not None else None


def differs(handed10: int, received10: int, bags: int, bags_received: int) -> bool:
    """Does the plant's scale say something else than the community's, beyond what scales differ by?"""
    values = shipped("disinfection")["waste"]
    allowed = max(values["differs_kg"] * 10, values["differs_share"] * handed10)
    return bags != bags_received or abs(handed10 - received10) > allowed


def kept_h() -> float:
    """For how many hours waste is kept at the most before it is fetched."""
    return float(shipped("disinfection")["waste"]["kept_h"])
