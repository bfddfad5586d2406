"""How the situation report writes its figures and sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_noop, ngettext

from tongzhou.command.sitrep import Lead, Report
from tongzhou.command.sitrep_figures import Figure
from tongzhou.command.templatetags.board import grouped, signed
from tongzhou.ledger.time import stamp
from tongzhou.pages.templatetags.pages import named
from tongzhou.people import duties

register = template.Library()

LABELS = {
    "new": gettext_noop("New confirmed"),
    "active": gettext_noop("Confirmed now"),
    "new_cured": gettext_noop("Newly cured"),
    "new_dead": gettext_noop("New deaths"),
    "confirmed": gettext_noop("Confirmed, cumulative"),
    "cured": gettext_noop("Cured, cumulative"),
    "dead": gettext_noop("Dead, cumulative"),
    "households": gettext_noop("Households on the list"),
    "heard": gettext_noop("Households heard from"),
    "exceptions": gettext_noop("Exceptions"),
}
NAMED = 3  # places that the first sentence names; more are counted


def _either(zh_en: tuple[str, str]) -> str:
    return zh_en[1] if get_language() == "en" else zh_en[0]


@register.filter
def figurelabel(one: Figure) -> str:
    """What a figure is, and of which place where that is another."""
    words = gettext(LABELS[one.id]) if one.id in LABELS else _either(one.named)
    place = _either(one.of)
    return gettext("%(what)s (%(place)s)") % {"what": words, "place": place} if place else words


@register.filter
def figurenote(one: Figure) -> str:
    """What stands below a figure: the change, or that it is old, or that nobody sent it."""
    if one.value is None:
        return gettext("not told") if one.href else gettext("not held here")
    told = [gettext("of %(day)s, nothing newer here") % {"day": day(one.day)}] if one.old and one.day else []
    if one.change is not None:
        told.append(gettext("%(n)s on the day before") % {"n": signed(one.change)})
    return gettext("; ").join(told)


@register.filter
def sourcedfigure(one: Figure) -> SafeString | str:
    """A figure with the way to its source."""
    if one.value is None or not one.href:
        return grouped(one.value)
    return format_html('<a href="{}">{}</a>', one.href, grouped(one.value))


@register.filter
def day(value: dt.date) -> str:
    """A day as one says it: 10 March, 3月10日."""
    from django.utils.formats import date_format

    return str(date_format(value, "j F" if get_language() == "en" else "n月j日"))


@register.filter
def linked(value: Any, href: str) -> SafeString | str:
    """A cell's figure with the way to its source; a dash where it was not told."""
    if value is None:
        return "–"
    told = f"{value:,.1f}" if isinstance(value, float) else grouped(value)
    return format_html('<a href="{}">{}</a>', href, told) if href else told


@register.filter
def leadsentence(found: Report) -> SafeString | str:
    """The first sentence, by rule: what is new and where, how many had none, how many are ill now."""
    lead, told = found.lead, found.line.published
    if told is None:
        return gettext("No figures of this place are held here. Silence is not zero.")
    parts = [_new(found, lead), _without(lead), _now(lead)]
    space = " " if get_language() == "en" else ""
    return format_html_join(space, "{}", ((one,) for one in parts if one))


def _new(found: Report, lead: Lead) -> SafeString | str:
    assert found.line.published is not None
    when = day(found.line.published.day)
    if lead.new is None:
        return gettext("How many were new on %(day)s cannot be told.") % {"day": when}
    href = f"/source/bulletin/{found.line.published.unit}/{found.line.published.day}"
    n = format_html('<b><a href="{}">{}</a></b>', href, grouped(lead.new))
    if not lead.new:
        return format_html(gettext("No new cases of {day} are held here."), day=when)
    if not lead.where or len(lead.where) > NAMED:
        text = ngettext("{n} new confirmed case on {day}.", "{n} new confirmed cases on {day}.", lead.new)
        return format_html(text, n=n, day=when)
    where = gettext(", ").join(named(line) for line in lead.where)
    text = ngettext(
        "{n} new confirmed case on {day}, in {where}.", "{n} new confirmed cases on {day}, all in {where}.", lead.new
    )
    return format_html(text, n=n, day=when, where=where)


def _without(lead: Lead) -> str:
    if not lead.units or not lead.silent:
        return ""
    told = gettext("Of %(all)s places %(n)s had none") % {"all": lead.units, "n": lead.silent}
    if lead.quiet:
        told += gettext(", %(n)s of them for 14 days or longer") % {"n": lead.quiet}
    return told + gettext(".")


def _now(lead: Lead) -> str:
    if lead.active is None:
        return ""
    told = gettext("%(n)s are confirmed now") % {"n": grouped(lead.active)}
    if lead.change:
        words = gettext(", %(n)s fewer than the day before") if lead.change < 0 else gettext(
            ", %(n)s more than the day before")  # fmt: skip
        told += words % {"n": grouped(abs(lead.change))}
    return told + gettext(".")


@register.filter
def latewords(one: Sequence[Any]) -> str:
    """What is late: which sort, how many, at how many places, since when."""
    what, n, places, since = one
    told = {"what": duties.words_of(what), "n": grouped(n), "p": grouped(places), "since": stamp(since)}
    text = ngettext("%(what)s: %(n)s, at one place, since %(since)s",
                    "%(what)s: %(n)s, at %(p)s places, since %(since)s", places)  # fmt: skip
    return text % told


@register.filter
def difference(whole: Any, together: Any) -> str:
    """How far the figure of the whole lies from the sum of its parts; empty where they agree or one is not told."""
    if whole is None or together is None or whole == together:
        return ""
    return f"({signed(whole - together)})"


@register.filter
def shortdigest(digest: str) -> str:
    """The first twelve digits in groups, as one reads them out."""
    return " ".join(digest[n : n + 4] for n in (0, 4, 8))
