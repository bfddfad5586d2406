"""Beds: patients to wards by severity, waiting time, need and distance, the infection classes kept apart."""

from .change import after_refusal, what_if
from .check import check_beds
from .generate import next_day, surge_city
from .model import MoreBeds, Move, Opening, Patients, Placement, Policy, Refuse, Wards, staffed_beds
from .plan import plan_beds

__all__ = [
    "MoreBeds",
    "Move",
    "Opening",
    "Patients",
    "Placement",
    "Policy",
    "Refuse",
    "Wards",
    "after_refusal",
    "check_beds",
    "next_day",
    "plan_beds",
    "staffed_beds",
    "surge_city",
    "what_if",
]
