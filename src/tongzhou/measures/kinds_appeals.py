"""What people say against a measure or ask about it, and the answer: permanent, so that nobody can hide it."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.kinds import NO_NUMBER, Body, kind
from tongzhou.ledger.ways import founds, invited
from tongzhou.measures.vocabulary import EXPOSURES, Key, Passes


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
        "held_up": gettext_noop("Is somebody being held up on the way to one of these?"),
        **{f"held_up.{name[7:]}": words for name, words in EXPOSURES.items() if name.startswith("passes.")},
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
    """Somebody disagrees with a measure, or asks about it. `reporting` of the envelope is the desk that answers.
    `held_up`: what somebody is kept from at this hour; every measure lets it through, so it has the shortest clock."""

    about: Key
    sort: Literal["appeal", "question"]
    text: Annotated[str, Meta(min_length=2, max_length=600, pattern=NO_NUMBER)]
    urgent: bool = False
    held_up: Passes | None = None
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
    from_known=True,
)
class AppealAnswered(Body, frozen=True):
    """The answer, by somebody who neither proposed nor approved the measure."""

    appeal: Key
    outcome: Literal["changed", "excepted", "stays", "told"]
    text: Annotated[str, Meta(min_length=4, max_length=600, pattern=NO_NUMBER)]
