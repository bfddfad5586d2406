"""Time-respecting contact tracing: everyone within k hops of a set of cases, forward or backward in time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .index import ContactIndex

DAY = 1440
FEW = 1 << 14  # states there is room for at first
NO_TABLE: npt.NDArray[np.float32] = np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class Course:
    """When somebody who was reached can pass it on, in minutes after that contact.

    latent: nobody spreads before it is over (0: at once, the same minute included; 1: strictly later).
    infectious: how long they spread from then on; None without an end.
    """

    latent: int = 0
    infectious: int | None = None

    def __post_init__(self) -> None:
        if self.latent < 0 or (self.infectious is not None and self.infectious < 0):
            raise ValueError("latent and infectious: minutes must not be below 0")


@dataclass(frozen=True, slots=True)
class Weights:
    """Which contacts count: setting weight × min(1, minutes together / full), at least `least`.

    setting: 256 weights in 0…1 by code. full: minutes from which a contact counts whole; unknown minutes (0)
    count whole too.
    """

    setting: npt.NDArray[np.float32] = field(default_factory=lambda: np.ones(256, np.float32))
    full: int = 0
    least: float = 0.0

    def table(self) -> npt.NDArray[np.float32]:
        """Weight by setting × 256 + duration, shape (65536,)."""
        share = np.ones(256, np.float32)
        if self.full > 1:
            share[1:] = np.minimum(1, np.arange(1, 256, dtype=np.float32) / min(self.full, 255))
        return np.outer(self.setting, share).ravel().astype(np.float32)


@dataclass(frozen=True, slots=True)
class Reached:
    """Who was reached, one entry a person, hop by hop, seeds left out; the order within a hop means nothing.

    hop: fewest hops. minute: of the contact, the earliest of that hop (looking backward, the latest). source:
    who was met. weight: of that contact. cut: persons a cap left out, by hop. chain(i): persons and minutes
    from a seed to person i.
    """

    person: npt.NDArray[np.int32]
    hop: npt.NDArray[np.int32]
    minute: npt.NDArray[np.int64]
    source: npt.NDArray[np.int32]
    setting: npt.NDArray[np.uint8]
    duration: npt.NDArray[np.uint8]
    weight: npt.NDArray[np.float32]
    cut: tuple[int, ...]
    states: npt.NDArray[np.int32]
    state: npt.NDArray[np.int64]
    sign: int

    def chain(self, i: int) -> list[tuple[int, int]]:
        """(person, minute reached) from the seed, with the minute its window opens, to person number i."""
        from . import kernel

        links, at = [], int(self.state[i])
        while at != kernel.NONE:
            links.append((int(self.states[at, kernel.WHO]), self.sign * int(self.states[at, kernel.WHEN])))
            at = int(self.states[at, kernel.BEFORE])
        return links[::-1]


def reach(
    index: ContactIndex,
    seeds: npt.ArrayLike,
    since: npt.ArrayLike,
    *,
    until: int,
    ends: npt.ArrayLike | None = None,
    hops: int = 3,
    course: Course | None = None,
    weights: Weights | None = None,
    caps: Sequence[int | None] = (),
    backward: bool = False,
) -> Reached:
    """Everyone whom a chain of at most `hops` contacts in the order of time joins to a seed.

    seeds: person numbers, each once. since: minute from which each spreads (looking backward: up to which it
    can have been infected); one value for all or one each. until: last minute looked at (backward: the
    first). ends: last minute of each seed's own window. A person reached at minute m passes it on by contacts
    of m + latent … m + latent + infectious; backward the same chain is followed from its end. caps: most
    persons kept in each hop, those with the highest weight first, then the earliest, then by number; who is
    left out does not spread.

    The set is exact, for windows with an end too, where the earliest contact is not always the one that leads
    on. Work is in the events touched, not in those there are. Raises ValueError for an unknown or repeated
    seed.
    """
    from . import kernel

    course, weights = course or Course(), weights or Weights()
    people = np.atleast_1d(np.asarray(seeds, np.int64))
    _check_seeds(people, index.persons, hops, caps)
    sign = -1 if backward else 1
    when = sign * np.broadcast_to(np.asarray(since, np.int64), people.shape)
    last_end = np.zeros(0, np.int64)
    if ends is not None:
        last_end = np.ascontiguousarray(sign * np.broadcast_to(np.asarray(ends, np.int64), people.shape))
    span = -1 if course.infectious is None else course.infectious
    every = span >= 0 or last_end.size > 0
    table, weight = weights.table(), NO_TABLE
    if weights.least > 0:
        weight = table
    states = np.empty((max(FEW, people.size), 7), np.int32)
    persons = np.zeros((_power(2 * people.size), 2), np.int32)
    kernel.enter(states, persons, people, when)
    begin, used, entered = 0, people.size, people.size
    cut: list[int] = []
    for hop in range(1, hops + 1):
        low, high, origin = kernel.windows(states, begin, used, last_end, course.latent, span, every, sign * until)
        first, last = (low, high) if sign > 0 else (-high, -low)
        met = states[origin, kernel.WHO].astype(np.int64)
        begin = used
        for part in index.segments:
            starts, stops, total, _ = kernel.locate(
                part.bits, part.ranks, part.offsets, part.words, part.base, part.last - part.base, met, first, last
            )
            states, persons = _room(states, used, total, persons, min(entered + total, index.persons))
            used, entered, _ = kernel.spread(
                part.words, part.base, sign, starts, stops, origin, hop, every,
                weight, weights.least, states, used, persons, entered,
            )  # fmt: skip
        if hop <= len(caps) and (cap := caps[hop - 1]) is not None:
            cut.append(_cap(states, begin, used, persons, table, cap, every))
        else:
            cut.append(0)
    return _result(states[:used], persons, table, tuple(cut), sign, every)


def _check_seeds(people: npt.NDArray[np.int64], persons: int, hops: int, caps: Sequence[int | None]) -> None:
    if hops < 0 or any(cap is not None and cap < 0 for cap in caps):
        raise ValueError("hops and caps: must not be below 0")
    bad = (people < 0) | (people >= persons)
    if bad.any():
        raise ValueError(f"seeds: no person {people[bad][0]}")
    values, counts = np.unique(people, return_counts=True)
    if (counts > 1).any():
        raise ValueError(f"seeds: {values[counts > 1][0]} is named twice")


def _power(least: int) -> int:
    return 1 << max(6, (least - 1).bit_length())


def _room(
    states: npt.NDArray[np.int32], used: int, more: int, table: npt.NDArray[np.int32], entered: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    from . import kernel

    if used + more > len(states):
        larger = np.empty((2 * used + more, 7), np.int32)
        larger[:used] = states[:used]
        states = larger
    if 2 * entered > len(table):
        table = kernel.rehash(table, _power(2 * entered))
    return states, table


def _cap(
    states: npt.NDArray[np.int32],
    begin: int,
    used: int,
    table: npt.NDArray[np.int32],
    weight: npt.NDArray[np.float32],
    cap: int,
    every: bool,
) -> int:
    """Keep the cap's persons among those new in this hop; the others' states get hop −1 and go nowhere."""
    from . import kernel

    rows = states[kernel.first_states(states, used, table, every, begin)]
    if len(rows) <= cap:
        return 0
    order = np.lexsort((rows[:, kernel.WHO], rows[:, kernel.WHEN], -weight[rows[:, kernel.TRAITS]]))
    gone = rows[order[cap:], kernel.WHO]
    lost = np.isin(states[begin:used, kernel.WHO], gone)
    states[begin:used, kernel.HOP][lost] = kernel.NONE
    return int(gone.size)


def _result(
    states: npt.NDArray[np.int32],
    table: npt.NDArray[np.int32],
    weight: npt.NDArray[np.float32],
    cut: tuple[int, ...],
    sign: int,
    every: bool,
) -> Reached:
    from . import kernel

    first = kernel.first_states(states, len(states), table, every, 0)
    person, hop, minute, met, traits = kernel.columns(states, first, sign)
    return Reached(
        person=person,
        hop=hop,
        minute=minute,
        source=met,
        setting=(traits >> 8).astype(np.uint8),
        duration=(traits & 255).astype(np.uint8),
        weight=weight[traits],
        cut=cut,
        states=states,
        state=first,
        sign=sign,
    )
