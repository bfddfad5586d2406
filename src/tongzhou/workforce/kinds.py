"""Who belongs to a community's team, who came today, what they were given to do and when they went.

A member is named by the number on the armband. Nobody's name, photograph, position or score is kept: whoever keeps the
paper writes the name by hand.
"""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day, Moment
from tongzhou.ledger.kinds import NO_NUMBER, Body, kind
from tongzhou.ledger.ways import founds, holds

Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Armband = Annotated[int, Meta(ge=1, le=999)]
Text = Annotated[str, Meta(min_length=1, max_length=40, pattern=NO_NUMBER)]
Work = Literal["doors", "gate", "carrying", "telephone", "driving", "cleaning", "errands"]
WORK = {
    "doors": gettext_noop("knock at doors"),
    "gate": gettext_noop("stand at the gate"),
    "carrying": gettext_noop("carry to the doors"),
    "telephone": gettext_noop("ring those who were not heard from"),
    "driving": gettext_noop("drive"),
    "cleaning": gettext_noop("clean and disinfect"),
    "errands": gettext_noop("fetch medicines"),
}
LEAD = ["community_lead"]


def _of(field: str) -> dict[str, str]:
    return {f"{field}.{code}": words for code, words in WORK.items()}


@kind(
    "teammate.joined",
    called=gettext_noop("member of the team"),
    words={
        "armband": gettext_noop("Number on the armband"),
        "sort": gettext_noop("Comes as"),
        "sort.cadre": gettext_noop("posted cadre"),
        "sort.volunteer": gettext_noop("volunteer"),
        "sort.property": gettext_noop("property management"),
        "sort.police": gettext_noop("police room"),
        "sort.health": gettext_noop("health station"),
        "sort.resident": gettext_noop("resident of the compound"),
        "unit": gettext_noop("From which unit"),
        "fit": gettext_noop("Fit for"),
        "until": gettext_noop("Posted until"),
        **_of("fit"),
    },
    sees="team",
    said_by=LEAD,
    touches=[founds("teammate")],
    form="team",
)
class Joined(Body, frozen=True):
    """Somebody belongs to the community's team from now on, and what they are fit for, as they say themselves."""

    armband: Armband
    sort: Literal["cadre", "volunteer", "property", "police", "health", "resident"]
    fit: Annotated[frozenset[Work], Meta(min_length=1)]
    unit: Text | None = None
    until: Day | None = None


@kind(
    "teammate.came",
    called=gettext_noop("here today"),
    words={"teammate": gettext_noop("Who"), "until": gettext_noop("Goes back at")},
    sees="team",
    said_by=LEAD,
    touches=[holds("teammate", "teammate")],
    form="team",
)
class Came(Body, frozen=True):
    """A member of the team is here. `until`: when they have to go back, as they say."""

    teammate: Key
    until: Moment | None = None


@kind(
    "teammate.given",
    called=gettext_noop("duty of today"),
    words={
        "teammate": gettext_noop("Who"),
        "outcome": gettext_noop("What they do"),
        "outcome.nothing": gettext_noop("nothing to do for them today"),
        "where": gettext_noop("Which building, gate or list"),
        "protection": gettext_noop("Protection handed out"),
        "protection.mask": gettext_noop("mask"),
        "protection.gloves": gettext_noop("gloves"),
        "protection.goggles": gettext_noop("goggles"),
        "protection.gown": gettext_noop("gown"),
        **_of("outcome"),
    },
    sees="team",
    said_by=LEAD,
    touches=[holds("teammate", "teammate")],
    form="team",
)
class Given(Body, frozen=True):
    """One named duty for a member who is here, or that there is nothing to do for them, which is shown and not hidden.
    Said again it is another duty from then on."""

    teammate: Key
    outcome: Literal["doors", "gate", "carrying", "telephone", "driving", "cleaning", "errands", "nothing"]
    where: Text | None = None
    protection: frozenset[Literal["mask", "gloves", "goggles", "gown"]] = frozenset()


@kind(
    "teammate.went",
    called=gettext_noop("went back"),
    words={"teammate": gettext_noop("Who")},
    sees="team",
    said_by=LEAD,
    touches=[holds("teammate", "teammate")],
    form="team",
)
class Went(Body, frozen=True):
    """A member of the team went back for today."""

    teammate: Key


@kind(
    "teammate.absent",
    called=gettext_noop("cannot come"),
    words={"teammate": gettext_noop("Who"), "until": gettext_noop("Until, if known")},
    sees="households",
    said_by=LEAD,
    touches=[holds("teammate", "teammate")],
    form="team",
)
class Absent(Body, frozen=True):
    """A member of the team cannot come today. Why is nobody's business here; until they come again others do their
    part."""

    teammate: Key
    until: Day | None = None


@kind(
    "teammate.ended",
    called=gettext_noop("no longer in the team"),
    words={
        "teammate": gettext_noop("Who"),
        "why": gettext_noop("Why"),
        "why.over": gettext_noop("the posting is over"),
        "why.called_back": gettext_noop("called back by the unit"),
        "why.own_wish": gettext_noop("own wish"),
        "why.mistaken": gettext_noop("entered by mistake"),
    },
    sees="team",
    said_by=LEAD,
    touches=[holds("teammate", "teammate")],
    form="team",
)
class Ended(Body, frozen=True):
    """A member leaves the team for good. No reason counts against anybody."""

    teammate: Key
    why: Literal["over", "called_back", "own_wish", "mistaken"]
