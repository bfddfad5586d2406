"""What can be said in an investigation: the interview, contacts, their observation, and who depends on whom."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.cases.kinds import CARE
from tongzhou.ledger.dated import Day
from tongzhou.ledger.kinds import Body, PlaceNumber, kind
from tongzhou.ledger.ways import founds, furnished, holds, invited
from tongzhou.persons.kinds import PersonKey
from tongzhou.sites.named import SiteKey

Code = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_.:-]{1,40}$")]  # an answer is a code, a day or a number: no free text
Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Person = Annotated[str, Meta(pattern=r"^(case|contact|request)/[0-9a-f-]{36}$")]
Household = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Category = Annotated[str, Meta(pattern=r"^[a-z_]{1,40}$")]  # of rulebooks/terms/contact_categories
NEAR = ["epidemiologist", "community_doctor", "community_lead", "grid_worker"]


@kind(
    "interview.answered",
    called=gettext_noop("interview line answered"),
    sees="cases",
    said_by=CARE,
    touches=[holds("interview", "case")],
    of_before=True,
)
class InterviewAnswered(Body, frozen=True):
    """One line of the interview. The last answer to a line holds; the earlier ones stay in the history."""

    case: Key
    line: Code
    answer: Code


@kind(
    "exposure.stated",
    called=gettext_noop("exposure stated"),
    words={"setting.transport": gettext_noop("train, flight, bus"), "setting.other": gettext_noop("somewhere else")},
    sees="cases",
    said_by=CARE,
    touches=[holds("interview", "case")],
    of_before=True,
)
class ExposureStated(Body, frozen=True):
    """Where the person was, as they remember. `about` is a place of the tree, where it is one; `ride` a train, flight
    or bus by its public number; `venue` a site, wherever it lies."""

    case: Key
    setting: Literal["travel", "market", "hospital", "gathering", "household", "work", "transport", "other"]
    first_day: Day
    last_day: Day
    about: Annotated[int, Meta(ge=1)] | None = None
    source: Key | None = None  # the case it was shared with, where known
    ride: Annotated[str, Meta(pattern=r"^[A-Z]{0,3}[0-9]{1,5}$")] | None = None
    carriage: Annotated[int, Meta(ge=1, le=99)] | None = None
    venue: SiteKey | None = None


@kind(
    "contact.named",
    called=gettext_noop("contact named"),
    sees="cases",
    said_by=["epidemiologist"],
    touches=[founds("contact", invites=["home"]), founds("observation", at="home", invites=["home", "place"])],
)
class ContactNamed(Body, frozen=True):
    """Somebody who was near a case. `close` is what the investigator judged; the rule had proposed.

    `home` of the envelope is where the contact lives; the telephone lies in the vault under `contact/<id>`.
    """

    case: Key
    category: Category
    first_day: Day
    last_day: Day  # of exposure: day 0 of the observation
    protected: bool = False
    close: bool = True
    stay: Literal["home", "central", "hospital", "elsewhere"] = "home"
    household: Household | None = None
    age: Annotated[int, Meta(ge=0, le=130)] | None = None
    sex: Literal["female", "male"] | None = None
    person: PersonKey | None = None  # whose it is; where nobody says so, the program founds one
    dependants: bool | None = None  # does anybody at home depend on them; nothing where that was not asked


@kind(
    "contact.exposed",
    called=gettext_noop("contact exposed again"),
    sees="cases",
    said_by=["epidemiologist"],
    touches=[holds("contact", "contact"), invited("observation", "contact")],
    whole=True,
    of_before=True,
)
class ContactExposed(Body, frozen=True):
    """Exposed again: the days of observation are counted from the last time."""

    contact: Key
    last_day: Day


@kind(
    "contact.moved",
    called=gettext_noop("contact moved"),
    sees="cases",
    said_by=["epidemiologist"],
    touches=[holds("contact", "contact"), invited("observation", "contact")],
    whole=True,
    of_before=True,
)
class ContactMoved(Body, frozen=True):
    """A contact under observation stays somewhere else from now on."""

    contact: Key
    stay: Literal["home", "central", "hospital", "elsewhere"]
    dependants: bool | None = None  # does anybody at home depend on them; nothing where that was not asked


@kind(
    "contact.ended",
    called=gettext_noop("contact's observation ended early"),
    sees="cases",
    said_by=CARE,
    touches=[holds("contact", "contact"), invited("observation", "contact")],
    whole=True,
    from_known=True,
)
class ContactEnded(Body, frozen=True):
    """Observation ends before its day: the source case was excluded, or the contact became a case."""

    contact: Key
    reason: Literal["source_excluded", "became_case"]
    case: Key | None = None


@kind(
    "contact.resumed",
    called=gettext_noop("contact observed again"),
    sees="cases",
    said_by=["epidemiologist", "system"],
    touches=[holds("contact", "contact"), invited("observation", "contact")],
    whole=True,
)
class ContactResumed(Body, frozen=True):
    """The case that had been excluded counts again: observation goes on, by the same days."""

    contact: Key
    case: Key


@kind(
    "contact.elsewhere",
    called=gettext_noop("contact lives in another county"),
    words={"letter": gettext_noop("Letter that was sent")},
    sees="cases",
    said_by=["system"],
    touches=[holds("contact", "contact")],
)
class ContactElsewhere(Body, frozen=True):
    """A close contact was named whose home lies in another county: that county is owed a letter, at once. With
    `letter`, the one that went there."""

    contact: Key
    county: PlaceNumber
    letter: Key | None = None


@kind(
    "observation.recorded",
    called=gettext_noop("observation recorded"),
    sees="care",
    said_by=NEAR,
    touches=[invited("contact", "contact"), invited("observation", "contact")],
    of_before=True,
)
class ObservationRecorded(Body, frozen=True):
    """The daily follow-up of a contact: temperature in tenths of a degree Celsius, symptoms, or nobody reached."""

    contact: Key
    temp10: Annotated[int, Meta(ge=300, le=450)] | None = None
    symptoms: frozenset[Literal["fever", "cough", "breathless", "diarrhoea", "tired"]] = frozenset()
    reached: bool = True


@kind(
    "observation.told",
    called=gettext_noop("observation told"),
    sees="care",
    said_by=NEAR,
    touches=[invited("contact", "contact"), invited("observation", "contact")],
)
class ObservationTold(Body, frozen=True):
    """The household was told: what is asked of it, why and until when; or that it has ended."""

    contact: Key
    what: Literal["begin", "end"]


@kind(
    "contact.judged",
    called=gettext_noop("judged not ill"),
    sees="cases",
    said_by=["epidemiologist"],
    touches=[holds("contact", "contact"), invited("observation", "contact")],
    whole=True,
)
class ContactJudged(Body, frozen=True):
    """Somebody under observation who had symptoms was examined and is not ill of this: observation goes on."""

    contact: Key
    outcome: Literal["not_ill"] = "not_ill"


@kind(
    "observation.sent",
    called=gettext_noop("sent to a clinic"),
    sees="care",
    said_by=NEAR,
    touches=[invited("contact", "contact"), invited("observation", "contact")],
)
class ObservationSent(Body, frozen=True):
    """Somebody under observation fell ill and is on the way to a clinic: the investigator judges."""

    contact: Key
    how: Literal["self", "car", "ambulance"] = "car"


@kind(
    "letter.sent",
    called=gettext_noop("letter sent to another county"),
    sees="cases",
    said_by=["epidemiologist"],
    touches=[founds("letter", invites=["reporting"])],
)
class LetterSent(Body, frozen=True):
    """To another county (`reporting` of the envelope): these contacts of our case live with you."""

    case: Key
    contacts: Annotated[tuple[Key, ...], Meta(min_length=1, max_length=500)]


@kind(
    "letter.answered",
    called=gettext_noop("letter answered"),
    sees="cases",
    said_by=["epidemiologist"],
    touches=[invited("letter", "letter")],
)
class LetterAnswered(Body, frozen=True):
    """The other county's receipt."""

    letter: Key
    outcome: Literal["taken_over", "partly_found", "not_found"]


@kind(
    "letter.closed",
    called=gettext_noop("search after a letter settled"),
    sees="cases",
    said_by=["epidemiologist"],
    touches=[holds("letter", "letter")],
)
class LetterClosed(Body, frozen=True):
    """What became of those whom the other county did not find."""

    letter: Key
    outcome: Literal["found_elsewhere", "sent_on", "given_up"]


@kind(
    "dependant.stated",
    called=gettext_noop("dependant stated"),
    words={
        "who": gettext_noop("Who depends on them"),
        "agreed": gettext_noop("For a child: who agrees to a named contact"),
        "agreed.guardian": gettext_noop("the guardian"),
        "agreed.civil_affairs": gettext_noop("civil affairs, as temporary guardian"),
    },
    sees="care",
    said_by=["epidemiologist", "clinician", "dispatcher", "community_doctor", "community_lead"],
    touches=[furnished("home", "household")],
)
class DependantStated(Body, frozen=True):
    """Somebody in this household cannot stay alone. `on`: the cases, contacts and patients who care for them; `others`:
    adults at home besides these."""

    household: Household
    who: Literal["child", "old", "disabled", "ill"]
    on: Annotated[frozenset[Person], Meta(min_length=1, max_length=10)]
    years: Annotated[int, Meta(ge=0, le=130)] | None = None
    others: Annotated[int, Meta(ge=0, le=20)] = 0
    person: PersonKey | None = None  # whose it is; where nobody says so, the program founds one
    agreed: Literal["guardian", "civil_affairs"] | None = None  # who decided that a child gets a named contact


@kind(
    "member.left",
    called=gettext_noop("member left home"),
    sees="care",
    said_by=["epidemiologist", "clinician", "dispatcher", "community_doctor", "community_lead"],
    touches=[furnished("home", "household")],
)
class MemberLeft(Body, frozen=True):
    """A case, a contact or a patient is no longer at home: in hospital or in central observation."""

    household: Household
    who: Person


@kind(
    "member.returned",
    called=gettext_noop("member returned"),
    sees="care",
    said_by=["epidemiologist", "community_doctor", "community_lead", "grid_worker"],
    touches=[furnished("home", "household")],
)
class MemberReturned(Body, frozen=True):
    """Somebody who had left home, isolated or in hospital, is back."""

    household: Household
    who: Person


@kind(
    "carer.named",
    called=gettext_noop("carer named"),
    sees="care",
    said_by=["epidemiologist", "community_doctor", "community_lead"],
    touches=[furnished("home", "household")],
)
class CarerNamed(Body, frozen=True):
    """Who cares now for those who cannot stay alone. Name and telephone lie in the vault under `carer/<id>`."""

    household: Household
    carer: Literal["relative", "neighbour", "community", "civil_affairs"]
    where: Literal["home", "with_carer", "home_of_care"] = "home"
