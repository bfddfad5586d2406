"""What is said of disinfection after a case, of waste by weight, and of a clean-up and its announcement."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day, within
from tongzhou.ledger.kinds import Body, PlaceNumber, kind
from tongzhou.ledger.ways import founds, holds, invited, named
from tongzhou.sites.named import SiteKey

Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Number = Annotated[int, Meta(ge=1, le=999_999)]
Weight = Annotated[int, Meta(ge=1, le=100_000)]  # tenths of a kilogram
Bags = Annotated[int, Meta(ge=1, le=5_000)]
Agent = Literal["chlorine_1000", "chlorine_dioxide_500", "peracetic_5000", "hydrogen_peroxide_3"]
Work = Literal["rubbish", "ditches", "toilets", "sheds", "market", "water"]
LEAD = ["community_lead"]


@kind(
    "disinfection.ordered",
    called=gettext_noop("disinfection after a case"),
    words={
        "what": gettext_noop("What is to be disinfected"),
        "what.home": gettext_noop("a home"),
        "what.site": gettext_noop("a place"),
        "site": gettext_noop("Which place"),
        "household": gettext_noop("Door"),
        "edition": gettext_noop("Edition of the rule"),
    },
    sees="care",
    said_by=["system", "epidemiologist"],
    touches=[founds("disinfection")],
    form="sanitation",
)
class Ordered(Body, frozen=True):
    """A home or a place is disinfected once after whoever fell ill has left. It says nothing of who that is. `edition`:
    of the rule that asks for it; without a rule in force on that day nothing is ordered."""

    what: Literal["home", "site"]
    edition: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}$")]
    household: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    site: SiteKey | None = None


@kind(
    "disinfection.done",
    called=gettext_noop("answer about a disinfection"),
    words={
        "disinfection": gettext_noop("Disinfection"),
        "outcome.done": gettext_noop("disinfected"),
        "outcome.not_done": gettext_noop("could not be disinfected"),
        "outcome.off": gettext_noop("not needed: no case"),
        "agent": gettext_noop("With what"),
        "agent.chlorine_1000": gettext_noop("chlorine, 1,000 mg/L"),
        "agent.chlorine_dioxide_500": gettext_noop("chlorine dioxide, 500 mg/L"),
        "agent.peracetic_5000": gettext_noop("peracetic acid, 5,000 mg/L, as mist"),
        "agent.hydrogen_peroxide_3": gettext_noop("hydrogen peroxide, 3 %, as mist"),
        "done_by": gettext_noop("By whom"),
        "done_by.property": gettext_noop("property management"),
        "done_by.community": gettext_noop("the community's team"),
        "done_by.cdc": gettext_noop("the county CDC"),
        "done_by.firm": gettext_noop("a firm"),
        "litres": gettext_noop("Litres of ready solution"),
        "problem": gettext_noop("Why not"),
        "problem.nobody_there": gettext_noop("nobody opened"),
        "problem.still_there": gettext_noop("whoever is ill has not left yet"),
        "problem.no_material": gettext_noop("no agent or no protection"),
        "problem.refused": gettext_noop("the household does not want it"),
    },
    sees="care",
    said_by=["community_lead", "epidemiologist", "system"],
    touches=[holds("disinfection", "disinfection")],
    form="sanitation",
)
class Done(Body, frozen=True):
    """It was disinfected, with what and by whom; or it could not be, and why. The moment is that of the end: the hour
    of reopening follows from it and from the agent."""

    disinfection: Key
    outcome: Literal["done", "not_done", "off"]
    agent: Agent | None = None
    done_by: Literal["property", "community", "cdc", "firm"] | None = None
    litres: Annotated[int, Meta(ge=1, le=2_000)] | None = None
    problem: Literal["nobody_there", "still_there", "no_material", "refused"] | None = None


@kind(
    "waste.collected",
    called=gettext_noop("waste handed to the lorry"),
    words={
        "slip": gettext_noop("Number of the manifest"),
        "sort": gettext_noop("Sort of waste"),
        "sort.masks": gettext_noop("worn masks from the bins"),
        "sort.medical": gettext_noop("medical waste"),
        "bags": gettext_noop("Bags"),
        "weight10": gettext_noop("Weight, kg"),
        "site": gettext_noop("From where"),
        "vehicle": gettext_noop("Lorry"),
    },
    sees="counts",
    said_by=["community_lead", "community_doctor", "ward_nurse"],
    touches=[founds("manifest", invites=["reporting"])],
    form="sanitation",
)
class Collected(Body, frozen=True):
    """Bags were weighed and handed to the lorry with a manifest. `reporting` of the envelope: the county whose plant
    receives them."""

    slip: Number
    sort: Literal["masks", "medical"]
    bags: Bags
    weight10: Weight
    site: SiteKey | None = None
    vehicle: SiteKey | None = None


@kind(
    "waste.received",
    called=gettext_noop("waste received at the plant"),
    words={
        "manifest": gettext_noop("Manifest"),
        "bags": gettext_noop("Bags"),
        "weight10": gettext_noop("Weight at the plant, kg"),
    },
    sees="counts",
    said_by=["supply_officer", "duty_officer"],
    touches=[invited("manifest", "manifest")],
    form="sanitation",
)
class Received(Body, frozen=True):
    """The plant weighed what came under a manifest: written down from its slip. A difference is told, and nobody is
    blamed for it."""

    manifest: Key
    bags: Bags
    weight10: Weight


@kind(
    "waste.explained",
    called=gettext_noop("difference in waste explained"),
    words={
        "manifest": gettext_noop("Manifest"),
        "why": gettext_noop("Why it differs"),
        "why.scale": gettext_noop("one of the scales was wrong"),
        "why.typed": gettext_noop("a figure was written down wrongly"),
        "why.other_manifest": gettext_noop("bags went under another manifest"),
        "why.missing": gettext_noop("bags are missing: they are looked for"),
    },
    sees="counts",
    said_by=["supply_officer", "duty_officer"],
    touches=[invited("manifest", "manifest")],
    form="sanitation",
)
class Explained(Body, frozen=True):
    """Why the plant weighed something else than was handed over."""

    manifest: Key
    why: Literal["scale", "typed", "other_manifest", "missing"]


WORKS = {
    "works": gettext_noop("What is cleaned"),
    "works.rubbish": gettext_noop("rubbish at doors and roads"),
    "works.ditches": gettext_noop("ditches and ponds"),
    "works.toilets": gettext_noop("public toilets"),
    "works.sheds": gettext_noop("sheds and yards of animals"),
    "works.market": gettext_noop("the market"),
    "works.water": gettext_noop("wells and water places"),
}


@kind(
    "cleanup.called",
    called=gettext_noop("clean-up"),
    words={"day": gettext_noop("On which day"), **WORKS},
    sees="counts",
    said_by=LEAD,
    touches=[founds("cleanup")],
    form="sanitation",
)
class Called(Body, frozen=True):
    """A clean-up of the village or the community on a day: what is cleaned. People stay two metres apart, and whoever
    is ill stays at home: the loudspeaker says so."""

    day: Annotated[Day, within(7, 60)]
    works: Annotated[frozenset[Work], Meta(min_length=1)]


@kind(
    "cleanup.told",
    called=gettext_noop("answer about a clean-up"),
    words={
        "cleanup": gettext_noop("Clean-up"),
        "outcome.done": gettext_noop("it was cleaned"),
        "outcome.partly": gettext_noop("a part is left"),
        "outcome.put_off": gettext_noop("put off: rain, or too few people"),
        "people": gettext_noop("How many people came"),
    },
    sees="counts",
    said_by=LEAD,
    touches=[holds("cleanup", "cleanup")],
    form="sanitation",
)
class CleanupTold(Body, frozen=True):
    """What became of a clean-up. Put off, or with a part left, it is owed still."""

    cleanup: Key
    outcome: Literal["done", "partly", "put_off"]
    people: Annotated[int, Meta(ge=0, le=9_999)] | None = None


@kind(
    "announcement.read_out",
    called=gettext_noop("text of the day read out"),
    words={
        "place": gettext_noop("Place"),
        "day": gettext_noop("Day"),
        "how": gettext_noop("How"),
        "how.loudspeaker": gettext_noop("by loudspeaker"),
        "how.posted": gettext_noop("posted at the doors of the stairwells"),
        "how.both": gettext_noop("both"),
    },
    sees="counts",
    said_by=LEAD,
    touches=[named("announcement", lambda body: f"{body.place}/{body.day}")],
    form="sanitation",
)
class ReadOut(Body, frozen=True):
    """The text of the day was read out, or posted."""

    place: PlaceNumber
    day: Annotated[Day, within(7, 0)]
    how: Literal["loudspeaker", "posted", "both"]
