"""How the columns of a list and the reasons of its refusals are written."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext, ngettext

from tongzhou.linelist import refusals
from tongzhou.linelist.rows import Trouble
from tongzhou.linelist.saved import Drop, Keep

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
def subject(about: str) -> str:
    """Whom a draft is about, by the end of its number: case …9f3a. No name stands here."""
    noun, _, key = about.partition("/")
    words = {"case": gettext("case"), "contact": gettext("contact"), "household": gettext("door")}
    return f"{words.get(noun, noun)} {key if noun == 'household' else '…' + key[-6:]}" if key else ""


@register.simple_tag
def counted_n(count: tuple[int, bool]) -> str:
    """A number of cases, with a plus where there are more than were counted."""
    return f"{count[0]}+" if count[1] else str(count[0])


@register.simple_tag
def counted(count: tuple[int, bool]) -> str:
    """How many cases there are."""
    words = ngettext("%(n)s case", "%(n)s cases", count[0])
    return words % {"n": counted_n(count)}


@register.simple_tag
def counted_of(found: list[Any], total: tuple[int, bool]) -> str:
    """How many of them stand here."""
    return gettext("%(n)s of %(total)s") % {"n": len(found), "total": counted(total)}


@register.inclusion_tag("linelist/keep.html", takes_context=True)
def keep_view(context: dict[str, Any], mine: dict[str, Any] | None) -> dict[str, Any]:
    """The form that keeps the view on the screen, or drops it."""
    wrong = context.get("wrong_form")
    drop = Drop(name="drop", initial={"view": mine["key"]}) if mine else None
    return {"keep": wrong or Keep(name="keep"), "drop": drop,
            "csrf_token": context.get("csrf_token")}  # fmt: skip
