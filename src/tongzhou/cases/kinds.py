"""What can be said from the call-back to the case. Names, telephones and identity numbers go to the vault."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day, within
from tongzhou.ledger.kinds import Body, PlaceNumber, kind
from tongzhou.ledger.ways import accepts, cites, founds, holds, invited
from tongzhou.persons.kinds import PersonKey
from tongzhou.sites.named import SiteKey

Classification = Literal["suspected", "clinical", "confirmed", "asymptomatic", "excluded"]
Criterion = Annotated[str, Meta(pattern=r"^[A-Z][0-9]{1,2}$")]  # which there are, the edition in force says
CARE = ["clinician", "epidemiologist"]


@kind(
    "referral.made",
    called=gettext_noop("referral made"),
    sees="referrals",
    said_by=["community_doctor"],
    touches=[founds("referral", invites=["reporting"]), cites("exception", "exception")],
)
class ReferralMade(Body, frozen=True):
    """The community doctor sends somebody to a fever clinic. The clinic may not refuse, so no kind says that it did.

    The envelope's `place` is the community, `reporting` the county of the clinic; `clinic` the clinic itself, where it
    is on the list of sites.
    """

    exception: str | None = None
    household: Annotated[int, Meta(ge=1)] | None = None
    how: Literal["self", "car", "ambulance"] = "self"
    concerns: frozenset[Literal["fever", "breathless", "unwell", "alone", "newcomer", "need"]] = frozenset()
    temp10: Annotated[int, Meta(ge=300, le=450)] | None = None  # tenths of a degree Celsius
    spo2: Annotated[int, Meta(ge=50, le=100)] | None = None  # per cent
    exposed: bool | None = None  # contact with a case or an affected place in 14 days, as the person says
    person: PersonKey | None = None  # whose it is; where nobody says so, the program founds one
    clinic: SiteKey | None = None


@kind(
    "referral.seen",
    called=gettext_noop("referral seen"),
    sees="referrals",
    said_by=["clinician"],
    recorded_by=["community_doctor"],
    touches=[invited("referral", "referral")],
)
class ReferralSeen(Body, frozen=True):
    """What became of it at the clinic: the reply that the community doctor sees."""

    referral: str
    outcome: Literal["arrived", "did_not_come", "sent_home", "identified", "emergency"]
    case: str | None = None


@kind(
    "case.identified",
    called=gettext_noop("case identified"),
    sees="cases",
    said_by=CARE,
    touches=[
        founds("case", at="reporting", invites=["home"], offers=["reporting"]),
        founds("interview", at="reporting", offers=["reporting"]),
    ],
)
class CaseIdentified(Body, frozen=True):
    """A clinician judges that somebody is a suspected or confirmed case: here, and not at the door, the clock starts.

    `home` of the envelope is where the person lives, `reporting` where the case is reported. An epidemiologist says it
    for clinicians elsewhere by taking in a line list: `source` names the list's layout.
    """

    classification: Literal["suspected", "clinical", "confirmed", "asymptomatic"]
    epi: frozenset[Criterion] = frozenset()
    clinical: frozenset[Criterion] = frozenset()
    denied: frozenset[Criterion] = frozenset()  # looked for and not found; what is in neither was not done yet
    pcr: bool | None = None
    onset: Annotated[Day, within(730, 0)] | None = None
    age: Annotated[int, Meta(ge=0, le=130)] | None = None
    age_band: Annotated[str, Meta(pattern=r"^\d{1,3}(-\d{1,3}|\+)$")] | None = None  # where a list tells no more
    sex: Literal["female", "male"] | None = None
    referral: str | None = None
    source: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")] | None = None
    person: PersonKey | None = None  # whose it is; where nobody says so, the program founds one
    dependants: bool | None = None  # does anybody at home depend on them; nothing where that was not asked


@kind(
    "case.classified",
    called=gettext_noop("case classified"),
    sees="cases",
    said_by=CARE,
    touches=[holds("case", "case")],
    of_before=True,
)
class CaseClassified(Body, frozen=True):
    """The classification changes; the earlier one stays in the history."""

    case: str
    classification: Classification
    basis: Literal["pcr", "sequencing", "antibody", "two_negatives", "clinical", "definition"]


@kind(
    "case.reported",
    called=gettext_noop("case reported"),
    sees="cases",
    said_by=CARE,
    touches=[holds("case", "case")],
    of_before=True,
)
class CaseReported(Body, frozen=True):
    """Entered in the national direct-report system, under this card number."""

    case: str
    card: Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{4,40}$")]


@kind(
    "case.received",
    called=gettext_noop("report received by the CDC"),
    sees="cases",
    said_by=["epidemiologist"],
    touches=[accepts("case", "case"), accepts("interview", "case")],
    whole=True,
)
class CaseReceived(Body, frozen=True):
    """The county CDC received the report: the 24 h clock of the investigation starts."""

    case: str


@kind(
    "case.elsewhere",
    called=gettext_noop("home of the case in another county"),
    words={"county": gettext_noop("County of the home")},
    sees="cases",
    said_by=["system"],
    touches=[holds("case", "case")],
)
class CaseElsewhere(Body, frozen=True):
    """A case was identified whose home lies in another county than that which reports it: it is to be offered to that
    county, which investigates where people live."""

    case: Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
    county: PlaceNumber


@kind(
    "case.investigated",
    called=gettext_noop("initial investigation done"),
    sees="cases",
    said_by=["epidemiologist"],
    touches=[holds("case", "case")],
)
class CaseInvestigated(Body, frozen=True):
    """The initial investigation is done."""

    case: str


@kind(
    "case.blocked",
    called=gettext_noop("what blocked a clock"),
    words={
        "clock.report": gettext_noop("Report within 2 h"),
        "clock.investigation": gettext_noop("Investigate within 24 h"),
        "reason.transport": gettext_noop("no transport"),
        "reason": gettext_noop("What blocked you?"),
    },
    sees="cases",
    said_by=CARE,
    touches=[holds("case", "case")],
)
class CaseBlocked(Body, frozen=True):
    """What stood in the way of a clock. It is asked to remove it, never to blame anybody."""

    case: str
    clock: Literal["report", "investigation"]
    reason: Literal["network", "system_down", "no_result", "too_ill", "no_staff", "transport", "definition", "other"]


@kind(
    "case.bed_settled",
    called=gettext_noop("said whether the case needs a bed"),
    words={
        "how": gettext_noop("Bed"),
        "how.asked": gettext_noop("a bed was asked for"),
        "how.has_one": gettext_noop("lies in a bed already"),
        "how.not_needed": gettext_noop("needs none, as the clinician judges"),
    },
    form="clinic",
    sees="cases",
    said_by=["clinician", "system"],
    touches=[holds("case", "case")],
)
class CaseBedSettled(Body, frozen=True):
    """Whether somebody identified needs a bed: nobody is left between the clinic and the ward. That one was asked for,
    the program says itself."""

    case: str
    how: Literal["asked", "has_one", "not_needed"]


@kind(
    "case.merged",
    called=gettext_noop("case merged"),
    sees="cases",
    said_by=["epidemiologist"],
    touches=[holds("case", "case"), holds("case", "into"), holds("interview", "case"), holds("interview", "into")],
    merges=lambda body: {f"{noun}/{body.case}": f"{noun}/{body.into}" for noun in ("case", "interview")},
)
class CaseMerged(Body, frozen=True):
    """The same person was entered twice: `case` is counted under `into` from now on. Withdrawing this parts them."""

    case: str
    into: str


@kind(
    "sample.taken",
    called=gettext_noop("sample taken"),
    sees="cases",
    said_by=CARE,
    touches=[holds("case", "case")],
    of_before=True,
)
class SampleTaken(Body, frozen=True):
    """A sample was taken, under the number on its tube; sent and resulted it is named by that number."""

    case: str
    label: Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{1,40}$")]
    material: Literal["throat", "nose", "sputum", "blood"] = "throat"


@kind(
    "sample.resulted",
    called=gettext_noop("sample resulted"),
    sees="cases",
    said_by=CARE,
    touches=[holds("case", "case")],
    of_before=True,
)
class SampleResulted(Body, frozen=True):
    """What the laboratory found in a sample. The effective moment is that of the result."""

    case: str
    label: Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{1,40}$")]
    result: Literal["positive", "negative", "unclear"]
    method: Literal["pcr", "antibody", "sequencing"] = "pcr"
