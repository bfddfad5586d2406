"""The tables of the outlook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from tongzhou.command.templatetags.board import grouped, rounded
from tongzhou.directives.lists import joined
from tongzhou.ledger import states
from tongzhou.ledger.time import stamp
from tongzhou.outlook.ahead import Burden
from tongzhou.outlook.cover import Cover
from tongzhou.outlook.delays import Onset
from tongzhou.outlook.past import Past
from tongzhou.outlook.templatetags.outlook import delaytitle, direction, fortnight, percent, whole
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import named
from tongzhou.rules.words import vocabulary
from tongzhou.supply.templatetags.supply import good, levelclass


def cases(caption: str, found: Sequence[Any]) -> Table:
    """The cases of a cluster, each with the chain around it."""

    def chain(case: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("chain", args=[case["key"]]), _("Who infected whom"))

    def stands(case: Any) -> str:
        return joined(states.said("case", case["state"]), case["data"]["card"])

    columns = (
        Column("case", gettext_noop("Case"), stands),
        Column("onset", gettext_noop("Onset"), lambda case: case["data"]["onset"], sort="moment"),
        Column("age", gettext_noop("Age"), lambda case: case["data"]["age"], sort="number"),
        Column("chain", gettext_noop("Chain"), chain),
    )
    return Table(caption, columns, found, href=lambda case: reverse("case", args=[case["key"]]))


def foretold(found: Sequence[Past]) -> Table:
    """What earlier forecasts said of a day, and what came."""

    def made(one: Past) -> SafeString:
        before = ngettext("one day before", "%(n)s days before", one.ahead) % {"n": one.ahead}
        return format_html("{} <small>{}</small>", one.made, joined(before, "" if one.kept else _("made afterwards")))

    def said(one: Past) -> SafeString | str:
        if not one.then:
            return direction(one.direction)
        median, low, high = one.then
        return format_html("{} <small>{} – {}</small>", whole(median), whole(low), whole(high))

    def held(one: Past) -> SafeString | str:
        outside = format_html('<b class="level medium">{}</b>', _("came outside"))
        return "–" if one.held is None else _("held") if one.held else outside

    columns = (
        Column("made", gettext_noop("Made on"), made),
        Column("said", gettext_noop("Foretold"), said, sort="number"),
        Column("came", gettext_noop("Came"), lambda one: whole(one.came), sort="number"),
        Column("band", gettext_noop("Band"), held),
        Column("score", gettext_noop("Score"), lambda one: None if one.score is None else f"{one.score:.1f}",
               sort="number"),
    )  # fmt: skip
    return Table(_("What was foretold of this day before"), columns, found)


def ahead(days: Sequence[tuple[dt.date, Sequence[float]]]) -> Table:
    """The quantiles of each day to come; the fan is drawn from its rows."""

    def told(row: tuple[dt.date, Sequence[float]]) -> dict[str, str]:
        return {"day": row[0].isoformat(), "q": ",".join(map(str, row[1]))}

    quantiles = ("2.5 %", "25 %", gettext_noop("median"), "75 %", "97.5 %")
    columns = [Column("day", gettext_noop("Day"), lambda row: row[0].isoformat(), sort="moment")]
    for n, words in enumerate(quantiles):
        columns.append(Column(f"q{n}", words, lambda row, n=n: whole(row[1][n]), sort="number"))  # type: ignore[misc]
    return Table(_("The next fourteen days"), columns, days, data=told, id="ahead", tall=True)


def goods(found: Sequence[Cover]) -> Table:
    """How long each good lasts in the counted stores of a place."""

    def by_forecast(one: Cover) -> SafeString | str:
        if not one.days:
            return "–"
        days, low, high = map(fortnight, one.days)
        return format_html('<span class="level {}">{}</span> <small>{} – {}</small>', levelclass(one.level), days, low,
                           high)  # fmt: skip

    def today(one: Cover) -> SafeString | str:
        told = floatformat(one.today, 1)
        return told if one.days else format_html('<span class="level {}">{}</span>', levelclass(one.level), told)

    def counted(one: Cover) -> str:
        where = _("as published") if one.published else str(one.stores)
        return joined(where + (f" ({_('invented')})" if one.invented else ""), stamp(one.oldest))

    columns = (
        Column("good", gettext_noop("Good"), lambda one: good(one.item)),
        Column("forecast", gettext_noop("Days, by the forecast"), by_forecast, sort="number"),
        Column("today", gettext_noop("Days, at today's use"), today, sort="number"),
        Column("usable", gettext_noop("Usable"), lambda one: whole(one.usable), sort="number"),
        Column("demand", gettext_noop("A day"), lambda one: whole(one.demand), sort="number"),
        Column("stores", gettext_noop("Stores"), counted),
    )
    return Table(_("Protective goods: how long they last"), columns, found, id="goods")


def delay(what: str, found: Sequence[Onset]) -> Table:
    """What is known of each day, and with those still to come; the curve is drawn from its rows."""

    def coming(one: Onset) -> str:
        return "–" if one.median is None else f"{whole(one.median)} ({whole(one.low)} – {whole(one.high)})"

    def told(one: Onset) -> dict[str, Any]:
        figures = {"new": one.reported, "median": one.median, "low": one.low, "high": one.high}
        return {"day": one.day.isoformat(), **figures}

    columns = (
        Column("day", gettext_noop("Day"), lambda one: one.day.isoformat(), sort="moment"),
        Column("known", gettext_noop("known"), lambda one: one.reported, sort="number"),
        Column("coming", gettext_noop("with those still to come"), coming, sort="number"),
    )
    return Table(delaytitle(what), columns, found, data=told, id=f"t-{what}", tall=True)


def _band(told: Sequence[float] | None, written: Callable[[float], str] = whole) -> SafeString | str:
    if not told:
        return "–"
    middle, low, high = map(written, told)
    return format_html("{} <small>{} – {}</small>", middle, low, high)


def side_by_side(found: Sequence[dict[str, Any]], query: str) -> Table:
    """The places right below, those that will need most beds first."""

    def going(row: dict[str, Any]) -> str:
        ahead = row["ahead"]
        if ahead.doubling:
            return _("double in %(d)s days") % {"d": floatformat(ahead.doubling, 1)}
        if ahead.halving:
            return _("halve in %(d)s days") % {"d": floatformat(ahead.halving, 1)}
        if ahead.direction:
            return direction(ahead.direction)
        if ahead.why == "few":
            return _("too few new cases to foretell anything")
        if ahead.again:
            return _("can be told with the figures of %(d)s") % {"d": f"{ahead.again:%m-%d}"}
        return _("not to be told yet")

    def first_out(row: dict[str, Any]) -> SafeString | str:
        short = row["short"]
        if not short:
            return _("no store counted")
        days = fortnight(short.days[0]) if short.days else floatformat(short.today, 1)
        return format_html('{} <span class="level {}">{}</span>', good(short.item), levelclass(short.level), days)

    def in_bed(burden: Burden | None) -> SafeString | str:
        if burden is None:
            return "–"
        told = grouped(burden.in_bed)
        return format_html("{} <small>{}</small>", told, _("lie in hospital")) if burden.lying else told

    def beds(row: dict[str, Any]) -> SafeString | str:
        burden = row["ahead"].burden
        return _band(burden.beds if burden and burden.days == 7 else None)

    columns = (
        Column("place", gettext_noop("Place"), lambda row: named(row["line"])),
        Column("new", gettext_noop("New a day, in a week"),
               lambda row: _band(row["ahead"].then if row["ahead"].reach == 7 else None), sort="number"),
        Column("rt", "Rt", lambda row: _band(row["ahead"].reproduction, rounded), sort="number"),
        Column("cases", gettext_noop("Cases"), going),
        Column("in_bed", gettext_noop("Currently confirmed"), lambda row: in_bed(row["ahead"].burden), sort="number"),
        Column("beds", gettext_noop("Beds needed, in a week"), beds, sort="number"),
        Column("severe", gettext_noop("Severe a day"),
               lambda row: _band(row["ahead"].burden and row["ahead"].burden.severe), sort="number"),
        Column("short", gettext_noop("Runs out first"), first_out),
    )  # fmt: skip
    return Table(_("The places below, side by side"), columns, found, id="places",
                 empty=_("No figures of the places below are held here. Silence is not zero."),
                 href=lambda row: f"{reverse('outlook', args=[row['line'].id])}?{query}")  # fmt: skip


def attack_rates(found: Sequence[tuple[str, Any]]) -> Table:
    """Contacts who fell ill, by how they were exposed."""

    def how(row: tuple[str, Any]) -> str:
        term = vocabulary("contact_categories").terms[row[0]]
        return term.en if get_language() == "en" else term.zh

    def rate(row: tuple[str, Any]) -> SafeString:
        one = row[1]
        return format_html("{} <small>{} – {}</small>", percent(one.value), percent(one.low), percent(one.high))

    columns = (
        Column("how", gettext_noop("How they were exposed"), how),
        Column("ill", gettext_noop("Fell ill"), lambda row: whole(row[1].events), sort="number"),
        Column("contacts", gettext_noop("Contacts"), lambda row: whole(row[1].total), sort="number"),
        Column("rate", gettext_noop("Secondary attack rate"), rate, sort="number"),
    )
    return Table(_("Contacts who fell ill"), columns, found, id="secondary",
                 empty=_("Too few contacts have ended their observation to tell a rate."))  # fmt: skip


def curves(found: Sequence[Sequence[Any]]) -> Table:
    """Cases by day of onset, report and confirmation."""
    days = (gettext_noop("Onset"), gettext_noop("Reported"), gettext_noop("Confirmed"))
    columns = [Column("day", gettext_noop("Day"), lambda row: row[0].isoformat(), sort="moment")]
    for n, words in enumerate(days, 1):
        columns.append(Column(f"n{n}", words, lambda row, n=n: row[n], sort="number"))  # type: ignore[misc]
    return Table(_("By day of onset, report and confirmation"), columns, found, id="curves", tall=True)
