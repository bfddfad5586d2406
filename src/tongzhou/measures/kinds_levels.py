"""What is said of levels of areas, and of measures as others list them."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day, Moment
from tongzhou.ledger.kinds import Body, kind
from tongzhou.ledger.kinds import PlaceNumber as Place
from tongzhou.ledger.ways import named
from tongzhou.measures.vocabulary import APPROVES, Text


@kind(
    "level.signed",
    called=gettext_noop("level of an area signed"),
    words={
        "unit": gettext_noop("Unit"),
        "level": gettext_noop("Level"),
        "level.low": gettext_noop("low"),
        "level.medium": gettext_noop("medium"),
        "level.high": gettext_noop("high"),
        "since": gettext_noop("From"),
        "text": gettext_noop("Why, in a sentence"),
    },
    sees="counts",
    sort="decision",
    said_by=APPROVES,
    touches=[named("level", lambda body: str(body.unit), at=lambda body: int(body.unit))],
)
class LevelSigned(Body, frozen=True):
    """The level of a county or urban area from a moment on, signed by a desk above it: the rule only proposes."""

    unit: Place
    level: Literal["low", "medium", "high"]
    since: Moment
    text: Text


@kind(
    "measure.listed",
    called=gettext_noop("measure as somebody else lists it"),
    words={
        "type": gettext_noop("Kind of measure"),
        "text": gettext_noop("As the list has it"),
        "record": gettext_noop("Number in the list"),
        "announced": gettext_noop("Announced"),
        "where": gettext_noop("Where, as the list has it"),
        "start": gettext_noop("From"),
        "link": gettext_noop("Link"),
    },
    sees="counts",
    said_by=["publisher"],
    touches=[named("listed_measure", lambda body: f"{body.source}/{body.record}")],
)
class MeasureListed(Body, frozen=True):
    """A measure of a published list of measures: what others say held, with no end where the list names none. It is
    no measure of this register."""

    place: Place
    source: Annotated[str, Meta(pattern=r"^[a-z0-9-]{2,40}$")]
    record: Annotated[str, Meta(pattern=r"^[0-9A-Za-z_.-]{1,80}$")]
    type: Annotated[str, Meta(min_length=1, max_length=200)]
    text: Annotated[str, Meta(min_length=1, max_length=4000)]
    start: Day | None = None
    until: Day | None = None
    announced: Day | None = None
    where: Annotated[str, Meta(max_length=200)] | None = None
    link: Annotated[str, Meta(max_length=2000)] | None = None
