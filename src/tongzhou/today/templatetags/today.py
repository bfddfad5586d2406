"""How a line of Today says its place."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def placed_at(names: dict[int, tuple[str, str]], place: int) -> str:
    return called_place(names.get(place))


@register.filter
def called_place(names: tuple[str, str] | None) -> str:
    if names is None:
        return ""
    return names[1] if get_language() == "en" else names[0]
