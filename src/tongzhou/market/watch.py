"""The words of the ledger as the engine takes them, and what it says of a county on a day."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from psycopg import Connection

from tongzhou.engines.market.judge import judge
from tongzhou.engines.market.model import LEVELS, STOCK, UNKNOWN, Quotes
from tongzhou.ledger.owed import on
from tongzhou.ledger.time import local_day
from tongzhou.market import policy

Good = tuple[str, str]  # item and grade


@dataclass(frozen=True)
class Told:
    """A word of a shop."""

    key: str
    at: dt.datetime
    place: int
    site: str
    good: Good
    yuan: float | None
    cost: float | None
    stock: str | None
    days: int | None
    source: str
    by: int | None
    fen: int | None = None
    unit: str | None = None

    @property
    def day(self) -> dt.date:
        return local_day(self.at)


@dataclass(frozen=True)
class Line:
    """What is true of an item and a quality in a county on a day. `level`, `stock`: none of them where it cannot be
    told."""

    good: Good
    day: dt.date
    price: float | None
    base: float | None
    over: float | None
    over_before: float | None
    points: int
    shops: int
    level: str
    stock: str
    days: float | None
    told_stock: int
    low: int
    none: int
    odd: frozenset[str]  # keys of words that are far off the median of their day

    def figures(self, edition: str) -> dict[str, Any]:
        """As a fact of an alert has them."""
        given = {"fen": self.price and round(self.price * 100), "base": self.base and round(self.base * 100),
                 "over10": None if self.over is None else round(self.over * 10),
                 "days10": None if self.days is None else round(self.days * 10)}  # fmt: skip
        known = {name: value for name, value in given.items() if value is not None}
        return {"day": self.day.isoformat(), "points": self.points, "shops": max(self.shops, self.told_stock),
                "low": self.low, "none": self.none, "edition": edition, **known}  # fmt: skip


_WORDS = """
select r.key, r.effective_at, r.place, r.data ->> 'site', r.data ->> 'item', r.data ->> 'grade',
  (r.data ->> 'yuan')::float, (r.data ->> 'cost')::float, r.data ->> 'stock', (r.data ->> 'days')::integer,
  r.data ->> 'source', (r.data ->> 'by')::integer, (r.data ->> 'fen')::integer, r.data ->> 'unit'
from unnest(%(covers)s::int4multirange) g join ledger_row r on r.noun = 'price' and r.place >= lower(g)
  and r.place < upper(g)
where r.state <> 'void' and ((r.effective_at >= %(base)s and r.effective_at < %(event)s)
    or (r.effective_at >= %(since)s and r.effective_at < %(until)s))
  and (%(item)s::text is null or (r.data ->> 'item' = %(item)s and r.data ->> 'grade' = %(grade)s))
order by r.effective_at, r.key
"""


def words(
    connection: Connection[Any] | Any,
    covers: str,
    event: dt.date | None,
    since: dt.date,
    until: dt.date,
    before: int,
    good: Good | None = None,
) -> list[Told]:
    """What shops of a branch said in the `before` days before the event, and from one day to another, both included;
    of one item and quality, or of all."""
    begins = on(event, 0) if event else on(since, 0)
    given = {
        "covers": covers, "base": begins - dt.timedelta(days=before if event else 0), "event": begins,
        "since": on(since, 0), "until": on(until, 0) + dt.timedelta(days=1),
        "item": good and good[0], "grade": good and good[1],
    }  # fmt: skip
    rows = _fetched(connection, given)
    return [Told(key, at, place, site, (item, grade), *rest) for key, at, place, site, item, grade, *rest in rows]


def _fetched(connection: Any, given: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, given)
        return list(cursor.fetchall())


def lines(told: Sequence[Told], event: dt.date | None, day: dt.date, code: str | None) -> list[Line]:
    """What is true on a day of every item and quality that somebody told of. `code`: of the place whose orders hold."""
    held = policy.limits(day, code)
    if held is None or not told:
        return []
    goods = sorted({one.good for one in told})
    begins = (event or dt.date(1900, 1, 1)).toordinal()
    quotes = _quotes(told, goods)
    found = judge(quotes, np.full(len(goods), begins), day.toordinal(), held[0])
    odd: dict[Good, set[str]] = {}
    for n in np.flatnonzero(found.outlier).tolist():
        odd.setdefault(told[n].good, set()).add(told[n].key)
    return [
        Line(
            good, day, _known(found.price[n]), _known(found.baseline[n]), _known(found.over[n]),
            _known(found.over_before[n]), int(found.points[n]), int(found.shops[n]), _level(found.level[n]),
            _level(found.stock_level[n]), _known(found.stock_days[n]), int(found.told_stock[n]), int(found.low[n]),
            int(found.none[n]), frozenset(odd.get(good, ())),
        )
        for n, good in enumerate(goods)
    ]  # fmt: skip


def _quotes(told: Sequence[Told], goods: Sequence[Good]) -> Quotes:
    group = {good: n for n, good in enumerate(goods)}
    shops = {site: n for n, site in enumerate(sorted({one.site for one in told}))}
    return Quotes(
        _ints(group[one.good] for one in told),
        _ints(shops[one.site] for one in told),
        _ints(one.day.toordinal() for one in told),
        np.arange(len(told)),
        _floats(one.yuan for one in told),
        _ints(STOCK.index(one.stock) if one.stock else -1 for one in told),
        _floats(one.days for one in told),
    )


def _ints(values: Iterable[int]) -> Any:
    return np.fromiter(values, np.int64)


def _floats(values: Iterable[float | None]) -> Any:
    return np.fromiter((math.nan if one is None else one for one in values), np.float64)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _level(code: int) -> str:
    return "insufficient_data" if code == UNKNOWN else LEVELS[code]
