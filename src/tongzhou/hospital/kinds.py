"""What can be said of beds. A dispatcher's signature is a decision; ward and vehicle still answer.

A promise and its answer are permanent: they are taken back by a further decision, never by a correction, so that a bed
that was promised again meanwhile cannot become promised twice.
"""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Moment
from tongzhou.ledger.kinds import NO_NUMBER, Body, kind
from tongzhou.ledger.ways import founds, furnished, holds, invited
from tongzhou.persons.kinds import PersonKey
from tongzhou.sites.named import SiteKey

Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]
WARD = ["ward_nurse"]
BY_TELEPHONE = ["dispatcher"]  # writes down what a ward said that has no hand free


_BED = furnished("bed", lambda body: str(body.bed))
# The promise of a bed invites the place where the bed stands: the ward answers for a patient of another county.
_PROMISE = [
    _BED,
    holds("request", "request", invites_of=lambda body: f"bed/{body.bed}"),
    invited("aftercare", "request", invites_of=lambda body: f"bed/{body.bed}"),
]
_ON_THE_WARD = [_BED, invited("request", "request")]


def given_back(request: str, support: str) -> dict[str, object]:
    """The body of the word that a granted bed is not for this patient any more."""
    return {"request": request, "support": support, "taken_back": True}


@kind(
    "bed.requested",
    called=gettext_noop("bed requested"),
    words={
        "infection.fever": gettext_noop("fever, not excluded"),
        "infection.other": gettext_noop("other"),
        "need.child": gettext_noop("child with carer"),
        "household": gettext_noop("Door they came from"),
    },
    sees="beds",
    said_by=["clinician", "dispatcher"],
    touches=[founds("request"), founds("aftercare", at="home", invites=["home", "place"])],
)
class BedRequested(Body, frozen=True):
    """A clinician asks for a bed. Severity and needs are the clinician's judgement, never computed here."""

    infection: Literal["other", "contact", "fever", "suspected", "confirmed"]
    severity: Literal["none", "mild", "moderate", "severe", "critical"]
    need: Literal["general", "icu", "dialysis", "obstetrics", "child", "oncology"] = "general"
    age: Annotated[int, Meta(ge=0, le=130)] | None = None
    self_care: bool | None = None
    chronic: bool | None = None
    flu_negative: bool | None = None
    case: str | None = None
    together: str | None = None  # the request of the person who must not be parted from this one
    sex: Literal["female", "male"] | None = None
    oxygen: bool = False  # needed at the bed
    household: Number | None = None  # the door the patient came from, for aftercare
    person: PersonKey | None = None  # whose it is; where nobody says so, the program founds one
    dependants: bool | None = None  # does anybody at home depend on them; nothing where that was not asked


@kind(
    "bed.assigned",
    called=gettext_noop("bed assigned"),
    words={
        "reason": gettext_noop("Why another bed than the proposed one"),
        "reason.clinical": gettext_noop("clinical reason"),
    },
    sees="beds",
    said_by=["dispatcher"],
    sort="decision",
    permanent=True,
    touches=_PROMISE,
    undone=lambda body: ("bed.released", {"request": body.request, "bed": body.bed, "reason": "mistake"}),
)
class BedAssigned(Body, frozen=True):
    """Signed: this bed for this request. Refused where the bed is not free or the request has one."""

    request: str
    bed: Number
    ward: Number
    proposed: bool = True  # as the plan proposed it
    reason: Literal["nearer_family", "clinical", "same_room", "ward_asked", "other"] | None = None


@kind(
    "bed.released",
    called=gettext_noop("bed released"),
    sees="beds",
    said_by=["dispatcher"],
    sort="decision",
    permanent=True,
    touches=_PROMISE,
)
class BedReleased(Body, frozen=True):
    """The promise is taken back before the patient came."""

    request: str
    bed: Number
    reason: Literal["elsewhere", "better", "mistake", "other"] = "other"


@kind(
    "bed.granted",
    called=gettext_noop("granted bed given to a patient"),
    words={
        "house": gettext_noop("Which house, as the level above says it"),
        "support": gettext_noop("The answer that granted it"),
        "taken_back": gettext_noop("Given back"),
    },
    sees="beds",
    said_by=["dispatcher"],
    sort="decision",
    permanent=True,
    form="bed",
    touches=[holds("request", "request")],
    undone=lambda body: (
        None
        if body.taken_back
        else ("bed.granted", {"request": body.request, "support": body.support, "taken_back": True})
    ),
)
class BedGranted(Body, frozen=True):
    """One of the beds that the level above granted is for this patient: `support` is the answer that granted it.
    `taken_back`: it is not; then the patient waits again, and the bed may be given to somebody else."""

    request: str
    support: Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
    house: Annotated[str, Meta(min_length=2, max_length=80, pattern=NO_NUMBER)] | None = None
    taken_back: bool = False


@kind(
    "ward.answered",
    called=gettext_noop("ward answered"),
    words={
        "reason": gettext_noop("Why not"),
        "reason.too_severe": gettext_noop("too ill for this house"),
        "reason.not_admitted_here": gettext_noop("does not meet its conditions of admission"),
        "answer.taken_back": gettext_noop("the word that the ward takes the patient is taken back"),
    },
    sees="beds",
    said_by=WARD,
    recorded_by=BY_TELEPHONE,
    permanent=True,
    touches=_ON_THE_WARD,
    undone=lambda body: (
        ("ward.answered", {"request": body.request, "bed": body.bed, "ward": body.ward, "answer": "taken_back"})
        if body.answer == "accepted"
        else None
    ),
)
class WardAnswered(Body, frozen=True):
    """The ward takes the patient, or is not ready and says why; then the patient is planned again. `taken_back`: that
    it takes the patient was a slip: the promise waits for its word as before."""

    request: str
    bed: Number
    ward: Number
    answer: Literal["accepted", "not_ready", "taken_back"]
    reason: (
        Literal["no_staff", "too_severe", "not_admitted_here", "not_clean", "no_oxygen", "wrong_class", "bed_broken",
                "other"]
        | None
    ) = None  # fmt: skip


@kind(
    "vehicle.answered",
    called=gettext_noop("vehicle answered"),
    words={
        "reason": gettext_noop("Why not"),
        "reason.nobody_there": gettext_noop("the patient is not there"),
        "reason.refused": gettext_noop("the patient will not come along"),
        "reason.no_answer": gettext_noop("the patient's telephone is not answered"),
        "waits": gettext_noop("Where the patient waits"),
        "waits.home": gettext_noop("at home"),
        "waits.clinic": gettext_noop("with whoever asked for the bed"),
        "door": gettext_noop("At which door, where it is not known yet"),
        "answer.picked_up": gettext_noop("the patient is in the vehicle"),
        "answer.handed_over": gettext_noop("the patient was handed over"),
        "answer.free": gettext_noop("clean and free again"),
    },
    sees="beds",
    said_by=["dispatcher", "driver"],
    touches=[invited("request", "request")],
)
class VehicleAnswered(Body, frozen=True):
    """The vehicle is on its way, or is not ready and says why; then the steps of the trip: the patient is in it, was
    handed over, and it is clean and free again. `vehicle` is a site, `carried` how the patient goes, `driver` the
    account of whoever drives, `waits` where the patient waits for it, `door` the door where that is at home and the
    request does not say it."""

    request: str
    answer: Literal["on_the_way", "not_ready", "picked_up", "handed_over", "free"]
    reason: (
        Literal[
            "no_vehicle", "no_driver", "not_disinfected", "road_closed", "nobody_there", "refused", "no_answer", "other"
        ]
        | None
    ) = None
    vehicle: SiteKey | None = None
    carried: Literal["seat", "stretcher"] | None = None
    driver: Number | None = None
    waits: Literal["home", "clinic"] | None = None
    door: Number | None = None


@kind(
    "patient.admitted",
    called=gettext_noop("patient admitted"),
    sees="beds",
    said_by=WARD,
    recorded_by=BY_TELEPHONE,
    touches=_ON_THE_WARD,
    of_before=True,
)
class PatientAdmitted(Body, frozen=True):
    """The patient lies in this bed: recorded on the ward, by those who see it."""

    request: str
    bed: Number
    ward: Number


@kind(
    "patient.left",
    called=gettext_noop("patient left"),
    words={
        "how": gettext_noop("How they left"),
        "destination.home": gettext_noop("home"),
        "to": gettext_noop("Which house"),
    },
    sees="beds",
    said_by=WARD,
    recorded_by=BY_TELEPHONE,
    touches=[*_ON_THE_WARD, invited("aftercare", "request")],
)
class PatientLeft(Body, frozen=True):
    """The patient left this bed, and where to: nobody leaves without a destination."""

    request: str
    bed: Number
    how: Literal["discharged", "transferred", "died", "left_by_choice"]
    destination: Literal["home", "isolation", "hospital", "mortuary", "unknown"]
    to: Annotated[str, Meta(pattern=r"^[0-9a-z._-]{1,40}$")] | None = None  # key of the house, where it has one
    ruling: Literal["rule", "clinician"] | None = None  # a discharge by the rule, or by a clinician's ruling


@kind(
    "patient.examined",
    called=gettext_noop("patient examined for discharge"),
    sees="beds",
    said_by=["clinician", "ward_nurse"],
    touches=[invited("request", "request")],
    of_before=True,
)
class PatientExamined(Body, frozen=True):
    """What the rule of discharge asks for, as the clinicians found it. Whether it is enough the rule says."""

    request: str
    days_normal_temp: Annotated[int, Meta(ge=0, le=365)] | None = None
    symptoms_improved: bool | None = None
    imaging_improved: bool | None = None
    negatives: Annotated[tuple[Moment, ...], Meta(max_length=10)] = ()  # when the samples were taken
    positives: Annotated[tuple[Moment, ...], Meta(max_length=10)] = ()


@kind(
    "facility.closing",
    called=gettext_noop("facility closing"),
    sees="beds",
    said_by=["dispatcher"],
    touches=[furnished("facility", "facility")],
)
class FacilityClosing(Body, frozen=True):
    """The house takes nobody any more; who lies there leaves with a destination."""

    facility: Annotated[str, Meta(pattern=r"^[0-9a-z._-]{1,40}$")]


@kind(
    "facility.closed",
    called=gettext_noop("facility closed with everybody accounted for"),
    sees="beds",
    said_by=["dispatcher"],
    touches=[furnished("facility", "facility")],
)
class FacilityClosed(Body, frozen=True):
    """Everybody left: `patients` in all, of whom so many were discharged, transferred, died or left otherwise."""

    facility: Annotated[str, Meta(pattern=r"^[0-9a-z._-]{1,40}$")]
    patients: Annotated[int, Meta(ge=0)]
    discharged: Annotated[int, Meta(ge=0)]
    transferred: Annotated[int, Meta(ge=0)]
    died: Annotated[int, Meta(ge=0)] = 0
    otherwise: Annotated[int, Meta(ge=0)] = 0


@kind(
    "bed.vacated",
    called=gettext_noop("bed left, waiting to be cleaned"),
    sees="beds",
    said_by=["system", "ward_nurse"],
    touches=[_BED],
)
class BedVacated(Body, frozen=True):
    """The patient was admitted to another bed, so this one is empty and waits to be cleaned."""

    bed: Number
    request: str


@kind("bed.cleaned", called=gettext_noop("bed cleaned"), sees="beds", said_by=WARD, touches=[furnished("bed", "bed")])
class BedCleaned(Body, frozen=True):
    """Cleaned and ready."""

    bed: Number


@kind("bed.closed", called=gettext_noop("bed closed"), sees="beds", said_by=WARD, touches=[furnished("bed", "bed")])
class BedClosed(Body, frozen=True):
    """Out of use until it is cleaned again."""

    bed: Number
    reason: Literal["no_staff", "broken", "other"] = "no_staff"


@kind(
    "ward.counted", called=gettext_noop("ward counted"), sees="beds", said_by=WARD, touches=[furnished("ward", "ward")]
)
class WardCounted(Body, frozen=True):
    """How many beds the staff on shift can serve."""

    ward: Number
    staffed: Annotated[int, Meta(ge=0, le=5000)]


@kind(
    "aftercare.recorded",
    called=gettext_noop("aftercare recorded"),
    sees="care",
    said_by=["community_doctor", "grid_worker"],
    touches=[invited("aftercare", "request")],
)
class AftercareRecorded(Body, frozen=True):
    """How somebody is after discharge: temperature in tenths of a degree Celsius, symptoms, or nobody reached; a visit
    to the hospital in the weeks the rule names."""

    request: str  # the request for the bed they left
    temp10: Annotated[int, Meta(ge=300, le=450)] | None = None
    symptoms: frozenset[Literal["fever", "cough", "breathless", "diarrhoea", "tired"]] = frozenset()
    reached: bool = True
    visit: bool = False  # seen at the hospital
