"""The telephones of desks, to be told to whoever may not see the desk itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from tongzhou.people.ringing import ANY, NEAREST


def local_telephones(ledger: Connection[Any], places: Iterable[int]) -> dict[int, str]:
    """By place the telephone to ring there: of its own desk, else of the nearest above. For papers, which residents and
    workers hold, and for whoever is on the road: asked as the ledger, because a desk above is not in their scope."""
    asked = sorted(set(places))
    found = ledger.execute(NEAREST, [asked, [ANY] * len(asked)]).fetchall()
    return {at: number for at, _place, number in found}
