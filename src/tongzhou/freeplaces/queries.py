"""Certificates as pages read them, at a moment: whether one holds is asked of the clock (holding.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongzhou.freeplaces.holding import Standing, at, days, standing
from tongzhou.freeplaces.kinds import key_of
from tongzhou.ledger import known


@dataclass(frozen=True)
class Certificate:
    """A certificate as it is at a moment."""

    key: str
    place: int
    site: str | None
    standing: Standing
    days: int
    data: dict[str, Any]

    @property
    def holds(self) -> bool:
        return self.standing == "certified"

    @property
    def proposable(self) -> bool:
        return self.standing in ("declined", "cancelled", "ended", "lacking")


def certificates(now: dt.datetime, *, covers: str | None = None, states: Collection[str] | None = None,
                 known_at: dt.datetime | None = None) -> list[Certificate]:  # fmt: skip
    """Those that the reader may see, in the order of their places: no order of merit."""
    found = [_told(row, now) for row in known.rows("certificate", covers=covers, states=states, at=known_at)]
    return sorted(found, key=lambda one: (one.place, one.site or ""))


def of(place: int, site: str | None, now: dt.datetime) -> Certificate | None:
    """That of a place, or of a compound in it."""
    found = known.rows("certificate", key=key_of(place, site))
    return _told(found[0], now) if found else None


def _told(row: dict[str, Any], now: dt.datetime) -> Certificate:
    stands = standing(row["state"], row["data"], now)
    held = days(row["data"], now) if stands in ("certified", "suspended") else 0
    return Certificate(row["key"], row["place"], row["data"]["site"], stands, held, row["data"])


@dataclass(frozen=True)
class Listed:
    """The list of an area as it was last published: `counts` of each sort, certified of all; `own`: by its own desk."""

    place: int
    as_of: dt.datetime
    at: dt.datetime
    counts: dict[str, tuple[int, int]]
    source: str | None


SORTS = ("compounds", "communities", "villages", "streets")


def lists(now: dt.datetime, known_at: dt.datetime | None = None) -> list[Listed]:
    """Of every area that published one by then the newest list of its own, and beside it the newest that somebody else
    published, where that is newer."""
    found = []
    for row in known.rows("free_list", at=known_at):
        told = [one for said in row["data"].get("published", ()) if (one := _listed(row["place"], said, now))]
        own = next((one for one in reversed(told) if one.source is None), None)
        other = next((one for one in reversed(told) if one.source is not None), None)
        found += [one for one in (own, other) if one and (own is None or one is own or one.as_of > own.as_of)]
    return sorted(found, key=lambda one: (one.place, one.source or ""))


def _listed(place: int, told: dict[str, Any], now: dt.datetime) -> Listed | None:
    as_of, published = at(told["as_of"]), at(told["at"])
    if as_of is None or published is None or published > now:
        return None
    return Listed(place, as_of, published, {name: tuple(told[name]) for name in SORTS if told.get(name)},
                  told.get("source"))  # fmt: skip


_COUNTY = """
select p.place, c.place from unnest(%s::integer[]) p (place)
join places_cover c on c.tree = 'command' and c.valid_to is null and c.covers @> p.place
join places_name n on n.place = c.place and n.valid_to is null and n.level in ('county', 'zone', 'urban_unit')
order by c.depth
"""


def counties(places: Collection[int]) -> dict[int, int]:
    """The county around each place: the nearest."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTY, [sorted(set(places))])
        return dict(cursor.fetchall())
