"""The contact index: who met whom at which minute, as time-sorted segments that are never rebuilt."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer[Any]]
LONGEST = 65_535  # minutes a segment can span: 45 days
MOST_EVENTS = 2_000_000_000


class FaultyEvent(ValueError):
    """An event that cannot be indexed; `row` counts from 0, `field` names the column."""

    def __init__(self, row: int, field: str, en: str, zh: str) -> None:
        super().__init__(f"row {row + 1}, {field}: {en}")
        self.row, self.field, self.en, self.zh = row, field, en, zh


@dataclass(frozen=True, slots=True)
class Segment:
    """Events of some days: `words` sorted by person and time, `offsets` for the persons whose bit is set."""

    base: int
    last: int
    bits: npt.NDArray[np.uint64]
    ranks: npt.NDArray[np.uint32]
    offsets: npt.NDArray[np.uint32]
    words: npt.NDArray[np.uint64]
    twice: int

    @property
    def events(self) -> int:
        return self.words.size // 2

    @property
    def nbytes(self) -> int:
        return self.bits.nbytes + self.ranks.nbytes + self.offsets.nbytes + self.words.nbytes


@dataclass(frozen=True, slots=True)
class ContactIndex:
    """Contacts of `persons` people (numbered from 0) in segments; adding days shares the older segments."""

    persons: int
    segments: tuple[Segment, ...] = ()

    @property
    def events(self) -> int:
        return sum(one.events for one in self.segments)

    @property
    def nbytes(self) -> int:
        return sum(one.nbytes for one in self.segments)

    @property
    def twice(self) -> int:
        """Events found twice within a segment; they change no answer."""
        return sum(one.twice for one in self.segments)

    def with_events(
        self, a: Ints, b: Ints, minute: Ints, setting: Ints | None = None, duration: Ints | None = None
    ) -> "ContactIndex":
        """Add events as segments of their own; see :func:`index_events` for the columns and errors."""
        new = _segments(self.persons, a, b, minute, setting, duration)
        return replace(self, segments=self.segments + new)

    def since(self, minute: int) -> "ContactIndex":
        """Drop the segments that end before `minute`: retention is by whole segments."""
        return replace(self, segments=tuple(one for one in self.segments if one.last >= minute))


def index_events(
    a: Ints, b: Ints, minute: Ints, persons: int, *, setting: Ints | None = None, duration: Ints | None = None
) -> ContactIndex:
    """Index contact events for time-respecting search, in O(events + persons) memory and about that time.

    a, b: person numbers in 0…persons−1, int32 or int64. minute: of the contact, from any origin, may be
    negative, in any order. setting: code 0…255. duration: minutes, 0 for unknown, above 255 kept as 255.
    Sixteen bytes an event, four a person.

    Raises :class:`FaultyEvent` for columns of unequal length, a person outside the range, somebody who met
    themself, and a minute, setting or duration that does not fit, with the first such row.
    """
    if not 0 < persons < 2**31 - 1:
        raise ValueError("persons: must be above 0 and below 2,147,483,647")
    return ContactIndex(persons, _segments(persons, a, b, minute, setting, duration))


def _segments(
    persons: int, a: Ints, b: Ints, minute: Ints, setting: Ints | None, duration: Ints | None
) -> tuple[Segment, ...]:
    for name, column in (("b", b), ("minute", minute), ("setting", setting), ("duration", duration)):
        if column is not None and column.size != a.size:
            raise FaultyEvent(min(a.size, column.size), name, "columns differ in length", "各列长度不一致")
    if not a.size:
        return ()
    setting = _small(setting, "setting", 255)
    duration = _small(None if duration is None else np.where(duration > 255, 255, duration), "duration", 255)
    first, last = int(minute.min()), int(minute.max())
    if first < -(2**31) + 2 * LONGEST or last > 2**31 - 2 * LONGEST:
        row = int(np.argmax(minute == (last if last > 2**31 - 2 * LONGEST else first)))
        raise FaultyEvent(row, "minute", f"{minute[row]} is out of range", f"分钟数 {minute[row]} 超出范围")
    if last - first <= LONGEST and a.size <= MOST_EVENTS:
        return (_segment(persons, a, b, minute, setting, duration, first, last),)
    found: tuple[Segment, ...] = ()
    for base in range(first, last + 1, LONGEST + 1):
        rows = np.flatnonzero((minute >= base) & (minute <= base + LONGEST))
        if rows.size:
            part = minute[rows]
            traits = (setting[rows] if setting.size else setting, duration[rows] if duration.size else duration)
            try:
                found += (_segment(persons, a[rows], b[rows], part, *traits, base, int(part.max())),)
            except FaultyEvent as fault:
                raise FaultyEvent(int(rows[fault.row]), fault.field, fault.en, fault.zh) from None
    return found


def _small(column: Ints | None, name: str, most: int) -> npt.NDArray[np.uint8]:
    if column is None:
        return np.zeros(0, np.uint8)
    bad = (column < 0) | (column > most)
    if bad.any():
        row = int(np.argmax(bad))
        raise FaultyEvent(row, name, f"{column[row]} is not in 0…{most}", f"{column[row]} 不在 0 至 {most} 之间")
    return column.astype(np.uint8, copy=False)


def _segment(
    persons: int,
    a: Ints,
    b: Ints,
    minute: Ints,
    setting: npt.NDArray[np.uint8],
    duration: npt.NDArray[np.uint8],
    first: int,
    last: int,
) -> Segment:
    from . import kernel

    if a.size > MOST_EVENTS:
        raise FaultyEvent(MOST_EVENTS, "a", "more events than a segment holds", "事件数超过单段上限")
    cursor, row = kernel.count_ends(a, b, persons)
    if row != kernel.NONE:
        if a[row] == b[row]:
            raise FaultyEvent(row, "b", f"person {a[row]} met themself", f"{a[row]} 与本人接触")
        field, value = ("b", b[row]) if 0 <= a[row] < persons else ("a", a[row])
        raise FaultyEvent(row, field, f"no person {value}", f"没有编号为 {value} 的人")
    bits, ranks, offsets = kernel.compress(cursor)
    words = np.empty(2 * a.size, np.uint64)
    kernel.place_words(words, cursor, a, b, minute, first, setting, duration)
    twice = int(kernel.sort_words(words, offsets))
    return Segment(first, last, bits, ranks, offsets, words, twice)
