"""Judges prices and stocks of many items in many counties on one day.

A price is compared with the median of the days before the event. Nothing is thrown away: a median bears single odd
prices, and those are marked for whoever looks. Stock is judged by itself: a shortage at an unchanged price is one.
"""

from __future__ import annotations

import numpy as np

from tongzhou.engines.market.model import STOCK, UNKNOWN, Flags, Floats, Ints, Judged, Limits, Quotes


def judge(quotes: Quotes, event: Ints, day: int, limits: Limits) -> Judged:
    """What follows on a day.

    Parameters
    ----------
    quotes : the words; of a shop's words of a day about one group the last one holds
    event : for each group, the ordinal of the day on which its event began; its baseline lies before it
    day : ordinal of the day that is judged
    limits : the numbers of the rules

    Returns
    -------
    Judged
        One entry for each group in ``event``; ``outlier`` one for each word of ``quotes``.
    """
    groups = len(event)
    held = _last(quotes, np.flatnonzero(~np.isnan(quotes.price)), by_day=True)
    priced = quotes.where(held)
    begins = event[priced.group]
    before = (priced.day < begins) & (priced.day >= begins - limits.baseline_days)
    points = np.bincount(priced.group[before], minlength=groups).astype(np.int64)
    baseline = medians(priced.group[before], priced.price[before], groups)
    baseline[points < limits.least_points] = np.nan
    over = [_over(priced, baseline, day - back, groups) for back in range(limits.run_days)]
    on_day = priced.day == day
    stock_level, stock_days, *counts = _stock(quotes, day, groups, limits)
    return Judged(
        baseline=baseline,
        points=points,
        shops=np.bincount(priced.group[on_day], minlength=groups).astype(np.int64),
        price=medians(priced.group[on_day], priced.price[on_day], groups),
        over=over[0],
        over_before=over[1] if len(over) > 1 else np.full(groups, np.nan),
        level=level_of(np.stack(over), limits),
        stock_level=stock_level,
        stock_days=stock_days,
        told_stock=counts[0],
        low=counts[1],
        none=counts[2],
        outlier=_outliers(quotes, held, groups, limits),
    )


def _last(quotes: Quotes, among: Ints, *, by_day: bool) -> Ints:
    """Of the words at these positions the last of each shop and group, or of each day of those."""
    if not len(among):
        return among
    if np.any(np.diff(quotes.seq[among]) < 0):  # a stable sort by one number keeps the order of those that are equal
        among = among[np.argsort(quotes.seq[among], kind="stable")]
    day = quotes.day[among] - quotes.day[among].min()
    whose = quotes.group[among] * (int(quotes.shop.max()) + 1) + quotes.shop[among]
    key = whose * (int(day.max()) + 1) + day
    order = np.argsort(key, kind="stable")
    sorted_ = (key if by_day else whose)[order]
    ends = np.ones(len(order), bool)
    ends[:-1] = sorted_[1:] != sorted_[:-1]
    return among[order[ends]]


def medians(group: Ints, value: Floats, groups: int) -> Floats:
    """The median of the values of each group; NaN where it has none."""
    found = np.full(groups, np.nan)
    if not len(value):
        return found
    order = np.lexsort((value, group))
    count = np.bincount(group, minlength=groups)
    first = np.concatenate(([0], np.cumsum(count)[:-1]))
    some = count > 0
    lower = order[(first + (count - 1) // 2)[some]]
    upper = order[(first + count // 2)[some]]
    found[some] = (value[lower] + value[upper]) / 2
    return found


def level_of(over: Floats, limits: Limits) -> Ints:
    """The level of each group from per cent over the baseline, the newest day first: act on one day, the others on
    ``run_days`` in a row. A day of which nothing is known breaks a row; where that leaves open whether there would be
    one, it is not told as none."""
    tiny = 1e-9  # 11 against 10 yuan is 10 %, however a computer writes it
    today, least = over[0], over.min(axis=0)
    level = np.zeros(over.shape[1], np.int64)
    level[least >= limits.watch - tiny] = 1
    level[least >= limits.warn - tiny] = 2
    level[today >= limits.act - tiny] = 3
    open_ = np.isnan(least) & (today >= limits.watch - tiny) & (level < 3)
    level[np.isnan(today) | open_] = UNKNOWN
    return level


def _over(priced: Quotes, baseline: Floats, day: int, groups: int) -> Floats:
    on_day = priced.day == day
    return 100 * (medians(priced.group[on_day], priced.price[on_day], groups) / baseline - 1)


def _stock(quotes: Quotes, day: int, groups: int, limits: Limits) -> tuple[Ints, Floats, Ints, Ints, Ints]:
    """Level and days of stock, and how many shops told, say low, say none: each shop's last word that holds still."""
    fresh = (quotes.day <= day) & (quotes.day > day - limits.fresh_days)
    said = np.flatnonzero(fresh & ((quotes.stock >= 0) | ~np.isnan(quotes.left)))
    newest = quotes.where(_last(quotes, said, by_day=False))
    n = np.bincount(newest.group, minlength=groups).astype(np.int64)
    none = np.bincount(newest.group[newest.stock == STOCK.index("none")], minlength=groups).astype(np.int64)
    low = np.bincount(newest.group[newest.stock == STOCK.index("low")], minlength=groups).astype(np.int64)
    known = ~np.isnan(newest.left)
    days = medians(newest.group[known], newest.left[known], groups)
    level = np.zeros(groups, np.int64)
    level[(100 * (low + none) >= limits.short_share * n) & (low + none > 0) | (days < limits.short_days)] = 1
    level[(100 * none >= limits.out_share * n) & (none > 0) | (days < limits.out_days)] = 3
    level[n == 0] = UNKNOWN
    return level, days, n, low, none


def _outliers(quotes: Quotes, priced: Ints, groups: int, limits: Limits) -> Flags:
    """Prices far off the median of their group and day, where at least three shops said one."""
    found = np.zeros(len(quotes), bool)
    if not len(priced):
        return found
    day = quotes.day[priced] - quotes.day[priced].min()
    cell, number = np.unique(quotes.group[priced] * (int(day.max()) + 1) + day, return_inverse=True)
    middle = medians(number, quotes.price[priced], len(cell))[number]
    enough = np.bincount(number, minlength=len(cell))[number] >= 3
    found[priced] = enough & (np.abs(quotes.price[priced] / middle - 1) * 100 > limits.outlier_pct)
    return found
