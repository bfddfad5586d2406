"""How the columns of a list and the reasons of its refusals are written."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from tongzhou.linelist import refusals
from tongzhou.linelist.rows import Trouble

register = template.Library()


@register.filter
def field(words: dict[str, str], name: str) -> str:
    """What a column of a list is taken for."""
    return gettext(words.get(name, name))


@register.filter
def trouble(told: Trouble) -> str:
    return refusals.reason(told)


@register.filter
def sentence(code: str) -> str:
    return refusals.sentence(code)


@register.filter
def split(text: str) -> list[str]:
    return text.split()


@register.filter
def subject(about: str) -> str:
    """Whom a draft is about, by the end of its number: case …9f3a. No name stands here."""
    noun, _, key = about.partition("/")
    words = {"case": gettext("case"), "contact": gettext("contact"), "household": gettext("door")}
    return f"{words.get(noun, noun)} {key if noun == 'household' else '…' + key[-6:]}" if key else ""
