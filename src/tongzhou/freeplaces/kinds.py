"""What is said of the certificate of an epidemic-free place.

Nothing of what speaks for a place is typed: days without a case, people not yet released and measures in place are
reckoned from the ledger whenever somebody proposes or signs. Only what eyes alone can see is said by the street, which
goes there. What a clinic or a laboratory finds later turns the certificate by itself, in the words of the rule and
never of a household: no word of a door does.
"""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Moment
from tongzhou.ledger.kinds import Body, kind
from tongzhou.ledger.kinds import PlaceNumber as Place
from tongzhou.ledger.ways import named
from tongzhou.sites.named import SiteKey

DESK = ["commander", "duty_officer"]
Pair = Annotated[tuple[Annotated[int, Meta(ge=0, le=1_000_000)], Annotated[int, Meta(ge=0, le=1_000_000)]], Meta()]
UNIT = {"place": gettext_noop("Community or village"), "site": gettext_noop("Compound, where it is for one")}
MEASURES = {
    "publicity": gettext_noop("notices and guidance at every building"),
    "closed_management": gettext_noop("closed management by a measure of the register"),
    "screening": gettext_noop("every door asked"),
    "hygiene": gettext_noop("disinfection and hygiene"),
    "supply": gettext_noop("needs brought in time"),
    "mobilisation": gettext_noop("a worker for every grid"),
}


class OfUnit(Body, frozen=True, kw_only=True):
    """A community or village, or the compound `site` that lies in it."""

    place: Place
    site: SiteKey | None = None


def key_of(place: int, site: str | None) -> str:
    """The name of a certificate: of a place, or of a compound in it."""
    return f"{place}-{site}" if site else str(place)


def _key(body: OfUnit) -> str:
    return key_of(body.place, body.site)


_ITS = named("certificate", _key, "place")
# The desk that is asked next is invited to answer: the street, then the county.
_ASKS_ABOVE = named("certificate", _key, "place", invites=lambda _body, e: [e.reporting])


@kind(
    "certificate.proposed",
    called=gettext_noop("epidemic-free place proposed"),
    words=UNIT,
    sees="counts",
    sort="decision",
    said_by=["community_lead"],
    touches=[_ASKS_ABOVE],
    form="free_place",
)
class Proposed(OfUnit, frozen=True):
    """The community proposes it to the desk above (`reporting` of the envelope). Taken only where nothing that the
    ledger knows speaks against it."""


@kind(
    "certificate.checked",
    called=gettext_noop("epidemic-free place looked at"),
    words={
        **UNIT,
        "outcome": gettext_noop("What was found"),
        "outcome.in_place": gettext_noop("the measures are in place"),
        "outcome.lacking": gettext_noop("something is not in place"),
        "witnessed": gettext_noop("Seen on the spot"),
        **{f"witnessed.{code}": words for code, words in MEASURES.items() if code in ("publicity", "hygiene")},
    },
    sees="counts",
    said_by=DESK,
    touches=[_ASKS_ABOVE],
    form="free_place",
)
class Looked(OfUnit, frozen=True):
    """Somebody of the desk above went there, announced or not: what eyes alone can see, and whether something lacks."""

    outcome: Literal["in_place", "lacking"]
    witnessed: frozenset[Literal["publicity", "hygiene"]] = frozenset()


@kind(
    "certificate.decided",
    called=gettext_noop("epidemic-free place decided"),
    words={
        **UNIT,
        "county": gettext_noop("The desk that decides"),
        "outcome": gettext_noop("Decision"),
        "outcome.granted": gettext_noop("certified as epidemic-free"),
        "outcome.declined": gettext_noop("not certified"),
    },
    sees="counts",
    sort="decision",
    said_by=DESK,
    permanent=True,
    touches=[
        _ITS,
        named("free_list", lambda body: str(body.county) if body.outcome == "granted" else None, "county"),  # type: ignore[arg-type,return-value]
    ],
    form="free_place",
    from_known=True,
)
class Decided(OfUnit, frozen=True):
    """The county signs, or does not. Signed only where EF-01 says so of what the ledger knows at that minute."""

    county: Place
    outcome: Literal["granted", "declined"]


@kind(
    "certificate.ended",
    called=gettext_noop("certificate taken back"),
    words={
        **UNIT,
        "why": gettext_noop("Why"),
        "why.check": gettext_noop("a check found that a measure is not in place"),
        "why.wish": gettext_noop("the community asks for it"),
        "why.mistaken": gettext_noop("signed by mistake"),
    },
    sees="counts",
    sort="decision",
    said_by=DESK,
    permanent=True,
    touches=[_ITS],
    form="free_place",
    from_known=True,
)
class Ended(OfUnit, frozen=True):
    """The county takes a certificate back. What clinics find needs nobody for that; this is for everything else."""

    why: Literal["check", "wish", "mistaken"]


@kind(
    "certificate.turned",
    called=gettext_noop("certificate turned by what was found"),
    words={
        **UNIT,
        "outcome": gettext_noop("What follows by the rule"),
        "outcome.suspend": gettext_noop("suspended"),
        "outcome.cancel": gettext_noop("cancelled"),
        "outcome.restore": gettext_noop("it holds again, and the suspended days count"),
        "outcome.elsewhere": gettext_noop("it was found at another place"),
        "matter": gettext_noop("Which finding, by a number that tells nothing"),
        "until": gettext_noop("At the latest until"),
        "edition": gettext_noop("Edition of the rule"),
    },
    sees="counts",
    said_by=["system"],
    touches=[_ITS],
    form="free_place",
)
class Turned(OfUnit, frozen=True):
    """What a clinic, a laboratory or an investigation found does this to the certificate, by the edition named. Neither
    what was found nor about whom stands here."""

    matter: Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
    outcome: Literal["suspend", "cancel", "restore", "elsewhere"]
    until: Moment | None = None
    edition: Annotated[str, Meta(pattern=r"^[0-9a-z_]{1,60}$")] | None = None


COUNTED = {
    "compounds": gettext_noop("Compounds, certified of all"),
    "communities": gettext_noop("Communities, certified of all"),
    "villages": gettext_noop("Villages, certified of all"),
    "streets": gettext_noop("Streets shown, of all"),
}


@kind(
    "free_list.published",
    called=gettext_noop("list of epidemic-free places published"),
    words={
        "place": gettext_noop("Of which area"),
        "as_of": gettext_noop("As of"),
        "source": gettext_noop("Where it was published"),
        **COUNTED,
    },
    sees="public",
    sort="decision",
    said_by=[*DESK, "publisher"],
    touches=[named("free_list", lambda body: str(body.place), "place")],
    form="free_place",
)
class Published(Body, frozen=True):
    """The list as it stands at `as_of`, for everybody. Of the desk's own places the counts are those that the ledger
    holds; a list that somebody else published names its `source`."""

    place: Place
    as_of: Moment
    compounds: Pair | None = None
    communities: Pair | None = None
    villages: Pair | None = None
    streets: Pair | None = None
    source: Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{1,40}$")] | None = None
