"""How the board's values are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_noop

from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import zone
from tongzhou.pages.templatetags import pages

register = template.Library()

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$")

LEVELS = {
    "low": gettext_noop("low"),
    "medium": gettext_noop("medium"),
    "high": gettext_noop("high"),
    "insufficient_data": gettext_noop("not enough data"),
    "data_error": gettext_noop("contradictory data"),
    "no_pack": gettext_noop("no rule in force"),
}
GRADES = {
    "text": gettext_noop("read in the text"),
    "arithmetic": gettext_noop("reckoned from a text"),
    "three_agree": gettext_noop("three compilations agree"),
    "two_agree": gettext_noop("two compilations agree"),
    "single": gettext_noop("one compilation"),
    "ungraded": gettext_noop("without a grade"),
    "not_told": gettext_noop("not told"),
}
MEASURES = {"confirmed": gettext_noop("Confirmed"), "cured": gettext_noop("Cured"), "dead": gettext_noop("Dead")}
SUFFIXES = ("土家族苗族自治州", "林区", "市", "区", "县")
UNITS = {"persons": gettext_noop("persons"), "visits": gettext_noop("visits")}
FLAGS = {
    "decrease": gettext_noop("The cumulative count of confirmed went down: %(before)s → %(after)s."),
    "province_decrease": gettext_noop("The cumulative count of confirmed went down: %(before)s → %(after)s."),
    "cured_decrease": gettext_noop("The cumulative count of cured went down: %(before)s → %(after)s."),
    "dead_decrease": gettext_noop("The cumulative count of dead went down: %(before)s → %(after)s."),
    "definition_change": gettext_noop(
        "The definition of a confirmed case changed; the days before and after do not compare."
    ),
    "province_minus_units": gettext_noop("Confirmed: the province and the sum of its units differ by %(difference)s."),
    "cured_province_minus_units": gettext_noop(
        "Cured: the province and the sum of its units differ by %(difference)s."
    ),
    "dead_province_minus_units": gettext_noop("Dead: the province and the sum of its units differ by %(difference)s."),
    "unexplained_change": gettext_noop("The text tells %(new)s new cases, the cumulative count changed by %(change)s."),
    "missing_day": gettext_noop("No figure of this day is held here."),
    "dead_or_cured_exceeds_confirmed": gettext_noop("More cured and dead than confirmed."),
    "revision": gettext_noop("A later publication gave another figure for this day."),
}


register.filter(pages.named)


@register.filter
def told(text: Any) -> str:
    """A sentence of an engine: `{zh, en}` or an object with both."""
    language = "en" if get_language() == "en" else "zh"
    found = text.get(language) if isinstance(text, dict) else getattr(text, language, "")
    return str(found or "")


@register.filter
def plainly(value: Any) -> str:
    """A value of a row or a fact as people write it: lists and fields in line, moments by the region's clock."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {plainly(one)}" for name, one in value.items() if one is not None)
    if isinstance(value, list):
        return "; ".join(plainly(one) for one in value) or "–"
    if isinstance(value, str) and MOMENT.match(value) and (at := moment_in(value)):
        return f"{at.astimezone(zone()):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "–" if value is None else str(value)


@register.filter
def levelname(level: str) -> str:
    return gettext(LEVELS.get(level, level))


@register.filter
def gradename(grade: str) -> str:
    """How well a published figure is known, in words."""
    return gettext(GRADES.get(grade, grade))


@register.filter
def indicatorunit(unit: str) -> str:
    return gettext(UNITS[unit]) if unit in UNITS else unit


@register.filter
def measurename(name: str) -> str:
    return gettext(MEASURES.get(name, name))


@register.filter
def grouped(value: Any) -> str:
    return "–" if value is None or value == "" else f"{int(value):,}"


@register.filter
def restated(one: Any, name: str) -> str:
    """Of a total that moved by more than what is new: how much is new, how much was restated, and from which figure to
    which. Empty where it did not, or nobody can tell."""
    change = one.changes.get(name) if one else None
    told = []
    if change is not None and change.revised and change.fresh is not None:
        told.append(gettext("%(new)s new, %(n)s restated")
                    % {"new": signed(change.fresh), "n": signed(change.revised)})  # fmt: skip
    if change is not None and (both := was(one, name)):
        told.append(both)
    return gettext("; ").join(told)


@register.filter
def was(one: Any, name: str, public: Callable[[int], Any] | None = None) -> str:
    """The old figure and the new one of a total that was restated, and when; empty where it was not. `public`: how a
    count may be told."""
    stood = one.stood(name) if one else None
    if stood is None:
        return ""
    shown = public or (lambda n: n)
    old, now = (publicly(shown(n)) for n in (stood[0], getattr(one, name)))
    words = gettext("%(old)s → %(now)s, corrected on %(day)s") if stood[1] else (
        gettext("%(old)s the day before, now %(now)s"))  # fmt: skip
    return words % {"old": old, "now": now, "day": one.published_on[5:]}


@register.filter
def rounded(value: float | None) -> str:
    """Two decimals, empty where nothing is said."""
    return "" if value is None else f"{value:.2f}"


@register.filter
def publicly(value: Any) -> str:
    """A count as the public sees it: a number, a word such as "<5", or a dash where nothing is known."""
    return value if isinstance(value, str) else grouped(value)


@register.filter
def signed(value: int | None) -> str:
    """With its sign; a dash where nothing is known, which is not nought."""
    return "–" if value is None else f"{value:+,}".replace("-", "−") if value else "0"


@register.filter
def fresh(told: Any) -> SafeString | str:
    """New cases of a published day, and what was revised of it; a dash where nothing is known."""
    if told is None:
        return "–"
    new = signed(told.fresh)
    words = gettext("revised %(n)s") % {"n": signed(told.revised)} if told.revised else ""
    words = gettext("; ").join(part for part in (words, was(told, "confirmed")) if part)
    return format_html("{} <small>{}</small>", new, words) if words else new


@register.filter
def under(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.filter
def levelcounts(levels: Mapping[int, Any]) -> list[tuple[str, int]]:
    found = Counter(level.level for level in levels.values())
    return [(name, found[name]) for name in LEVELS if found[name]]


@register.filter
def flagtext(flag: Any) -> str:
    """What contradicts what, with its figures."""
    if flag.kind == "revision":
        return f"{gettext(FLAGS[flag.kind])} {_restated(flag.amounts)}".strip()
    amounts = {name: f"{value:,}".replace("-", "−") for name, value in flag.amounts.items()}
    return gettext(FLAGS[flag.kind]) % ({"before": "", "after": "", "difference": ""} | amounts)


def _restated(amounts: Mapping[str, int]) -> str:
    """Each figure that a later publication gave otherwise: before and after."""
    changed = ((name, amounts.get(f"{name}_before"), amounts.get(name)) for name in MEASURES)
    return "; ".join(f"{gettext(MEASURES[name])} {grouped(old)} → {grouped(new)}"
                     for name, old, new in changed if old != new)  # fmt: skip


@register.filter
def source(value: str, sources: Mapping[str, Mapping[str, str]]) -> str:
    one = sources.get(value)
    if not one:
        return value
    zh = get_language() != "en"
    title, issuer = ((one.get(f"{name}_zh") if zh else "") or one[name] for name in ("title", "issuer"))
    return f"{title} · {issuer} · {one['date']}"


@register.filter
def issuer(value: str, sources: Mapping[str, Mapping[str, str]]) -> str:
    """Who publishes the series that a figure belongs to: no document of one day."""
    one = sources.get(value)
    return value if not one else (one.get("issuer_zh") if get_language() != "en" else "") or one["issuer"]


@register.filter
def door(household: int, grid: Mapping[str, Any]) -> int:
    return int(household) - int(grid["first"]) + 1


@register.filter
def dayname(day: Any) -> str:
    """A day as people write it, with its year."""
    return f"{named_day(day)} {day.year}" if get_language() == "en" else f"{day.year}年{named_day(day)}"


@register.filter("shortday")
def named_day(day: Any) -> str:
    """A day without its year, as people write it."""
    return f"{day.day} {day:%b}" if get_language() == "en" else f"{day.month}月{day.day}日"


@register.filter
def short(line: Any) -> str:
    """A place's name without what sort of place it is."""
    if get_language() == "en":
        return str(line.name_en)
    name = line.name_zh
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix) or name
    return str(name)


@register.filter
def tenth(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


@register.filter
def ofplace(names: tuple[str, str]) -> str:
    """A place's name of a pair (Chinese, English)."""
    return names[1] if get_language() == "en" else names[0]


@register.filter
def figure(one: Any) -> str:
    """One of the figures read first; a dash where it is not known."""
    return "–" if one.value is None else f"{one.value:,.{one.decimals}f}{one.unit}"


@register.filter
def changed(n: int) -> str:
    """A change against the day before, by its direction; no colour says which is good."""
    if not n:
        return gettext("= as the day before")
    sign = "▲" if n > 0 else "▼"
    return gettext("%(sign)s %(n)s on the day before") % {"sign": sign, "n": f"{abs(n):,}"}


@register.simple_tag
def shade(measure: Any, values: Mapping[str, Any]) -> str:
    """The class of a unit's row, as its tile on the map has it."""
    return str(measure.shade(values[measure.id]))


@register.simple_tag
def value_written(measure: Any, values: Mapping[str, Any]) -> str:
    return str(measure.write(values[measure.id]))
