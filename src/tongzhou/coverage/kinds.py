"""Who looks after a compound that has no property management."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day, within
from tongzhou.ledger.kinds import NO_NUMBER, Body, kind
from tongzhou.ledger.ways import furnished
from tongzhou.sites.named import SiteKey


@kind(
    "compound.taken_on",
    called=gettext_noop("compound looked after"),
    words={
        "compound": gettext_noop("Compound"),
        "keeper": gettext_noop("Who looks after it"),
        "keeper.community": gettext_noop("the community itself"),
        "keeper.posted": gettext_noop("a posted unit"),
        "keeper.street": gettext_noop("the street"),
        "keeper.residents": gettext_noop("its residents"),
        "unit": gettext_noop("Which unit"),
        "until": gettext_noop("Until"),
    },
    sees="counts",
    said_by=["community_lead"],
    touches=[furnished("compound", "compound")],
    form="team",
)
class TakenOn(Body, frozen=True):
    """From now on somebody looks after a compound that has no property management: its gate, its stairwells, its bins.
    The last word holds; after `until` nobody does."""

    compound: SiteKey
    keeper: Literal["community", "posted", "street", "residents"]
    unit: Annotated[str, Meta(min_length=1, max_length=40, pattern=NO_NUMBER)] | None = None
    until: Annotated[Day, within(0, 400)] | None = None
