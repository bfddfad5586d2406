"""What can be said at the door, and by a household itself."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day, LooseDay, LooseMoment
from tongzhou.ledger.kinds import NO_NUMBER, Body, kind
from tongzhou.ledger.ways import Way, cites, founds, furnished, holds
from tongzhou.persons.kinds import PersonKey
from tongzhou.sites.named import SiteKey

HouseholdNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Said = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]  # a fact
Channel = Literal["page", "phone", "paper", "door"]
Concern = Literal["fever", "breathless", "unwell", "alone", "newcomer", "need"]
DOOR = ["grid_worker", "community_doctor", "community_lead", "resident"]


@kind(
    "household.heard",
    called=gettext_noop("household heard from"),
    words={"state": gettext_noop("How they are"), "state.no_answer": gettext_noop("nobody answered")},
    sees="households",
    said_by=DOOR,
    mass=True,
)
class Heard(Body, frozen=True):
    """A household was asked, or said by itself, how it is today. Silence is not a fact."""

    household: HouseholdNumber
    state: Literal["well", "unwell", "no_answer"]
    channel: Channel


@kind(
    "exception.raised",
    called=gettext_noop("exception raised"),
    sees="care",
    said_by=[*DOOR, "gate_post"],
    touches=[founds("exception")],
)
class ExceptionRaised(Body, frozen=True):
    """Something at a door that somebody must call back about. It is a call-back, never a suspected case. `unwell`: who
    says no more than that."""

    household: HouseholdNumber
    concerns: Annotated[frozenset[Concern], Meta(min_length=1)]
    channel: Channel = "door"
    temp10: Annotated[int, Meta(ge=300, le=450)] | None = None  # tenths of a degree Celsius
    people: Annotated[int, Meta(ge=1, le=30)] = 1
    callback: str | None = None  # a vault reference, never a number
    person: PersonKey | None = None  # who is ill; where nobody says so, the program founds one for a fever


@kind(
    "exception.called_back",
    called=gettext_noop("exception called back"),
    words={"refuses": gettext_noop("will not go where they were advised to go")},
    sees="care",
    said_by=["community_doctor"],
    touches=[holds("exception", "exception")],
)
class CalledBack(Body, frozen=True):
    """The community doctor reached the household, or tried to."""

    exception: str
    outcome: Literal["reached", "no_answer"]
    advice: Literal["stay_home", "clinic", "emergency"] | None = None
    temp10: Annotated[int, Meta(ge=300, le=450)] | None = None  # as measured during the call
    spo2: Annotated[int, Meta(ge=50, le=100)] | None = None  # per cent
    exposed: bool | None = None  # contact with a case or an affected place in 14 days, as the person says
    refuses: bool = False  # they do not go where they were advised to go


@kind(
    "exception.closed",
    called=gettext_noop("exception closed"),
    words={
        "outcome.well": gettext_noop("well again"),
        "outcome.days_over": gettext_noop("the days at home are over, well"),
        "said_so": gettext_noop("They were rung and said so themselves"),
    },
    sees="care",
    said_by=["community_doctor", "grid_worker", "community_lead"],
    touches=[holds("exception", "exception")],
)
class ExceptionClosed(Body, frozen=True):
    """Nothing more has to be done about it."""

    exception: str
    outcome: Literal["well", "in_care", "supplied", "moved", "mistaken", "days_over"]
    temp10: Annotated[int, Meta(ge=340, le=430)] | None = None  # as measured when it was closed
    said_so: bool | None = None


@kind(
    "household.rang",
    called=gettext_noop("household rang"),
    words={
        "who": gettext_noop("Who rang"),
        "who.own": gettext_noop("somebody of the household"),
        "who.family": gettext_noop("family who live elsewhere"),
        "who.neighbour": gettext_noop("a neighbour"),
        "who.other": gettext_noop("somebody else"),
        "read_back": gettext_noop("Read back"),
        "read_back.as_written": gettext_noop("word for word"),
        "read_back.after_correction": gettext_noop("right after a correction"),
        "read_back.not_read_back": gettext_noop("not read back"),
        "unshown": gettext_noop("Never show this on the household's page"),
        "said": gettext_noop("What was written down for them"),
    },
    sees="care",
    said_by=["grid_worker", "community_doctor", "community_lead"],
    touches=[founds("ring")],
    parts=lambda body: body.said,
    form="round",
)
class Rang(Body, frozen=True):
    """A household spoke by telephone or on paper, and a desk wrote its words down on its behalf: who rang, whether they
    were read back. `unshown`: said under violence or in distress; none of it is ever shown on the household's page."""

    household: HouseholdNumber
    who: Literal["own", "family", "neighbour", "other"]
    read_back: Literal["as_written", "after_correction", "not_read_back"]
    said: Annotated[tuple[Said, ...], Meta(max_length=6)] = ()
    channel: Literal["phone", "paper"] = "phone"
    unshown: bool = False


class Wanted(Body, frozen=True):
    """A medicine of the list, and how much: in its own unit, or in a pack that was declared for it."""

    medicine: SiteKey
    quantity: Annotated[int, Meta(ge=1, le=999)]
    of: Annotated[str, Meta(pattern=r"^[a-z]{1,20}$")]


@kind(
    "need.stated",
    called=gettext_noop("need stated"),
    words={"text": gettext_noop("In your own words: which medicine, how strong (no names, no telephone numbers)")},
    sees="households",
    said_by=DOOR,
    touches=[founds("need")],
)
class NeedStated(Body, frozen=True):
    """A household needs something brought."""

    household: HouseholdNumber
    items: Annotated[
        dict[Literal["food", "medicine", "water", "infant", "disposal", "repair"], Annotated[int, Meta(ge=1, le=99)]],
        Meta(min_length=1),
    ]
    medicine_last_dose: LooseDay | None = None  # the day the medicine runs out
    channel: Channel = "door"
    medicines: Annotated[tuple[Wanted, ...], Meta(max_length=20)] = ()  # site, quantity, its unit or a declared pack
    text: Annotated[str, Meta(max_length=80, pattern=NO_NUMBER)] | None = None  # a medicine that is not on the list


@kind(
    "need.met",
    called=gettext_noop("answer about a need"),
    sees="households",
    said_by=["grid_worker", "community_lead", "volunteer"],
    touches=[holds("need", "need")],
)
class NeedMet(Body, frozen=True):
    """It was brought, or could not be."""

    need: str
    outcome: Literal["delivered", "problem"] = "delivered"
    problem: Literal["nobody_there", "not_available", "wrong_item"] | None = None


def _directive(body: TaskSet | TaskDone) -> str | None:
    """The key of the directive that a task shows to be done: it counts its tasks."""
    found = re.fullmatch(r"directive/([0-9a-f-]{36})", body.about or "")
    return found[1] if found else None


@kind(
    "task.set",
    called=gettext_noop("task set"),
    words={"what.slip": gettext_noop("bring the household's new slip")},
    sees="households",
    said_by=["community_lead", "community_doctor", "system"],
    touches=[founds("task"), cites("directive", lambda body: _directive(body))],
)
class TaskSet(Body, frozen=True):
    """Something for the grid worker to do at a door by a given time."""

    what: Literal["visit", "deliver", "temperature", "notice", "escort", "slip"]
    household: HouseholdNumber | None = None
    due: LooseMoment | None = None
    about: str | None = None  # the subject it serves, as noun/key
    text: Annotated[str, Meta(max_length=80, pattern=NO_NUMBER)] | None = None  # the matter, no person


@kind(
    "task.done",
    called=gettext_noop("answer about a task"),
    sees="households",
    said_by=["grid_worker", "community_lead", "community_doctor", "volunteer"],
    touches=[holds("task", "task"), cites("directive", lambda body: _directive(body), via=lambda body: body.task)],
    whole=True,
)
class TaskDone(Body, frozen=True):
    """Done, or not and why. `about` repeats what the task serves: a directive shown by tasks is closed by the last."""

    task: str
    outcome: Literal["done", "not_ready"] = "done"
    reason: Literal["nobody_there", "refused", "no_transport", "no_supplies", "other"] | None = None
    about: str | None = None  # as the task has it


@kind(
    "helper.assigned",
    called=gettext_noop("helper assigned"),
    sees="households",
    said_by=["community_lead"],
    sort="decision",
    touches=[Way("holds", "", lambda _fact, body: [body.about])],
)
class HelperAssigned(Body, frozen=True):
    """Who goes there today, as signed in the day plan. A later one takes its place."""

    about: Annotated[str, Meta(pattern=r"^(need|task)/[0-9a-f-]{36}$")]
    helper: Annotated[int, Meta(ge=1, le=2**31 - 1)]  # number of the member of staff
    day: Day
    plan: str | None = None  # the signed plan it comes from
    stop: Annotated[int, Meta(ge=1, le=1000)] | None = None  # its place on that person's way


@kind(
    "community.reported",
    called=gettext_noop("community reported"),
    sees="public",
    said_by=["system", "publisher"],
    touches=[furnished("published_community", "community")],
)
class CommunityReported(Body, frozen=True):
    """What a publication said of a real community: an aggregate, never persons."""

    community: str  # place key
    confirmed: Annotated[int, Meta(ge=0)]
    days_without_new_at_least: Annotated[int, Meta(ge=0)]
    as_of: LooseDay
    source: str
    closed_management: bool = False


@kind(
    "warning.given",
    called=gettext_noop("warning given by a clinician"),
    sees="warnings",
    said_by=["clinician", "community_doctor", "epidemiologist"],
    permanent=True,
    touches=[founds("warning")],
)
class WarningGiven(Body, frozen=True):
    """A clinician's early warning. Nothing can delete or edit it; whoever gives it keeps the receipt."""

    what: Literal["unusual_pneumonia", "staff_infected", "cluster", "drug_failure", "other"]
    patients: Annotated[int, Meta(ge=0, le=100000)] = 0
