"""Drives in words: to whoever drives a door, a place, an hour and who rides how; never why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.ledger import worded
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import stamp
from tongzhou.sites import queries as sites
from tongzhou.sites.drafts import Draft


def named(ones: Iterable[Mapping[str, Any]], day: dt.date) -> dict[str, Draft]:
    keys = {one[name] for one in ones for name in ("to", "car") if one.get(name)}
    return sites.names(keys, day) if keys else {}


def site(key: str | None, known: Mapping[str, Draft]) -> str:
    found = known.get(key or "")
    if found is None:
        return ""
    name = found.name_en if get_language() == "en" else found.name_zh
    return f"{name} {found.details.plate}".strip()


def rides(one: Mapping[str, Any]) -> str:
    """Sitting, in a wheelchair, lying; with somebody along."""
    how = worded.choice("lift.wanted", "seat", one["seat"])
    return _("%(how)s, with somebody along") % {"how": how} if one["companion"] else how


def starts(one: Mapping[str, Any]) -> dt.datetime | None:
    held = one["starts"]
    return held if isinstance(held, dt.datetime) else moment_in(held)


def way(one: Mapping[str, Any], door: str, known: Mapping[str, Draft]) -> list[str]:
    """What stands on a driver's line."""
    at = starts(one)
    told = [_("From: %(where)s") % {"where": door}, _("To: %(where)s") % {"where": site(one["to"], known)}, rides(one)]
    if at:
        told.insert(0, _("%(at)s at the door") % {"at": stamp(at)})
    if one["stays_h"]:
        told.append(_("home again after %(n)s hours") % {"n": one["stays_h"]})
    return [*told, site(one["car"], known), _("Every gate lets it through at once; nobody asks why.")]
