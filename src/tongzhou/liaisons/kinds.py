"""What is said of people who need somebody to ask for them, and of their named contact.

A named contact is a member of the community's team, known by the number on the armband. Whoever calls sees a door and a
number: why somebody has a contact, and how old or ill they are, stays with the desk.
"""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.kinds import Body, kind
from tongzhou.ledger.ways import founds, holds
from tongzhou.persons.kinds import PersonKey

Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Household = Annotated[int, Meta(ge=1, le=2**31 - 1)]
LEAD = ["community_lead"]
CALLS = ["community_lead", "grid_worker", "volunteer"]
ASKS = ["community_lead", "community_doctor", "grid_worker", "epidemiologist", "clinician", "system"]
WHO = {
    "who": gettext_noop("Who it is"),
    "who.child": gettext_noop("child"),
    "who.old": gettext_noop("old and alone"),
    "who.disabled": gettext_noop("disabled"),
    "who.ill": gettext_noop("ill"),
    "who.poor": gettext_noop("poor"),
}
_BOTH = [holds("liaison", "liaison"), holds("call", "liaison")]


@kind(
    "liaison.needed",
    called=gettext_noop("needs a named contact"),
    words={
        **WHO,
        "household": gettext_noop("Number of the door"),
        "basis": gettext_noop("Because"),
        "basis.away": gettext_noop("whoever cared for them had to leave"),
        "basis.asked": gettext_noop("they asked for it"),
        "basis.civil_affairs": gettext_noop("on the list of civil affairs"),
        "agreed": gettext_noop("Who decided that this is noted (needed for a child)"),
        "agreed.guardian": gettext_noop("the guardian"),
        "agreed.civil_affairs": gettext_noop("civil affairs, as temporary guardian"),
        "stated": gettext_noop("The statement that it follows from"),
    },
    sees="care",
    said_by=ASKS,
    touches=[founds("liaison", at="home", offers=["home"]), founds("call", at="home", offers=["home"])],
    form="liaison",
)
class Needed(Body, frozen=True):
    """Somebody needs a named contact. Of a child nothing is noted without the decision of a guardian or of civil
    affairs. `stated`: the fact `dependant.stated` from which it follows by itself."""

    household: Household
    who: Literal["child", "old", "disabled", "ill", "poor"]
    basis: Literal["away", "asked", "civil_affairs"]
    agreed: Literal["guardian", "civil_affairs"] | None = None
    person: PersonKey | None = None
    stated: Key | None = None


@kind(
    "liaison.named",
    called=gettext_noop("named contact signed"),
    words={
        "teammate": gettext_noop("Named contact"),
        "deputy": gettext_noop("Deputy"),
        "liaison": gettext_noop("For whom"),
    },
    sees="care",
    sort="decision",
    said_by=LEAD,
    touches=_BOTH,
    form="liaison",
)
class Named(Body, frozen=True):
    """The lead signs who asks for them, and who does where that one is not there."""

    liaison: Key
    teammate: Key
    deputy: Key | None = None


@kind(
    "liaison.moved",
    called=gettext_noop("named contact moved"),
    words={"teammate": gettext_noop("Who asks for them now"), "liaison": gettext_noop("For whom")},
    sees="care",
    said_by=["system"],
    touches=_BOTH,
    form="liaison",
)
class Moved(Body, frozen=True):
    """The contact cannot come: the deputy asks for them from now on, or, where there is none, nobody yet. Back when the
    contact is back."""

    liaison: Key
    teammate: Key | None = None


@kind(
    "liaison.called",
    called=gettext_noop("call or visit of a contact"),
    words={
        "liaison": gettext_noop("For whom"),
        "how": gettext_noop("How"),
        "how.call": gettext_noop("rang"),
        "how.visit": gettext_noop("went there"),
        "outcome": gettext_noop("What came of it"),
        "outcome.reached": gettext_noop("spoke with them"),
        "outcome.no_answer": gettext_noop("nobody answered"),
        "outcome.refused": gettext_noop("wants no calls"),
        "outcome.not_found": gettext_noop("not found"),
        "outcome.no_number": gettext_noop("there is no number, the desk rings"),
    },
    sees="households",
    said_by=CALLS,
    touches=_BOTH,
    form="liaison",
)
class Called(Body, frozen=True):
    """Somebody rang or went there."""

    liaison: Key
    how: Literal["call", "visit"]
    outcome: Literal["reached", "no_answer", "refused", "not_found", "no_number"]


@kind(
    "liaison.ended",
    called=gettext_noop("named contact no longer needed"),
    words={
        "liaison": gettext_noop("For whom"),
        "why": gettext_noop("Why"),
        "why.back": gettext_noop("whoever cares for them is back"),
        "why.moved": gettext_noop("lives elsewhere now"),
        "why.wish": gettext_noop("own wish, asked again"),
        "why.mistaken": gettext_noop("entered by mistake"),
    },
    sees="care",
    said_by=LEAD,
    touches=_BOTH,
    form="liaison",
)
class Ended(Body, frozen=True):
    """Nobody has to ask for them any more."""

    liaison: Key
    why: Literal["back", "moved", "wish", "mistaken"]
