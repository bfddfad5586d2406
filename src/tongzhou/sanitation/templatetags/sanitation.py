"""Words of sanitation in templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language, gettext

from tongzhou.ledger import worded
from tongzhou.places.queries import Name

register = template.Library()


@register.filter
def called(names: Mapping[int, Name], place: int) -> str:
    """A place in the reader's language."""
    found = names.get(place)
    return "–" if found is None else found.name_en if get_language() == "en" else found.name_zh


@register.filter
def works(one: Mapping[str, Any]) -> str:
    return gettext(", ").join(worded.choice("cleanup.called", "works", code) for code in one["works"])
