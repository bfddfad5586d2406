"""Roles and what each may see or say (RULEBOOK 12 and 16).

A role opens sorts of data in the branch of the command tree where it is held, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from tongzhou.ledger.translatable import gettext_noop

# Sorts of data. Each folded row and each kind of fact names one.
SORTS = (
    "counts",
    "households",
    "care",
    "referrals",
    "cases",
    "beds",
    "supply",
    "warnings",
    "staff",
    "audit",
    "persons",
    "team",
    "passes",
    "scripts",
    "rides",
)

SORTS_CALLED = {
    "counts": gettext_noop("figures"),
    "households": gettext_noop("doors"),
    "care": gettext_noop("call-backs and needs"),
    "referrals": gettext_noop("people on their way to the clinic"),
    "cases": gettext_noop("cases and contacts"),
    "beds": gettext_noop("beds and who lies in them"),
    "supply": gettext_noop("goods"),
    "warnings": gettext_noop("warnings of clinicians"),
    "staff": gettext_noop("the staff list"),
    "audit": gettext_noop("who read names"),
    "persons": gettext_noop("numbers of persons"),
    "team": gettext_noop("the members of a community's team"),
    "passes": gettext_noop("passes of gates"),
    "scripts": gettext_noop("what a pharmacy was asked for"),
    "rides": gettext_noop("drives of community cars"),
}

ROLES: dict[str, frozenset[str]] = {
    "commander": frozenset({"counts"}),
    "duty_officer": frozenset({"counts"}),
    "epidemiologist": frozenset({"counts", "care", "referrals", "cases", "warnings", "persons"}),
    "clinician": frozenset({"counts", "referrals", "cases", "beds", "warnings", "persons"}),
    "dispatcher": frozenset({"counts", "cases", "beds", "persons"}),
    "ward_nurse": frozenset({"counts", "beds", "persons"}),
    "driver": frozenset({"beds", "persons", "rides"}),
    "community_doctor": frozenset({"counts", "households", "care", "referrals", "warnings", "persons", "rides"}),
    "community_lead": frozenset({"counts", "households", "care", "persons", "team", "passes", "rides"}),
    "grid_worker": frozenset({"counts", "households", "care", "persons", "rides"}),
    "volunteer": frozenset({"households"}),
    "supply_officer": frozenset({"counts", "supply"}),
    "price_monitor": frozenset({"counts"}),
    "publisher": frozenset({"counts"}),
    "law_desk": frozenset({"counts", "audit"}),
    "staff_keeper": frozenset({"staff"}),
    "site_keeper": frozenset({"counts"}),
    "pharmacist": frozenset({"scripts"}),
}

NAMES: dict[str, str] = {
    "commander": gettext_noop("commander"),
    "duty_officer": gettext_noop("duty officer"),
    "epidemiologist": gettext_noop("epidemiologist"),
    "clinician": gettext_noop("clinician"),
    "dispatcher": gettext_noop("hospital dispatcher"),
    "ward_nurse": gettext_noop("ward nurse"),
    "driver": gettext_noop("driver"),
    "community_doctor": gettext_noop("community doctor"),
    "community_lead": gettext_noop("community lead"),
    "grid_worker": gettext_noop("grid worker"),
    "volunteer": gettext_noop("volunteer"),
    "supply_officer": gettext_noop("supply officer"),
    "price_monitor": gettext_noop("price monitor"),
    "publisher": gettext_noop("publisher of bulletins"),
    "law_desk": gettext_noop("law and ethics desk"),
    "staff_keeper": gettext_noop("keeper of the staff list"),
    "site_keeper": gettext_noop("keeper of sites"),
    "pharmacist": gettext_noop("pharmacist"),
}

# Who bring people: they know whom, from where, to where and what to bring, and nothing of the illness.
CARRYING = frozenset({"driver"})
# Who see who lies where, and how ill.
AT_BEDS = frozenset(role for role, sorts in ROLES.items() if "beds" in sorts) - CARRYING

# Whoever sees names, signs, or gives rights shows a second factor from the day TONGZHOU_SECOND_FACTOR_FROM on.
NAMED = frozenset({"care", "referrals", "cases", "audit", "staff"})
SIGNING = frozenset({"commander", "duty_officer", "dispatcher", "supply_officer", "publisher"})
WITH_SECOND_FACTOR = SIGNING | {role for role, sorts in ROLES.items() if sorts & NAMED}

# What names may be opened for, and by whom (RULEBOOK 12 and 16).
PURPOSES: dict[str, frozenset[str]] = {
    "call_back": frozenset({"community_doctor", "community_lead", "grid_worker", "epidemiologist"}),
    "visit": frozenset({"community_doctor", "community_lead", "grid_worker", "volunteer"}),
    "delivery": frozenset({"community_lead", "grid_worker", "volunteer"}),
    "investigation": frozenset({"epidemiologist", "clinician", "community_doctor"}),
    "treatment": frozenset({"clinician", "community_doctor", "dispatcher"}),
    "notice": frozenset({"epidemiologist", "clinician", "community_doctor", "community_lead", "grid_worker"}),
    "appeal": frozenset({"law_desk", "epidemiologist", "community_lead"}),
    "correction": frozenset({"epidemiologist", "clinician", "community_doctor", "dispatcher"}),
}


def only_carries(roles: Iterable[str]) -> bool:
    """Of all that one holds, is there only the bringing of people?"""
    held = frozenset(roles)
    return bool(held) and held <= CARRYING
