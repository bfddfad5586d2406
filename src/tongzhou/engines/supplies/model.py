"""What the supplies engine takes and gives; quantities are whole units of the item's own unit (件, 个 …)."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tongzhou.engines.certificate import Provenance

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
# RULEBOOK 8, allocation order.
EXPOSURES = ("icu", "isolation", "fever_clinic", "transfer", "lab", "community", "police")
EXPOSURES_ZH = ("重症监护", "隔离病区", "发热门诊", "转运", "实验室", "社区", "公安")
STANDARDS = ("medical", "nonmedical", "industrial", "unknown")


@dataclass(frozen=True, slots=True)
class Items:
    """``medical``: 1 where only medical-standard batches count; ``litres`` of truck per unit; ``reserve`` share 0–1."""

    ids: tuple[str, ...]
    unit: tuple[str, ...]
    medical: Whole
    litres: Real
    reserve: Real


@dataclass(frozen=True, slots=True)
class Batches:
    """``area`` is the prefecture that owns the batch, empty for the province; ``expires_days`` from today."""

    ids: tuple[str, ...]
    item: tuple[str, ...]
    warehouse: tuple[str, ...]
    area: tuple[str, ...]
    unit: tuple[str, ...]
    units: Whole
    expires_days: Real
    standard: Whole


@dataclass(frozen=True, slots=True)
class Sites:
    """``exposure`` is a position in :data:`EXPOSURES`."""

    ids: tuple[str, ...]
    prefecture: tuple[str, ...]
    exposure: Whole


@dataclass(frozen=True, slots=True)
class Needs:
    """``burn`` is the observed 7-day mean use, ``prior`` the staffing coefficient's; both a day, NaN if unknown.

    ``counted_days`` says how old each count of ``on_hand`` is (None: all are today's): since then the daily use has
    gone from it. ``provenance`` is the source of the table in words.
    """

    site: tuple[str, ...]
    item: tuple[str, ...]
    unit: tuple[str, ...]
    on_hand: Whole
    burn: Real
    prior: Real
    counted_days: Real | None = None
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Roads:
    """One row per warehouse and prefecture: ``km``; ``truck_litres`` into that prefecture today (equal in its rows)."""

    warehouse: tuple[str, ...]
    prefecture: tuple[str, ...]
    km: Real
    truck_litres: Real


@dataclass(frozen=True, slots=True)
class Supply:
    """The whole input of one day."""

    items: Items
    batches: Batches
    sites: Sites
    needs: Needs
    roads: Roads


@dataclass(frozen=True, slots=True)
class Policy:
    """Days of cover: ``floor_days`` by exposure class, then ``weights`` of the climb up to ``target_days``.

    A count older than ``stale_days`` is used and named.
    """

    floor_days: tuple[float, ...] = (2.0,) * len(EXPOSURES)
    weights: tuple[float, ...] = (1.0,) * len(EXPOSURES)
    target_days: float = 5.0
    min_life_days: float = 1.0
    stale_days: float = 2.0
    source: str = ""
    signed_by: str = ""
    signed_on: str = ""

    def __post_init__(self) -> None:
        if len(self.floor_days) != len(EXPOSURES) or len(self.weights) != len(EXPOSURES):
            raise ValueError(f"floor_days and weights need {len(EXPOSURES)} values: {', '.join(EXPOSURES)}")
        if min(self.weights) <= 0 or min(self.floor_days) < 0 or max(self.floor_days) > self.target_days:
            raise ValueError("weights must be above 0 and floor_days between 0 and target_days")


class Delivery(NamedTuple):
    """``units`` of one batch to one site."""

    site: str
    item: str
    batch: str
    units: int


@dataclass(frozen=True, slots=True)
class Horizon:
    """``stock`` and ``rate`` (a day) by place and item; ``coming`` (days × items) into the store ``central``.

    ``lead``: days on the road by place; ``area``: its truck pool; ``truck_litres`` (areas × days) may leave a day;
    ``weight`` of a lacked day by place; ``litres`` and ``reserve`` (share of central kept back) by item.
    """

    places: tuple[str, ...]
    items: tuple[str, ...]
    areas: tuple[str, ...]
    area: Whole
    lead: Whole
    weight: Real
    stock: Real
    rate: Real
    central: Real
    coming: Real
    litres: Real
    reserve: Real
    truck_litres: Real

    @property
    def days(self) -> int:
        return int(self.coming.shape[0])
