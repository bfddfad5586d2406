"""How many there will have been: counts of the last days, completed for what is not reported yet, with uncertainty.

from tongzhou.engines.nowcast import nowcast
now = nowcast(triangle, weekday=weekday)
now.total, now.quantiles((0.025, 0.975)), now.method
"""

from .build import build
from .count import Nowcast, fit_size, negative_binomial, nowcast
from .holes import mark_holes, silent_days
from .pooled import nowcast_places, strength
from .reference import complete, delay_pmf, triangle_of
from .score import coverage, crps, mean_error, wis
from .shares import Pattern, hazards, row_shares, shares

__all__ = [
    "Nowcast",
    "Pattern",
    "build",
    "complete",
    "coverage",
    "crps",
    "delay_pmf",
    "fit_size",
    "hazards",
    "mark_holes",
    "mean_error",
    "negative_binomial",
    "nowcast",
    "nowcast_places",
    "row_shares",
    "shares",
    "silent_days",
    "strength",
    "triangle_of",
    "wis",
]
