"""The board's first sentence: what is new and where, who has been quiet, what is missing, what does not add up.

Made by rule from the figures of the day. Good news never comes without what was not told and what contradicts itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tongzhou.command import queries
from tongzhou.command.glance import Figure
from tongzhou.command.measured import Measured
from tongzhou.command.templatetags.board import named_day

QUIET = 14  # days after which a place counts as quiet
WATCHED = ("severe", "critical", "suspected", "contacts_observed", "tested")


@dataclass(frozen=True)
class Part:
    """A sentence; `strong` where nobody may miss it; with where it leads."""

    text: str
    strong: bool = False
    href: str = ""


def lead(
    line: queries.Line, units: Sequence[queries.Line], values: Mapping[int, Measured], figures: Sequence[Figure],
    day: dt.date, contradictions: int,
) -> list[Part]:  # fmt: skip
    """The sentences of a place of which figures were published; none for another."""
    one = line.published
    if one is None:
        return []
    if one.day != day:
        told = _("Nothing of %(day)s is held here: what stands here is of %(of)s.")
        return [Part(told % {"day": named_day(day), "of": named_day(one.day)}, strong=True)]
    by_id = {figure.id: figure for figure in figures}
    return [
        *_new(one, units, values, day),
        *_changed(one, by_id["active"]),
        *_untold(by_id),
        *_odd(contradictions),
    ]


def _new(
    one: queries.Published, units: Sequence[queries.Line], values: Mapping[int, Measured], day: dt.date
) -> list[Part]:
    if one.fresh is None:
        return [Part(_("How many cases were new on %(day)s is not known.") % {"day": named_day(day)}, strong=True)]
    said = ngettext("%(n)s new case on %(day)s", "%(n)s new cases on %(day)s", one.fresh)
    parts = [Part(said % {"n": f"{one.fresh:,}", "day": named_day(day)} + _where(one, units, day), strong=True)]
    if one.definition:
        parts.append(
            Part(_("What counts as confirmed changed on this day: it does not compare with the days before."), True)
        )
    quiet = [unit for unit in units if (values[unit.id]["quiet"] or 0) >= QUIET]
    if quiet:
        words = ngettext("%(n)s unit has had none for %(days)s days or more.",
                         "%(n)s units have had none for %(days)s days or more.", len(quiet))  # fmt: skip
        parts.append(Part(words % {"n": len(quiet), "days": QUIET}))
    return parts


def _stop() -> str:
    return "." if get_language() == "en" else "。"


def _where(one: queries.Published, units: Sequence[queries.Line], day: dt.date) -> str:
    told = [unit for unit in units if unit.published and unit.published.day == day and unit.published.fresh is not None]
    having = [unit for unit in told if unit.published and unit.published.fresh]
    if not told or not one.fresh:
        return _stop()
    if len(having) == 1 and len(told) == len(units):
        name = having[0].name_en if get_language() == "en" else having[0].name_zh
        return _(", all of them in %(place)s.") % {"place": name}
    words = ngettext(", in %(n)s of %(all)s unit.", ", in %(n)s of %(all)s units.", len(told))
    return words % {"n": len(having), "all": len(told)}


def _changed(one: queries.Published, active: Figure) -> list[Part]:
    if active.value is None:
        return [Part(_("How many are confirmed now cannot be told: the cured or the dead were not published."))]
    now = ngettext("%(n)s person is confirmed now", "%(n)s persons are confirmed now", int(active.value))
    said = now % {"n": f"{int(active.value):,}"}
    if active.change is None:
        return [Part(said + _stop())]
    change = {"n": f"{abs(active.change):,}"}
    more = _(", as many as the day before.") if not active.change else (
        _(", %(n)s more than the day before.") if active.change > 0 else _(", %(n)s fewer than the day before.")
    ) % change  # fmt: skip
    return [Part(said + more)]


def _untold(figures: Mapping[str, Figure]) -> list[Part]:
    """What a command watches and nothing was told of for this day, with the day of the last figure."""
    watched = [figures[name] for name in WATCHED]
    old = [f"{one.label} ({named_day(one.day)})" for one in watched if one.state == "old" and one.day]
    none = [one.label for one in watched if one.state == "none"]
    comma = ", " if get_language() == "en" else "、"
    told = ((_("No figure of this day, the last of: %(what)s."), old), (_("Not held here: %(what)s."), none))
    return [Part(said % {"what": comma.join(labels)}, strong=True) for said, labels in told if labels]


def _odd(contradictions: int) -> list[Part]:
    if not contradictions:
        return []
    said = ngettext(
        "%(n)s of the figures shown does not add up.", "%(n)s of the figures shown do not add up.", contradictions
    )
    return [Part(said % {"n": contradictions}, strong=True, href="#odd")]
