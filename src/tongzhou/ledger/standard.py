"""Kinds that belong to the ledger itself."""

from typing import Literal

from tongzhou.ledger.kinds import Body, kind


@kind("fact.withdrawn", sees="own", said_by=["*", "resident"], touches=lambda _id, _body: ())
class Withdrawn(Body, frozen=True):
    """What the fact named in `corrects` says did not happen. It stays in the ledger and no longer counts."""

    reason: Literal["slip", "wrong_household", "wrong_time", "duplicate", "other"] = "slip"
