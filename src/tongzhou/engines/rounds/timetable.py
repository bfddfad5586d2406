"""A driver's day along given trips: waits, loading and rests; used to write the plan, not to check it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .city import Ints, Policy


class Stop(NamedTuple):
    """A stop of a trip in seconds; the depot (loading again) is a stop with ``early`` 0."""

    drive: int
    early: int
    late: int
    service: int
    is_point: bool


def drive_day(
    stops: Sequence[Stop], begin: int, policy: Policy
) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...], int] | None:
    """Starts of service at points, rests, and the end of the day; None where a window is missed.

    A rest is taken before the leg that would make the duty longer than allowed; a wait as long as a rest is
    one.
    """
    now, since = begin, begin
    starts: list[int] = []
    rests: list[tuple[int, int]] = []
    for stop in stops:
        arrive = now + stop.drive
        if max(arrive, stop.early) + stop.service - since > policy.duty:
            rests.append((now, now + policy.rest))
            now += policy.rest
            since, arrive = now, now + stop.drive
        at = max(arrive, stop.early)
        if at > stop.late:
            return None
        if at - arrive >= policy.rest:
            rests.append((arrive, at))
            since = at
        if stop.is_point:
            starts.append(at)
        now = at + stop.service
    return tuple(starts), tuple(rests), now


def seconds(metres: Ints, speed: float) -> Ints:
    """Whole seconds of driving, rounded up."""
    return np.ceil(metres / speed - 1e-9).astype(np.int64)
