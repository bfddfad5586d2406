"""Words of the doorway's pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.community.telling import items_said
from tongzhou.ledger import worded
from tongzhou.ledger.time import zone

register = template.Library()


@register.filter
def until(moment: dt.datetime | None, now: dt.datetime) -> str:
    """A moment as one says it today: 15:00, and on another day 03-12 10:15."""
    if moment is None:
        return ""
    local = moment.astimezone(zone())
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone()).date() else f"{local:%m-%d %H:%M}"


@register.filter
def dialled(number: str) -> str:
    """A telephone as it is dialled: digits alone, without its extension."""
    return "".join(char for char in number.partition(" #")[0] if char.isdigit() or char == "+")


@register.filter
def itemswords(items: dict[str, int]) -> str:
    """What is needed, in words."""
    return items_said(items)


@register.filter
def daywords(day: dict[str, Any]) -> str:
    """How they are, with what was said beside it: unwell, fever 38.5 °C."""
    told = worded.choice("household.heard", "state", day["state"])
    beside = [_(", ").join(worded.choice("exception.raised", "concerns", one) for one in day["concerns"])]
    beside += [f"{day['temp10'] / 10:.1f} °C"] if day["temp10"] else []
    more = " ".join(filter(None, beside))
    return _(", ").join(filter(None, [told, more]))


@register.filter
def inlanguage(name: Any) -> str:
    """A place's name in the reader's language."""
    return "" if name is None else str(name.name_en if get_language() == "en" else name.name_zh)


@register.filter
def doorwritten(door: dict[str, str]) -> str:
    """A door as people say it, in the reader's language."""
    return door["en" if get_language() == "en" else "zh"]
