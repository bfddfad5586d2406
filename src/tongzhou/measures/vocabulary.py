"""The closed lists of the register of measures, each code with its words: kinds, what is limited, for whom, who passes.

Codes are those of rulebooks/terms (measures, scopes, purposes, support).
"""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.kinds import NO_NUMBER

Text = Annotated[str, Meta(min_length=4, max_length=400, pattern=NO_NUMBER)]
Key = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]
Telephone = Annotated[str, Meta(pattern=r"^[0-9+()\- ]{5,24}$")]  # an office's, nobody's own
Building = Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{1,6}$")]
Type = Literal[
    "closed_management", "movement_restriction", "place_isolation", "isolation", "gathering_limit", "closure",
    "requisition", "mandatory_test", "data_collection", "code_or_pass", "road_checkpoint", "trunk_road_checkpoint",
    "motorway_entrance_closure", "motorway_mainline_checkpoint", "trunk_road_block", "rural_road_block",
    "stop_emergency_vehicle", "border_checkpoint",
]  # fmt: skip
Limit = Literal["leaving", "visiting", "gathering", "trading", "teaching", "driving", "passing", "staying", "testing",
                "telling", "using"]  # fmt: skip
Group = Literal["residents", "visitors", "staff", "contacts", "cases", "vehicles", "pupils"]
Passes = Literal["emergency_care", "childbirth", "dialysis", "carers", "domestic_violence_escape", "fire"]
Support = Literal["food", "medicine", "income_contact", "communication", "dependants", "animals"]
Exposure = Literal["none", "home", "venue", "work", "journey"]
Collected = Literal["nothing", "counts", "temperature", "names"]
DECIDES = ["commander", "duty_officer", "law_desk"]
APPROVES = ["commander", "duty_officer"]
TYPES = {
    "type": gettext_noop("Kind of measure"),
    "type.closed_management": gettext_noop("closed management"),
    "type.movement_restriction": gettext_noop("movement restriction"),
    "type.place_isolation": gettext_noop("isolation of a place with cases"),
    "type.isolation": gettext_noop("isolation"),
    "type.gathering_limit": gettext_noop("gathering limit"),
    "type.closure": gettext_noop("closure of work, shops or schools"),
    "type.requisition": gettext_noop("requisition"),
    "type.mandatory_test": gettext_noop("mandatory test"),
    "type.data_collection": gettext_noop("data collection"),
    "type.code_or_pass": gettext_noop("code or pass"),
    "type.road_checkpoint": gettext_noop("road checkpoint"),
    "type.trunk_road_checkpoint": gettext_noop("checkpoint on a trunk road"),
    "type.motorway_entrance_closure": gettext_noop("motorway entrance closed"),
    "type.motorway_mainline_checkpoint": gettext_noop("checkpoint on a motorway"),
    "type.trunk_road_block": gettext_noop("trunk road blocked"),
    "type.rural_road_block": gettext_noop("rural road dug up or blocked"),
    "type.stop_emergency_vehicle": gettext_noop("emergency vehicles stopped"),
    "type.border_checkpoint": gettext_noop("checkpoint at a toll station or border"),
    "limits": gettext_noop("What is limited"),
    "limits.leaving": gettext_noop("leaving the compound"),
    "limits.visiting": gettext_noop("visitors from elsewhere in the buildings"),
    "limits.gathering": gettext_noop("gatherings"),
    "limits.trading": gettext_noop("shops and markets"),
    "limits.teaching": gettext_noop("lessons in a school"),
    "limits.driving": gettext_noop("private vehicles"),
    "limits.passing": gettext_noop("passing on a road"),
    "limits.staying": gettext_noop("leaving the place of isolation"),
    "limits.testing": gettext_noop("a test is asked for"),
    "limits.telling": gettext_noop("something has to be told"),
    "limits.using": gettext_noop("a building or thing is used by the authority"),
    "places": gettext_noop("Where, by name"),
    "buildings": gettext_noop("Buildings, if not all"),
    "evidence": gettext_noop("What shows that it is needed"),
    "text": gettext_noop("What it asks, in a sentence"),
}
EXPOSURES = {
    "exposure": gettext_noop("Exposed how"),
    "exposure.none": gettext_noop("not by exposure: whoever is there"),
    "exposure.home": gettext_noop("at home with a case"),
    "exposure.venue": gettext_noop("at a venue with a case"),
    "exposure.work": gettext_noop("at work with a case"),
    "exposure.journey": gettext_noop("on a journey with a case"),
    "groups": gettext_noop("For whom"),
    "groups.residents": gettext_noop("residents"),
    "groups.visitors": gettext_noop("visitors"),
    "groups.staff": gettext_noop("staff of the place"),
    "groups.contacts": gettext_noop("close contacts"),
    "groups.cases": gettext_noop("people who are cases"),
    "groups.vehicles": gettext_noop("vehicles and those in them"),
    "groups.pupils": gettext_noop("pupils and teachers"),
    "passes": gettext_noop("Always let through"),
    "passes.emergency_care": gettext_noop("emergency care"),
    "passes.childbirth": gettext_noop("childbirth"),
    "passes.dialysis": gettext_noop("dialysis and medicine"),
    "passes.carers": gettext_noop("care of somebody who depends on it"),
    "passes.domestic_violence_escape": gettext_noop("escape from violence"),
    "passes.fire": gettext_noop("fire"),
    "support": gettext_noop("What people bound by it are given"),
    "support.food": gettext_noop("food"),
    "support.medicine": gettext_noop("medicine"),
    "support.income_contact": gettext_noop("whom to ask about lost income"),
    "support.communication": gettext_noop("telephone and network"),
    "support.dependants": gettext_noop("care of dependants"),
    "support.animals": gettext_noop("care of animals"),
    "collects": gettext_noop("What is collected"),
    "collects.nothing": gettext_noop("nothing"),
    "collects.counts": gettext_noop("a count of people"),
    "collects.temperature": gettext_noop("temperatures"),
    "collects.names": gettext_noop("names of people"),
}
