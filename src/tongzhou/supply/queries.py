"""Stores as they were last counted, and for how many days what they hold is enough."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from tongzhou.api import say
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import close_of
from tongzhou.supply import policy

MORNING = dt.timedelta(hours=12)  # after the close: what the next morning knew of a day


@dataclass(frozen=True)
class Store:
    """A house's store, or with no house that of the place's own desk."""

    place: int
    house: str | None
    place_zh: str
    place_en: str
    house_zh: str = ""
    house_en: str = ""
    invented: bool = False

    @property
    def key(self) -> str:
        return f"{self.place}/{self.house or ''}"


@dataclass(frozen=True)
class Line:
    """An item in a store. `demand`: pieces a day, the larger of mean use and stated need; None if neither is known."""

    key: str
    item: policy.Item
    store: Store
    usable: int
    used: float | None
    need: int | None
    counted_at: dt.datetime
    stale: bool
    source: str | None

    @property
    def published(self) -> bool:
        """Of a whole place, as somebody published it: its stores are in it already."""
        return self.source is not None and self.store.house is None

    @property
    def demand(self) -> float | None:
        known = [one for one in (self.used, self.need) if one is not None]
        return float(max(known)) if known else None

    @property
    def cover(self) -> float | None:
        """Days that the stock lasts (RULEBOOK 8): usable / max(7-day mean use, reported need). None where the count is
        too old, where nobody told use or need, or where nothing is needed."""
        return self.usable / self.demand if not self.stale and self.demand else None

    @property
    def level(self) -> str:
        return policy.stock().level(self.cover)


_HOUSES = "select facility, facility_zh, facility_en, place, invented from hospital_houses()"
_NAMES = """
select distinct on (place) place, name_zh, name_en, invented from places_name where place = any(%s)
order by place, valid_from desc
"""


def lines(now: dt.datetime, at: dt.datetime | None = None, covers: str | None = None) -> list[Line]:
    """What runs out first, first; then what cannot be told. Under the reader's scope; as known at `at`, and as old as
    it is at `now`."""
    known, limits = rows("stock", covers=covers, at=at), policy.stock()
    if not known:
        return []
    houses, names = _houses(), _names(sorted({row["place"] for row in known}))
    oldest = now - dt.timedelta(days=limits.stale_days)
    found = [
        Line(
            row["key"], item, _store(row["place"], data["house"], names, houses), data["usable"], data["used"],
            data["need"], row["effective_at"], row["effective_at"] < oldest, data["source"],
        )
        for row in known
        if row["effective_at"] <= now
        for data in [row["data"]]
        if (item := limits.by_code.get(data["item"])) is not None
    ]  # fmt: skip
    order = [item.code for item in limits.items]
    return sorted(
        found,
        key=lambda one: (one.stale, one.cover is None, one.cover or 0.0, order.index(one.item.code), one.store.key),
    )


def at_close(day: dt.date, at: dt.datetime | None, covers: str | None = None) -> list[Line]:
    """Stores in the reader's scope at the close of a day as the next morning knew them, or as known at `at`."""
    now = say.now()
    morning = close_of(day) + MORNING
    return lines(min(close_of(day), at or now), at or (morning if morning < now else None), covers)


def stores(places: Iterable[int], counted: Sequence[Line] = ()) -> list[Store]:
    """The stores that somebody may count: of the houses that stand within `places`, and the places' own; those that
    `counted` tells of first."""
    own = sorted(set(places))
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct facility, h.place from hospital_houses() h join places_cover c on c.tree = 'command'"
            " and c.valid_to is null and c.place = any(%s) and c.covers @> h.place order by h.place, facility",
            [own],
        )
        standing = cursor.fetchall()
    names, houses = _names(sorted({*own, *(place for _house, place in standing)})), _houses()
    found = [
        *(_store(place, house, names, houses) for house, place in standing),
        *(_store(place, None, names, houses) for place in own),
    ]
    known = {line.store.key for line in counted}
    return sorted(found, key=lambda one: one.key not in known)


Names = dict[int, tuple[str, str, bool]]
Houses = dict[str, tuple[str, str, int, bool]]


def _store(place: int, house: str | None, names: Names, houses: Houses) -> Store:
    zh, en, invented = names.get(place, ("", "", False))
    if house is None:
        return Store(place, None, zh, en, invented=invented)
    house_zh, house_en, _place, made_up = houses.get(house, (house, house, place, False))
    return Store(place, house, zh, en, house_zh, house_en, made_up)


def _houses() -> Houses:
    with connection.cursor() as cursor:
        cursor.execute(_HOUSES)
        return {house: (zh, en, place, invented) for house, zh, en, place, invented in cursor.fetchall()}


def _names(places: list[int]) -> Names:
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [places])
        return {place: (zh, en, invented) for place, zh, en, invented in cursor.fetchall()}


def last_told(found: Iterable[Line], store: Store) -> dict[str, Line]:
    """The store's own lines by item."""
    return {line.item.code: line for line in found if line.store.key == store.key}
