"""What command can say: figures as they were published."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day
from tongzhou.ledger.kinds import Body, kind
from tongzhou.ledger.ways import furnished

Count = Annotated[int, Meta(ge=0)]
Clock = Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
Measure = Literal["confirmed", "cured", "dead"]
Grade = Literal["text", "three_agree", "two_agree", "single"]  # read in a text; told alike by compilations; by one


@kind(
    "bulletin.published",
    called=gettext_noop("bulletin published"),
    sees="public",
    said_by=["publisher", "system"],
    touches=[furnished("bulletin", lambda body: f"{body.unit}/{body.day}")],
)
class BulletinPublished(Body, frozen=True, kw_only=True):
    """Cumulative counts of a unit at the close of a day, as a bulletin gave them. Never repaired, only flagged.

    What a publication does not tell is left out: it is not nought. `new` are the new cases that the text itself tells,
    below nought where it tells a withdrawal. A day published again is `restated`.
    """

    unit: str  # place key
    day: Day
    confirmed: Count
    cured: Count | None = None
    dead: Count | None = None
    published_on: Day
    published_at: Clock = ""  # the region's clock; "" where only the day is known
    source: str
    note: str = ""
    version: Literal["", "first", "restated"] = ""
    new: dict[Measure, int] = msgspec.field(default_factory=dict)
    grades: dict[Measure, Grade] = msgspec.field(default_factory=dict)
    read: str = ""  # where the text was read


@kind(
    "indicator.published",
    called=gettext_noop("indicator published"),
    sees="public",
    said_by=["publisher", "system"],
    touches=[furnished("indicator", lambda body: f"{body.unit}/{body.indicator}/{body.day}")],
)
class IndicatorPublished(Body, frozen=True, kw_only=True):
    """One figure of a named series for a unit's day, as one publication gave it: severe, tested, visits and the like.

    The region's `indicators.yaml` says what a name means and in which unit it counts; a name that it does not know is
    taken as it stands.
    """

    unit: str  # place key
    indicator: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    day: Day
    value: Count
    published_on: Day
    published_at: Clock = ""
    source: str
    note: str = ""
    version: Literal["", "first", "restated"] = ""
    grade: Literal["", "text", "three_agree", "two_agree", "single"] = ""
    read: str = ""  # where it was read
