"""What desks say to each other. Texts are about matters: names and numbers of persons have no place in them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day, Moment
from tongzhou.ledger.kinds import NO_NUMBER, Body, ReadBack, kind
from tongzhou.ledger.kinds import PlaceNumber as Place
from tongzhou.ledger.ways import founds, holds, invited, named

Text = Annotated[str, Meta(min_length=4, max_length=400, pattern=NO_NUMBER)]
Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Number = Annotated[int, Meta(ge=1, le=10)]  # at most ten decisions a morning: more is not deciding (USERS)
Owner = Literal["commander", "duty_officer", "epidemiologist", "dispatcher", "supply_officer", "publisher", "law_desk"]
Line = Annotated[str, Meta(pattern=r"^[a-z_]+/[0-9a-z.]+/[0-9]{4}-[0-9]{2}-[0-9]{2}(/-?[0-9]+)*$", max_length=160)]
Decided = Annotated[str, Meta(pattern=r"^[0-9]+/[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]+$")]  # a decision: desk/day/number
OWNERS = ["epidemiologist", "dispatcher", "supply_officer", "publisher", "law_desk"]
DESK = ["commander", "duty_officer", "community_lead"]
BEDS = ["dispatcher"]  # ask for beds alone


@kind(
    "directive.issued",
    called=gettext_noop("directive issued"),
    words={
        "text": gettext_noop("What is to be done (no names, no numbers of persons)"),
        "what": gettext_noop("About"),
        "due": gettext_noop("By"),
        "evidence": gettext_noop("Shown by"),
        "counted": gettext_noop("What the figure counts"),
        "task": gettext_noop("Which task shows it"),
        "what.treatment": gettext_noop("treatment"),
        "what.beds": gettext_noop("beds"),
        "what.staff": gettext_noop("staff"),
        "what.market": gettext_noop("market and prices"),
        "what.movement": gettext_noop("passes and roads"),
        "what.law": gettext_noop("law"),
        "task.visit": gettext_noop("visit"),
    },
    sees="counts",
    said_by=DESK,
    touches=[
        founds("directive", invites=lambda body, _envelope: body.to),
        invited("directive", "parent"),
        invited("decision", "decision"),
    ],
)
class DirectiveIssued(Body, frozen=True):
    """From one desk to desks below it: what, until when, and what shows that it is done. With `parent` it is the
    breakdown of a directive from above, with `decision` what a decision became. A measure that restricts anybody is no
    directive: it has its own register."""

    what: Literal[
        "treatment", "beds", "investigation", "service", "supply", "transport", "staff", "market", "environment",
        "movement", "law", "information",
    ]  # fmt: skip
    text: Text
    to: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=2000)]
    due: Moment
    evidence: Literal["answer", "figure", "tasks"] = "answer"
    parent: Key | None = None
    decision: Decided | None = None
    counted: Annotated[str, Meta(min_length=2, max_length=60, pattern=NO_NUMBER)] | None = None
    task: Literal["visit", "deliver", "temperature", "notice", "escort"] | None = None


@kind(
    "directive.acknowledged",
    called=gettext_noop("directive acknowledged"),
    sees="counts",
    said_by=DESK,
    touches=[invited("directive", "directive")],
)
class DirectiveAcknowledged(Body, frozen=True):
    """The desk of this place has read it."""

    directive: Key


@kind(
    "directive.reported",
    called=gettext_noop("directive reported"),
    words={
        "text": gettext_noop("Answer in words (no names, no numbers of persons)"),
        "reason": gettext_noop("Why not"),
        "reason.unclear": gettext_noop("unclear what is asked"),
    },
    sees="counts",
    said_by=[*DESK, "system"],
    touches=[invited("directive", "directive")],
)
class DirectiveReported(Body, frozen=True):
    """What this place did. "Not ready" says what is lacking; "not lawful" sends it to the law desk. Where an answer
    shows it, "done" gives that answer in words."""

    directive: Key
    outcome: Literal["done", "partly", "not_ready"]
    figure: Annotated[int, Meta(ge=0, le=10**9)] | None = None
    reason: Literal["no_staff", "no_supplies", "no_transport", "unclear", "not_lawful", "other"] | None = None
    text: Text | None = None


@kind(
    "directive.ended",
    called=gettext_noop("directive ended"),
    sees="counts",
    said_by=DESK,
    touches=[holds("directive", "directive")],
)
class DirectiveEnded(Body, frozen=True):
    """Nobody has to answer any more."""

    directive: Key
    reason: Literal["done", "withdrawn", "replaced"]


@kind(
    "support.requested",
    called=gettext_noop("support requested from the desk above"),
    words={"text": gettext_noop("What for (no names, no numbers of persons)")},
    sees="counts",
    said_by=[*DESK, *BEDS],
    touches=[founds("support", invites=["reporting"])],
)
class SupportRequested(Body, frozen=True):
    """A desk asks the one above (`reporting` of the envelope). The answer has a clock by its urgency. Of beds, and of
    nothing else, a dispatcher asks, too."""

    what: Literal["supplies", "staff", "beds", "transport", "experts", "decision", "other"]
    text: Text
    urgency: Literal["emergency", "urgent", "routine"] = "routine"
    amount: Annotated[int, Meta(ge=1, le=10**9)] | None = None
    parent: Key | None = None  # the request from below that is passed up


@kind(
    "support.answered",
    called=gettext_noop("support answered"),
    words={"to": gettext_noop("Passed up to"), "more": gettext_noop("More than was asked for is meant")},
    sees="counts",
    said_by=DESK,
    touches=[invited("support", "request")],
)
class SupportAnswered(Body, frozen=True):
    """The answer, with its reason where it is not a plain yes. Granted in part, the desk owes the rest until it is
    granted, refused or passed up as well; `to`: the desk that it was passed up to, which owes it then; `more`: more is
    granted than was asked for, and that is meant."""

    request: Key
    outcome: Literal["granted", "partly", "refused", "passed_up"]
    amount: Annotated[int, Meta(ge=0, le=10**9)] | None = None
    text: Text | None = None
    to: Place | None = None
    more: bool = False


@kind(
    "desk.numbered",
    called=gettext_noop("desk numbered"),
    sees="counts",
    said_by=DESK,
    touches=[named("desk", lambda body: str(body.place))],
)
class DeskNumbered(Body, frozen=True):
    """The duty telephone of a place's desk: an office's number, nobody's own."""

    place: Place
    telephone: Annotated[str, Meta(pattern=r"^[0-9+()\- ]{5,24}( #[0-9]{1,6})?$")]


@kind(
    "duty.handed_over",
    called=gettext_noop("duty handed over"),
    words={"to": gettext_noop("Who takes over")},
    sees="counts",
    said_by=DESK,
    touches=[named("duty", lambda body: str(body.place))],
)
class DutyHandedOver(Body, frozen=True):
    """Shift A gives the desk to shift B with what is open, by the subject of each item."""

    place: Place
    to: Annotated[int, Meta(ge=1)]  # staff
    open: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[a-z_]{1,40}/[0-9a-zA-Z._/-]{1,120}$")], ...], Meta(max_length=500)
    ] = ()
    note: Text | None = None


@kind(
    "duty.taken_over",
    called=gettext_noop("duty taken over"),
    sees="counts",
    said_by=DESK,
    touches=[named("duty", lambda body: str(body.place))],
)
class DutyTakenOver(Body, frozen=True):
    """Shift B has read it. From now on the desk is theirs."""

    place: Place
    handover: Key


def _decision(body: Any) -> str:
    return f"{body.place}/{body.day}/{body.number}"


_DECISION = named("decision", _decision, invites=lambda body, _envelope: [body.at, *body.copies])


@kind(
    "decision.taken",
    called=gettext_noop("decision taken"),
    words={
        "text": gettext_noop("Decision (no names, no numbers of persons)"),
        "at": gettext_noop("Where"),
        "due": gettext_noop("By"),
        "serial": gettext_noop("Number of the year"),
        "copies": gettext_noop("Copy to"),
        "finds": gettext_noop("Finds out"),
    },
    sees="counts",
    said_by=DESK,
    recorded_by=["duty_officer"],
    touches=[_DECISION],
)
class DecisionTaken(Body, frozen=True):
    """What the morning's meeting of a desk decided: one of at most ten, with the post that carries it out. The same
    number again corrects it. `serial`: its number as a paper, counted by issuer and year; none is given twice. Signed
    on the commander's behalf, the envelope names the commander. `copies` read it and owe nothing. `finds`: figures that
    do not agree, as they stood then (kind/place/day/amounts): carried out, it explains these and no others."""

    place: Place
    day: Day
    number: Number
    text: Text
    owner: Owner
    at: Place
    due: Moment
    about: Annotated[tuple[Annotated[str, Meta(pattern=r"^[a-z_]+/[0-9a-z./-]+$")], ...], Meta(max_length=10)] = ()
    serial: Annotated[int, Meta(ge=1, le=99_999)] | None = None
    copies: Annotated[tuple[Place, ...], Meta(max_length=200)] = ()
    finds: Annotated[tuple[Line, ...], Meta(max_length=200)] = ()


@kind(
    "decision.told",
    called=gettext_noop("decision told by telephone"),
    words={
        "to": gettext_noop("Which desk was rung"),
        "who": gettext_noop("Which post answered"),
        "read_back": gettext_noop("Read back"),
        "read_back.as_written": gettext_noop("word for word"),
        "read_back.after_correction": gettext_noop("right after a correction"),
        "read_back.not_read_back": gettext_noop("not read back"),
    },
    sees="counts",
    said_by=DESK,
    touches=[holds("decision", _decision)],
)
class DecisionTold(Body, frozen=True):
    """A telephone notice: the decision was read to a desk, and whoever answered read it back."""

    place: Place
    day: Day
    number: Number
    to: Place
    who: Owner
    read_back: ReadBack


@kind(
    "decision.settled",
    called=gettext_noop("decision settled"),
    sees="counts",
    said_by=[*DESK, *OWNERS, "system"],
    touches=[invited("decision", _decision)],
)
class DecisionSettled(Body, frozen=True):
    """What became of it: said by the desk that decided, or by the post that carries it out."""

    place: Place
    day: Day
    number: Number
    outcome: Literal["done", "partly", "dropped"]
    text: Text | None = None


@kind(
    "desk.stood_in",
    called=gettext_noop("desk stood in for by the level above"),
    words={"reason.ill": gettext_noop("ill")},
    sees="counts",
    said_by=DESK,
    touches=[named("stand_in", lambda body: str(body.place))],
)
class DeskStoodIn(Body, frozen=True):
    """A level above takes over a desk that cannot answer, for all to see, until a moment at which it ends by itself."""

    place: Place
    until: Moment
    reason: Literal["ill", "isolated", "cut_off", "no_staff", "other"]


@kind(
    "desk.handed_back",
    called=gettext_noop("desk handed back"),
    sees="counts",
    said_by=DESK,
    touches=[named("stand_in", lambda body: str(body.place))],
)
class DeskHandedBack(Body, frozen=True):
    """The desk answers for itself again, before the moment that was set."""

    place: Place


@kind(
    "ruling.asked",
    called=gettext_noop("ruling asked for"),
    sees="counts",
    said_by=["*"],
    touches=[founds("ruling", invites=["reporting"])],
)
class RulingAsked(Body, frozen=True):
    """A rule could not say: a person has to. `reporting` of the envelope is the place of the desk that rules."""

    rule: Annotated[str, Meta(pattern=r"^[A-Z0-9-]{2,20}$")]
    text: Text
    outcome: Literal["needs_ruling", "insufficient_data", "data_error", "no_pack", "local_edition_unread"] = (
        "needs_ruling"
    )


@kind(
    "ruling.given",
    called=gettext_noop("ruling given"),
    sees="counts",
    said_by=["law_desk", "commander"],
    touches=[invited("ruling", "ruling")],
)
class RulingGiven(Body, frozen=True):
    """The ruling, with its reason in a sentence: it holds for this question, not for the next one."""

    ruling: Key
    outcome: Literal["yes", "no", "cannot_say"]
    text: Text
