"""Prices are judged as a clerk with a pencil would: medians, days in a row, nothing thrown away, stock by itself."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou.engines.market.check import check
from tongzhou.engines.market.judge import judge
from tongzhou.engines.market.model import STOCK, Judged, Limits, Quotes

LIMITS = Limits(14, 3, 10, 20, 30, 2, 50, 3, 1, 50, 50, 2)
EVENT = dt.date(2020, 1, 22).toordinal()
DAY = dt.date(2020, 3, 10).toordinal()
PRINTED = "data/market/wuhan_weekly_prices_2018-07-09.csv"


def words(*said: tuple[int, int, float | None] | tuple[int, int, float | None, str | None, float | None]) -> Quotes:
    """(shop, day, price, stock, days left) of one item, in the order in which they were said."""
    full = [(*one, None, None) if len(one) == 3 else one for one in said]
    shop, day, price, stock, left = zip(*full, strict=True)
    ints = lambda column: np.array(column, np.int64)  # noqa: E731
    floats = lambda column: np.array([np.nan if v is None else v for v in column], np.float64)  # noqa: E731
    return Quotes(ints([0] * len(full)), ints(shop), ints(day), ints(range(len(full))), floats(price),
                  ints([STOCK.index(s) if s else -1 for s in stock]), floats(left))  # fmt: skip


BEFORE = tuple((shop, EVENT - back, 10.0) for shop in (1, 2) for back in (1, 8))


def judged(*said: tuple, limits: Limits = LIMITS) -> Judged:
    return judge(words(*BEFORE, *said), np.array([EVENT]), DAY, limits)


@pytest.mark.parametrize(
    ("yesterday", "today", "level"),
    [
        (11.0, 11.0, 1), (10.99, 11.5, 0), (12.0, 12.0, 2), (11.0, 12.9, 1), (10.0, 13.0, 3), (None, 13.0, 3),
        (None, 12.0, -1), (None, 10.5, 0), (12.0, None, -1), (9.0, 9.0, 0),
    ],
)  # fmt: skip
def test_two_days_in_a_row_warn_and_one_day_of_thirty_per_cent_is_enough(
    yesterday: float | None, today: float | None, level: int
) -> None:
    said = [(1, day, price) for day, price in ((DAY - 1, yesterday), (DAY, today)) if price is not None]
    assert judged(*said).level[0] == level


def test_fewer_than_three_points_are_no_baseline() -> None:
    few = words(*BEFORE[:2], (1, DAY, 30.0))
    found = judge(few, np.array([EVENT]), DAY, LIMITS)
    assert found.points[0] == 2 and np.isnan(found.baseline[0]) and found.level[0] == -1


def test_an_odd_price_is_marked_and_counts_all_the_same() -> None:
    found = judged((1, DAY, 10.0), (2, DAY, 10.0), (3, DAY, 30.0))
    assert found.outlier.tolist() == [False] * 6 + [True]
    assert found.price[0] == 10.0 and found.shops[0] == 3
    assert judged((1, DAY, 10.0), (3, DAY, 30.0)).outlier.sum() == 0, "of two nobody knows which is odd"


def test_a_shop_counts_once_a_day_with_its_last_word_and_a_word_of_stock_takes_no_price_away() -> None:
    found = judged((1, DAY, 20.0), (1, DAY, 12.0), (1, DAY, None, "low", None))
    assert found.price[0] == 12.0 and found.shops[0] == 1 and found.low[0] == 1


def test_a_shortage_at_an_unchanged_price_is_an_alert() -> None:
    short = judged((1, DAY, 10.0, "low", 2.0), (2, DAY, 10.0, "plenty", 3.5))
    assert short.level[0] == -1 or short.level[0] == 0
    assert short.stock_level[0] == 1 and short.stock_days[0] == 2.75
    assert judged((1, DAY, None, "none", None)).stock_level[0] == 3
    assert judged((1, DAY - 2, None, "none", None)).stock_level[0] == -1, "too old to tell"
    assert judged((1, DAY, 10.0)).stock_level[0] == -1, "nothing said is not plenty"
    assert judged((1, DAY - 1, None, "none", None), (1, DAY, None, "plenty", None)).stock_level[0] == 0


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from([0, 1, 14, 15, 62, 63, 64]),
                          st.sampled_from([9.0, 10.0, 11.0, 12.0, 13.0, 40.0])), max_size=60))  # fmt: skip
def test_the_engine_agrees_with_a_pencil(said: list[tuple[int, int, int, float]]) -> None:
    first = EVENT - 15
    column = lambda n: np.array([one[n] for one in said], np.int64)  # noqa: E731
    quotes = Quotes(column(0), column(1), column(2) + first, np.arange(len(said)), np.array([o[3] for o in said]),
                    np.full(len(said), -1), np.full(len(said), np.nan))  # fmt: skip
    event = np.full(3, EVENT)
    found = judge(quotes, event, DAY, LIMITS)
    assert check(quotes, event.tolist(), DAY, LIMITS, found) == []


def test_the_34_printed_percentages_come_out(shared: Path) -> None:
    """Last week's price as the only point of the baseline, this week's as that of the day: the printed change."""
    rows = list(csv.DictReader((shared / PRINTED).open(encoding="utf-8")))
    n = len(rows)
    price = np.array([float(r["last_week_yuan_kg"]) for r in rows] + [float(r["this_week_yuan_kg"]) for r in rows])
    quotes = Quotes(np.tile(np.arange(n), 2), np.zeros(2 * n, np.int64), np.repeat([DAY - 7, DAY], n), np.arange(2 * n),
                    price, np.full(2 * n, -1), np.full(2 * n, np.nan))  # fmt: skip
    limits = Limits(7, 1, 10, 20, 30, 1, 50, 3, 1, 50, 50, 2)
    found = judge(quotes, np.full(n, DAY), DAY, limits)
    assert n == 34
    assert [round(float(one), 2) for one in found.over] == [float(r["printed_pct"]) for r in rows]
