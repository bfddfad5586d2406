"""What shops said, and the limits by which it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
LEVELS = ("no_alert", "watch", "warn", "act")
UNKNOWN = -1  # a level that cannot be told: insufficient_data
STOCK = ("none", "low", "plenty")  # the position is the code; -1 where nothing was said of it


@dataclass(frozen=True)
class Quotes:
    """What shops said, one entry for each word.

    Attributes
    ----------
    group : item and grade in a county, numbered from 0
    shop : number of the shop
    day : local day as a proleptic ordinal
    seq : order of the words; of a shop's words of a day the last one holds
    price : yuan for the item's unit; NaN where only the stock was told
    stock : position in ``STOCK``, -1 where nothing was said of it
    left : days for which the stock lasts; NaN where nobody knows
    """

    group: Ints
    shop: Ints
    day: Ints
    seq: Ints
    price: Floats
    stock: Ints
    left: Floats

    def __len__(self) -> int:
        return len(self.group)

    def where(self, wanted: Flags | Ints) -> Quotes:
        return Quotes(self.group[wanted], self.shop[wanted], self.day[wanted], self.seq[wanted], self.price[wanted],
                      self.stock[wanted], self.left[wanted])  # fmt: skip

    @property
    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        return self.group, self.shop, self.day, self.seq, self.price, self.stock, self.left


@dataclass(frozen=True)
class Limits:
    """The numbers of the rules PRICE-ALERT and STOCK-ALERT (rulebooks/prices).

    Attributes
    ----------
    baseline_days : days before the event whose median is the baseline
    least_points : words in these days, below which there is no baseline
    watch, warn, act : per cent over the baseline
    run_days : days in a row for watch and warn; one is enough for act
    outlier_pct : per cent off the median of its day, from which a price is marked; it counts all the same
    short_days, out_days : median days of stock below which it is short, or out
    short_share, out_share : share of the shops, in per cent, that say low or none, or none
    fresh_days : days for which a word about stock holds
    """

    baseline_days: int
    least_points: int
    watch: float
    warn: float
    act: float
    run_days: int
    outlier_pct: float
    short_days: float
    out_days: float
    short_share: float
    out_share: float
    fresh_days: int


@dataclass(frozen=True)
class Judged:
    """What follows on a day, for each group.

    Attributes
    ----------
    baseline : yuan; NaN where there are too few points
    points : words of the baseline's days
    shops : shops with a price on the day
    price : median of the day; NaN where nobody said one
    over : per cent over the baseline; NaN where either is not known
    over_before : the same of the day before
    level : position in ``LEVELS``; -1 where it cannot be told
    stock_level : position in ``LEVELS`` (short is watch, out is act); -1 where nobody said anything of stock
    stock_days : median of the days that are known; NaN where none is
    told_stock, low, none : shops that said something of their stock, that say low, that say none
    outlier : for each word that was given, whether it is far off the median of its day
    """

    baseline: Floats
    points: Ints
    shops: Ints
    price: Floats
    over: Floats
    over_before: Floats
    level: Ints
    stock_level: Ints
    stock_days: Floats
    told_stock: Ints
    low: Ints
    none: Ints
    outlier: Flags
