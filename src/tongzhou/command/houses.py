"""Beds by class: designated hospitals, new hospitals and Fangcang, as published; and this ledger's own wards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou.command import queries
from tongzhou.hospital import leaving
from tongzhou.hospital.queries import Ward, wards
from tongzhou.ledger.time import local_day

CLASSES = {
    "designated": gettext_noop("Designated hospitals"),
    "new_hospital": gettext_noop("New hospitals"),
    "fangcang": gettext_noop("Fangcang"),
    "own": gettext_noop("Wards of this ledger"),
}


@dataclass(frozen=True)
class Class:
    """One class of beds. None: not held here. `untold`: houses that stand, whose beds nothing told. `old`: of a day
    before the one asked for."""

    id: str
    label: str
    houses: int | None = None
    open: int | None = None
    used: int | None = None
    free: int | None = None
    untold: int = 0
    day: dt.date | None = None
    source: str = ""
    old: bool = False
    flags: Sequence[str] = ()
    least: bool = False  # of more houses the days are not known: what stands is at least this
    closed: int = 0  # houses that had closed again by then


@dataclass(frozen=True)
class Beds:
    """`undated`: houses that are known, but not since when they took patients."""

    classes: Sequence[Class]
    houses: Sequence[dict[str, Any]] = field(default=())
    undated: int = 0

    @property
    def told(self) -> bool:
        return bool(self.houses) or any(one.houses is not None for one in self.classes)


def beds(covers: str, day: dt.date, at: dt.datetime | None, *, now: bool) -> Beds:
    """Of the houses that stand in a branch, as they were on a day. `now`: the day is the newest, so that the ledger's
    own wards, which are told as they stand, may stand beside it."""
    known = day + dt.timedelta(days=1) if at is None else min(day + dt.timedelta(days=1), local_day(at))
    told, own = leaving.published(known), wards() if now else []
    places = queries.inside(
        [*(one["place"] for one in (*told.days, *told.houses)), *(one.place for one in own)], covers
    )
    sources = queries.region().get("sources", {})
    here = [_then(one, sources, known) for one in told.houses if one["place"] in places]
    stand = [one for one in here if one.get("first_admission") and one["since"] < known]
    found = [_designated([one for one in told.days if one["place"] in places and one["day"] <= day], day)]
    undated = [one for one in here if not one.get("first_admission")]
    least = {one["kind"] for one in undated}  # whenever they were told of: a count without them is never the whole
    for kind in ("new_hospital", "fangcang"):
        found.append(_class(kind, [one for one in stand if one["kind"] == kind], kind in least))
    heard = sum(_told_by(one, sources, known) for one in undated) if now else 0
    return Beds([*found, _own([ward for ward in own if ward.place in places])], stand, heard)


def _then(house: dict[str, Any], sources: Mapping[str, Any], known: dt.date) -> dict[str, Any]:
    """A house without the beds that its source counted later: capacity that nobody knew of is no capacity."""
    return house if _told_by(house, sources, known) else {**house, "beds_actual": None}


def _told_by(house: dict[str, Any], sources: Mapping[str, Any], known: dt.date) -> bool:
    """Was what tells of a house out by a day? What came later is no knowledge of that day."""
    return str(sources.get(house["source"], {}).get("date", "")) <= str(known)


def _designated(days: Sequence[dict[str, Any]], day: dt.date) -> Class:
    if not days:
        return Class("designated", CLASSES["designated"])
    last = max(days, key=lambda one: one["day"])
    return Class("designated", CLASSES["designated"], last["hospitals"], last["beds"], last["used"], last["empty"], 0,
                 last["day"], last["source"], last["day"] < day, last["flags"])  # fmt: skip


def _class(kind: str, houses: Sequence[dict[str, Any]], least: bool) -> Class:
    """What stands open: how many houses, and the beds of those that told how many they had. Nothing told how many of
    them were taken on a day, nor on which day they had these beds."""
    if not houses:
        return Class(kind, CLASSES[kind])
    still = [one for one in houses if one["closed"] is None]
    told = [one["beds_actual"] for one in still if one["beds_actual"] is not None]
    return Class(
        kind, CLASSES[kind], len(still), sum(told) if told else None if still or least else 0,
        untold=len(still) - len(told), source=houses[0]["source"], least=least, closed=len(houses) - len(still),
    )  # fmt: skip


def _own(own: Sequence[Ward]) -> Class:
    if not own:
        return Class("own", CLASSES["own"])
    return Class("own", CLASSES["own"], len({ward.facility for ward in own}), sum(ward.usable for ward in own),
                 sum(ward.taken for ward in own), sum(ward.free for ward in own))  # fmt: skip
