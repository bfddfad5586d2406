"""Words of the doorway's pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.ledger.time import zone

register = template.Library()

WORDS = {
    "open": gettext_noop("on its way"),
    "met": gettext_noop("brought"),
    "problem": gettext_noop("could not be brought yet"),
    "stay_home": gettext_noop("called: stay at home, we will call again"),
    "clinic": gettext_noop("called: go to the fever clinic"),
    "emergency": gettext_noop("called: 120 is coming"),
    "called_back": gettext_noop("called back"),
}


@register.filter
def word(key: str) -> str:
    return _(WORDS.get(key, key))


@register.filter
def moment(text: str) -> str:
    """An ISO moment in the region's time."""
    try:
        return f"{dt.datetime.fromisoformat(text).astimezone(zone()):%m-%d %H:%M}"
    except ValueError:
        return text


@register.filter
def inlanguage(name: Any) -> str:
    """A place's name in the reader's language."""
    return "" if name is None else str(name.name_en if get_language() == "en" else name.name_zh)


@register.filter
def doorwritten(door: dict[str, str]) -> str:
    """A door as people say it, in the reader's language."""
    return door["en" if get_language() == "en" else "zh"]
