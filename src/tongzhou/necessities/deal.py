"""Dealing what there is too little of: by rule, the same for whoever looks, and never by who was first.

A door gets its first unit before any door gets a second one. Where not every door can get one more, those go first that
got least of what they ordered in this offer so far, then by a lot drawn from the offer's number and the door's: nobody
chooses it, and anybody can draw it again. Speed is no merit: a telephone and a paper form are slower than a page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

EDITION = "rounds_1"
Wishes = Mapping[int, Mapping[int, int]]  # door → line → units


def lot(offer: str, door: int) -> str:
    """A door's lot in an offer: what sorts lower comes first."""
    return hashlib.sha256(f"{offer} {door}".encode()).hexdigest()


def deal(offer: str, wishes: Wishes, there: Mapping[int, int]) -> dict[int, dict[int, int]]:
    """What each door gets of each line it ordered. `there`: units of a line; a line that is not named is not short."""
    got: dict[int, dict[int, int]] = {door: dict(lines) for door, lines in wishes.items()}
    short = sorted(line for line in there if _wanted(wishes, line) > there[line])
    for line in short:
        for door in _doors(wishes, line):
            got[door][line] = 0
    lots = {door: lot(offer, door) for door in wishes}
    for line in short:
        _deal_line(line, wishes, got, there[line], lots)
    return got


def _deal_line(line: int, wishes: Wishes, got: dict[int, dict[int, int]], left: int, lots: Mapping[int, str]) -> None:
    """One line, unit by unit, round by round."""
    waiting = _doors(wishes, line)
    while left and waiting:
        if left >= len(waiting):
            for door in waiting:
                got[door][line] += 1
            left -= len(waiting)
        else:
            first = sorted(waiting, key=lambda door: (*_share(wishes[door], got[door]), lots[door]))
            for door in first[:left]:
                got[door][line] += 1
            left = 0
        waiting = [door for door in waiting if got[door][line] < wishes[door][line]]


def _share(wished: Mapping[int, int], got: Mapping[int, int]) -> tuple[int]:
    """How much of its order a door got so far, in thousandths, rounded down."""
    return (1000 * sum(got.values()) // max(1, sum(wished.values())),)


def _doors(wishes: Wishes, line: int) -> Sequence[int]:
    return sorted(door for door, lines in wishes.items() if lines.get(line))


def _wanted(wishes: Wishes, line: int) -> int:
    return sum(lines.get(line, 0) for lines in wishes.values())
