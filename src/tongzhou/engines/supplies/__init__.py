"""Supplies: scarce goods to sites, floors by exposure class first, then equal days of cover, then the shortest way."""

from .change import Give, MoreTrucks, MoreUnits, difference, price_of_fairness, what_if
from .check import check_supplies
from .days import Shipment, check_days, horizon, plan_days
from .generate import province
from .model import Batches, Delivery, Horizon, Items, Needs, Policy, Roads, Sites, Supply
from .plan import plan_supplies

__all__ = [
    "Batches", "Delivery", "Give", "Horizon", "Items", "MoreTrucks", "MoreUnits", "Needs", "Policy", "Roads",
    "Shipment",
    "Sites", "Supply", "check_days", "check_supplies", "difference", "horizon", "plan_days", "plan_supplies",
    "price_of_fairness", "province", "what_if",
]  # fmt: skip
