"""What is said of the sealed bag and of the card: by whoever carries them, whoever hands them over and receives them.

A carrier sees a number, a door, cold or not, and by when; nothing of what lies in the bag.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.community.kinds import HouseholdNumber
from tongzhou.ledger.kinds import Body, kind
from tongzhou.ledger.ways import founds, holds, invited
from tongzhou.sites.named import SiteKey

Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Fen = Annotated[int, Meta(ge=0, le=10_000_00)]
Receipt = Annotated[str, Meta(pattern=r"^[0-9]{4,6}$")]  # the number printed on the paper
CARRIES = ["volunteer", "grid_worker", "community_lead"]
BAG = {"bag": gettext_noop("Which bag"), "remedy": gettext_noop("Which standing medicine")}
Step = Literal["taken", "left", "fetched", "returned"]
STEPS: tuple[Step, ...] = ("taken", "left", "fetched", "returned")


@kind(
    "bag.fetched",
    called=gettext_noop("bag fetched from the pharmacy"),
    words=BAG,
    sees="households",
    said_by=CARRIES,
    touches=[holds("bag", "bag"), holds("remedy", "remedy")],
    form="bag",
)
class Fetched(Body, frozen=True):
    """The sealed bag is with whoever carries it."""

    bag: Key
    remedy: Key


@kind(
    "bag.handed",
    called=gettext_noop("bag at the door"),
    words={
        **BAG,
        "outcome.taken": gettext_noop("taken over, sealed"),
        "outcome.seal_broken": gettext_noop("the seal is broken: not handed over"),
        "outcome.not_opened": gettext_noop("nobody opened"),
        "outcome.refused": gettext_noop("they did not take it"),
        "paid": gettext_noop("Paid, in fen"),
    },
    sees="households",
    said_by=CARRIES,
    touches=[holds("bag", "bag"), holds("remedy", "remedy")],
    form="bag",
)
class Handed(Body, frozen=True):
    """What became of it at the door, and what was paid there."""

    bag: Key
    remedy: Key
    outcome: Literal["taken", "seal_broken", "not_opened", "refused"]
    paid: Fen | None = None


@kind(
    "bag.paid",
    called=gettext_noop("bag paid afterwards"),
    words={"bag": BAG["bag"], "paid": gettext_noop("Paid, in fen")},
    sees="households",
    said_by=CARRIES,
    touches=[holds("bag", "bag")],
    form="bag",
)
class Paid(Body, frozen=True):
    """What was not paid at the door was paid."""

    bag: Key
    paid: Fen


@kind(
    "bag.settled",
    called=gettext_noop("word on a bag that was not handed over"),
    words={
        **BAG,
        "outcome.again": gettext_noop("sealed anew, it is carried again"),
        "outcome.returned": gettext_noop("back at the pharmacy"),
    },
    sees="households",
    said_by=["community_lead", "grid_worker"],
    touches=[holds("bag", "bag"), holds("remedy", "remedy")],
    form="bag",
)
class Settled(Body, frozen=True):
    """What becomes of a bag whose seal was broken, or that nobody took."""

    bag: Key
    remedy: Key
    outcome: Literal["again", "returned"]


@kind(
    "card.taken",
    called=gettext_noop("insurance card taken"),
    words={
        "household": gettext_noop("Number of the door"),
        "receipt": gettext_noop("Number on the receipt that stays at the door"),
        "bag": gettext_noop("For which bag"),
        "pharmacy": gettext_noop("Pharmacy"),
        "who": gettext_noop("Who handed it out"),
        "who.own": gettext_noop("whose card it is"),
        "who.family": gettext_noop("somebody of the family"),
        "who.neighbour": gettext_noop("a neighbour"),
    },
    sees="households",
    said_by=CARRIES,
    touches=[
        replace(founds("card", at="home", offers=["home"]), invites_of=lambda body: f"site/{body.pharmacy}"),
        invited("script", "bag"),
    ],
    form="bag",
)
class CardTaken(Body, frozen=True):
    """Whoever carries received the card at the door, and left a receipt there. Its password is asked by nobody: there
    is no field for it, and words that look like one are refused."""

    household: HouseholdNumber
    receipt: Receipt
    bag: Key
    pharmacy: SiteKey
    who: Literal["own", "family", "neighbour"] = "own"


@kind(
    "card.passed",
    called=gettext_noop("insurance card passed on"),
    words={
        "card": gettext_noop("Which card"),
        "household": gettext_noop("Number of the door"),
        "bag": gettext_noop("For which bag"),
        "step": gettext_noop("Where"),
        "step.taken": gettext_noop("at the door, to whoever carries it"),
        "step.left": gettext_noop("at the pharmacy, left there"),
        "step.fetched": gettext_noop("at the pharmacy, fetched"),
        "step.returned": gettext_noop("at the door, given back"),
        "side": gettext_noop("Who says it"),
        "side.handed": gettext_noop("whoever handed it over"),
        "side.received": gettext_noop("whoever received it"),
    },
    sees="households",
    said_by=[*CARRIES, "pharmacist", "resident"],
    touches=[invited("card", "card"), invited("script", "bag")],
    form="bag",
)
class CardPassed(Body, frozen=True):
    """One side of one moment: whoever hands a card over writes it, and whoever receives it writes it as well."""

    card: Key
    bag: Key
    household: HouseholdNumber
    step: Step
    side: Literal["handed", "received"]
