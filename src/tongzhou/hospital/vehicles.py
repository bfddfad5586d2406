"""Vehicles and those who drive them: what a dispatcher may send, and what is on its way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.hospital import queries
from tongzhou.ledger import worded
from tongzhou.ledger.time import local_day, stamp
from tongzhou.people.scope import Holder, names_of_staff
from tongzhou.sites import queries as sites
from tongzhou.sites.drafts import Draft
from tongzhou.sites.named import FOR_PEOPLE
from tongzhou.sites.templatetags.sites import carries, sitename, vehiclewords

ON_THE_WAY = ("assigned", "accepted", "granted")  # promised a bed, and not there yet
# What the vehicle said last, by where its trip is.
SAYS = {"aboard": "picked_up", "there": "handed_over", "done": "handed_over"}
OF_THE_PATIENT = frozenset({"nobody_there", "refused", "no_answer"})  # the vehicle was ready


def own(holder: Holder, promised: Iterable[dict[str, Any]], now: dt.datetime) -> list[tuple[Draft, bool]]:
    """The vehicles that a dispatcher may send, each with whether it is on its way with a patient."""
    if "dispatcher" not in holder.roles:
        return []
    away = named(one for one in promised if (one["trip"] or {}).get("state") in ("coming", "aboard", "there"))
    return [(one, one.key in away) for one in sites.choices(local_day(now), FOR_PEOPLE, holder.roles["dispatcher"])]


def offered(holder: Holder, now: dt.datetime) -> list[tuple[str, str]]:
    """The same as a field of a form offers them: key and words."""
    return [(one.key, _words(one, away)) for one, away in own(holder, queries.requests(list(ON_THE_WAY), now), now)]


def named(promised: Iterable[dict[str, Any]]) -> set[str]:
    """The vehicles that are told of these patients."""
    return {one["vehicle"]["vehicle"] for one in promised if (one["vehicle"] or {}).get("vehicle")}


def how_far(one: dict[str, Any]) -> str:
    """How far the vehicle is: on the way to the patient, or on the way with them, or there."""
    state = (one["trip"] or {}).get("state", "")
    return worded.choice("vehicle.answered", "answer", SAYS.get(state, "on_the_way"))


def word_of_it(one: dict[str, Any], named: Mapping[str, Draft]) -> str:
    """What was last said of the vehicle, in one line: how far it is, or that it is not ready and why; which one it is,
    who drives it, and since when. Empty where nothing was said."""
    told = one["vehicle"]
    if not told:
        return ""
    if told["answer"] == "not_ready":
        why = worded.choice("vehicle.answered", "reason", told["reason"]) if told.get("reason") else ""
        found = _("the patient was not picked up") if told.get("reason") in OF_THE_PATIENT else _("vehicle not ready")
        said = found + vehiclewords(named, told)
        return " · ".join(part for part in (said, why, told.get("drives", "")) if part)
    since = stamp(dt.datetime.fromisoformat(one["trip"]["since"])) if one["trip"] else ""
    said = how_far(one) + vehiclewords(named, told)
    return " · ".join(part for part in (said, told.get("drives", ""), since) if part)


def name_drivers(promised: Iterable[dict[str, Any]]) -> None:
    """Write beside each vehicle what whoever drives it is called."""
    told = [one["vehicle"] for one in promised if one["vehicle"]]
    called = names_of_staff({one["driver"] for one in told if one.get("driver")})
    for one in told:
        one["drives"] = called.get(one.get("driver"), "")


def _words(one: Draft, away: bool) -> str:
    parts = (sitename(one), one.details.plate, carries(one.details), _("on the way with a patient") if away else "")
    return " · ".join(part for part in parts if part)
