"""What can be said of other facts and of any subject: withdrawn, taken over, handed to another place, confirmed."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.kinds import Body, PlaceNumber, kind
from tongzhou.ledger.ways import Way, invited

ANYBODY = ["*"]
Subject = Annotated[str, Meta(pattern=r"^[a-z_]{1,40}/[0-9a-zA-Z._-]{1,100}$")]
# What is handed over together: what a person's case, contact or request has beside it.
TOGETHER = {"case": ("interview",), "contact": ("observation",), "request": ("aftercare",)}


@kind("fact.withdrawn", called=gettext_noop("fact withdrawn"), sees="own", said_by=[*ANYBODY, "resident"], touches=())
class Withdrawn(Body, frozen=True):
    """What the fact named in `corrects` says did not happen. It stays in the ledger and no longer counts."""

    reason: Literal["slip", "wrong_household", "wrong_time", "duplicate", "other"] = "slip"


def _handed(how: str) -> Way:
    def keys(_fact: uuid.UUID, body: object) -> list[str]:
        noun, _, key = body.subject.partition("/")  # type: ignore[attr-defined]
        return [body.subject, *(f"{beside}/{key}" for beside in TOGETHER.get(noun, ()))]  # type: ignore[attr-defined]

    here = (lambda _body, e: e.place) if how != "offers" else None
    to = (lambda body, _e: [body.to]) if how == "offers" else None
    return Way(how, "", keys, here, offers=to)  # type: ignore[arg-type]


@kind(
    "subject.offered",
    called=gettext_noop("offered to another place"),
    words={"to": gettext_noop("Hand over to another place")},
    sees="own",
    said_by=ANYBODY,
    touches=[_handed("offers")],
)
class SubjectOffered(Body, frozen=True):
    """Whoever holds a case, a contact, a request … hands it to another place; until that place accepts, it stays."""

    subject: Subject
    to: PlaceNumber


@kind(
    "subject.accepted",
    called=gettext_noop("taken over from another place"),
    sees="own",
    said_by=ANYBODY,
    touches=[_handed("accepts")],
)
class SubjectAccepted(Body, frozen=True):
    """The place of the envelope takes over what it was offered: from now on the subject lies there."""

    subject: Subject


@kind(
    "subject.declined",
    called=gettext_noop("transfer declined"),
    words={"reason": gettext_noop("Why not")},
    sees="own",
    said_by=ANYBODY,
    touches=[_handed("declines")],
)
class SubjectDeclined(Body, frozen=True):
    """The place of the envelope does not take it; it stays where it was."""

    subject: Subject
    reason: Literal["not_here", "not_ours", "no_capacity", "other"] = "other"


@kind(
    "word.taken",
    called=gettext_noop("word from outside taken over"),
    sees="own",
    said_by=ANYBODY,
    touches=[Way("holds", "", lambda _fact, body: [body.subject])],
)
class WordTaken(Body, frozen=True):
    """Whoever holds the subject takes over a word that was said of it from outside: from now on it counts."""

    fact: uuid.UUID
    subject: Subject


@kind(
    "word.left",
    called=gettext_noop("word from outside left"),
    words={
        "reason": gettext_noop("Why not"),
        "reason.another_person": gettext_noop("another person is meant"),
        "reason.not_so": gettext_noop("it was not so"),
    },
    sees="own",
    said_by=ANYBODY,
    touches=[Way("holds", "", lambda _fact, body: [body.subject])],
)
class WordLeft(Body, frozen=True):
    """Whoever holds the subject looked at a word from outside and does not take it over: it stays and never counts."""

    fact: uuid.UUID
    subject: Subject
    reason: Literal["another_person", "not_so", "known_already", "other"] = "other"


@kind(
    "behalf.confirmed",
    called=gettext_noop("confirmed by the post that spoke"),
    sees="own",
    said_by=ANYBODY,
    touches=[invited("spoken", lambda body: str(body.fact))],
)
class BehalfConfirmed(Body, frozen=True):
    """The post in whose name something was written down says that it said so."""

    fact: uuid.UUID


@kind(
    "behalf.contested",
    called=gettext_noop("contested by the post that spoke"),
    words={
        "reason": gettext_noop("Why"),
        "reason.not_said": gettext_noop("we did not say that"),
        "reason.said_otherwise": gettext_noop("we said something else"),
    },
    sees="own",
    said_by=ANYBODY,
    touches=[invited("spoken", lambda body: str(body.fact))],
)
class BehalfContested(Body, frozen=True):
    """The post says that it did not say so. Whoever wrote it down withdraws it, or says what was said."""

    fact: uuid.UUID
    reason: Literal["not_said", "said_otherwise", "not_ours"] = "not_said"


# Decisions of a morning and alerts carry place and day in their keys.
AnySubject = Annotated[str, Meta(pattern=r"^[a-z_]{1,40}/[0-9a-zA-Z._/-]{1,120}$")]
What = Annotated[str, Meta(pattern=r"^[a-z_]{1,40}$")]
_OWED = [Way("invited", "", lambda _fact, body: [body.subject])]


@kind(
    "owed.hindered",
    called=gettext_noop("cannot be done, with the reason"),
    words={"reason": gettext_noop("Cannot, because")},
    sees="own",
    said_by=ANYBODY,
    sort="decision",
    touches=_OWED,
)
class OwedHindered(Body, frozen=True):
    """Whoever owes this cannot do it, and why: from now on the next desk of the ladder owes it as well. `at`: the desk
    that owes it first."""

    subject: AnySubject
    what: What
    at: PlaceNumber
    reason: Literal[
        "no_staff",
        "no_supplies",
        "no_transport",
        "nobody_there",
        "refused",
        "not_ours",
        "unclear",
        "not_lawful",
        "other",
    ]


@kind(
    "owed.passed",
    called=gettext_noop("passed to a colleague"),
    sees="own",
    said_by=ANYBODY,
    sort="decision",
    touches=_OWED,
)
class OwedPassed(Body, frozen=True):
    """Whoever owes this passes it to a colleague (or takes it themselves), by their number in the staff list. The desk
    goes on owing it."""

    subject: AnySubject
    what: What
    at: PlaceNumber
    to: Annotated[int, Meta(ge=1, le=2**31 - 1)]


@kind(
    "owed.urged",
    called=gettext_noop("rung about what is owed"),
    words={
        "outcome.promised": gettext_noop("they see to it"),
        "outcome.no_answer": gettext_noop("nobody answers"),
    },
    sees="own",
    said_by=ANYBODY,
    sort="decision",
    touches=_OWED,
)
class OwedUrged(Body, frozen=True):
    """A desk to which it came up (the fact's place) rang whoever owes it first. They see to it: this desk owes it again
    after the hours of the table, should it not be done by then; nobody answers: the next desk of the ladder owes it as
    well from now on. Of the subject nothing is said, so that whoever may not read it can say this."""

    subject: AnySubject
    what: What
    at: PlaceNumber
    outcome: Literal["promised", "no_answer"]


@kind(
    "owed.seen", called=gettext_noop("opened by its desk"), sees="own", said_by=ANYBODY, sort="decision", touches=_OWED
)
class OwedSeen(Body, frozen=True):
    """Whoever owes a thing that presses has opened it: its bell stops."""

    subject: AnySubject
    what: What
    at: PlaceNumber
