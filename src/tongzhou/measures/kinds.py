"""What is said of measures that restrict people: proposed, approved, reviewed, eased, ended, found, seen to be gone.

To whom a measure applies is chosen from closed lists (place, building, exposure, activity): where somebody comes from,
what they do for a living or what they think cannot be written into it.

What was decided, found or answered is permanent: whoever could correct an easing or an end would make it heavier again,
and whoever could withdraw an appeal or a closure that was found would hide it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day, Moment
from tongzhou.ledger.kinds import NO_NUMBER, Body, kind
from tongzhou.ledger.kinds import PlaceNumber as Place
from tongzhou.ledger.ways import Envelope, founds, holds, invited, named

Text = Annotated[str, Meta(min_length=4, max_length=400, pattern=NO_NUMBER)]
Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Telephone = Annotated[str, Meta(pattern=r"^[0-9+()\- ]{5,24}$")]  # an office's, nobody's own
Building = Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{1,6}$")]
# The codes of rulebooks/terms/measures.yaml, scopes.yaml, purposes.yaml (those let through first) and support.yaml.
Type = Literal[
    "closed_management", "movement_restriction", "place_isolation", "isolation", "gathering_limit", "closure",
    "requisition", "mandatory_test", "data_collection", "code_or_pass", "road_checkpoint", "trunk_road_checkpoint",
    "motorway_entrance_closure", "motorway_mainline_checkpoint", "trunk_road_block", "rural_road_block",
    "stop_emergency_vehicle", "border_checkpoint",
]  # fmt: skip
Limit = Literal["leaving", "visiting", "gathering", "trading", "teaching", "driving", "passing", "staying", "testing",
                "telling", "using"]  # fmt: skip
Group = Literal["residents", "visitors", "staff", "contacts", "cases", "vehicles", "pupils"]
Passes = Literal["emergency_care", "childbirth", "dialysis", "carers", "domestic_violence_escape", "fire"]
Support = Literal["food", "medicine", "income_contact", "communication", "dependants", "animals"]
Exposure = Literal["none", "home", "venue", "work", "journey"]
Collected = Literal["nothing", "counts", "temperature", "names"]
DECIDES = ["commander", "duty_officer", "law_desk"]
APPROVES = ["commander", "duty_officer"]
TYPES = {
    "type": gettext_noop("Kind of measure"),
    "type.closed_management": gettext_noop("closed management"),
    "type.movement_restriction": gettext_noop("movement restriction"),
    "type.place_isolation": gettext_noop("isolation of a place with cases"),
    "type.isolation": gettext_noop("isolation"),
    "type.gathering_limit": gettext_noop("gathering limit"),
    "type.closure": gettext_noop("closure of work, shops or schools"),
    "type.requisition": gettext_noop("requisition"),
    "type.mandatory_test": gettext_noop("mandatory test"),
    "type.data_collection": gettext_noop("data collection"),
    "type.code_or_pass": gettext_noop("code or pass"),
    "type.road_checkpoint": gettext_noop("road checkpoint"),
    "type.trunk_road_checkpoint": gettext_noop("checkpoint on a trunk road"),
    "type.motorway_entrance_closure": gettext_noop("motorway entrance closed"),
    "type.motorway_mainline_checkpoint": gettext_noop("checkpoint on a motorway"),
    "type.trunk_road_block": gettext_noop("trunk road blocked"),
    "type.rural_road_block": gettext_noop("rural road dug up or blocked"),
    "type.stop_emergency_vehicle": gettext_noop("emergency vehicles stopped"),
    "type.border_checkpoint": gettext_noop("checkpoint at a toll station or border"),
    "limits": gettext_noop("What is limited"),
    "limits.leaving": gettext_noop("leaving the compound"),
    "limits.visiting": gettext_noop("visitors from elsewhere in the buildings"),
    "limits.gathering": gettext_noop("gatherings"),
    "limits.trading": gettext_noop("shops and markets"),
    "limits.teaching": gettext_noop("lessons in a school"),
    "limits.driving": gettext_noop("private vehicles"),
    "limits.passing": gettext_noop("passing on a road"),
    "limits.staying": gettext_noop("leaving the place of isolation"),
    "limits.testing": gettext_noop("a test is asked for"),
    "limits.telling": gettext_noop("something has to be told"),
    "limits.using": gettext_noop("a building or thing is used by the authority"),
    "places": gettext_noop("Where, by name"),
    "buildings": gettext_noop("Buildings, if not all"),
    "evidence": gettext_noop("What shows that it is needed"),
    "text": gettext_noop("What it asks, in a sentence"),
}
EXPOSURES = {
    "exposure": gettext_noop("Exposed how"),
    "exposure.none": gettext_noop("not by exposure: whoever is there"),
    "exposure.home": gettext_noop("at home with a case"),
    "exposure.venue": gettext_noop("at a venue with a case"),
    "exposure.work": gettext_noop("at work with a case"),
    "exposure.journey": gettext_noop("on a journey with a case"),
    "groups": gettext_noop("For whom"),
    "groups.residents": gettext_noop("residents"),
    "groups.visitors": gettext_noop("visitors"),
    "groups.staff": gettext_noop("staff of the place"),
    "groups.contacts": gettext_noop("close contacts"),
    "groups.cases": gettext_noop("people who are cases"),
    "groups.vehicles": gettext_noop("vehicles and those in them"),
    "groups.pupils": gettext_noop("pupils and teachers"),
    "passes": gettext_noop("Always let through"),
    "passes.emergency_care": gettext_noop("emergency care"),
    "passes.childbirth": gettext_noop("childbirth"),
    "passes.dialysis": gettext_noop("dialysis and medicine"),
    "passes.carers": gettext_noop("care of somebody who depends on it"),
    "passes.domestic_violence_escape": gettext_noop("escape from violence"),
    "passes.fire": gettext_noop("fire"),
    "support": gettext_noop("What people bound by it are given"),
    "support.food": gettext_noop("food"),
    "support.medicine": gettext_noop("medicine"),
    "support.income_contact": gettext_noop("whom to ask about lost income"),
    "support.communication": gettext_noop("telephone and network"),
    "support.dependants": gettext_noop("care of dependants"),
    "support.animals": gettext_noop("care of animals"),
    "collects": gettext_noop("What is collected"),
    "collects.nothing": gettext_noop("nothing"),
    "collects.counts": gettext_noop("a count of people"),
    "collects.temperature": gettext_noop("temperatures"),
    "collects.names": gettext_noop("names of people"),
}


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
    limits: Annotated[tuple[Limit, ...], Meta(min_length=1, max_length=11)]
    places: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=50)]
    groups: Annotated[tuple[Group, ...], Meta(min_length=1, max_length=7)]
    basis: Annotated[str, Meta(min_length=4, max_length=200, pattern=NO_NUMBER)]
    aim: Text
    evidence: Text
    lighter: Annotated[str, Meta(min_length=2, max_length=400, pattern=NO_NUMBER)]  # "劝导" is one
    why: Text
    start: Moment
    until: Moment
    review: Moment
    passes: Annotated[tuple[Passes, ...], Meta(min_length=1, max_length=6)]
    support: Annotated[tuple[Support, ...], Meta(min_length=1, max_length=6)]
    collects: Collected
    data_end: Day
    appeal: Place
    telephone: Telephone
    buildings: Annotated[tuple[Building, ...], Meta(max_length=60)] = ()
    exposure: Exposure = "none"
    venue: Annotated[str, Meta(pattern=r"^[0-9a-z.-]{1,60}$")] | None = None
    exposed_from: Day | None = None
    exposed_to: Day | None = None
    outing_days: Annotated[int, Meta(ge=1, le=14)] | None = None
    life: bool = False
    renews: Key | None = None
    beside: Annotated[tuple[Key, ...], Meta(max_length=20)] = ()
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
)
class MeasureDeclined(Body, frozen=True):
    """The level above does not agree; a new proposal is a new measure."""

    measure: Key
    version: Key
    text: Text


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
)
class MeasureEased(Body, frozen=True):
    """Made lighter: it ends earlier, holds at fewer places or limits less. To make it heavier is a new measure."""

    measure: Key
    text: Text
    until: Moment | None = None
    lifts: Annotated[tuple[Limit, ...], Meta(max_length=11)] = ()
    frees: Annotated[tuple[Place, ...], Meta(max_length=50)] = ()
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
    limits: Annotated[tuple[Limit, ...], Meta(min_length=1, max_length=11)]
    places: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=50)]
    appeal: Place
    buildings: Annotated[tuple[Building, ...], Meta(max_length=60)] = ()
    basis: Annotated[str, Meta(min_length=4, max_length=200, pattern=NO_NUMBER)] | None = None
    number: Annotated[str, Meta(min_length=1, max_length=60, pattern=NO_NUMBER)] | None = None
    until: Moment | None = None
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


@kind(
    "appeal.made",
    called=gettext_noop("appeal against a measure"),
    words={
        "about": gettext_noop("Measure"),
        "sort": gettext_noop("An appeal or a question"),
        "sort.appeal": gettext_noop("I do not agree"),
        "sort.question": gettext_noop("a question"),
        "text": gettext_noop("In your own words (no names, no telephone numbers)"),
        "urgent": gettext_noop("It cannot wait until tomorrow"),
        "channel.page": gettext_noop("on the household's page"),
        "channel.telephone": gettext_noop("by telephone"),
        "channel.paper": gettext_noop("on paper"),
    },
    sees="audit",
    said_by=["resident", "law_desk", "community_lead", "grid_worker", "duty_officer"],
    permanent=True,
    touches=[founds("appeal", invites=["reporting"])],
)
class AppealMade(Body, frozen=True):
    """Somebody disagrees with a measure, or asks about it. `reporting` of the envelope is the desk that answers."""

    about: Key
    sort: Literal["appeal", "question"]
    text: Annotated[str, Meta(min_length=2, max_length=600, pattern=NO_NUMBER)]
    urgent: bool = False
    channel: Literal["page", "telephone", "paper"] = "page"


@kind(
    "appeal.answered",
    called=gettext_noop("appeal answered"),
    words={
        "outcome.changed": gettext_noop("you are right: the measure is changed"),
        "outcome.excepted": gettext_noop("you are excepted"),
        "outcome.stays": gettext_noop("it stays as it is"),
        "outcome.told": gettext_noop("the question is answered"),
        "text": gettext_noop("The answer, in plain words"),
    },
    sees="audit",
    said_by=["law_desk"],
    permanent=True,
    touches=[invited("appeal", "appeal")],
)
class AppealAnswered(Body, frozen=True):
    """The answer, by somebody who neither proposed nor approved the measure."""

    appeal: Key
    outcome: Literal["changed", "excepted", "stays", "told"]
    text: Annotated[str, Meta(min_length=4, max_length=600, pattern=NO_NUMBER)]
