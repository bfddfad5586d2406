"""Words of necessities in templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext

from tongzhou.ledger import worded
from tongzhou.necessities import apart

register = template.Library()


@register.filter
def money(fen: int) -> str:
    return apart.yuan(int(fen))


@register.filter
def per_500(part: Mapping[str, Any]) -> str:
    return apart.yuan(apart.per_500(part["price"], part["grams"]))


@register.filter
def why_offer(one: Mapping[str, Any]) -> str:
    """Why an offer was sent back or stopped."""
    kind = "offer.stopped" if one["state"] == "stopped" else "offer.returned"
    codes = worded.codes(kind, "reason")
    return worded.choice(kind, "reason", one["reason"]) if one["reason"] in codes else ""


@register.filter
def came_lines(one: Mapping[str, Any], totals: Sequence[tuple[Mapping[str, Any], int]]) -> list[tuple[str, int, int]]:
    """What came of each line that was ordered, beside what was ordered."""
    by_name = {line["name"]: n for n, line in enumerate(one["lines"], 1)}
    return [(line["name"], one["came"].get(str(by_name[line["name"]]), [0, 0])[0], units) for line, units in totals]


@register.filter
def swaps(codes: Sequence[str]) -> str:
    """The groups of which something else may come instead."""
    return gettext(", ").join(worded.choice("order.placed", "swaps", code) for code in codes)
