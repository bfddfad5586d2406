"""Places as PostgreSQL writes them in an int4multirange, compared without asking it."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

LEAST, MOST = -(2**31), 2**31


@lru_cache(maxsize=65536)
def parse(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Starts and exclusive ends of the ranges, in order; what overlaps is one."""
    found = []
    for part in text.strip("{}").replace("),", ")|").replace("],", "]|").split("|"):
        if not part or part == "empty":
            continue
        low, high = part[1:-1].split(",")
        start = (int(low) + (part[0] == "(")) if low else LEAST
        found.append((start, (int(high) + (part[-1] == "]")) if high else MOST))
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(found):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return tuple(starts), tuple(ends)


def contains(text: str, place: int) -> bool:
    """Does the multirange hold this place?"""
    starts, ends = parse(text)
    at = bisect_right(starts, place) - 1
    return at >= 0 and place < ends[at]
