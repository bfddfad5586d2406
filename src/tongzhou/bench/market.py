"""The alerts of a whole province on one day: every item of every county judged from a month of its shops' words,
beside one sort of the same words, which no median by item can do without."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tongzhou.engines.market.check import check
from tongzhou.engines.market.judge import judge
from tongzhou.engines.market.model import LEVELS, UNKNOWN, Limits, Quotes

CHECKED = 200  # groups that are judged by hand as well


@dataclass(frozen=True)
class Options:
    counties: int = 103
    items: int = 30
    shops: int = 10
    days: int = 30
    seed: int = 7
    repeat: int = 3


LIMITS = Limits(14, 3, 10, 20, 30, 2, 50, 3, 1, 50, 50, 2)


def run(options: Options, say: Callable[[str], None]) -> dict[str, Any]:
    """What was judged, how long it took, and the limit of the same run."""
    quotes, event, day = month(options)
    say(f"{len(quotes):,} words of {len(event):,} items in counties.")
    judged = judge(quotes, event, day, LIMITS)
    spent = min(_timed(lambda: judge(quotes, event, day, LIMITS)) for _ in range(options.repeat))
    limit = min(_timed(lambda: _sort(quotes)) for _ in range(options.repeat))
    few = quotes.where(quotes.group < CHECKED)
    part = judge(few, event[:CHECKED], day, LIMITS)
    wrong = check(few, event[:CHECKED].tolist(), day, LIMITS, part)
    levels = {name: int((judged.level == n).sum()) for n, name in enumerate(LEVELS)}
    return {
        "bench": "market", "counties": options.counties, "items": options.items, "shops": options.shops,
        "days": options.days, "words": len(quotes), "groups": len(event),
        "levels": levels | {"insufficient_data": int((judged.level == UNKNOWN).sum())},
        "stock_alerts": int((judged.stock_level > 0).sum()), "marked_odd": int(judged.outlier.sum()),
        "cpu_s": round(spent, 3), "words_per_cpu_s": round(len(quotes) / spent),
        "limit": "one sort of the same words by item and price", "limit_cpu_s": round(limit, 3),
        "times_the_limit": round(spent / limit, 1), "checked_by_hand": min(CHECKED, len(event)), "wrong": wrong,
    }  # fmt: skip


def month(options: Options) -> tuple[Quotes, np.ndarray[Any, np.dtype[np.int64]], int]:
    """A month in which the event begins at its middle: prices wander, some items jump, one word in ten is missing, and
    they come in no order."""
    rng = np.random.default_rng(options.seed)
    groups = options.counties * options.items
    shape = (groups, options.shops, options.days)
    usual = rng.uniform(1, 30, groups)[:, None, None]
    jump = np.where(rng.random(groups) < 0.1, rng.uniform(1.1, 1.6, groups), 1.0)[:, None, None]
    after = (np.arange(options.days) >= options.days // 2)[None, None, :]
    price = usual * np.where(after, jump, 1.0) * rng.normal(1, 0.04, shape)
    stock = rng.choice([-1, 0, 1, 2], shape, p=[0.2, 0.01, 0.04, 0.75])
    group, shop, day = np.indices(shape).reshape(3, -1)
    told = rng.permutation(np.flatnonzero(rng.random(group.size) < 0.9))
    left = np.where(rng.random(shape) < 0.5, rng.uniform(1, 20, shape), np.nan)
    quotes = Quotes(group[told], shop[told], day[told], np.arange(len(told)), price.reshape(-1)[told],
                    stock.reshape(-1)[told], left.reshape(-1)[told])  # fmt: skip
    return quotes, np.full(groups, options.days // 2), options.days - 1


def _sort(quotes: Quotes) -> None:
    np.lexsort((quotes.price, quotes.group))


def _timed(act: Callable[[], Any]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began
