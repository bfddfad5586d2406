"""Words of the doorway's pages."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger.time import zone

register = template.Library()

WORDS = {
    "well": gettext_noop("well"),
    "unwell": gettext_noop("unwell"),
    "no_answer": gettext_noop("nobody answered"),
    "page": gettext_noop("on this page"),
    "phone": gettext_noop("by telephone"),
    "paper": gettext_noop("on paper"),
    "door": gettext_noop("at the door"),
    "fever": gettext_noop("Fever"),
    "breathless": gettext_noop("Short of breath"),
    "alone": gettext_noop("Alone, nobody to care"),
    "newcomer": gettext_noop("Newcomer"),
    "need": gettext_noop("Needs"),
    "food": gettext_noop("Food"),
    "medicine": gettext_noop("Medicine"),
    "water": gettext_noop("Water"),
    "infant": gettext_noop("For an infant"),
    "disposal": gettext_noop("Waste collection"),
    "repair": gettext_noop("Repair"),
    "open": gettext_noop("on its way"),
    "met": gettext_noop("brought"),
    "problem": gettext_noop("could not be brought yet"),
    "stay_home": gettext_noop("called: stay at home, we will call again"),
    "clinic": gettext_noop("called: go to the fever clinic"),
    "emergency": gettext_noop("called: 120 is coming"),
    "called_back": gettext_noop("called back"),
    "visit": gettext_noop("a visit"),
    "deliver": gettext_noop("a delivery"),
    "temperature": gettext_noop("taking the temperature"),
    "notice": gettext_noop("a notice"),
    "escort": gettext_noop("company on the way"),
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
