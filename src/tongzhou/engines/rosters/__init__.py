"""Rosters: staff to shifts by ward, within the rest rules, nights shared evenly, backups for every skill and day."""

from .change import what_if
from .check import check_roster
from .generate import hospital
from .greedy import dispatch
from .model import Absent, Assign, DayOff, Duty, MoreStaff, Policy, Roster, Shift, Slot, Staff
from .plan import plan_roster
from .repair import repair

__all__ = [
    "Absent", "Assign", "DayOff", "Duty", "MoreStaff", "Policy", "Roster", "Shift", "Slot", "Staff",
    "check_roster", "dispatch", "hospital", "plan_roster", "repair", "what_if",
]  # fmt: skip
