"""What is asked and what is planned: groups of travellers, vehicle kinds, one leg a vehicle."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tongzhou.engines.certificate import Provenance

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Places:
    """Villages and destinations: ids and positions (rows, 2) in km; ``station`` marks where trains stop."""

    ids: tuple[str, ...]
    xy: Floats
    station: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Groups:
    """Travellers who asked, one row each: from place, to place, persons, first and last day they can leave.

    ``origin`` and ``destination`` are rows of the places; days count from 0.
    """

    ids: tuple[str, ...]
    origin: Ints
    destination: Ints
    persons: Ints
    first: Ints
    last: Ints
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Kind:
    """A vehicle kind: ``seats`` built in, ``rear`` kept free for whoever falls ill; trains run between
    stations.
    """

    name: str
    seats: int
    rear: int
    rail: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """What a planner may set: share of seats used for distance, speed, and how much longer than direct a
    way may be.

    No passenger rides longer than ``stretch`` × the direct way + ``extra_minutes``; boarding checks
    (temperature, health declaration, mask) take ``boarding_minutes`` a stop.
    """

    occupancy: float = 0.5
    speed_kmh: float = 60.0
    road_factor: float = 1.3
    stretch: float = 1.5
    extra_minutes: int = 60
    boarding_minutes: int = 6
    checks: tuple[str, ...] = ("temperature", "health declaration", "mask", "manifest")
    kinds: tuple[Kind, ...] = field(default=(Kind("coach", 53, 3), Kind("train", 1200, 60, rail=True)))
    source: str = "Tongzhou design [D]"
    signed_by: str = ""
    signed_on: str = ""

    def places(self, kind: Kind) -> int:
        """Persons a vehicle may carry: the seats in front of the rear ones, thinned out for distance."""
        return int((kind.seats - kind.rear) * self.occupancy)


@dataclass(frozen=True, slots=True)
class Leg:
    """One vehicle's journey: stops in order, and its manifest as (stop, group id, persons)."""

    vehicle: str
    kind: str
    day: int
    destination: str
    stops: tuple[str, ...]
    manifest: tuple[tuple[str, str, int], ...]
    km: float
    minutes: int
    full: bool

    @property
    def persons(self) -> int:
        return sum(persons for _, _, persons in self.manifest)


def minutes(a: Floats, b: Floats, policy: Policy) -> Ints:
    """Whole minutes by road between rows of a and rows of b (paired), rounded up."""
    km = np.sqrt(((a - b) ** 2).sum(axis=-1)) * policy.road_factor
    return np.asarray(np.ceil(km / policy.speed_kmh * 60 - 1e-9), np.int64)
