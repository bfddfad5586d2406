"""The market in words: items with their quality and unit, what a price is over, how a level and a reading read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.ledger import worded
from tongzhou.market import policy, watch
from tongzhou.sites.drafts import Draft

LEVELS = {
    "no_alert": gettext_noop("none"),
    "watch": gettext_noop("watch"),
    "warn": gettext_noop("warn"),
    "act": gettext_noop("act"),
    "calm": gettext_noop("over"),
    "insufficient_data": gettext_noop("not known: too few prices"),
}
OUTCOMES = {
    "gouging_suspected": gettext_noop("suspected: to be looked into"),
    "no_finding": gettext_noop("nothing found"),
    "needs_ruling": gettext_noop("the two readings contradict each other: somebody rules"),
    "insufficient_data": gettext_noop("not known: the earlier price or the cost is missing"),
    "no_pack": gettext_noop("no notice is in force here"),
    "data_error": gettext_noop("the figures cannot be true"),
    "unverified": gettext_noop("the notice is not checked against its source"),
}


def called(good: watch.Good) -> str:
    """An item, with its quality where the list has several."""
    of = policy.market()
    item = of.item.get(good[0])
    if item is None:
        return _("an item that is not on the list any more")
    name = item.called
    if len(item.grades) < 2 or good[1] not in of.grade:
        return name
    return _("%(item)s (%(quality)s)") % {"item": name, "quality": of.grade[good[1]].called}


def titled(site: Draft | None) -> str:
    """A shop or a point in the reader's language; one that is on no list any more has no name."""
    if site is None:
        return _("a shop that is on no list")
    return site.name_en if get_language() == "en" and site.name_en else site.name_zh


def unit_of(item: str) -> str:
    of = policy.market()
    return of.unit[of.item[item].unit].called if item in of.item else ""


def money(yuan: float | None) -> str:
    """Yuan to the fen, or nothing."""
    return "" if yuan is None else f"{yuan:.2f}"


def over(line: watch.Line) -> str:
    """How far a price stands from what it was before the event."""
    if line.over is None:
        return _("not known")
    return percent(line.over)


def percent(value: float) -> str:
    """With its sign; nought has none."""
    return f"{value:+.1f}%" if round(value, 1) else "0.0%"


def level(code: str) -> str:
    return _(LEVELS[code])


def stock(line: watch.Line) -> str:
    """What is left: median of days, and how many shops say so."""
    if not line.told_stock:
        return _("not known")
    told = [_("%(d)s days") % {"d": f"{line.days:g}"}] if line.days is not None else []
    if line.low or line.none:
        told.append(_("%(low)d low, %(none)d none, of %(n)d shops") % {"low": line.low, "none": line.none,
                                                                        "n": line.told_stock})  # fmt: skip
    return _(", ").join(told) or _("plenty")


def figures(data: dict[str, Any]) -> str:
    """What an alert was judged by, in a sentence."""
    if data["sort"] == "stock":
        told = [_("%(d)s days are left") % {"d": f"{data['days10'] / 10:g}"}] if data["days10"] is not None else []
        if data["low"] or data["none"]:
            told.append(_("%(low)d low, %(none)d none, of %(n)d shops") % {"low": data["low"], "none": data["none"],
                                                                            "n": data["shops"]})  # fmt: skip
        return _(", ").join(told)
    if data["fen"] is None or data["base"] is None:
        return ""
    now, base = money(data["fen"] / 100), money(data["base"] / 100)
    over = f"{data['over10'] / 10:+.1f}"
    return _("%(now)s yuan, %(base)s before: %(over)s %%") % {"now": now, "base": base, "over": over}


def about(data: dict[str, Any]) -> str:
    """What an alert is about: the item, and whether its price or what is left of it."""
    return f"{called((data['item'], data['grade']))} · {worded.choice('market.alerted', 'sort', data['sort'])}"
