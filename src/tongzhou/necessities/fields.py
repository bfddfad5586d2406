"""The fields that facts about offers, orders and bags share."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.kinds import NO_NUMBER

Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Household = Annotated[int, Meta(ge=1, le=2**31 - 1)]
LineNumber = Annotated[int, Meta(ge=1, le=60)]  # its place in the offer
Units = Annotated[int, Meta(ge=1, le=99)]
Fen = Annotated[int, Meta(ge=0, le=1_000_000)]
Grams = Annotated[int, Meta(ge=1, le=100_000)]
Name = Annotated[str, Meta(min_length=1, max_length=30, pattern=NO_NUMBER)]
Group = Literal["grain", "oil", "vegetable", "meat", "egg", "dairy", "infant", "daily", "pack", "other"]
LEAD = ["community_lead"]
DRAWS = ["community_lead", "supply_officer"]
SIGNS = ["community_lead", "supply_officer", "duty_officer", "commander"]
WRITES = ["community_lead", "grid_worker", "resident"]  # who says what a door orders
MOST_LINES = 60
GROUPS = {
    "grain": gettext_noop("rice and flour"),
    "oil": gettext_noop("oil and salt"),
    "vegetable": gettext_noop("vegetables"),
    "meat": gettext_noop("meat and fish"),
    "egg": gettext_noop("eggs"),
    "dairy": gettext_noop("milk"),
    "infant": gettext_noop("things for a baby"),
    "daily": gettext_noop("things for the house"),
    "pack": gettext_noop("packs"),
    "other": gettext_noop("other things"),
}


def order_key(body: Any) -> str:
    """One order of a door in an offer: however often it speaks, it is counted once."""
    return f"{body.offer}.{body.household}"
