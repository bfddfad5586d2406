"""The next 7 to 14 days: cases, beds and days of cover, and whether a naive forecast would do better.

from tongzhou.engines.forecast import foretell, foretell_beds, score
ahead = foretell(cases, days=14)
ahead.quantiles((0.025, 0.5, 0.975)), ahead.judged, score(cases, weights, days=7, seed=1).verdict()
"""

from .ahead import foretell, foretell_beds
from .baseline import last_value, log_linear
from .burden import admissions, days_of_cover, occupancy, peak
from .renewal import Forecast, doubling_time, forecast, renewal
from .rolling import Scores, score
from .spread import LEVELS, Told, quantiles
from .stays import Stay

MODEL = "pool 1"  # raised with every change that makes another forecast of the same figures

__all__ = [
    "LEVELS",
    "MODEL",
    "Forecast",
    "Scores",
    "Stay",
    "Told",
    "admissions",
    "days_of_cover",
    "doubling_time",
    "forecast",
    "foretell",
    "foretell_beds",
    "last_value",
    "log_linear",
    "occupancy",
    "peak",
    "quantiles",
    "renewal",
    "score",
]
