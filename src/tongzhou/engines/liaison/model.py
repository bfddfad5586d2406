"""What is asked and what is planned: needs, helpers, the policy table, one visit a row."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tongzhou.engines.certificate import Provenance

Ints = npt.NDArray[np.int64]
Costs = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

PRIORITIES = ("low", "normal", "high", "urgent")
PRIORITIES_ZH = ("可缓", "一般", "优先", "紧急")
FARTHEST_KM = 5_000.0  # coordinates in degrees or metres are caught by this


@dataclass(frozen=True)
class Helpers:
    """Who can be sent, one row each: a contact person, a testing team, an expert's tele-consultation slots.

    ``skills`` are sets of words; ``area`` "" serves everywhere; ``xy`` (rows, 2) in km; ``capacity`` in units
    a day (households, team-days, slots); ``remote`` needs no way (1) or travels (0).
    """

    ids: tuple[str, ...]
    skills: tuple[frozenset[str], ...]
    area: tuple[str, ...]
    xy: Floats
    capacity: Ints
    remote: Ints
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True)
class Needs:
    """What is needed, one row each: a household, a community to be tested, a prefecture short of experts.

    ``skill`` is one word; ``priority`` indexes :data:`PRIORITIES`; ``units`` at least 1; ``waited`` in days;
    ``usual`` is the helper of yesterday, "" for none.
    """

    ids: tuple[str, ...]
    skill: tuple[str, ...]
    area: tuple[str, ...]
    xy: Floats
    units: Ints
    priority: Ints
    waited: Floats
    usual: tuple[str, ...]
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Policy:
    """The planner's table; prices in km for one unit, so that they can be weighed against a helper's way.

    Leaving a unit unmet costs ``unmet_km[priority] + unmet_km_per_day × min(waited, unmet_days_cap)``; another
    helper than yesterday's costs ``change_km``; a remote helper counts as ``remote_km`` away; nobody travels
    more than ``reach_km`` by road.
    """

    road_factor: float = 1.3
    reach_km: float = 60.0
    remote_km: float = 5.0
    change_km: float = 3.0
    unmet_km: tuple[float, ...] = (1_000.0, 2_000.0, 4_000.0, 8_000.0)
    unmet_km_per_day: float = 100.0
    unmet_days_cap: float = 9.0
    source: str = "Tongzhou design [D]"
    signed_by: str = ""
    signed_on: str = ""


class Visit(NamedTuple):
    """``units`` of a need met by a helper; ``helper`` is "" for what stays unmet."""

    need: str
    helper: str
    units: int
    km: float
    usual: bool


@dataclass(frozen=True, slots=True)
class Absent:
    """A question: what if this helper did not come?"""

    helper: str


@dataclass(frozen=True, slots=True)
class Only:
    """A question: what if this need were met by this helper?"""

    need: str
    helper: str


@dataclass(frozen=True, slots=True)
class MoreUnits:
    """A question: what if this helper could take so many units more (or, below 0, fewer)?"""

    helper: str
    units: int
