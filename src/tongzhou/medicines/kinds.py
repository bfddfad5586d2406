"""What is said of a medicine that somebody takes every day, and of the pharmacy that fills it.

Which medicine, how strong, and whose: seen by those who care for the door (`care`) and by the pharmacy that was asked
(`scripts`), by nobody who carries. What is carried is a bag with a number (carried.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.community.kinds import Channel, HouseholdNumber
from tongzhou.ledger.dated import Day, within
from tongzhou.ledger.kinds import NO_NUMBER, Body, kind
from tongzhou.ledger.ways import founds, holds, invited
from tongzhou.persons.kinds import PersonKey
from tongzhou.sites.named import SiteKey

Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Unit = Annotated[str, Meta(pattern=r"^[a-z]{1,20}$")]
Amount = Annotated[int, Meta(ge=1, le=999)]
Days = Annotated[int, Meta(ge=1, le=200)]
Fen = Annotated[int, Meta(ge=0, le=10_000_00)]
LEAD = ["community_lead", "grid_worker", "community_doctor"]
STATES = [*LEAD, "resident"]
PHARMACY = ["pharmacist"]
REMEDY = {"remedy": gettext_noop("Which standing medicine")}
SCRIPT = {"script": gettext_noop("Which request to the pharmacy")}
WHAT = {
    "medicine": gettext_noop("Which medicine, if it is on the list"),
    "text": gettext_noop("Name and strength, where it is not on the list"),
    "quantity": gettext_noop("How much is needed each time"),
    "of": gettext_noop("In which unit or pack"),
    "lasts": gettext_noop("For how many days that lasts"),
    "last_dose": gettext_noop("Day of the last dose that is there"),
    "pharmacy": gettext_noop("Pharmacy"),
    "cold": gettext_noop("Has to be kept cold"),
    "household": gettext_noop("Number of the door"),
}


@kind(
    "remedy.wanted",
    called=gettext_noop("medicine taken every day"),
    words={**WHAT, "need": gettext_noop("The need that this takes over")},
    sees="care",
    said_by=STATES,
    touches=[founds("remedy", at="home", offers=["home"]), holds("need", "need")],
    form="medicine",
)
class Wanted(Body, frozen=True):
    """Somebody behind a door takes a medicine every day: which, how much at a time, for how many days that lasts, and
    the day of the last dose that is there. `need`: what was stated once and is owed here from now on."""

    household: HouseholdNumber
    quantity: Amount
    of: Unit
    lasts: Days
    last_dose: Annotated[Day, within(60, 200)]
    medicine: SiteKey | None = None
    text: Annotated[str, Meta(max_length=80, pattern=NO_NUMBER)] | None = None
    pharmacy: SiteKey | None = None
    cold: bool = False
    person: PersonKey | None = None
    need: Key | None = None
    channel: Channel = "door"


@kind(
    "remedy.counted",
    called=gettext_noop("medicine counted at home"),
    words={**REMEDY, "last_dose": WHAT["last_dose"]},
    sees="care",
    said_by=LEAD,
    touches=[holds("remedy", "remedy")],
    form="medicine",
)
class Counted(Body, frozen=True):
    """How long it lasts was counted anew: the day of the last dose is another one."""

    remedy: Key
    last_dose: Annotated[Day, within(60, 200)]


@kind(
    "remedy.asked",
    called=gettext_noop("pharmacy asked"),
    words={**REMEDY, "pharmacy": WHAT["pharmacy"]},
    sees="care",
    sort="decision",
    said_by=LEAD,
    touches=[holds("remedy", "remedy", invites_of=lambda body: f"site/{body.pharmacy}")],
    form="medicine",
)
class Asked(Body, frozen=True):
    """The pharmacy is asked to fill it. What was asked of another one before and is not filled is called off."""

    remedy: Key
    pharmacy: SiteKey


@kind(
    "remedy.judged",
    called=gettext_noop("doctor's word on another brand"),
    words={
        **REMEDY,
        **SCRIPT,
        "outcome.yes": gettext_noop("the other brand will do"),
        "outcome.no": gettext_noop("no: only what was asked for"),
    },
    sees="care",
    said_by=["community_doctor"],
    touches=[holds("remedy", "remedy"), invited("script", "script")],
    form="medicine",
)
class Judged(Body, frozen=True):
    """Will another brand do? Without a doctor's yes nothing is put in the place of what was asked for."""

    remedy: Key
    script: Key
    outcome: Literal["yes", "no"]


@kind(
    "remedy.ended",
    called=gettext_noop("medicine no longer taken"),
    words={
        **REMEDY,
        "why": gettext_noop("Why"),
        "why.changed": gettext_noop("the doctor changed it"),
        "why.moved": gettext_noop("lives elsewhere now"),
        "why.wish": gettext_noop("they get it themselves"),
        "why.died": gettext_noop("died"),
        "why.mistaken": gettext_noop("entered by mistake"),
    },
    sees="care",
    said_by=LEAD,
    touches=[holds("remedy", "remedy")],
    form="medicine",
)
class Ended(Body, frozen=True):
    """Nobody has to see that it comes any more."""

    remedy: Key
    why: Literal["changed", "moved", "wish", "died", "mistaken"]


@kind(
    "script.came",
    called=gettext_noop("request to the pharmacy"),
    words={
        **REMEDY,
        **WHAT,
        "rest": gettext_noop("What is left of an earlier one"),
        "due": gettext_noop("Said to be there on"),
    },
    sees="scripts",
    said_by=["system"],
    touches=[
        founds("script", invites=["home"]),
        founds("bag", at="home", invites=["place"]),
        holds("remedy", "remedy"),
    ],
    form="medicine",
)
class Came(Body, frozen=True):
    """What a pharmacy is asked for: it lies with the pharmacy, without door or name; the bag with its number lies with
    the door, without the medicine. `rest`: what was left when the pharmacy filled a part."""

    remedy: Key
    pharmacy: SiteKey
    household: HouseholdNumber
    quantity: Amount
    of: Unit
    lasts: Days
    last_dose: Day
    medicine: SiteKey | None = None
    text: Annotated[str, Meta(max_length=80, pattern=NO_NUMBER)] | None = None
    cold: bool = False
    person: PersonKey | None = None
    rest: bool = False
    due: Day | None = None


@kind(
    "script.answered",
    called=gettext_noop("pharmacy answered"),
    words={
        **REMEDY,
        **SCRIPT,
        "outcome.ready": gettext_noop("ready: all of it, sealed in the bag"),
        "outcome.partly": gettext_noop("a part is in the bag, the rest follows"),
        "outcome.other_brand": gettext_noop("only another brand: ask the doctor"),
        "outcome.out": gettext_noop("not in stock"),
        "given": gettext_noop("How much is in the bag"),
        "there_on": gettext_noop("When the rest, or the stock, is there"),
        "fen": gettext_noop("To be paid at the door, in fen"),
        "brand": gettext_noop("Which brand there is"),
        "elsewhere": gettext_noop("Another pharmacy that has it"),
    },
    sees="scripts",
    said_by=PHARMACY,
    recorded_by=["community_lead", "grid_worker"],
    touches=[invited("script", "script"), invited("remedy", "remedy"), invited("bag", "script")],
    form="medicine",
)
class Answered(Body, frozen=True):
    """What became of the request. A part: how much, and when the rest is there; the rest stays owed. Another brand goes
    to the doctor and into no bag. Not in stock: when it is, or who has it."""

    script: Key
    remedy: Key
    outcome: Literal["ready", "partly", "other_brand", "out"]
    given: Amount | None = None
    there_on: Annotated[Day, within(0, 60)] | None = None
    fen: Fen = 0
    brand: Annotated[str, Meta(max_length=60, pattern=NO_NUMBER)] | None = None
    elsewhere: SiteKey | None = None


@kind(
    "script.dropped",
    called=gettext_noop("request called off"),
    words={**REMEDY, **SCRIPT},
    sees="scripts",
    said_by=["system"],
    touches=[holds("script", "script"), holds("bag", "script"), holds("remedy", "remedy")],
    form="medicine",
)
class Dropped(Body, frozen=True):
    """The pharmacy need not fill it: another one was asked, or the medicine is no longer taken."""

    script: Key
    remedy: Key


from tongzhou.medicines import carried  # noqa: E402, F401  (its kinds register by being imported)
