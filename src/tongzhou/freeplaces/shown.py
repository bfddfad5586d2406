"""A unit, its certificate and what the ledger says of it, in words: of rules and measures, never of a household."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from tongzhou import rules
from tongzhou.freeplaces.application import Application
from tongzhou.freeplaces.holding import at, days
from tongzhou.freeplaces.kinds import MEASURES
from tongzhou.freeplaces.six import SEEN, with_seen
from tongzhou.ledger.time import local_day, stamp
from tongzhou.pages import spoken
from tongzhou.pages.templatetags.pages import named
from tongzhou.places.queries import names

Unit = tuple[int, str | None]  # a place, and the compound in it
_SITES = (
    "select distinct on (site) site, name_zh, name_en from sites_span where site = any(%s) order by site, since desc"
)


def titles(units: Iterable[Unit]) -> dict[Unit, str]:
    """What units are called: a compound by its name and its community's."""
    asked = sorted(set(units), key=lambda unit: (unit[0], unit[1] or ""))
    places = names(sorted({place for place, _site in asked}))
    with connection.cursor() as cursor:
        cursor.execute(_SITES, [[site for _place, site in asked if site]])
        sites = {site: zh if spoken.reader() == "zh" else en or zh for site, zh, en in cursor.fetchall()}
    return {
        (place, site): " · ".join(filter(None, [named(places.get(place)), sites.get(site or "", "")]))
        for place, site in asked
    }


def unit(row: Mapping[str, Any]) -> Unit:
    return row["place"], row["site"]


def said(found: Application, seen: Sequence[str] = ()) -> list[str]:
    """What speaks for it and what against it, a sentence each; what nobody knows is said as such."""
    told = [_cases(found)]
    if found.open is None:
        told.append(_("people not yet released: not known"))
    else:
        told.append(_("people not yet released: %(n)d") % {"n": found.open})
    if found.homeless:
        told.append(_("of %(n)d people of the county nobody knows yet where they live") % {"n": found.homeless})
    return told + [measure(code, held) for code, held in with_seen(found.measures, seen).items()]


def _cases(found: Application) -> str:
    if found.last is None:
        return _("days without a case: not known")
    if isinstance(found.last, dt.date):
        told = {"day": found.last.isoformat(), "n": (found.day - found.last).days, "heard": found.heard}
        if found.heard:
            return _("last confirmed case: %(day)s, %(n)d days before; heard of first on %(heard)s") % told
        return _("last confirmed case: %(day)s, %(n)d days before") % told
    return _("never a confirmed case")


def measure(code: str, held: bool | None) -> str:
    """One of the six, in place or not; what only eyes can see is for the street to say."""
    words = _(MEASURES[code])
    if held is None:
        told = _("%(what)s: the street looks") if code in SEEN else _("%(what)s: not known")
    else:
        told = _("%(what)s: yes") if held else _("%(what)s: no")
    return told % {"what": words}


def lacks(found: Application, seen: Sequence[str] = ()) -> list[str]:
    """What speaks against it and what nobody knows, a sentence each; nothing where the rule says yes."""
    told = found.judged(seen)
    if told.outcome == "certify":
        return []
    zh = spoken.reader() == "zh"
    days = int(told.pack.parameters["days_without_case"]) if told.pack else 0
    lacking = [_cases(found)] if isinstance(found.last, dt.date) and (found.day - found.last).days < days else []
    if isinstance(found.silent, dt.date) and (found.day - found.silent).days < days:
        lacking.append(_("last asymptomatic infection: %(day)s") % {"day": found.silent.isoformat()})
    if found.open:
        lacking.append(_("people not yet released: %(n)d") % {"n": found.open})
    lacking += [measure(code, held) for code, held in found.measures.items() if held is False]
    lacking += [_("not known: %(what)s") % {"what": one} for one in (told.missing_zh if zh else told.missing_en)]
    if not found.held:
        lacking.append(_("no clinic or hospital of the county has spoken here for 14 days"))
    if found.homeless:
        lacking.append(_("of %(n)d people of the county nobody knows yet where they live") % {"n": found.homeless})
    return lacking or [told.reason_zh if zh else told.reason_en]


def verdict(found: Application, seen: Sequence[str] = ()) -> str:
    """What the rule says of it now."""
    lacking = lacks(found, seen)
    return _("Against it: %(what)s") % {"what": _("; ").join(lacking)} if lacking else _("The rule says yes.")


def allowed(data: Mapping[str, Any], standing: str, now: dt.datetime, code: str | None) -> str:
    """What people of the place may do, by EF-PRIV; empty where the rule does not answer."""
    status = {"certified": "certified", "suspended": "suspended"}.get(standing, "cancelled")
    given = {"certified_days": days(data, now), "status": status, "ask": local_day(now).isoformat()}
    told = rules.evaluate(rules.book(), "EF-PRIV", given, on=local_day(now), place_code=code)
    if not told.decided:
        return ""
    return told.reason_zh if spoken.reader() == "zh" else told.reason_en


def since(data: Mapping[str, Any], name: str = "since") -> str:
    moment = at(data[name])
    return stamp(moment) if moment else ""
