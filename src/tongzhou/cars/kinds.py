"""What is said of drives with a community car: who has to be driven where and when, and how each drive goes.

Why somebody is driven is seen by those who care for the door (`care`); whoever drives sees a door, a place, an hour and
who sits or lies (`rides`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.community.kinds import Channel, HouseholdNumber
from tongzhou.ledger.dated import Day, Moment, within
from tongzhou.ledger.kinds import Body, kind
from tongzhou.ledger.ways import founds, holds
from tongzhou.persons.kinds import PersonKey
from tongzhou.sites.named import SiteKey

Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Hour = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Stay = Annotated[int, Meta(ge=1, le=12)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Seat = Literal["seat", "wheelchair", "stretcher"]
DESK = ["community_lead", "grid_worker", "community_doctor"]
DRIVES = ["driver", "community_lead", "grid_worker"]
LIFT = {"lift": gettext_noop("Who is driven")}
SEATS = {
    "seat": gettext_noop("How they ride"),
    "seat.seat": gettext_noop("sitting"),
    "seat.wheelchair": gettext_noop("in a wheelchair"),
    "seat.stretcher": gettext_noop("lying"),
    "companion": gettext_noop("Somebody comes along"),
}
WHERE = {
    "household": gettext_noop("Number of the door"),
    "to": gettext_noop("Where to"),
    "car": gettext_noop("Car"),
    "stays_h": gettext_noop("Hours there, then home again (empty: one way)"),
}


@kind(
    "lift.wanted",
    called=gettext_noop("drive wanted"),
    words={
        **WHERE,
        **SEATS,
        "why": gettext_noop("What for"),
        "why.dialysis": gettext_noop("dialysis"),
        "why.chemotherapy": gettext_noop("chemotherapy"),
        "why.birth": gettext_noop("birth"),
        "why.treatment": gettext_noop("treatment with a date"),
        "why.other": gettext_noop("another journey"),
        "days": gettext_noop("On which days, week after week"),
        "days.mon": gettext_noop("Monday"),
        "days.tue": gettext_noop("Tuesday"),
        "days.wed": gettext_noop("Wednesday"),
        "days.thu": gettext_noop("Thursday"),
        "days.fri": gettext_noop("Friday"),
        "days.sat": gettext_noop("Saturday"),
        "days.sun": gettext_noop("Sunday"),
        "once": gettext_noop("Or once, on this day"),
        "hour": gettext_noop("Leaves the door at"),
        "at_once": gettext_noop("At once"),
        "until": gettext_noop("Until"),
    },
    sees="care",
    said_by=[*DESK, "resident"],
    touches=[founds("lift", at="home", offers=["home"])],
    form="car",
)
class Wanted(Body, frozen=True):
    """Somebody has to be driven: every week on these days, once, or at once (a birth). Where no hour is named it is at
    once."""

    household: HouseholdNumber
    to: SiteKey
    why: Literal["dialysis", "chemotherapy", "birth", "treatment", "other"]
    seat: Seat = "seat"
    companion: bool = False
    days: frozenset[Weekday] = frozenset()
    once: Annotated[Day, within(0, 90)] | None = None
    hour: Hour | None = None
    stays_h: Stay | None = None
    at_once: bool = False
    until: Annotated[Day, within(0, 400)] | None = None
    person: PersonKey | None = None
    channel: Channel = "door"


@kind(
    "lift.skipped",
    called=gettext_noop("drive not needed on a day"),
    words={**LIFT, "day": gettext_noop("Day")},
    sees="care",
    said_by=DESK,
    touches=[holds("lift", "lift")],
    form="car",
)
class Skipped(Body, frozen=True):
    """They do not go on that day: no car is planned for it."""

    lift: Key
    day: Annotated[Day, within(1, 90)]


@kind(
    "lift.ended",
    called=gettext_noop("drives no longer wanted"),
    words={
        **LIFT,
        "why": gettext_noop("Why"),
        "why.over": gettext_noop("the treatment is over"),
        "why.there": gettext_noop("stays in hospital"),
        "why.moved": gettext_noop("lives elsewhere now"),
        "why.wish": gettext_noop("they go by themselves"),
        "why.died": gettext_noop("died"),
        "why.mistaken": gettext_noop("entered by mistake"),
    },
    sees="care",
    said_by=DESK,
    touches=[holds("lift", "lift")],
    form="car",
)
class Ended(Body, frozen=True):
    lift: Key
    why: Literal["over", "there", "moved", "wish", "died", "mistaken"]


@kind(
    "drive.planned",
    called=gettext_noop("car planned"),
    words={**LIFT, **WHERE, **SEATS, "day": gettext_noop("Day"), "starts": gettext_noop("Leaves the door at")},
    sees="rides",
    sort="decision",
    said_by=["community_lead", "grid_worker"],
    touches=[founds("drive", at="home", offers=["home"]), holds("lift", "lift")],
    form="car",
)
class Planned(Body, frozen=True):
    """A car for one day: from the door, to where, at which hour, who sits or lies. Not why."""

    lift: Key
    household: HouseholdNumber
    day: Annotated[Day, within(1, 90)]
    starts: Moment
    to: SiteKey
    car: SiteKey
    seat: Seat = "seat"
    companion: bool = False
    stays_h: Stay | None = None


@kind(
    "drive.given",
    called=gettext_noop("another car sent"),
    words={"drive": gettext_noop("Which drive"), "car": WHERE["car"]},
    sees="rides",
    sort="decision",
    said_by=["community_lead", "grid_worker"],
    touches=[holds("drive", "drive")],
    form="car",
)
class Given(Body, frozen=True):
    """Another car takes the drive."""

    drive: Key
    car: SiteKey


@kind(
    "drive.answered",
    called=gettext_noop("word on a drive"),
    words={
        "drive": gettext_noop("Which drive"),
        "answer": gettext_noop("What is so"),
        "answer.confirmed": gettext_noop("the driver comes"),
        "answer.started": gettext_noop("fetched at the door"),
        "answer.arrived": gettext_noop("there"),
        "answer.back": gettext_noop("fetched for the way home"),
        "answer.home": gettext_noop("home again"),
        "answer.not_ready": gettext_noop("the car cannot come"),
        "answer.no_car": gettext_noop("the car did not come"),
        "answer.nobody": gettext_noop("nobody came to the car"),
        "answer.off": gettext_noop("not needed that day"),
        "reason": gettext_noop("Why"),
        "reason.broken": gettext_noop("the car is broken"),
        "reason.no_driver": gettext_noop("no driver"),
        "reason.elsewhere": gettext_noop("needed elsewhere"),
        "reason.road": gettext_noop("the road is closed"),
    },
    sees="rides",
    said_by=DRIVES,
    touches=[holds("drive", "drive")],
    form="car",
)
class Answered(Body, frozen=True):
    """How the drive goes. A car that cannot come, or did not, is owed another one at once."""

    drive: Key
    answer: Literal["confirmed", "started", "arrived", "back", "home", "not_ready", "no_car", "nobody", "off"]
    reason: Literal["broken", "no_driver", "elsewhere", "road"] | None = None
