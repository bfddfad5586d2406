"""How beds are written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import get_language, gettext, gettext_noop

register = template.Library()

WORDS = {
    "other": gettext_noop("other"),
    "contact": gettext_noop("contacts"),
    "fever": gettext_noop("fever, not excluded"),
    "suspected": gettext_noop("suspected"),
    "confirmed": gettext_noop("confirmed"),
    "none": gettext_noop("no symptoms"),
    "mild": gettext_noop("mild"),
    "moderate": gettext_noop("moderate"),
    "severe": gettext_noop("severe"),
    "critical": gettext_noop("critical"),
    "general": gettext_noop("general"),
    "icu": gettext_noop("intensive care"),
    "dialysis": gettext_noop("dialysis"),
    "obstetrics": gettext_noop("obstetrics"),
    "child": gettext_noop("child with carer"),
    "oncology": gettext_noop("oncology"),
    "hospital": gettext_noop("hospital"),
    "designated": gettext_noop("designated hospital"),
    "requisitioned": gettext_noop("requisitioned hospital"),
    "fangcang": gettext_noop("Fangcang"),
    "hotel": gettext_noop("isolation hotel"),
    "observation": gettext_noop("observation place"),
    "assigned": gettext_noop("signed, the ward has not answered"),
    "accepted": gettext_noop("the ward takes the patient"),
    "on_the_way": gettext_noop("on the way"),
    "not_ready": gettext_noop("not ready"),
    "no_staff": gettext_noop("no staff"),
    "not_clean": gettext_noop("not cleaned yet"),
    "no_oxygen": gettext_noop("no oxygen"),
    "wrong_class": gettext_noop("wrong infection class"),
    "bed_broken": gettext_noop("bed broken"),
    "no_vehicle": gettext_noop("no vehicle"),
    "no_driver": gettext_noop("no driver"),
    "not_disinfected": gettext_noop("not disinfected"),
    "road_closed": gettext_noop("road closed"),
    "cleaning": gettext_noop("to be cleaned"),
    "closed": gettext_noop("closed"),
    "closing": gettext_noop("closing"),
    "nearer_family": gettext_noop("nearer to the family"),
    "clinical": gettext_noop("clinical reason"),
    "same_room": gettext_noop("with a relative"),
    "ward_asked": gettext_noop("the ward asked"),
    "discharged": gettext_noop("discharged"),
    "transferred": gettext_noop("transferred"),
    "died": gettext_noop("died"),
    "left_by_choice": gettext_noop("left by own choice"),
    "home": gettext_noop("home"),
    "isolation": gettext_noop("isolation place"),
    "mortuary": gettext_noop("mortuary"),
    "female": gettext_noop("women"),
    "male": gettext_noop("men"),
    "any": gettext_noop("women and men"),
    "invented": gettext_noop("invented"),
}
OF_ONE = {"female": gettext_noop("woman"), "male": gettext_noop("man")}


@register.filter
def bedword(value: Any) -> str:
    return gettext(WORDS[str(value)]) if str(value) in WORDS else str(value)


@register.filter
def bedwords(values: Iterable[Any]) -> str:
    return gettext(", ").join(bedword(value) for value in values) or "–"


@register.filter
def sexword(value: Any) -> str:
    """The sex of one person; a ward's is told by `bedword`."""
    return gettext(OF_ONE[value]) if value in OF_ONE else ""


@register.filter
def lies(names: dict[int, Any], place: int) -> str:
    found = names.get(place)
    return "–" if found is None else str(found.name_en if get_language() == "en" else found.name_zh)


@register.filter
def house(ward: Any) -> str:
    return str(ward.facility_en if get_language() == "en" else ward.facility_zh)


@register.filter
def room(ward: Any) -> str:
    return str(ward.name_en if get_language() == "en" else ward.name_zh)


@register.filter
def because(proposal: Any) -> str:
    return str(proposal.en if get_language() == "en" else proposal.zh)


VERDICTS = {
    True: gettext_noop("Yes, by the rule."),
    False: gettext_noop("Not yet."),
    "needs_ruling": gettext_noop("A clinician has to rule."),
    "insufficient_data": gettext_noop("Not enough is known."),
    "data_error": gettext_noop("The entries contradict each other."),
    "no_pack": gettext_noop("No rule is in force."),
}


@register.filter
def says(verdict: Any) -> str:
    return gettext(VERDICTS.get(verdict.outcome, str(verdict.outcome)))
