"""Levels of areas: what the rule proposes beside what holds, every published list, what follows, and signing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.command import figures
from tongzhou.command.queries import raw, region
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day, stamp
from tongzhou.measures import gate, levels, notice, shelf
from tongzhou.measures.held import Held, levels_at
from tongzhou.measures.vocabulary import APPROVES
from tongzhou.pages import spoken
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.fields import Choice, Moment
from tongzhou.pages.form import Filter, fact_form
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import named
from tongzhou.places.queries import names
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
    "no_checkpoints": gettext_noop("No road checkpoint may be proposed or stand here."),
    "checkpoints": gettext_noop("A road checkpoint can be proposed; the province approves it."),
}


@dataclass(frozen=True)
class Unit:
    """A unit on the day of a list: by the rule, on the list and on the list before, and what holds now."""

    rule: figures.Level
    before: str | None
    held: Held | None

    @property
    def judged(self) -> bool:
        return self.rule.level in ORDER

    @property
    def differs(self) -> bool:
        return self.judged and self.rule.published not in (None, self.rule.level)

    @property
    def moved(self) -> bool:
        """Has it another level on this list than on the one before?"""
        return None not in (self.before, self.rule.published) and self.before != self.rule.published


def word(level: str | None) -> str:
    return _(WORDS[level]) if level in WORDS else _("not published")


def held_in_words(held: Held | None) -> str:
    """What holds and by what: a signature or a published list."""
    if held is None:
        return _("none")
    if held.since:
        return _("%(level)s, signed, since %(at)s") % {"level": word(held.level), "at": stamp(held.since)}
    return _("%(level)s, by the list of %(day)s") % {"level": word(held.level), "day": held.listed}


def numbers(one: figures.Level) -> str:
    """The figures that the rule read; empty where there were none."""
    given = one.told.inputs
    if given.get("cumulative") is None:
        return ""
    new = sum((given.get("new_by_day") or {}).values())
    told = {"all": given["cumulative"], "new": new}
    if given.get("missing_days"):
        return _("%(all)s cases in all, at least %(new)s new in 14 days: days are missing") % told
    return _("%(all)s cases in all, %(new)s new in 14 days") % told


def why(one: figures.Level) -> str:
    """What the rule says and knows, in a sentence; where it cannot tell, what it would take."""
    if one.level in ORDER:
        return reason(one)
    if one.missing == ("cluster_14d",):
        told = {"numbers": numbers(one), "high": word("high"), "medium": word("medium")}
        return (
            _("%(numbers)s; %(high)s where experts sign a cluster, %(medium)s where they sign that there is none")
            % told
        )
    if "cumulative" in one.missing:
        return _("no figures of its own are held here")
    return reason(one)


def reason(one: figures.Level) -> str:
    """The rule's reason in the reader's language."""
    return one.reason_zh if spoken.reader() == "zh" else one.reason_en


@page("levels", sees="counts", answers=("GET",))
def listed(ask: Ask) -> HttpResponseBase:
    """What the rule proposes and does not hold yet; then every unit on the day of a list, and all lists by count."""
    lists = region().get("risk_series", [])
    known = [day for day in (dt.date.fromisoformat(one["as_of"]) for one in lists) if day < local_day(ask.now)]
    whole = [day for day in known if any(one.published for one in figures.levels(raw(), day))]
    day = next((one for one in known if str(one) == ask.given("day")), next(reversed(whole or known), None))
    units = _units(day, whole, ask.now) if day else []
    if ask.given("as") == "csv":
        return _table(_("Units"), units, day in whole).file("levels")
    told = [one for one in units if one.rule.published]
    later = [one for one in known if whole and one > whole[-1]]
    shown = sorted((one for one in units if one.judged or one.moved), key=lambda one: (not one.differs, not one.moved))
    dark = [one for one in units if not one.judged]
    rest = [one for one in dark if not one.moved]
    return ask.show(
        "command/levels.html", proposals=_proposals(ask), signed=_signed(ask), day=day, days=known,
        lists=_lists(lists, known),
        table=_table(_("Units that the rule can judge, or whose level changed"), shown, day in whole),
        rest=_table(_("The other units"), rest, day in whole), untold=len(dark),
        by_name=whole[-1] if later else None, only_counts=later,
        unpublished=sum("cumulative" in one.rule.missing for one in dark), told=len(told),
        moved=sum(one.moved for one in told),
        judged=sum(one.judged for one in told), differ=sum(one.differs for one in told),
    )  # fmt: skip


def _units(day: dt.date, whole: Sequence[dt.date], now: dt.datetime) -> list[Unit]:
    found = figures.levels(raw(), day)
    earlier = [one for one in whole if one < day]
    before = {one.place: one.published for one in figures.levels(raw(), earlier[-1])} if earlier else {}
    held = levels_at(connection, [one.place for one in found], now)
    return [Unit(one, before.get(one.place), held.get(one.place)) for one in found]


def _signed(ask: Ask) -> list[dict[str, Any]]:
    """Every level that was signed here and holds or will hold, whether its unit is on a published list or not: the
    latest first."""
    told = levels.signed()
    places = names(sorted(told))
    found = []
    for unit, ones in told.items():
        current = levels.holds(ones, ask.now)
        for one in ones:
            if one is current or one["since"] > ask.now:
                found.append({"place": unit, "name": named(places.get(unit)), "word": word(one["level"]),
                              "since": one["since"], "coming": one is not current, "text": one["text"]})  # fmt: skip
    return sorted(found, key=lambda one: one["since"], reverse=True)


def _proposals(ask: Ask) -> list[dict[str, Any]]:
    """Units of which the rule, at yesterday's close, says another level than the one that holds."""
    told = [one for one in figures.levels(raw(), local_day(ask.now) - dt.timedelta(days=1)) if one.level in ORDER]
    held = levels_at(connection, [one.place for one in told], ask.now)
    found = []
    for one in told:
        now = held.get(one.place)
        if now is None or now.level != one.level:
            found.append({"place": one.place, "name": named(one), "level": one.level, "word": word(one.level),
                          "held": held_in_words(now), "numbers": numbers(one), "why": why(one)})  # fmt: skip
    return found


def _table(caption: str, units: Sequence[Unit], named_units: bool) -> Table:
    columns = (
        Column("unit", gettext_noop("Unit"), lambda one: named(one.rule)),
        Column("held", gettext_noop("Holds now"), lambda one: held_in_words(one.held)),
        Column("rule", gettext_noop("By the rule"), lambda one: word(one.rule.level)),
        Column("list", gettext_noop("On the list"), lambda one: word(one.rule.published) if named_units else "–"),
        Column("before", gettext_noop("On the list before"), _before),
        Column("why", gettext_noop("What the rule says"), lambda one: why(one.rule)),
    )
    return Table(caption, columns, units, empty=_("None."), id="levels",
                 href=lambda one: reverse("level", args=[one.rule.place]))  # fmt: skip


def _before(one: Unit) -> str:
    return word(one.before) if one.moved else "–"


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
    """One unit: what holds, what the rule and each list say; what would follow from another level; signing it."""
    unit = next((one for one in notice.names_of([place]) if one.level in ("county", "urban_unit", "zone")), None)
    if unit is None:
        raise NotFound()
    signs = _signs(ask, place)
    sieve = ask.filter(WhatIf)
    asked, since = sieve.told("level"), moment_in(sieve.told("since") or "")
    form = ask.form(Sign, about=f"level/{place}", initial={"level": asked, "since": since}) if signs else None
    if form and (done := ask.take(form, lambda: [form.said(ask.now, signs, unit=place)])):
        return done
    held = levels_at(connection, [place], ask.now).get(place)
    rule = _of(place, local_day(ask.now) - dt.timedelta(days=1))
    return ask.show(
        "command/level.html", unit=unit, name=named(unit), form=form, rule=rule and word(rule.level),
        why=rule and why(rule), numbers=rule and numbers(rule), held=held_in_words(held),
        proposed=rule if rule and rule.level in ORDER and (held is None or held.level != rule.level) else None,
        signed=[{**one, "word": word(one["level"]), "when": stamp(one["since"]), "on": one["since"] <= ask.now}
                for one in levels.signed([place]).get(place, [])],
        lists=_told_of(place, ask.now), sieve=sieve, asked_word=word(asked) if asked else "",
        signer=named(names([signs]).get(signs)) if signs else "",
        above=_above(place, ask.now), what_if=_follows(place, asked, since or ask.now, held) if asked else None,
        since_words=stamp(since) if since else "",
    )  # fmt: skip


def _signs(ask: Ask, place: int) -> int | None:
    """The desk of the reader that signs levels of this area: one above it, of another government."""
    over = gate.others_above(raw(), place)
    return next((at for role, at in ask.holder.places if role in APPROVES and at in over
                 and contains(ask.holder.roles[role], place)), None)  # fmt: skip


def _above(place: int, at: dt.datetime) -> str:
    """The areas whose desks sign it, nearest first."""
    over = [one.id for one in gate.above(raw(), place, at) if one.id != place]
    return _(" or ").join(named(one) for one in notice.names_of(over))


def _of(place: int, day: dt.date) -> figures.Level | None:
    return next((one for one in figures.levels(raw(), day) if one.place == place), None)


def _told_of(place: int, now: dt.datetime) -> list[dict[str, Any]]:
    """Every list that named this unit, with the rule of the same day beside it."""
    found = []
    for one in region().get("risk_series", []):
        day = dt.date.fromisoformat(one["as_of"])
        rule = _of(place, day) if day < local_day(now) else None
        if rule and rule.published:
            found.append({"day": day, "list": word(rule.published), "rule": word(rule.level), "why": why(rule)})
    return found


def _follows(place: int, level: str, since: dt.datetime, held: Held | None) -> list[str]:
    running = [entry.one for entry in shelf.entries(since)]
    told, changed = [], held is None or (held.level == "low") != (level == "low")
    found = levels.follows(place, level, since, running)
    shown = {name for one in found for name in one.names}
    known = [one for one in running if one.key in shown]
    places = notice.places_of(known)
    titles = {one.key: notice.title(one, places) for one in known}
    for one in found:
        listed_names = _(", ").join(titles.get(name, name) for name in one.names)
        told.append(_(FOLLOWS[one.code]) % {"n": len(one.names), "names": listed_names})
    if not told:
        told.append(_("No measure of this register changes."))
    if changed and gate.terms("road_checkpoints"):
        told.append(_(FOLLOWS["no_checkpoints" if level == "low" else "checkpoints"]))
    return told
