"""Time-varying reproduction numbers for every place at once.

from tongzhou.engines.rt import discretise, estimate
est = estimate(incidence, discretise(7.5, 3.4, incidence.shape[1]), window=7)
est.mean[:, -1], est.quantiles((0.025, 0.975))
"""

from .backward import back_impute, back_project
from .cori import Estimate, estimate, infectiousness, least_cases
from .growth import by_growth
from .serial import discretise, proper
from .teunis import CaseEstimate, wallinga_teunis
from .tree import roll_up
from .uncertain import Mixture, draw_intervals, estimate_uncertain
from .weekly import growth_rate, reassign_withdrawals, weekly_to_daily

__all__ = [
    "CaseEstimate",
    "Estimate",
    "Mixture",
    "back_impute",
    "back_project",
    "by_growth",
    "discretise",
    "draw_intervals",
    "estimate",
    "estimate_uncertain",
    "growth_rate",
    "infectiousness",
    "least_cases",
    "proper",
    "reassign_withdrawals",
    "roll_up",
    "wallinga_teunis",
    "weekly_to_daily",
]
