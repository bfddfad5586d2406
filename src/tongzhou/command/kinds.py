"""What command can say: figures as they were published."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from tongzhou.ledger.kinds import Body, kind

Count = Annotated[int, Meta(ge=0)]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


@kind(
    "bulletin.published",
    sees="public",
    said_by=["publisher", "system"],
    touches=lambda _id, body: [f"bulletin/{body.unit}/{body.day}"],
)
class BulletinPublished(Body, frozen=True):
    """Cumulative counts of a unit at the close of a day, as a bulletin gave them. Never repaired, only flagged."""

    unit: str  # place key
    day: Day
    confirmed: Count
    cured: Count
    dead: Count
    published_on: Day
    source: str
    note: str = ""
