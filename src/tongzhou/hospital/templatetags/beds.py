"""How beds are written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import get_language, gettext, gettext_noop

from tongzhou.hospital import vehicles
from tongzhou.ledger import worded

register = template.Library()

HOUSES = {
    "hospital": gettext_noop("hospital"),
    "designated": gettext_noop("designated hospital"),
    "requisitioned": gettext_noop("requisitioned hospital"),
    "fangcang": gettext_noop("Fangcang"),
    "hotel": gettext_noop("isolation hotel"),
    "observation": gettext_noop("observation place"),
}
FOR = {
    "female": gettext_noop("women"),
    "male": gettext_noop("men"),
    "any": gettext_noop("women and men"),
}
OF_ONE = {"female": gettext_noop("woman"), "male": gettext_noop("man")}


register.filter("vehicleword", lambda named, one: vehicles.word_of_it(one, named))


@register.filter
def houseword(kind: str) -> str:
    """Which sort of house it is."""
    return gettext(HOUSES[kind])


@register.filter
def wardfor(ward: Any) -> str:
    """Whom a ward takes: the class, the sort of bed, women or men."""
    told = [worded.choice("bed.requested", "infection", ward.serves), worded.choice("bed.requested", "need", ward.bed)]
    return " · ".join([*told, gettext(FOR[ward.sex])])


@register.filter
def pointsof(sources: Iterable[str]) -> str:
    """Whose points the ways are measured by."""
    return gettext(", ").join(gettext("invented") if one == "invented" else one for one in sources) or "–"


@register.filter
def sexword(value: Any) -> str:
    """The sex of one person; of a ward's patients `wardfor` tells."""
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


@register.filter("whytold")
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
