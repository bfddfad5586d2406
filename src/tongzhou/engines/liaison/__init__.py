"""Liaison: contact persons, testing teams and experts to those who need them, the same person tomorrow."""

from .change import what_if
from .check import check_liaison
from .generate import city_households
from .model import Absent, Helpers, MoreUnits, Needs, Only, Policy, Visit
from .plan import plan_liaison

__all__ = [
    "Absent",
    "Helpers",
    "MoreUnits",
    "Needs",
    "Only",
    "Policy",
    "Visit",
    "check_liaison",
    "city_households",
    "plan_liaison",
    "what_if",
]
