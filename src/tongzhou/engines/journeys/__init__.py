"""Journeys: workers and stranded people pooled point to point into buses and trains."""

from .change import Leaves, Seats, difference, price_of_short_rides, what_if
from .check import check_journeys
from .generate import return_to_work
from .model import Groups, Kind, Leg, Places, Policy
from .plan import plan_journeys

__all__ = [
    "Groups", "Kind", "Leaves", "Leg", "Places", "Policy", "Seats", "check_journeys", "difference", "plan_journeys",
    "price_of_short_rides", "return_to_work", "what_if",
]  # fmt: skip
