"""Parts of other pages: what was written down for a post, and the form that hands a subject over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import template

from tongzhou.cases.queries import place_names
from tongzhou.directives.lists import owed
from tongzhou.directives.owes import Line
from tongzhou.pages.form import Form
from tongzhou.pages.table import Table
from tongzhou.persons.queries import codes as codes_of
from tongzhou.waiting import forms, queries
from tongzhou.waiting.marks import marks
from tongzhou.waiting.words import called

register = template.Library()


@register.inclusion_tag("waiting/written_down.html", takes_context=True)
def written_down(context: dict[str, Any], row: dict[str, Any] | None) -> dict[str, Any]:
    """The marks of a row that holds anything somebody wrote down for another post."""
    keys = (row or {}).get("spoken") or []
    found = marks(queries.written(keys), context["holder"]) if keys else []
    back = {"next": context["request"].get_full_path()}
    for one in found:
        if one.ours:
            one.yes = forms.Confirmed(name=f"confirm/{one.key}", initial=back)
            one.no = forms.Contested(name=f"contest/{one.key}", initial=back)
    return {"marks": found, "csrf_token": context.get("csrf_token"), "request": context["request"]}


@register.inclusion_tag("waiting/hand_over_form.html", takes_context=True)
def hand_over(
    context: dict[str, Any], noun: str, key: str, row: dict[str, Any], form: Form | None = None
) -> dict[str, Any]:
    """A small form for whoever may hand the subject over (`form`: as the page has it); where it is offered already, to
    whom."""
    may = queries.may_hand_over(context["holder"], noun, row["place"])
    offered = (row.get("data") or row).get("offered_to") or []
    back = {"next": context["request"].get_full_path()}
    made = form or forms.Offer(name="offer", about=f"{noun}/{key}", places=forms.others(row["place"]), initial=back)
    return {"offered": list(place_names(offered).values()) if may else [], "form": made if may else None, "noun": noun,
            "key": key, "csrf_token": context.get("csrf_token"), "request": context["request"]}  # fmt: skip


@register.simple_tag(takes_context=True)
def may_hand_over(context: dict[str, Any], noun: str, row: dict[str, Any]) -> bool:
    return queries.may_hand_over(context["holder"], noun, row["place"])


@register.filter
def staffed(names: dict[int, str], staff: int | None) -> str:
    return names.get(staff or 0, "")


@register.simple_tag
def owed_table(lines: Sequence[Line], names: dict[int, tuple[str, str]], now: dt.datetime) -> Table:
    """What a desk owes, each line with what it is about in words, as far as the reader may see it, else what sort of
    thing it is; with the number of whoever it is of."""
    subjects = {line.subject for line in lines}
    codes = codes_of(subjects)
    matters = {subject: " · ".join(part for part in (one.text, codes.get(subject, "")) if part)
               for subject, one in called(subjects).items()}  # fmt: skip
    return owed(lines, matters, names, now)
