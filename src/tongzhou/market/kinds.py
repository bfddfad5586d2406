"""What is said of prices and stocks in shops, of what somebody found when they looked, and of farm produce that nobody
bought. A figure is of a shop, never of who bought; a suspicion is no finding."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day, Moment, within
from tongzhou.ledger.kinds import Body, PlaceNumber, kind
from tongzhou.ledger.ways import founds, holds, invited
from tongzhou.sites.named import SiteKey

Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Code = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{1,39}$")]  # of rulebooks/policies/market.yaml
Fen = Annotated[int, Meta(ge=1, le=10_000_000)]
Kilograms = Annotated[int, Meta(ge=1, le=10_000_000)]
Level = Literal["watch", "warn", "act"]
WATCH = ["price_monitor", "supply_officer", "duty_officer", "commander"]
TELLS = [*WATCH, "community_lead"]
DESK = ["commander", "duty_officer"]
GOODS = ["supply_officer", "price_monitor", "duty_officer", "commander"]


@kind(
    "price.quoted",
    called=gettext_noop("price in a shop"),
    words={
        "site": gettext_noop("Shop"),
        "item": gettext_noop("Item"),
        "grade": gettext_noop("Quality"),
        "fen": gettext_noop("Price, yuan"),
        "unit": gettext_noop("For which amount"),
        "stock": gettext_noop("In stock"),
        "stock.plenty": gettext_noop("plenty"),
        "stock.low": gettext_noop("running low"),
        "stock.none": gettext_noop("sold out"),
        "days": gettext_noop("Days for which the stock lasts"),
        "cost": gettext_noop("What the shop paid, yuan"),
        "source": gettext_noop("How it is known"),
        "source.shelf": gettext_noop("seen on the shelf"),
        "source.telephone": gettext_noop("told by telephone"),
        "source.receipt": gettext_noop("on a receipt"),
        "source.list": gettext_noop("on the shop's list"),
    },
    sees="counts",
    said_by=TELLS,
    touches=[founds("price")],
    of_before=True,
    form="market",
)
class PriceQuoted(Body, frozen=True):
    """What an item costs in a shop, and what is left of it; one of the two at least. The unit belongs to the price: it
    is told as it stands on the shelf. `cost`: what the shop paid for the same amount, where it showed its invoice."""

    site: SiteKey
    item: Code
    source: Literal["shelf", "telephone", "receipt", "list"]
    grade: Code = "ordinary"
    fen: Fen | None = None
    unit: Code | None = None
    stock: Literal["plenty", "low", "none"] | None = None
    days: Annotated[int, Meta(ge=0, le=1_000)] | None = None
    cost: Fen | None = None


class Figures(Body, frozen=True):
    """What an alert was judged by: the day, the median of that day in fen and that of the days before the event,
    tenths of a per cent over it, points and shops behind them; of stock the median of days, and how many shops say
    low or none."""

    day: Day
    fen: int | None = None
    base: int | None = None
    over10: int | None = None
    points: int = 0
    shops: int = 0
    days10: int | None = None
    low: int = 0
    none: int = 0
    edition: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}$")] = "design_1"


FIGURES = {
    "day": gettext_noop("Judged on"),
    "fen": gettext_noop("Median of the day, fen"),
    "base": gettext_noop("Median before the event, fen"),
    "over10": gettext_noop("Over that, tenths of a per cent"),
    "points": gettext_noop("Prices before the event"),
    "shops": gettext_noop("Shops"),
    "days10": gettext_noop("Days of stock, tenths"),
    "low": gettext_noop("Shops that say low"),
    "none": gettext_noop("Shops that say none"),
    "edition": gettext_noop("Edition of the rule"),
    "level": gettext_noop("Level"),
    "level.watch": gettext_noop("watch"),
    "level.warn": gettext_noop("warn"),
    "level.act": gettext_noop("act"),
    "level.calm": gettext_noop("over"),
}


@kind(
    "market.alerted",
    called=gettext_noop("alert of the market"),
    words={
        **FIGURES,
        "item": gettext_noop("Item"),
        "grade": gettext_noop("Quality"),
        "sort": gettext_noop("What it is about"),
        "sort.price": gettext_noop("price"),
        "sort.stock": gettext_noop("stock"),
    },
    sees="counts",
    said_by=["system"],
    touches=[founds("market_alert")],
)
class MarketAlerted(Figures, frozen=True, kw_only=True):
    """A price in a county is above what it was before the event, or shops run out. Somebody has to look."""

    item: Code
    grade: Code
    sort: Literal["price", "stock"]
    level: Level


@kind(
    "market.moved",
    called=gettext_noop("alert of the market moved"),
    words={**FIGURES, "alert": gettext_noop("Alert of the market")},
    sees="counts",
    said_by=["system"],
    touches=[holds("market_alert", "alert")],
)
class MarketMoved(Figures, frozen=True, kw_only=True):
    """The level changed; calm: it is over."""

    alert: Key
    level: Literal["calm", "watch", "warn", "act"]


@kind(
    "market.looked",
    called=gettext_noop("look at an alert of the market"),
    words={
        "alert": gettext_noop("Alert of the market"),
        "finding": gettext_noop("What you found"),
        "finding.real": gettext_noop("it is so in most shops"),
        "finding.one_shop": gettext_noop("it is one shop"),
        "finding.mistake": gettext_noop("a figure was written down wrongly"),
        "finding.expected": gettext_noop("it is explained: season, weather, another quality"),
        "how": gettext_noop("How you looked"),
        "how.shelf": gettext_noop("in the shop"),
        "how.telephone": gettext_noop("by telephone"),
        "how.receipt": gettext_noop("by receipts and invoices"),
    },
    sees="counts",
    said_by=WATCH,
    touches=[holds("market_alert", "alert")],
    form="market",
)
class MarketLooked(Body, frozen=True):
    """Somebody looked whether it is so. Where a figure was wrong it is put right by itself; whoever is suspected is not
    named here."""

    alert: Key
    finding: Literal["real", "one_shop", "mistake", "expected"]
    how: Literal["shelf", "telephone", "receipt"]


@kind(
    "market.decided",
    called=gettext_noop("decision about the market"),
    words={
        "alert": gettext_noop("Alert of the market"),
        "action": gettext_noop("What is done"),
        "action.release_reserve": gettext_noop("release of the reserve"),
        "action.another_supplier": gettext_noop("another supplier"),
        "action.inspection": gettext_noop("inspection of shops"),
        "action.wait": gettext_noop("wait and go on watching"),
        "directive": gettext_noop("Directive that carries it out"),
    },
    sees="counts",
    said_by=DESK,
    touches=[holds("market_alert", "alert"), invited("directive", "directive")],
    parts=lambda body: [body.directive] if body.directive else [],
    form="market",
)
class MarketDecided(Body, frozen=True):
    """What the desk decided, signed by whoever said it. Everything but waiting is a directive, which says who does it
    by when. It is never a penalty: an inspection finds out."""

    alert: Key
    action: Literal["release_reserve", "another_supplier", "inspection", "wait"]
    directive: Key | None = None


@kind(
    "produce.reported",
    called=gettext_noop("farm produce that nobody bought"),
    words={
        "item": gettext_noop("What it is"),
        "kg": gettext_noop("Weight, kg"),
        "until": gettext_noop("Keeps until"),
        "fen_kg": gettext_noop("Price asked, yuan per kg"),
        "site": gettext_noop("Farm, where it is on the list"),
    },
    sees="counts",
    said_by=["community_lead", "duty_officer", *GOODS[:2]],
    touches=[founds("produce", invites=["reporting"])],
    form="market",
)
class ProduceReported(Body, frozen=True):
    """A village or a township has produce that nobody comes for. `reporting` of the envelope: the county that offers
    it to delivery points. It names no farmer."""

    item: Code
    kg: Kilograms
    until: Annotated[Day, within(1, 60)]
    fen_kg: Fen | None = None
    site: SiteKey | None = None


@kind(
    "produce.offered",
    called=gettext_noop("produce offered to a delivery point"),
    words={
        "produce": gettext_noop("Produce"),
        "point": gettext_noop("Delivery point"),
        "at": gettext_noop("Where the point stands"),
        "kg": gettext_noop("Weight offered, kg"),
        "due": gettext_noop("Answered by"),
    },
    sees="counts",
    said_by=GOODS,
    touches=[
        founds("produce_offer", invites=lambda body, _envelope: [body.at]),
        holds("produce", "produce", invites=lambda body, _envelope: [body.at]),
    ],
    form="market",
)
class ProduceOffered(Body, frozen=True):
    """Some of it is offered to a delivery point, which answers by an hour."""

    produce: Key
    point: SiteKey
    at: PlaceNumber
    kg: Kilograms
    due: Moment


@kind(
    "produce.answered",
    called=gettext_noop("answer of a delivery point"),
    words={
        "offer": gettext_noop("Offer"),
        "produce": gettext_noop("Produce"),
        "outcome": gettext_noop("Answer"),
        "outcome.takes": gettext_noop("takes it"),
        "outcome.part": gettext_noop("takes a part"),
        "outcome.no": gettext_noop("cannot take it"),
        "kg": gettext_noop("Weight taken, kg"),
        "why": gettext_noop("Why not"),
        "why.no_orders": gettext_noop("too few orders"),
        "why.no_room": gettext_noop("no room to keep it"),
        "why.no_van": gettext_noop("nobody can fetch it"),
        "why.price": gettext_noop("the price"),
    },
    sees="counts",
    said_by=["community_lead", *GOODS],
    touches=[invited("produce_offer", "offer"), invited("produce", "produce")],
    form="market",
)
class ProduceAnswered(Body, frozen=True):
    """The delivery point takes what is offered, a part of it, or cannot."""

    offer: Key
    produce: Key
    outcome: Literal["takes", "part", "no"]
    kg: Kilograms | None = None
    why: Literal["no_orders", "no_room", "no_van", "price"] | None = None


@kind(
    "produce.ended",
    called=gettext_noop("produce that is offered no more"),
    words={
        "produce": gettext_noop("Produce"),
        "outcome": gettext_noop("What became of it"),
        "outcome.sold": gettext_noop("sold elsewhere"),
        "outcome.given": gettext_noop("given away"),
        "outcome.spoiled": gettext_noop("spoiled"),
    },
    sees="counts",
    said_by=["community_lead", *GOODS],
    touches=[holds("produce", "produce")],
    form="market",
)
class ProduceEnded(Body, frozen=True):
    """What became of what nobody took."""

    produce: Key
    outcome: Literal["sold", "given", "spoiled"]


def figures(body: Any) -> dict[str, Any]:
    """What an alert was judged by, as its row keeps it."""
    return {name: getattr(body, name) for name in Figures.__struct_fields__}
