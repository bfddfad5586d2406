"""What a store holds of protective goods. A count is of pieces: a box is opened and counted, never guessed."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.kinds import NO_NUMBER, Body, PlaceNumber, kind
from tongzhou.ledger.ways import named

Pieces = Annotated[int, Meta(ge=0, le=10**9)]
OWN = "own"  # the store of the place's own desk, where no house is named


def store(place: int, house: str | None, item: str) -> str:
    """The key of one item in one store."""
    return f"{place}/{house or OWN}/{item}"


@kind(
    "stock.counted",
    called=gettext_noop("stock counted"),
    words={"need": gettext_noop("Needed for tomorrow")},
    sees="counts",
    said_by=["supply_officer", "ward_nurse"],
    touches=[named("stock", lambda body: store(body.place, body.house, body.item))],
)
class StockCounted(Body, frozen=True):
    """Pieces of an item in a store that meet its standard; what was used in a day and what a day needs, where known."""

    place: PlaceNumber  # the same as the envelope's
    item: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{1,39}$")]  # a code of `rulebooks/policies/stock.yaml`
    usable: Pieces
    used: Pieces | None = None  # in the 24 hours before
    need: Pieces | None = None  # for the 24 hours to come
    house: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]{0,59}$")] | None = None
    source: Annotated[str, Meta(min_length=2, max_length=200, pattern=NO_NUMBER)] | None = None


@kind(
    "stock.asked",
    called=gettext_noop("what a store lacks was asked for"),
    words={
        "of": gettext_noop("Asked of"),
        "of.above": gettext_noop("the supply desk above"),
        "of.maker": gettext_noop("a maker or dealer"),
        "of.other_store": gettext_noop("another store"),
        "of.donor": gettext_noop("somebody who gives it"),
        "pieces": gettext_noop("How many pieces"),
    },
    form="stock",
    sees="counts",
    said_by=["supply_officer"],
    touches=[named("stock", lambda body: store(body.place, body.house, body.item))],
)
class StockAsked(Body, frozen=True):
    """What a store has run out of was asked for: of whom, and how many pieces. The next count says whether it came."""

    place: PlaceNumber  # the same as the envelope's
    item: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    of: Literal["above", "maker", "other_store", "donor"]
    pieces: Annotated[int, Meta(ge=1, le=10**9)]
    house: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]{0,59}$")] | None = None
