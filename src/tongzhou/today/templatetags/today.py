"""How a line of Today says its place, and what its forms send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
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


@register.simple_tag(takes_context=True)
def sends(context: dict[str, Any], one: Any, name: str = "", carries: Mapping[str, str] | None = None) -> SafeString:
    """What a form of a line sends unseen: which line, the act, from which page, and what the act brings with it."""
    line, skip = one.line, context.get("skip")
    held = [("csrfmiddlewaretoken", context.get("csrf_token", "")), ("id", one.form), ("subject", line.subject),
            ("what", line.what), ("at", str(line.at))]  # fmt: skip
    held += [("act", name)] if name else []
    held += [("from", str(skip))] if skip else []
    fields = [*held, *(carries or {}).items()]
    return mark_safe(
        "".join(f'<input type="hidden" name="{name}" value="{escape(str(value))}">' for name, value in fields)
    )
