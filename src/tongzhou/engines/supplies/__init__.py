"""Supplies: scarce goods to sites, floors by exposure class first, then equal days of cover, then the shortest way."""

from .check import check_supplies
from .generate import province
from .model import Batches, Delivery, Items, Needs, Policy, Roads, Sites, Supply
from .plan import plan_supplies

__all__ = [
    "Batches", "Delivery", "Items", "Needs", "Policy", "Roads", "Sites", "Supply",
    "check_supplies", "plan_supplies", "province",
]  # fmt: skip
