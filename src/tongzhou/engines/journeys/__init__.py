"""Journeys: workers and stranded people pooled point to point into buses and trains."""

from .check import check_journeys
from .generate import return_to_work
from .model import Groups, Kind, Leg, Places, Policy
from .plan import plan_journeys

__all__ = ["Groups", "Kind", "Leg", "Places", "Policy", "check_journeys", "plan_journeys", "return_to_work"]
