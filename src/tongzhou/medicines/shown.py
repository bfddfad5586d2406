"""Medicines, bags and cards in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tongzhou.ledger.owed import day_in, moment_in
from tongzhou.ledger.time import local_day, stamp
from tongzhou.medicines import limits
from tongzhou.rules.words import vocabulary
from tongzhou.sites import queries as sites
from tongzhou.sites.drafts import Draft
from tongzhou.sites.wanted import called as strength


def english() -> bool:
    return get_language() == "en"


def named(ones: Iterable[Mapping[str, Any]], day: dt.date) -> dict[str, Draft]:
    """The medicines and pharmacies that these rows name."""
    keys = {one[name] for one in ones for name in ("medicine", "pharmacy", "elsewhere", "to", "car") if one.get(name)}
    return sites.names(keys, day) if keys else {}


def site(key: str | None, known: Mapping[str, Draft]) -> str:
    found = known.get(key or "")
    return "" if found is None else found.name_en if english() else found.name_zh


def medicine(one: Mapping[str, Any], known: Mapping[str, Draft]) -> str:
    """Name, strength and how much: for those alone who may know it."""
    draft = known.get(one.get("medicine") or "")
    unit = vocabulary("units").terms[one["of"]]
    what = strength(draft, english()) if draft else one.get("text") or ""
    return f"{what}, {one['quantity']} {unit.en if english() else unit.zh}"


def left(last: str | None, now: dt.datetime) -> str:
    """For how many days the medicine lasts that is there."""
    day = day_in(last)
    if day is None:
        return ""
    days = (day - local_day(now)).days
    if days > 0:
        return ngettext("medicine for %(n)s more day", "medicine for %(n)s more days", days) % {"n": days}
    if days == 0:
        return _("the last dose is today")
    return ngettext("without medicine for %(n)s day", "without medicine for %(n)s days", -days) % {"n": -days}


def presses(last: str | None, now: dt.datetime) -> bool:
    """Is it so near that it is an alarm?"""
    day = day_in(last)
    return day is not None and limits.alarm(day) <= now


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def bag(one: Mapping[str, Any]) -> list[str]:
    """What a carrier reads: number, cold, by when, what is to be paid."""
    by = one["by"] if isinstance(one["by"], dt.datetime) else moment_in(one["by"])
    told = [_("Bag %(n)s") % {"n": one["number"]}]
    if one["cold"]:
        told.append(_("keep it cold"))
    if by:
        told.append(_("at the door by %(at)s") % {"at": stamp(by)})
    if due := one["fen"] - one["paid"]:
        told.append(_("%(yuan)s yuan to be paid") % {"yuan": yuan(due)})
    return told
