"""How a person is written on every page: number, sex, age, where."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop, ngettext

from tongzhou.people.scope import Holder
from tongzhou.persons import queries, showing

register = template.Library()
OLDEST = 80  # ages from here on are one band
SEXES = {"female": gettext_noop("woman"), "male": gettext_noop("man")}


@register.simple_tag
def handle(row: dict[str, Any], where: str = "", link: bool = True, band: bool = False) -> SafeString:
    """A row's person: the number in groups, sex, age, and where they are. Nothing for a row that is nobody's.

    `link` leads to the person's page; on paper it is left out. `band`: ten years instead of the age.
    """
    card = row.get("whose")
    if card is None and row.get("person"):
        card = queries.cards([row["person"]]).get(row["person"])
    if card is None and not row.get("person"):
        return mark_safe("")
    code = card.code if card and card.code else gettext("number follows")
    if card and link:
        written = format_html('<a class="code" href="/persons/{}">{}</a>', card.person, code)
    else:
        written = format_html('<span class="code">{}</span>', code)
    sex = row.get("sex") or (card.sex if card else None)
    age = row["age"] if row.get("age") is not None else card.age if card else None
    parts = [gettext(SEXES[sex]) if sex in SEXES else "", ten_years(age) if band else _years(age), str(where or "")]
    told = "".join(format_html(" · {}", part) for part in parts if part)
    return format_html('<span class="who">{}{}</span>', written, mark_safe(told))


def called(row: dict[str, Any], *, band: bool = False) -> str:
    """A row's person in words: the number, sex and age, or the ten years of it."""
    card = row.get("whose")
    sex = row.get("sex") or (card.sex if card else None)
    age = row["age"] if row.get("age") is not None else card.age if card else None
    parts = [
        card.code if card else "",
        gettext(SEXES[sex]) if sex in SEXES else "",
        ten_years(age) if band else _years(age),
    ]
    return " · ".join(part for part in parts if part)


def whom(row: dict[str, Any]) -> str:
    """For a receipt: the door, and who, the age as on the line; empty for a row that is of neither."""
    door = gettext("Door %(n)s") % {"n": row["household"]} if row.get("household") else ""
    return " · ".join(part for part in (door, called(row, band=True)) if part)


@register.simple_tag(takes_context=True)
def show_name(context: dict[str, Any], noun: str, row: dict[str, Any], inside: bool = False) -> SafeString:
    """One tap to name and telephone, for whoever has a purpose; nothing for others. `inside` a form that there is."""
    if clock := context.get("clock"):
        now = clock.now
    else:
        from tongzhou.api import say

        now = say.now()
    return tap(context["holder"], now, noun, row, "" if inside else context.get("csrf_token", ""))


def tap(holder: Holder, now: dt.datetime, noun: str, row: dict[str, Any], token: Any) -> SafeString:
    """The same for a cell of a table; without `token` the button alone."""
    told = showing.purpose(holder, row, noun, now)
    if told is None:
        return mark_safe("")
    button = format_html(
        '<button class="do quiet show" formaction="/persons/show/{}/{}" formmethod="post" formnovalidate'
        ' title="{}">{}</button>',
        noun, row["key"], told[1], gettext("Show name"),
    )  # fmt: skip
    if not token:
        return button
    return format_html(
        '<form method="post" class="show noprint"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}</form>',
        token, button,
    )  # fmt: skip


def _years(age: int | None) -> str:
    return "" if age is None else ngettext("%(n)s year", "%(n)s years", age) % {"n": age}


def ten_years(age: int | None) -> str:
    if age is None:
        return ""
    if age >= OLDEST:
        return gettext("%(n)s years or older") % {"n": OLDEST}
    return gettext("%(a)s to %(b)s years") % {"a": age // 10 * 10, "b": age // 10 * 10 + 9}


# What somebody is part of, in the order of a patient's way.
PARTS = {
    "exception": gettext_noop("fever at the door"),
    "referral": gettext_noop("sent to a fever clinic"),
    "case": gettext_noop("case"),
    "contact": gettext_noop("contact of a case"),
    "observation": gettext_noop("contact under observation"),
    "request": gettext_noop("bed"),
    "aftercare": gettext_noop("aftercare"),
}


def part(noun: str) -> str:
    return gettext(PARTS[noun])
