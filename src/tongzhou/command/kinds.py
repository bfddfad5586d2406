"""What command can say: figures as they were published, and that a situation report was signed."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.directives.kinds import DESK
from tongzhou.ledger.dated import Day, Moment
from tongzhou.ledger.kinds import NO_NUMBER, Body, kind
from tongzhou.ledger.ways import furnished

Count = Annotated[int, Meta(ge=0)]
Clock = Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
Measure = Literal["confirmed", "cured", "dead"]
# Read in a text; reckoned from figures of one; told alike by compilations; told by one.
Grade = Literal["text", "arithmetic", "three_agree", "two_agree", "single"]


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
    grade: Literal["", "text", "arithmetic", "three_agree", "two_agree", "single"] = ""
    read: str = ""  # where it was read


@kind(
    "sitrep.signed",
    called=gettext_noop("situation report signed"),
    words={
        "unit": gettext_noop("Place"),
        "number": gettext_noop("Number of the report"),
        "edition": gettext_noop("Edition"),
        "known_at": gettext_noop("As known at"),
        "digest": gettext_noop("Digest of what it says"),
        "signs_for": gettext_noop("On whose behalf"),
        "signs_for.commander": gettext_noop("on behalf of the command"),
        "signs_for.duty_officer": gettext_noop("as the desk on duty"),
        "why": gettext_noop("What is corrected (no names, no numbers of persons)"),
    },
    sees="counts",
    said_by=DESK,
    touches=[furnished("sitrep", lambda body: f"{body.unit}/{body.day}")],
    form="desk",
)
class SitrepSigned(Body, frozen=True, kw_only=True):
    """Somebody read the situation report of a place and day as it was known at a moment, and signed it. The digest is
    of everything that it said. Signing again is a further edition: what was sent stays as it was."""

    unit: str  # place key
    day: Day
    number: Annotated[int, Meta(ge=1)]
    edition: Annotated[int, Meta(ge=1)] = 1
    known_at: Moment
    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    signs_for: Literal["commander", "duty_officer"]
    why: Annotated[str, Meta(max_length=200, pattern=NO_NUMBER)] = ""
