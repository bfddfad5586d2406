"""Which ward suits a patient, and in words why another does not, what nobody asked yet, and what would fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.engines import beds as engine
from tongzhou.engines.beds.model import CHILD_AGE, SEVERITIES
from tongzhou.hospital.policy import policy
from tongzhou.hospital.queries import Ward
from tongzhou.hospital.templatetags.beds import houseword
from tongzhou.ledger import worded

QUESTIONS = ("self_care", "chronic", "flu_negative")
ASKED = ("age", *QUESTIONS)  # what a Fangcang asks before it takes somebody
MOST = 4  # so many wards are told one by one
Request = Mapping[str, Any]


def unfit(ward: Ward, one: Request) -> str:
    """Why a ward is nothing for a patient; empty where it would do."""
    if ward.serves != one["infection"]:
        return _("infection classes are kept apart: this ward serves another")
    if one["oxygen"] and not ward.oxygen:
        return _("no oxygen at its beds")
    if ward.kind not in houses(one):
        return _("it is for others than “%(severity)s”") % {"severity": _severity(one)}
    child = one["age"] is not None and one["age"] < CHILD_AGE
    if ward.sex != "any" and not child and ward.sex != one["sex"]:
        return _("it is for women") if ward.sex == "female" else _("it is for men")
    return ""


def spends(ward: Ward, one: Request) -> bool:
    """Would a patient who is not severe lie in a bed that is kept for the severe: with oxygen, in a house that takes
    them, though houses that do not take the severe are open to the patient?"""
    severe = SEVERITIES.index("severe")
    if not ward.oxygen or one["oxygen"] or SEVERITIES.index(one["severity"]) >= severe:
        return False
    takes = {told.kind for told in policy().openings
             if told.infection == one["infection"] and SEVERITIES.index(told.highest) >= severe}  # fmt: skip
    return ward.kind in takes and any(kind not in takes for kind in houses(one))


# What a ward said of the patient holds; what it said of its own state holds until it has counted again.
OF_THE_PATIENT = frozenset({"too_severe", "not_admitted_here", "wrong_class"})


def refuses(ward: Ward, one: Request) -> bool:
    """Is a ward that was not ready for this patient not to be asked again yet?"""
    return any(told["ward"] == ward.id and _holds(told, ward) for told in one["refused"])


def _holds(told: Mapping[str, Any], ward: Ward) -> bool:
    if told["reason"] in OF_THE_PATIENT or ward.counted_at is None:
        return True
    return ward.counted_at <= dt.datetime.fromisoformat(told["at"])


def houses(one: Request) -> list[str]:
    """The kinds of house that take this class and severity, by the planner's table."""
    return [told.kind for told in policy().openings if _takes(told, one)]


def _takes(told: engine.Opening, one: Request) -> bool:
    rank = SEVERITIES.index
    within = rank(told.lowest) <= rank(one["severity"]) <= rank(told.highest)
    return told.infection == one["infection"] and within


def unanswered(one: Request, wards: Sequence[Ward]) -> tuple[list[str], int]:
    """What nobody asked and a Fangcang with free beds wants to know, and how many beds those are; nothing where a
    known answer shuts it anyhow."""
    low, high = policy().fangcang_ages
    shut = one["self_care"] is False or one["chronic"] or one["flu_negative"] is False or one["need"] != "general"
    if shut or (one["age"] is not None and not low <= one["age"] <= high):
        return [], 0
    free = sum(ward.free for ward in wards if ward.kind == "fangcang" and not unfit(ward, one))
    return [name for name in ASKED if one[name] is None] if free else [], free


def open_question(missing: Sequence[str], free: int) -> str:
    names = [worded.label("bed.requested", name) for name in missing]
    words = ngettext("%(n)s bed is free in a Fangcang. Not asked yet: %(missing)s.",
                     "%(n)s beds are free in a Fangcang. Not asked yet: %(missing)s.", free)  # fmt: skip
    return words % {"n": free, "missing": _(", ").join(names)}


def no_house(one: Request, wards: Sequence[Ward]) -> str:
    """Why none of the wards of the patient's class will do, each with its own reason, and what would."""
    apart = [(ward.called, _why_not(ward, one)) for ward in wards if ward.serves == one["infection"]]
    lines = [_("%(ward)s: %(why)s.") % {"ward": ward, "why": why} for ward, why in apart[:MOST] if why]
    if fitting := houses(one):
        words = {
            "houses": _(", ").join(houseword(kind) for kind in dict.fromkeys(fitting)),
            "class": worded.choice("bed.requested", "infection", one["infection"]),
        }
        told = (_("What fits: a bed with oxygen for “%(class)s”: %(houses)s.") if one["oxygen"]
                else _("What fits: a bed for “%(class)s”: %(houses)s."))  # fmt: skip
        lines.append(told % words)
    return " ".join(lines) or _("No house of your places takes this class and severity.")


def _why_not(ward: Ward, one: Request) -> str:
    """Also what a person may overrule: another sort of bed, and a ward that was not ready."""
    if ward.bed != one["need"]:
        return _("no beds for “%(need)s”") % {"need": worded.choice("bed.requested", "need", one["need"])}
    if refuses(ward, one):
        return _("it was not ready for this patient")
    return unfit(ward, one)


def _severity(one: Request) -> str:
    return worded.choice("bed.requested", "severity", one["severity"])
