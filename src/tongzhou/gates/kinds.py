"""What is said of a gate: that it is to be kept and by which measure, its shifts, its counts of an hour, its passes,
the phones that it is lent, and that names lie sealed or on paper because a measure made it keep them. No body holds a
name, a door, or the minute at which somebody passed.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day, Hour, Moment, within
from tongzhou.ledger.kinds import Body, kind
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day
from tongzhou.ledger.ways import founds, furnished, holds
from tongzhou.sites.named import SiteKey

POST = "gate_post"  # a gate's phone in its shift: no member of staff
LEAD = "community_lead"
KEEPERS = [LEAD, "grid_worker", POST]
Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
CardNumber = Annotated[str, Meta(pattern=r"^[1-9][0-9]{7}$")]
MOST = 20_000  # people in an hour
Count = Annotated[int, Meta(ge=0, le=MOST)]
PhoneNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]
What = Literal["shopping", "medical", "medicine", "care", "work", "service", "other"]
Passage = Literal["pass", "free", "staff", "vehicle", "goods", "patient", "hearse", "exception"]
Reason = Literal["ill", "fire", "birth", "dialysis", "medicine", "care", "death", "other"]
WHATS = {
    "what": gettext_noop("What for"),
    "what.shopping": gettext_noop("shopping"),
    "what.medical": gettext_noop("to the doctor"),
    "what.medicine": gettext_noop("fetch medicine"),
    "what.care": gettext_noop("care for somebody"),
    "what.work": gettext_noop("go to work"),
    "what.service": gettext_noop("work for the compound"),
    "what.other": gettext_noop("another errand"),
}
PASSAGES = {
    "pass": gettext_noop("with a pass"),
    "free": gettext_noop("without a pass, none is asked for"),
    "staff": gettext_noop("staff with a certificate"),
    "vehicle": gettext_noop("cars and lorries"),
    "goods": gettext_noop("goods handed over at the line"),
    "patient": gettext_noop("patients"),
    "hearse": gettext_noop("hearses"),
    "exception": gettext_noop("exceptions, let through at once"),
}
REASONS = {
    "ill": gettext_noop("Ill, to hospital"),
    "fire": gettext_noop("Fire"),
    "birth": gettext_noop("Birth"),
    "dialysis": gettext_noop("Dialysis, chemotherapy"),
    "medicine": gettext_noop("Medicine"),
    "care": gettext_noop("Caring for somebody"),
    "death": gettext_noop("A death"),
    "other": gettext_noop("Something else"),
}
GATE = {"gate": gettext_noop("Gate")}


def _of_day(body: Any) -> str:
    """The counts of a gate on a day lie under one subject."""
    hour = moment_in(body.hour)
    return f"{body.gate}/{local_day(hour) if hour else body.hour[:10]}"


def phone_of(gate: str, phone: int) -> str:
    """Under which name a phone of a gate stands."""
    return f"{gate}-{phone}"


def register_of(gate: str, day: Any) -> str:
    """Under which name the names stand that a gate wrote down on a day."""
    return f"{gate}-{day}"


@kind(
    "gate.ordered",
    called=gettext_noop("gate to be kept"),
    words={**GATE, "measure": gettext_noop("By which measure"), "until": gettext_noop("Until")},
    sees="counts",
    said_by=["system"],
    touches=[furnished("gate", "gate")],
)
class Ordered(Body, frozen=True):
    """A measure that limits leaving or visiting holds where the gate stands: somebody keeps the gate from now on."""

    gate: SiteKey
    measure: Key
    until: Moment | None = None


@kind(
    "gate.freed",
    called=gettext_noop("gate free again"),
    words={**GATE, "measure": gettext_noop("By which measure")},
    sees="counts",
    said_by=["system"],
    touches=[furnished("gate", "gate")],
)
class Freed(Body, frozen=True):
    """The measure holds there no more: nothing is asked at the gate because of it."""

    gate: SiteKey
    measure: Key


@kind(
    "gate.shift_began",
    called=gettext_noop("shift at the gate"),
    words={**GATE, "until": gettext_noop("Until"), "phone": gettext_noop("Number of the phone")},
    sees="counts",
    said_by=KEEPERS,
    touches=[furnished("gate", "gate")],
    form="gate",
)
class ShiftBegan(Body, frozen=True):
    """Somebody keeps the gate, until when. Who it is stands on the team's sheet, as a number, and nowhere here."""

    gate: SiteKey
    until: Moment
    phone: PhoneNumber | None = None


@kind(
    "gate.shift_ended",
    called=gettext_noop("shift at the gate ended"),
    words={**GATE, "phone": gettext_noop("Number of the phone")},
    sees="counts",
    said_by=KEEPERS,
    touches=[furnished("gate", "gate")],
    form="gate",
)
class ShiftEnded(Body, frozen=True):
    gate: SiteKey
    phone: PhoneNumber | None = None


_PHONE = furnished("gate_phone", lambda body: phone_of(body.gate, body.phone))
_REGISTER = furnished("gate_register", lambda body: register_of(body.gate, body.day))
PHONE = {**GATE, "phone": gettext_noop("Number of the phone")}


@kind(
    "gate_phone.lent",
    called=gettext_noop("phone lent to the gate"),
    words={**PHONE, "until": gettext_noop("Until")},
    sees="counts",
    said_by=[LEAD],
    touches=[_PHONE],
    form="gate",
)
class PhoneLent(Body, frozen=True):
    """A phone speaks as the gate for a shift. It has to get the keys of each day, and is given back."""

    gate: SiteKey
    phone: PhoneNumber
    until: Moment


@kind(
    "gate_phone.fetched",
    called=gettext_noop("keys of the day fetched"),
    words={**PHONE, "day": gettext_noop("Day")},
    sees="counts",
    said_by=[POST],
    touches=[_PHONE],
    form="gate",
)
class PhoneFetched(Body, frozen=True):
    """The phone has the keys by which passes of this day are told from forged ones."""

    gate: SiteKey
    phone: PhoneNumber
    day: Annotated[Day, within(1, 0)]


@kind(
    "gate_phone.ended",
    called=gettext_noop("phone of the gate no more"),
    words={
        **PHONE,
        "how": gettext_noop("What became of the phone"),
        "how.returned": gettext_noop("handed in"),
        "how.lost": gettext_noop("lost"),
    },
    sees="counts",
    said_by=[LEAD],
    touches=[_PHONE],
    form="gate",
)
class PhoneEnded(Body, frozen=True):
    """From now on the phone says nothing for the gate."""

    gate: SiteKey
    phone: PhoneNumber
    how: Literal["returned", "lost"] = "returned"


@kind(
    "gate_register.begun",
    called=gettext_noop("names written down at the gate"),
    words={**GATE, "day": gettext_noop("Day")},
    sees="counts",
    said_by=[POST],
    touches=[_REGISTER],
    form="gate",
)
class RegisterBegun(Body, frozen=True):
    """Names were sealed at the gate on this day, because a measure in force asked for them. Whose stands nowhere."""

    gate: SiteKey
    day: Annotated[Day, within(1, 0)]


@kind(
    "gate_register.erased",
    called=gettext_noop("names of the gate erased"),
    words={**GATE, "day": gettext_noop("Day")},
    sees="counts",
    said_by=["system", LEAD],
    touches=[_REGISTER],
    form="gate",
)
class RegisterErased(Body, frozen=True):
    """Their keys are destroyed, and the signed report stands in the register of erasures."""

    gate: SiteKey
    day: Day


def _counted(field: str) -> dict[str, str]:
    return {f"{field}.{code}": words for code, words in PASSAGES.items()}


@kind(
    "gate.counted",
    called=gettext_noop("counted at the gate"),
    words={
        **GATE,
        "hour": gettext_noop("Hour"),
        "phone": gettext_noop("Number of the phone"),
        "out": gettext_noop("Out"),
        "back": gettext_noop("Coming in"),
        "reasons": gettext_noop("Of the exceptions"),
        "tally": gettext_noop("Which count of the phone"),
        "n": gettext_noop("Which telling of this hour"),
        **_counted("out"),
        **_counted("back"),
        **{f"reasons.{code}": words for code, words in REASONS.items()},
    },
    sees="counts",
    said_by=KEEPERS,
    touches=[furnished("gate_day", _of_day)],
    form="gate",
)
class Counted(Body, frozen=True):
    """How many passed in an hour, as one phone (or the sheet, without a number) counted them: all of that hour, so that
    the last word holds. A phone that was cleared at the end of a shift counts anew: `tally` tells one count from the
    next, and they are added. Of escapes from violence there is no reason: they are exceptions like all others."""

    gate: SiteKey
    hour: Annotated[Hour, within(2, 0)]
    out: dict[Passage, Count] = {}
    back: dict[Passage, Count] = {}
    reasons: dict[Reason, Count] = {}
    phone: PhoneNumber | None = None
    tally: Key | None = None
    n: Annotated[int, Meta(ge=0, le=10**9)] = 0  # the later telling holds, also where the phone's clock was put back


@kind(
    "pass.issued",
    called=gettext_noop("pass issued"),
    words={
        **GATE,
        **WHATS,
        "number": gettext_noop("Number"),
        "starts": gettext_noop("From"),
        "until": gettext_noop("Until"),
        "to": gettext_noop("Where to"),
        "measure": gettext_noop("By which measure"),
        "edition": gettext_noop("By which edition of the rule"),
    },
    sees="passes",
    said_by=KEEPERS,
    touches=[founds("pass")],
    form="gate",
)
class Issued(Body, frozen=True):
    """A pass for one gate: what for, where to, from when until when, at most a day. Never who."""

    gate: SiteKey
    number: CardNumber
    what: What
    starts: Moment
    until: Moment
    to: SiteKey | None = None
    measure: Key | None = None  # the one in force that asks for passes
    edition: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,60}$")] | None = None


@kind(
    "gate_list.taken_in",
    called=gettext_noop("paper list of a gate taken in"),
    words={**GATE, "day": gettext_noop("Day"), "sheets": gettext_noop("How many sheets")},
    sees="households",
    said_by=[LEAD, "grid_worker"],
    touches=[founds("gate_list")],
    form="gate",
)
class ListTakenIn(Body, frozen=True):
    """Sheets on which a gate wrote names, because a measure asked for it, lie in the community's cupboard."""

    gate: SiteKey
    day: Annotated[Day, within(60, 0)]
    sheets: Annotated[int, Meta(ge=1, le=200)] = 1


@kind(
    "gate_list.destroyed",
    called=gettext_noop("paper list of a gate destroyed"),
    words={"list": gettext_noop("Which list"), "by": gettext_noop("How"), "by.shredded": gettext_noop("shredded"),
           "by.burnt": gettext_noop("burnt"), "by.handed_over": gettext_noop("handed over to be destroyed")},
    sees="households",
    said_by=[LEAD],
    touches=[holds("gate_list", "list")],
    form="gate",
)  # fmt: skip
class ListDestroyed(Body, frozen=True):
    """The sheets are gone, by two who saw it."""

    list: Key
    by: Literal["shredded", "burnt", "handed_over"] = "shredded"
