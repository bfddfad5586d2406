"""The same by hand, one group at a time, with the standard library: what `judge` says is proved against it."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence

from tongzhou.engines.market.model import UNKNOWN, Judged, Limits, Quotes


def check(quotes: Quotes, event: Sequence[int], day: int, limits: Limits, judged: Judged) -> list[str]:
    """What is wrong with a judgement, in words; empty where nothing is."""
    prices: dict[int, dict[int, dict[int, tuple[int, float]]]] = defaultdict(lambda: defaultdict(dict))
    for group, shop, on, seq, price, _stock, _left in zip(*(column.tolist() for column in quotes.columns), strict=True):
        kept = prices[group][on].get(shop)
        if kept is None or seq >= kept[0]:
            prices[group][on][shop] = (seq, price)
    wrong = []
    for group, begins in enumerate(event):
        days = {on: [p for _seq, p in said.values() if not math.isnan(p)] for on, said in prices[group].items()}
        points = [p for on, said in days.items() if begins - limits.baseline_days <= on < begins for p in said]
        base = statistics.median(points) if len(points) >= limits.least_points else None
        over = [_over(days.get(day - back, []), base) for back in range(limits.run_days)]
        level = _level(over, limits)
        if int(judged.points[group]) != len(points) or int(judged.level[group]) != level:
            wrong.append(f"group {group}: {judged.level[group]} of {judged.points[group]} points, not {level}")
        if (base is None) != math.isnan(judged.baseline[group]) or (base and abs(base - judged.baseline[group]) > 1e-9):
            wrong.append(f"group {group}: baseline {judged.baseline[group]}, not {base}")
    return wrong


def _over(said: Sequence[float], base: float | None) -> float | None:
    return 100 * (statistics.median(said) / base - 1) if said and base else None


def _level(over: Sequence[float | None], limits: Limits) -> int:
    today = over[0]
    if today is None:
        return UNKNOWN
    if today >= limits.act - 1e-9:
        return 3
    if None in over:
        return UNKNOWN if today >= limits.watch - 1e-9 else 0
    least = min(one for one in over if one is not None)
    return 2 if least >= limits.warn - 1e-9 else 1 if least >= limits.watch - 1e-9 else 0
