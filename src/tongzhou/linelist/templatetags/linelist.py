"""How the columns of a list and the reasons of its refusals are written."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from tongzhou.linelist.refusals import reason
from tongzhou.linelist.rows import Trouble

register = template.Library()


@register.filter
def field(words: dict[str, str], name: str) -> str:
    """What a column of a list is taken for."""
    return gettext(words.get(name, name))


@register.filter
def trouble(told: Trouble) -> str:
    return reason(told)
