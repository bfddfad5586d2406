"""Oxygen that a ward asks for, and what became of it."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.kinds import Body, kind
from tongzhou.ledger.ways import founds, holds
from tongzhou.ledger.work import WorkItem


@kind(
    "oxygen.asked",
    called=gettext_noop("oxygen asked for"),
    words={"bottles": gettext_noop("Bottles of 40 litres"), "why.leak": gettext_noop("a leak")},
    sees="counts",
    said_by=["ward_nurse"],
    touches=[founds("oxygen")],
    form="bed",
)
class OxygenAsked(Body, frozen=True):
    """A ward needs bottles of oxygen."""

    bottles: Annotated[int, Meta(ge=1, le=50)]
    why: Literal["used_up", "leak"]


@kind(
    "oxygen.brought",
    called=gettext_noop("oxygen brought, or not"),
    words={"oxygen": gettext_noop("Which request"), "outcome.brought": gettext_noop("brought")},
    sees="counts",
    said_by=["supply_officer"],
    touches=[holds("oxygen", "oxygen")],
    form="stock",
)
class OxygenBrought(Body, frozen=True):
    """What became of a ward's request."""

    oxygen: Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
    outcome: Literal["brought", "not_available"]


OXYGEN = WorkItem(
    "oxygen",
    called=gettext_noop("request for oxygen"),
    sees="counts",
    opened="oxygen.asked",
    answered=["oxygen.brought"],
    settled={"brought": "the ward has it", "not_available": "the ward knows that there is none"},
    owed="bring_oxygen",
    do=gettext_noop("Bring oxygen to the ward"),
    page="/oxygen/",
)
