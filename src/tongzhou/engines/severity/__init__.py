"""How severe, how many, how fast: figures that are wrong when taken straight from the tallies.

from tongzhou.engines.severity import adjusted_fatality, standardised
adjusted_fatality(cases, deaths, onset_to_death).adjusted
"""

from .attack import Share, attack_rate, secondary_attack_rate, share
from .curves import Curves, epidemic_curves
from .fatality import Fatality, adjusted_fatality, delay_from_mean_sd
from .interval import Interval, by_period, serial_interval
from .standard import Standardised, standardised

__all__ = [
    "Curves",
    "Fatality",
    "Interval",
    "Share",
    "Standardised",
    "adjusted_fatality",
    "attack_rate",
    "by_period",
    "delay_from_mean_sd",
    "epidemic_curves",
    "secondary_attack_rate",
    "serial_interval",
    "share",
    "standardised",
]
