"""Parts of other pages: what was written down for a post, and the form that hands a subject over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import uuid_utils.compat as uuids
from django import template
from django.utils.translation import gettext, gettext_noop

from tongzhou.cases.queries import place_names, places_of
from tongzhou.persons.queries import codes as codes_of
from tongzhou.waiting import queries
from tongzhou.waiting.forms import CONTESTED
from tongzhou.waiting.marks import marks
from tongzhou.waiting.words import called

register = template.Library()

REASONS = {
    "another_person": gettext_noop("another person is meant"),
    "not_so": gettext_noop("it was not so"),
    "known_already": gettext_noop("known already"),
    "not_here": gettext_noop("not here"),
    "not_ours": gettext_noop("not ours"),
    "no_capacity": gettext_noop("no capacity"),
    "not_said": gettext_noop("we did not say that"),
    "said_otherwise": gettext_noop("we said something else"),
    "ill": gettext_noop("fallen ill"),
    "isolated": gettext_noop("in isolation"),
    "cut_off": gettext_noop("cut off"),
    "no_staff": gettext_noop("nobody free"),
    "other": gettext_noop("something else"),
}


@register.filter
def reasonword(value: Any) -> str:
    return gettext(REASONS[value]) if value in REASONS else str(value)


@register.inclusion_tag("waiting/written_down.html", takes_context=True)
def written_down(context: dict[str, Any], row: dict[str, Any] | None) -> dict[str, Any]:
    """The marks of a row that holds anything somebody wrote down for another post."""
    keys = (row or {}).get("spoken") or []
    found = marks(queries.written(keys), context["holder"]) if keys else []
    return {"marks": found, "contest": CONTESTED, **_form(context)}


@register.inclusion_tag("waiting/hand_over_form.html", takes_context=True)
def hand_over(context: dict[str, Any], noun: str, key: str, row: dict[str, Any]) -> dict[str, Any]:
    """A small form for whoever may hand the subject over; where it is offered already, to whom."""
    may = queries.may_hand_over(context["holder"], noun, row["place"])
    offered = (row.get("data") or row).get("offered_to") or []
    return {
        "may": may, "offered": list(place_names(offered).values()) if may else [], "noun": noun, "key": key,
        "places": [one for one in places_of(str(row["place"])) if one[0] != row["place"]] if may else [],
        "id": str(uuids.uuid7()), **_form(context),
    }  # fmt: skip


@register.simple_tag(takes_context=True)
def may_hand_over(context: dict[str, Any], noun: str, row: dict[str, Any]) -> bool:
    return queries.may_hand_over(context["holder"], noun, row["place"])


def _form(context: dict[str, Any]) -> dict[str, Any]:
    return {"csrf_token": context.get("csrf_token"), "next": context["request"].get_full_path()}


@register.filter
def staffed(names: dict[int, str], staff: int | None) -> str:
    return names.get(staff or 0, "")


@register.simple_tag
def matters(lines: Iterable[Any]) -> dict[str, str]:
    """What lines of duties are about, in words, by subject: as far as the reader may see it, else what sort of thing it
    is; with the number of whoever it is of."""
    subjects = {line.subject for line in lines}
    codes = codes_of(subjects)
    return {subject: " · ".join(part for part in (one.text, codes.get(subject, "")) if part)
            for subject, one in called(subjects).items()}  # fmt: skip
