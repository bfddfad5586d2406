"""A city's delivery day: points, depots with limited stock, vehicle kinds, shifts, several trips and
drivers' rest.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tongzhou.engines.certificate import Provenance

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """Delivery points and quarantined households; one row each.

    ``xy`` (n, 2) metres; ``demand`` whole units (boxes); ``early``, ``late`` start of service in seconds of
    the day; ``service`` seconds at the door.
    """

    ids: tuple[str, ...]
    xy: Floats
    demand: Ints
    early: Ints
    late: Ints
    service: Ints
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True)
class Depots:
    """``xy`` (m, 2) metres; ``stock`` whole units to give out today; opening hours in seconds of the day."""

    ids: tuple[str, ...]
    xy: Floats
    stock: Ints
    opens: Ints
    closes: Ints


@dataclass(frozen=True, slots=True)
class Fleet:
    """``count`` equal vehicles of one ``kind`` at a depot, each carrying ``capacity`` units a trip."""

    depot: str
    kind: str
    count: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Policy:
    """What a planner may set; dated and signed in the caller's policy table, seconds and metres per second.

    ``rest`` after at most ``duty`` seconds at work; ``shift`` at most, rests included; ``loading`` before
    each trip.
    """

    speed: float = 6.0
    shift: int = 8 * 3600
    duty: int = 4 * 3600
    rest: int = 20 * 60
    loading: int = 10 * 60
    trips: int = 3
    source: str = "Tongzhou design [D]"
    signed_by: str = ""
    signed_on: str = ""


@dataclass(frozen=True)
class City:
    """One day's input."""

    points: Points
    depots: Depots
    fleet: tuple[Fleet, ...]
    policy: Policy = Policy()
    blocked: frozenset[tuple[str, str]] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Run:
    """One vehicle's day: ``trips`` of point ids; leaves the depot at ``start`` and is back at ``end``
    (seconds).

    ``rests`` are (begin, end); ``starts`` the start of service of every stop in order of the trips.
    """

    depot: str
    vehicle: str
    kind: str
    trips: tuple[tuple[str, ...], ...]
    start: int
    end: int
    metres: int
    starts: tuple[int, ...]
    rests: tuple[tuple[int, int], ...] = ()


def metres(a: Floats, b: Floats) -> Ints:
    """Whole metres between each row of a and each row of b, rounded up."""
    delta = a[:, None, :] - b[None, :, :]
    return np.asarray(np.ceil(np.sqrt((delta**2).sum(axis=2)) - 1e-9), np.int64)
