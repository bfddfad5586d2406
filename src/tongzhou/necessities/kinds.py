"""What is said of a supplier's offer and of what a door orders. Money is in fen, weight in grams, never in fractions.

What happens at the point, on the way and at the door is said in `kinds_door.py`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day, Moment, within
from tongzhou.ledger.kinds import Body, kind
from tongzhou.ledger.ways import founds, furnished, holds
from tongzhou.necessities import kinds_door  # noqa: F401  (its kinds register by being imported)
from tongzhou.necessities.fields import (
    DRAWS,
    GROUPS,
    LEAD,
    MOST_LINES,
    SIGNS,
    WRITES,
    Fen,
    Grams,
    Group,
    Household,
    Key,
    LineNumber,
    Name,
    Units,
    order_key,
)
from tongzhou.sites.named import SiteKey


class Part(Body, frozen=True):
    """What lies in a pack. `needed`: a necessity; nobody has to buy anything else to get the pack."""

    name: Name
    grams: Grams
    price: Fen | None = None
    needed: bool = True


class Line(Body, frozen=True):
    """One thing that is offered: grams and fen of one unit, how many there are. `loose`: weighed when it comes, so that
    a unit may be short of its weight. `tied`: it is sold only together with that line. `most`: for one door. `dealt`: a
    cheap or free pack, of which more may be asked than there is. `cheap`: it is called a low-price pack."""

    name: Name
    grams: Grams
    price: Fen
    stock: Annotated[int, Meta(ge=0, le=100_000)]
    group: Group
    loose: bool = False
    tied: LineNumber | None = None
    most: Units | None = None
    dealt: bool = False
    cheap: bool = False
    needed: bool = True
    parts: Annotated[tuple[Part, ...], Meta(max_length=20)] = ()


@kind(
    "offer.drawn",
    called=gettext_noop("offer of a supplier"),
    words={
        "supplier": gettext_noop("Who sells"),
        "point": gettext_noop("Where it is brought to"),
        "lines": gettext_noop("What is offered"),
        "closes": gettext_noop("Orders until"),
        "delivers": gettext_noop("Brought on"),
        "fee": gettext_noop("For bringing it, each door"),
        "desk": gettext_noop("Written down by"),
        "desk.community": gettext_noop("the community"),
        "desk.supply": gettext_noop("the supply desk"),
    },
    sees="counts",
    said_by=DRAWS,
    touches=[founds("offer")],
    form="necessities",
)
class Drawn(Body, frozen=True):
    """What a supplier offers to the doors of a place, written down before anybody may order. `closes`: orders until
    then, by the supplier's own lead time; nobody has to close it."""

    supplier: SiteKey
    point: SiteKey
    lines: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=MOST_LINES)]
    closes: Annotated[Moment, within(0, 7)]
    delivers: Annotated[Day, within(0, 10)]
    fee: Fen = 0
    desk: Literal["community", "supply"] = "community"


@kind(
    "offer.opened",
    called=gettext_noop("offer opened"),
    words={"offer": gettext_noop("Offer")},
    sees="counts",
    sort="decision",
    said_by=SIGNS,
    permanent=True,
    touches=[holds("offer", "offer")],
    undone=lambda body: ("offer.stopped", {"offer": body.offer, "reason": "mistake"}),
    form="necessities",
)
class Opened(Body, frozen=True):
    """Signed by somebody else than who wrote it down: doors may order from now on until it closes."""

    offer: Key


@kind(
    "offer.returned",
    called=gettext_noop("offer sent back to the supplier"),
    words={
        "offer": gettext_noop("Offer"),
        "reason": gettext_noop("Why"),
        "reason.tie_in": gettext_noop("something nobody needs is tied to it"),
        "reason.price": gettext_noop("a price has to be explained"),
        "reason.pack": gettext_noop("the low-price pack is none"),
        "reason.weight": gettext_noop("a weight is missing or wrong"),
        "reason.time": gettext_noop("the hours do not fit"),
    },
    sees="counts",
    sort="decision",
    said_by=SIGNS,
    touches=[holds("offer", "offer")],
    form="necessities",
)
class Returned(Body, frozen=True):
    """The supplier has to change it before it may open."""

    offer: Key
    reason: Literal["tie_in", "price", "pack", "weight", "time"]


@kind(
    "offer.changed",
    called=gettext_noop("stock of an offer changed"),
    words={
        "offer": gettext_noop("Offer"),
        "line": gettext_noop("Which thing"),
        "stock": gettext_noop("How many there are in all"),
    },
    sees="counts",
    said_by=DRAWS,
    permanent=True,
    touches=[holds("offer", "offer")],
    form="necessities",
)
class Changed(Body, frozen=True):
    """There are so many of a line in all, those that are ordered already among them."""

    offer: Key
    line: LineNumber
    stock: Annotated[int, Meta(ge=0, le=100_000)]


@kind(
    "offer.stopped",
    called=gettext_noop("offer stopped"),
    words={
        "offer": gettext_noop("Offer"),
        "reason": gettext_noop("Why"),
        "reason.supplier": gettext_noop("the supplier cannot deliver"),
        "reason.head": gettext_noop("whoever ran it stopped"),
        "reason.price": gettext_noop("the price"),
        "reason.mistake": gettext_noop("it was opened by mistake"),
    },
    sees="counts",
    sort="decision",
    said_by=SIGNS,
    permanent=True,
    touches=[holds("offer", "offer")],
    form="necessities",
)
class Stopped(Body, frozen=True):
    """Nothing of it comes: whoever ordered is told, and what was paid goes back."""

    offer: Key
    reason: Literal["supplier", "head", "price", "mistake"]


class Wish(Body, frozen=True):
    """So many units of a line, at the price, the weight and of the group that were shown when it was ordered."""

    line: LineNumber
    units: Units
    price: Fen
    grams: Grams
    group: Group


@kind(
    "order.placed",
    called=gettext_noop("order"),
    words={
        "offer": gettext_noop("Offer"),
        "lines": gettext_noop("What is ordered"),
        "swaps": gettext_noop("If something is missing, something else may come instead of"),
        **{f"swaps.{code}": words for code, words in GROUPS.items()},
        "how": gettext_noop("To what was ordered before"),
        "how.first": gettext_noop("nothing was ordered before"),
        "how.replace": gettext_noop("it takes its place"),
        "how.add": gettext_noop("it is added"),
        "channel": gettext_noop("How it was told"),
        "channel.chat": gettext_noop("in the building's chat"),
        "paper": gettext_noop("Number of the paper form"),
        "pays": gettext_noop("How it is paid"),
        "pays.door": gettext_noop("in cash at the door"),
        "pays.before": gettext_noop("paid already"),
        "fee": gettext_noop("For bringing it"),
    },
    sees="households",
    said_by=WRITES,
    permanent=True,
    touches=[furnished("order", order_key)],
    undone=lambda body: (
        ("order.withdrawn", {"offer": body.offer, "household": body.household}) if body.how == "first" else None
    ),
    form="necessities",
)
class Placed(Body, frozen=True):
    """A door orders. `swaps`: instead of a thing of these groups another of the same group may come; of all others
    nothing else. An order after another says what becomes of the first: nothing is ordered twice by chance."""

    offer: Key
    household: Household
    lines: Annotated[tuple[Wish, ...], Meta(min_length=1, max_length=MOST_LINES)]
    swaps: frozenset[Group] = frozenset()
    how: Literal["first", "replace", "add"] = "first"
    channel: Literal["page", "phone", "paper", "door", "chat"] = "page"
    paper: Annotated[int, Meta(ge=1, le=9_999_999)] | None = None
    pays: Literal["door", "before"] = "door"
    fee: Fen = 0


@kind(
    "order.withdrawn",
    called=gettext_noop("order withdrawn"),
    words={"offer": gettext_noop("Offer")},
    sees="households",
    said_by=WRITES,
    permanent=True,
    touches=[furnished("order", order_key)],
    form="necessities",
)
class Withdrawn(Body, frozen=True):
    """The door wants nothing of it; said before the offer closed."""

    offer: Key
    household: Household


class Dealt(Body, frozen=True):
    """So many units of a line are for this door."""

    line: LineNumber
    units: Annotated[int, Meta(ge=0, le=99)]


@kind(
    "order.dealt",
    called=gettext_noop("order dealt by rule"),
    words={
        "offer": gettext_noop("Offer"),
        "lines": gettext_noop("What there is for this door"),
        "edition": gettext_noop("Edition of the rule"),
    },
    sees="households",
    said_by=["system"],
    touches=[furnished("order", order_key)],
    form="necessities",
)
class OrderDealt(Body, frozen=True):
    """There was less than was ordered; it was dealt by the rule of that edition: what this door gets of each line."""

    offer: Key
    household: Household
    lines: Annotated[tuple[Dealt, ...], Meta(max_length=MOST_LINES)]
    edition: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}$")]


@kind(
    "change.asked",
    called=gettext_noop("change of an order after it closed"),
    words={
        "offer": gettext_noop("Offer"),
        "what": gettext_noop("What they want"),
        "what.nothing": gettext_noop("they do not want it any more"),
        "what.less": gettext_noop("they want less"),
        "what.more": gettext_noop("they want more"),
    },
    sees="households",
    said_by=WRITES,
    touches=[founds("change")],
    form="necessities",
)
class ChangeAsked(Body, frozen=True):
    """A door thinks otherwise after the offer closed: the lead is asked."""

    offer: Key
    household: Household
    what: Literal["nothing", "less", "more"]


@kind(
    "change.answered",
    called=gettext_noop("answer about a change of an order"),
    words={
        "change": gettext_noop("Which change"),
        "outcome.promised": gettext_noop("promised: it is settled at the door"),
        "outcome.refused": gettext_noop("not possible"),
        "reason": gettext_noop("Why not"),
        "reason.bought": gettext_noop("the supplier has bought it"),
        "reason.packed": gettext_noop("it is packed"),
        "reason.none_left": gettext_noop("there is none left"),
    },
    sees="households",
    said_by=LEAD,
    touches=[holds("change", "change")],
    form="necessities",
)
class ChangeAnswered(Body, frozen=True):
    """What the lead promised, or why not."""

    change: Key
    outcome: Literal["promised", "refused"]
    reason: Literal["bought", "packed", "none_left"] | None = None
