"""The next 7 to 14 days: cases, admissions, beds and days of cover, and whether a naive forecast would do better.

from tongzhou.engines.forecast import forecast, score
ahead = forecast(cases, weights, days=14, seed=1)
ahead.quantiles((0.025, 0.5, 0.975)), score(cases, weights, days=7, seed=1).verdict()
"""

from .baseline import last_value, log_linear
from .burden import admissions, days_of_cover, occupancy, peak
from .renewal import LEVELS, Forecast, doubling_time, forecast, renewal
from .rolling import Scores, combined, score

__all__ = [
    "LEVELS",
    "Forecast",
    "Scores",
    "admissions",
    "combined",
    "days_of_cover",
    "doubling_time",
    "forecast",
    "last_value",
    "log_linear",
    "occupancy",
    "peak",
    "renewal",
    "score",
]
