"""Levels of areas: the rule beside every published list, what was signed, and what follows before somebody signs."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.command import figures
from tongzhou.command.queries import raw, region
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day, stamp, zone
from tongzhou.measures import levels, notice, register
from tongzhou.measures.kinds import APPROVES
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.fields import Choice, Moment
from tongzhou.pages.form import Filter, fact_form
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import named
from tongzhou.problems import NotFound

Sign = fact_form("level.signed", "level", "since", "text")
WORDS = {
    "low": gettext_noop("low"),
    "medium": gettext_noop("medium"),
    "high": gettext_noop("high"),
    "insufficient_data": gettext_noop("cannot be told: figures are missing"),
    "data_error": gettext_noop("cannot be told: figures contradict each other"),
    "needs_ruling": gettext_noop("cannot be told: somebody has to rule"),
    "no_pack": gettext_noop("no rule in force"),
}
ORDER = ("low", "medium", "high")
FOLLOWS = {
    "measures_off": gettext_noop("%(n)d measures are off, for this level does not allow them: %(names)s"),
}


def word(level: str | None) -> str:
    return _(WORDS[level]) if level in WORDS else _("not published")


def why(one: figures.Level, named_units: bool) -> str:
    """Why the rule and the list differ, as far as the rule can say it; nothing of a list that named no units."""
    if one.published is None:
        return _("not on the list") if named_units else "–"
    return "" if one.published == one.level else reason(one)


def reason(one: figures.Level) -> str:
    """The rule's reason in the reader's language."""
    return one.reason_zh if (get_language() or "").startswith("zh") else one.reason_en


@page("levels", sees="counts", answers=("GET",))
def listed(ask: Ask) -> HttpResponseBase:
    """Every unit on the day of a list: rule, list, what is signed now, and why they differ; and all lists by count."""
    lists = region().get("risk_series", [])
    days = [dt.date.fromisoformat(one["as_of"]) for one in lists]
    known = [day for day in days if day <= local_day(ask.now)]
    day = next((one for one in known if str(one) == ask.given("day")), _newest(known))
    units = figures.levels(raw(), day) if day else []
    signed = levels.signed([one.place for one in units])
    rows = [(one, levels.holds(signed.get(one.place, ()), ask.now)) for one in units]
    told = [one for one in units if one.published]
    table = Table(_("Units"), _columns(bool(told)), rows, empty=_("No list was published yet."), id="levels",
                  href=lambda row: reverse("level", args=[row[0].place]))  # fmt: skip
    if ask.given("as") == "csv":
        return table.file("levels")
    judged = [one for one in told if one.level in ORDER]
    return ask.show("command/levels.html", table=table, day=day, lists=_lists(lists, known), days=known,
                    told=len(told), untold=len(told) - len(judged),
                    differ=sum(1 for one in judged if one.published != one.level))  # fmt: skip


def _newest(days: list[dt.date]) -> dt.date | None:
    """The newest list that was published unit by unit; else the newest at all."""
    whole = [day for day in days if any(one.published for one in figures.levels(raw(), day))]
    return next(reversed(whole or days), None)


def _columns(named_units: bool) -> tuple[Column, ...]:
    return (
        Column("unit", gettext_noop("Unit"), lambda row: named(row[0])),
        Column("rule", gettext_noop("By the rule"), lambda row: word(row[0].level)),
        Column("list", gettext_noop("On the list"), lambda row: word(row[0].published)),
        Column("why", gettext_noop("Why they differ"), lambda row: why(row[0], named_units)),
        Column("signed", gettext_noop("Signed"), lambda row: _signed(row[1])),
    )


def _signed(held: dict[str, Any] | None) -> str:
    return _("%(level)s since %(at)s") % {"level": word(held["level"]), "at": stamp(held["since"])} if held else "–"


def _lists(lists: list[dict[str, Any]], known: list[dt.date]) -> list[dict[str, Any]]:
    """Each published list by counts, and the rule's counts of the same day beside them."""
    found = []
    for one in lists:
        day = dt.date.fromisoformat(one["as_of"])
        if day in known:
            rule = Counter(level.level for level in figures.levels(raw(), day))
            untold = sum(n for level, n in rule.items() if level not in ORDER)
            found.append({"day": day, "units": one["units"], "untold": untold,
                          "counts": [(word(level), one[level], rule[level]) for level in ORDER]})  # fmt: skip
    return found


class WhatIf(Filter):
    """A level that is not signed, to see what would follow."""

    level = Choice(choices=lambda: [(one, word(one)) for one in ORDER], label=gettext_lazy("Level"))
    since = Moment(label=gettext_lazy("From"))


@page("levels", sees="counts")
def level(ask: Ask, place: int) -> HttpResponseBase:
    """One unit: its levels, and signing another; what would follow stands there before it is signed."""
    unit = next((one for one in notice.names_of([place]) if one.level in ("county", "urban_unit", "zone")), None)
    if unit is None:
        raise NotFound()
    held = levels.signed([place]).get(place, [])
    signs = next((at for role, at in ask.holder.places if role in APPROVES and at != place
                  and contains(ask.holder.roles[role], place)), None)  # fmt: skip
    form = ask.form(Sign, about=f"level/{place}", initial=_asked(ask)) if signs else None
    if form and (done := ask.take(form, lambda: [form.said(ask.now, signs, unit=place)])):
        return done
    told = figures.levels(raw(), local_day(ask.now) - dt.timedelta(days=1))
    rule = next((one for one in told if one.place == place), None)
    sieve = ask.filter(WhatIf, {"since": ask.now.astimezone(zone()).strftime("%Y-%m-%dT%H:%M")})
    asked = sieve.told("level")
    what_if = _follows(place, asked, moment_in(sieve.told("since") or "") or ask.now) if asked else None
    return ask.show(
        "command/level.html", unit=unit, name=notice.called(unit), form=form, rule=rule and word(rule.level),
        reason=rule and reason(rule),
        held=[{**one, "word": word(one["level"]), "when": stamp(one["since"]), "on": one["since"] <= ask.now}
              for one in held], sieve=sieve, what_if=what_if,
    )  # fmt: skip


def _asked(ask: Ask) -> dict[str, Any]:
    """What was asked "what if" of stands in the form that signs it."""
    return {"level": ask.given("level"), "since": ask.given("since")} if ask.given("level") in ORDER else {}


def _follows(place: int, level: str, since: dt.datetime) -> list[str]:
    running = register.measures(since, states=("approved", "on_site"))
    names = notice.places_of(running)
    titles = {one.key: notice.title(one, names) for one in running}
    told = []
    for one in levels.follows(place, level, since, running):
        known = _(", ").join(titles.get(name, name) for name in one.names)
        told.append(_(FOLLOWS[one.code]) % {"n": len(one.names), "names": known})
    return told or [_("No measure of this register changes.")]
