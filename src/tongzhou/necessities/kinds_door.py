"""What is said after an offer closed: the supplier's sheet, what came, the carriers' bags, the door, the money."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day
from tongzhou.ledger.kinds import Body, kind
from tongzhou.ledger.ways import cites, founds, furnished, holds, invited
from tongzhou.necessities.fields import DRAWS, LEAD, MOST_LINES, Fen, Grams, Household, Key, LineNumber, order_key

CARRIES = ["community_lead", "grid_worker", "volunteer"]
COUNTS = [*CARRIES, "supply_officer"]
Many = Annotated[int, Meta(ge=0, le=100_000)]
Heavy = Annotated[int, Meta(ge=0, le=2_000_000_000)]
Sum = Annotated[int, Meta(ge=0, le=2_000_000_000)]
OF_OFFER = {"offer": gettext_noop("Offer")}


class Total(Body, frozen=True):
    """So many units of a line, all doors together."""

    line: LineNumber
    units: Many


@kind(
    "offer.sent",
    called=gettext_noop("sheet given to the supplier"),
    words={
        **OF_OFFER,
        "orders": gettext_noop("Doors that ordered"),
        "lines": gettext_noop("What is to be brought"),
    },
    sees="counts",
    said_by=DRAWS,
    permanent=True,
    touches=[holds("offer", "offer")],
    form="necessities",
)
class Sent(Body, frozen=True):
    """The supplier has the sheet: what all doors together ordered, as the orders say it."""

    offer: Key
    orders: Many
    lines: Annotated[tuple[Total, ...], Meta(max_length=MOST_LINES)]


class Came(Body, frozen=True):
    """What came of a line: units, and where it was weighed the grams of all of them."""

    line: LineNumber
    units: Many
    grams: Heavy


@kind(
    "offer.received",
    called=gettext_noop("what came at the delivery point"),
    words={**OF_OFFER, "lines": gettext_noop("What came")},
    sees="counts",
    said_by=[*DRAWS, "grid_worker"],
    touches=[holds("offer", "offer")],
    form="necessities",
)
class Received(Body, frozen=True):
    """Counted and weighed at the point. Where less came than was ordered it is dealt by rule, visibly."""

    offer: Key
    lines: Annotated[tuple[Came, ...], Meta(max_length=MOST_LINES)]


@kind(
    "basket.made",
    called=gettext_noop("bag of a carrier"),
    words={
        **OF_OFFER,
        "carrier": gettext_noop("Who carries"),
        "doors": gettext_noop("For which doors"),
        "day": gettext_noop("Brought on"),
        "role": gettext_noop("As"),
        "role.grid_worker": gettext_noop("grid worker"),
        "role.volunteer": gettext_noop("volunteer"),
        "role.community_lead": gettext_noop("community lead"),
    },
    sees="households",
    said_by=LEAD,
    touches=[founds("basket", invites=["home", "reporting"]), cites("offer", "offer")],
    form="necessities",
)
class BagMade(Body, frozen=True):
    """A carrier takes what these doors ordered. Nobody carries a door twice. `reporting` of the envelope: the grid
    whose worker carries it."""

    offer: Key
    carrier: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    doors: Annotated[tuple[Household, ...], Meta(min_length=1, max_length=200)]
    day: Day
    role: Literal["grid_worker", "volunteer", "community_lead"] = "grid_worker"


class AtDoor(Body, frozen=True):
    """What was not as ordered of a line: units missing, rotten, or of which another line came `instead`; grams that a
    weighed thing was short, all units together. Of another line: its price and weight."""

    line: LineNumber
    missing: Annotated[int, Meta(ge=0, le=99)] = 0
    rotten: Annotated[int, Meta(ge=0, le=99)] = 0
    short: Annotated[int, Meta(ge=0, le=100_000)] = 0
    swapped: Annotated[int, Meta(ge=0, le=99)] = 0
    instead: LineNumber | None = None
    price: Fen | None = None
    grams: Grams | None = None


@kind(
    "order.brought",
    called=gettext_noop("what became of an order at the door"),
    words={
        **OF_OFFER,
        "basket": gettext_noop("From which bag"),
        "outcome": gettext_noop("At the door"),
        "outcome.taken": gettext_noop("taken"),
        "outcome.refused": gettext_noop("they do not want it"),
        "outcome.nobody": gettext_noop("nobody opened"),
        "outcome.neighbour": gettext_noop("a neighbour took it"),
        "lines": gettext_noop("What was missing, rotten, short or swapped"),
        "cash": gettext_noop("Cash taken"),
    },
    sees="households",
    said_by=CARRIES,
    touches=[furnished("order", order_key), cites("basket", "basket")],
    form="necessities",
)
class Brought(Body, frozen=True):
    """A carrier was at the door. The refund follows from what was missing, rotten or short; `cash` is what was put into
    the bag, nothing where nobody paid."""

    offer: Key
    household: Household
    basket: Key
    outcome: Literal["taken", "refused", "nobody", "neighbour"]
    lines: Annotated[tuple[AtDoor, ...], Meta(max_length=MOST_LINES)] = ()
    cash: Fen = 0


@kind(
    "order.evened",
    called=gettext_noop("open sum of an order settled"),
    words={
        **OF_OFFER,
        "what": gettext_noop("What was settled"),
        "what.paid": gettext_noop("the household paid"),
        "what.refunded": gettext_noop("the household got its money back"),
        "what.waived": gettext_noop("the community pays for them"),
        "fen": gettext_noop("How much"),
    },
    sees="households",
    said_by=LEAD,
    touches=[furnished("order", order_key)],
    form="necessities",
)
class Evened(Body, frozen=True):
    """What was still to pay was paid, or what was paid too much went back."""

    offer: Key
    household: Household
    what: Literal["paid", "refunded", "waived"]
    fen: Annotated[int, Meta(ge=1, le=1_000_000)]


@kind(
    "basket.counted",
    called=gettext_noop("cash of a bag counted"),
    words={"basket": gettext_noop("Bag"), "fen": gettext_noop("How much you counted")},
    sees="households",
    said_by=COUNTS,
    touches=[invited("basket", "basket")],
    form="necessities",
)
class Counted(Body, frozen=True):
    """One of the two who count says what they counted. Two different people, the same sum, or it is counted again."""

    basket: Key
    fen: Sum


@kind(
    "basket.explained",
    called=gettext_noop("difference in a bag's cash explained"),
    words={
        "basket": gettext_noop("Bag"),
        "why": gettext_noop("Why it differs"),
        "why.change": gettext_noop("change was given wrongly"),
        "why.typed": gettext_noop("a sum was written down wrongly"),
        "why.lost": gettext_noop("money is missing: the community bears it"),
        "why.found": gettext_noop("there is more: it goes back when it is asked for"),
    },
    sees="households",
    said_by=["supply_officer", "community_lead"],
    touches=[holds("basket", "basket")],
    form="necessities",
)
class Explained(Body, frozen=True):
    """The bag held something else than was taken at the doors. It is written down as it is, and taken from nobody."""

    basket: Key
    why: Literal["change", "typed", "lost", "found"]


@kind(
    "offer.settled",
    called=gettext_noop("settled with the supplier"),
    words={**OF_OFFER, "fen": gettext_noop("Paid to the supplier")},
    sees="counts",
    sort="decision",
    said_by=DRAWS,
    permanent=True,
    touches=[holds("offer", "offer")],
    form="necessities",
)
class Settled(Body, frozen=True):
    """The supplier was paid what was taken at the doors, to the fen."""

    offer: Key
    fen: Sum
