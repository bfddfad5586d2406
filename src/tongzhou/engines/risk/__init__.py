"""Risk of areas: what the rule is asked for every unit of a day, and early-warning signals beside it.

from tongzhou.engines.risk import Series, asked, signals
given = asked(Series({day: confirmed_cum, ...}), as_of)      # the inputs of rule RISK-01
"""

from .asked import Series, asked
from .signals import Limits, Signal, signals

__all__ = ["Limits", "Series", "Signal", "asked", "signals"]
