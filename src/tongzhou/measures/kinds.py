"""What is said of measures that restrict people: proposed, approved, reviewed, eased, ended, found, seen to be gone.

To whom a measure applies is chosen from closed lists (place, building, exposure, activity): where somebody comes from,
what they do for a living or what they think cannot be written into it.

What was decided, found or answered is permanent: whoever could correct an easing or an end would make it heavier again,
and whoever could withdraw an appeal or a closure that was found would hide it.
"""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.cleaned import ONCE
from tongzhou.ledger.dated import Day, Moment, within
from tongzhou.ledger.kinds import NO_NUMBER, Body, kind
from tongzhou.ledger.kinds import PlaceNumber as Place
from tongzhou.ledger.ways import Envelope, founds, holds, invited
from tongzhou.measures import kinds_appeals, kinds_levels  # noqa: F401  (their kinds register by being imported)
from tongzhou.measures.vocabulary import (
    APPROVES,
    DECIDES,
    EXPOSURES,
    TYPES,
    Building,
    Collected,
    Exposure,
    Group,
    Key,
    Limit,
    Passes,
    Support,
    Telephone,
    Text,
    Type,
)


def _asked(body: Any, envelope: Envelope) -> list[int | None]:
    """Whoever approves it, whoever hears appeals, and the places where it holds."""
    return [envelope.reporting, body.appeal, *body.places]


@kind(
    "measure.drafted",
    called=gettext_noop("measure proposed"),
    words={
        **TYPES,
        **EXPOSURES,
        "outing_days": gettext_noop("One person of a household may go shopping once in so many days"),
        "venue": gettext_noop("Number of the venue, where it is by a venue"),
        "exposed_from": gettext_noop("Exposed from"),
        "exposed_to": gettext_noop("Exposed until"),
        "basis": gettext_noop("Law and article"),
        "aim": gettext_noop("Aim"),
        "lighter": gettext_noop("Lighter measures that were considered"),
        "why": gettext_noop("Why nothing lighter is enough"),
        "start": gettext_noop("From"),
        "review": gettext_noop("Reviewed by"),
        "data_end": gettext_noop("What is collected is deleted on"),
        "appeal": gettext_noop("Who answers appeals"),
        "telephone": gettext_noop("Telephone of the desk"),
        "life": gettext_noop("Life is at risk: it may start within hours of being public"),
        "renews": gettext_noop("Goes on from"),
        "beside": gettext_noop("One of this kind stands there already: is this one meant besides it?"),
        "translation": gettext_noop("The same sentence in the other language, Chinese or English"),
    },
    sees="counts",
    said_by=DECIDES,
    touches=[founds("measure", invites=_asked)],
)
class MeasureDrafted(Body, frozen=True):
    """A measure as it is put to the level above (`reporting` of the envelope): every field that the register shows.
    It is taken only where the gate GATE-01 finds nothing missing, and it binds nobody before it is approved."""

    type: Type
    text: Text  # in the words of whoever decides; the notice is made from the other fields, in both languages
    limits: Annotated[tuple[Limit, ...], Meta(min_length=1, max_length=11), ONCE]
    places: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=50), ONCE]
    groups: Annotated[tuple[Group, ...], Meta(min_length=1, max_length=7), ONCE]
    basis: Annotated[str, Meta(min_length=4, max_length=200, pattern=NO_NUMBER)]
    aim: Text
    evidence: Text
    lighter: Annotated[str, Meta(min_length=2, max_length=400, pattern=NO_NUMBER)]  # "劝导" is one
    why: Text
    start: Moment
    until: Moment
    review: Moment
    passes: Annotated[tuple[Passes, ...], Meta(min_length=1, max_length=6), ONCE]
    support: Annotated[tuple[Support, ...], Meta(min_length=1, max_length=6), ONCE]
    collects: Collected
    data_end: Annotated[Day, within(0, 800)]
    appeal: Place
    telephone: Telephone
    buildings: Annotated[tuple[Building, ...], Meta(max_length=60), ONCE] = ()
    exposure: Exposure = "none"
    venue: Annotated[str, Meta(pattern=r"^[0-9a-z.-]{1,60}$")] | None = None
    exposed_from: Annotated[Day, within(400, 60)] | None = None
    exposed_to: Annotated[Day, within(400, 60)] | None = None
    outing_days: Annotated[int, Meta(ge=1, le=14)] | None = None
    life: bool = False
    renews: Key | None = None
    beside: Annotated[tuple[Key, ...], Meta(max_length=20), ONCE] = ()
    translation: Text | None = None


@kind(
    "measure.approved",
    called=gettext_noop("measure approved"),
    words={"number": gettext_noop("Number of the approval"), "version": gettext_noop("Version")},
    sees="counts",
    sort="decision",
    said_by=APPROVES,
    permanent=True,
    touches=[invited("measure", "measure")],
    from_known=True,
)
class MeasureApproved(Body, frozen=True):
    """The level above agrees to this very version. With that it is public; it holds from its start to its end."""

    measure: Key
    version: Key  # the fact that was read: what is changed after it is not approved
    number: Annotated[str, Meta(min_length=1, max_length=60, pattern=NO_NUMBER)]


@kind(
    "measure.declined",
    called=gettext_noop("measure declined"),
    words={"text": gettext_noop("Why not"), "version": gettext_noop("Version")},
    sees="counts",
    sort="decision",
    said_by=APPROVES,
    permanent=True,
    touches=[invited("measure", "measure")],
    from_known=True,
)
class MeasureDeclined(Body, frozen=True):
    """The level above does not agree; a new proposal is a new measure."""

    measure: Key
    version: Key
    text: Text


@kind(
    "measure.dropped",
    called=gettext_noop("declined measure not taken further"),
    words={"again": gettext_noop("Proposed again as")},
    sees="counts",
    sort="decision",
    said_by=DECIDES,
    touches=[holds("measure", "measure")],
    from_known=True,
)
class MeasureDropped(Body, frozen=True):
    """Whoever proposed it has read why it was declined, and leaves it at that or has proposed it `again`, mended, as a
    measure of its own."""

    measure: Key
    again: Key | None = None


@kind(
    "measure.reviewed",
    called=gettext_noop("measure reviewed"),
    words={
        "evidence": gettext_noop("What shows today that it is still needed"),
        "review": gettext_noop("Reviewed again by"),
    },
    sees="counts",
    sort="decision",
    said_by=DECIDES,
    touches=[holds("measure", "measure")],
    from_known=True,
)  # fmt: skip
class MeasureReviewed(Body, frozen=True):
    """It was looked at again and goes on, at most to its end: a review never makes it longer."""

    measure: Key
    evidence: Text
    review: Moment | None = None


@kind(
    "measure.eased",
    called=gettext_noop("measure eased"),
    words={
        **TYPES,
        "until": gettext_noop("Ends earlier, on"),
        "lifts": gettext_noop("No longer limited"),
        **{f"lifts.{name[7:]}": words for name, words in TYPES.items() if name.startswith("limits.")},
        "frees": gettext_noop("Places where it no longer holds"),
        "outing_days": gettext_noop("One person of a household may go shopping once in so many days"),
        "text": gettext_noop("Why, in a sentence"),
        "appeal": gettext_noop("After this appeal"),
    },
    sees="counts",
    sort="decision",
    said_by=DECIDES,
    permanent=True,
    touches=[holds("measure", "measure")],
    from_known=True,
)
class MeasureEased(Body, frozen=True):
    """Made lighter: it ends earlier, holds at fewer places or limits less. To make it heavier is a new measure."""

    measure: Key
    text: Text
    until: Moment | None = None
    lifts: Annotated[tuple[Limit, ...], Meta(max_length=11), ONCE] = ()
    frees: Annotated[tuple[Place, ...], Meta(max_length=50), ONCE] = ()
    outing_days: Annotated[int, Meta(ge=1, le=14)] | None = None
    appeal: Key | None = None


@kind(
    "measure.ended",
    called=gettext_noop("measure ended"),
    words={"text": gettext_noop("Why, in a sentence")},
    sees="counts",
    sort="decision",
    said_by=DECIDES,
    permanent=True,
    touches=[holds("measure", "measure")],
    from_known=True,
)
class MeasureEnded(Body, frozen=True):
    """Off from now on, before its end."""

    measure: Key
    text: Text


@kind(
    "measure.found",
    called=gettext_noop("closure in force in fact"),
    words={
        **TYPES,
        "text": gettext_noop("What stands there, in a sentence"),
        "until": gettext_noop("Its end, if one was announced"),
        "number": gettext_noop("Number of an approval, if one is known"),
        "basis": gettext_noop("Law and article, if one was named"),
        "appeal": gettext_noop("Who answers appeals"),
        "by_origin": gettext_noop("People are turned away there by where they come from"),
    },
    sees="counts",
    said_by=[*DECIDES, "community_lead", "grid_worker", "epidemiologist"],
    permanent=True,
    touches=[founds("measure", invites=_asked)],
)
class MeasureFound(Body, frozen=True):
    """A restriction that holds in fact, approved or not: entered as it is, with what it lacks shown to everybody. No
    gate and no pass of the program serves it."""

    type: Type
    text: Text
    limits: Annotated[tuple[Limit, ...], Meta(min_length=1, max_length=11), ONCE]
    places: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=50), ONCE]
    appeal: Place
    buildings: Annotated[tuple[Building, ...], Meta(max_length=60), ONCE] = ()
    basis: Annotated[str, Meta(min_length=4, max_length=200, pattern=NO_NUMBER)] | None = None
    number: Annotated[str, Meta(min_length=1, max_length=60, pattern=NO_NUMBER)] | None = None
    until: Annotated[Moment, within(400, 800)] | None = None
    by_origin: bool = False  # the words for whom stand nowhere; that it is done is shown as what is wrong with it


@kind(
    "measure.checked",
    called=gettext_noop("looked on the spot"),
    words={"gone": gettext_noop("Is it gone?"), "place": gettext_noop("Where")},
    sees="counts",
    said_by=["community_lead", "grid_worker", "duty_officer", "law_desk"],
    touches=[invited("measure", "measure")],
)
class MeasureChecked(Body, frozen=True):
    """Somebody went and looked: is the barrier gone at this place? Who it was stands with the fact."""

    measure: Key
    place: Place
    gone: bool
