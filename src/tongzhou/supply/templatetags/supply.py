"""How stores, goods and days of cover are written."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language, gettext, gettext_noop

from tongzhou.supply.policy import Item
from tongzhou.supply.queries import Line, Store

register = template.Library()

LEVELS = {"red": "high", "amber": "medium", "green": "low"}  # classes of the console's style sheet
WHY_UNKNOWN = {
    "stale": gettext_noop("counted too long ago"),
    "untold": gettext_noop("use and need not told"),
    "idle": gettext_noop("none needed"),
}


def _english() -> bool:
    return get_language() == "en"


def _place(one: Store) -> str:
    return one.place_en if _english() else one.place_zh


@register.filter
def good(item: Item) -> str:
    return item.en if _english() else item.zh


@register.filter
def store(one: Store) -> str:
    """The house's name, or whose own store it is."""
    if one.house:
        return one.house_en if _english() else one.house_zh
    return gettext("%(place)s, own store") % {"place": _place(one)}


@register.filter
def whose(line: Line) -> str:
    """Whose stock a line tells of: a store's, or a whole place's as it was published."""
    if line.published:
        return gettext("%(place)s, as published") % {"place": _place(line.store)}
    return store(line.store)


@register.filter
def levelclass(level: str) -> str:
    return LEVELS.get(level, "outline")


@register.filter
def coverwords(line: Line) -> str:
    """Days with one decimal, or why none can be told."""
    if line.cover is not None:
        return gettext("%(days)s days") % {"days": f"{line.cover:,.1f}"}
    return gettext(WHY_UNKNOWN["stale" if line.stale else "untold" if line.demand is None else "idle"])


@register.filter
def pieces(n: float | None) -> str:
    return "–" if n is None else f"{n:,.0f}"
