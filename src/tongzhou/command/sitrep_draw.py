"""The report's pictures: the places by the days since their last new case, and the curve of new cases."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.command import queries
from tongzhou.command.draw import corners, draw
from tongzhou.command.measured import BY_ID
from tongzhou.command.published import Published

WIDE, HIGH, LEFT, FOOT, HEAD = 690, 150, 42, 18, 16  # of the curve, and the room for its axes
GRID = 4
DWARFS = 1.6  # a bar so many times the next one is cut, so that it does not flatten all others
QUIET = BY_ID["quiet"]


def places(board: queries.Board, quiet: Mapping[int, int | None], english: bool) -> dict[str, Any] | None:
    """The map of the places below, each with its days since the last new case; None where there is none to draw."""
    lines = [line for line in board.below if line.id in quiet]
    values = {line.id: {QUIET.id: quiet[line.id]} for line in lines}
    found = draw(lines, values, QUIET, corners(board.place, lines, board.day), english)
    if found is None:
        return None
    units = {"shapes": found.units if found.shapes else (), "tiles": () if found.shapes else found.units}
    size = {"size": found.size, "middle": found.middle, "text": found.text}
    return {**units, **size, "width": found.width, "height": found.height, "legend": legend()}


def legend() -> list[tuple[str, str]]:
    """Each shade with the days that it stands for."""
    zero, *between, last, unknown = QUIET.classes()
    first, most, none = _("a new case on the day"), _("%(n)s and more"), _("cannot be told")
    return [(zero[0], first), *between, (last[0], most % {"n": int(QUIET.limits[-1]) + 1}), (unknown[0], none)]


@dataclass(frozen=True)
class Bar:
    """One day: new cases as published. `cut`: higher than the picture; `apart`: what counts as a case changed; `low`:
    of such a day the height of those that the definition before counts as well, `both` their number and that of those
    that only the new one counts, where that was told."""

    day: dt.date
    value: int | None
    x: float
    y: float
    high: float
    cut: bool = False
    apart: bool = False
    href: str = ""
    low: float = 0.0
    both: tuple[int, int] | None = None

    @property
    def foot(self) -> float:
        """Where the lower part begins, from above."""
        return round(self.y + self.high - self.low, 1)


def curve(series: Sequence[Published | dt.date], added: Mapping[dt.date, int]) -> dict[str, Any] | None:
    """New cases by day and their mean of seven days; None where nothing was published. `series` newest first; `added`:
    of the new cases of a day, those that only a changed definition counts."""
    days = list(reversed(series))
    known = sorted(one.fresh for one in days if isinstance(one, Published) and one.fresh is not None)
    if not known:
        return None
    top = _round_up(known[-2] if len(known) > 1 and known[-1] > DWARFS * max(known[-2], 1) else known[-1])
    step, room = (WIDE - LEFT) / len(days), HIGH - FOOT - HEAD
    bars = []
    for n, one in enumerate(days):
        day = one if isinstance(one, dt.date) else one.day
        value = one.fresh if isinstance(one, Published) else None
        high = room * min(value or 0, top) / top
        both = (value - added[day], added[day]) if value is not None and 0 < added.get(day, 0) <= value else None
        bars.append(Bar(
            day, value, round(LEFT + n * step, 1), round(HIGH - FOOT - high, 1), round(high, 1),
            value is not None and value > top, isinstance(one, Published) and one.definition,
            f"/source/bulletin/{one.unit}/{one.day}" if isinstance(one, Published) else "",
            round(room * min(both[0], top) / top, 1) if both else 0.0, both,
        ))  # fmt: skip
    return {
        "bars": bars, "bar": round(step * 0.84, 1), "width": WIDE, "height": HIGH, "left": LEFT, "foot": HIGH - FOOT,
        "grid": [(round(HIGH - FOOT - room * n / GRID, 1), f"{top * n // GRID:,}") for n in range(GRID + 1)],
        "ticks": [(one.x, f"{one.day.month}/{one.day.day}") for one in bars[:: max(1, len(bars) // 8)]],
        "means": _means(bars, step, top, room),
        "cut": [one for one in bars if one.cut], "changed": [one for one in bars if one.apart],
    }  # fmt: skip


def _round_up(value: int) -> int:
    """A round number above, divisible into the lines of the grid."""
    if value <= GRID:
        return GRID
    unit = 10 ** int(math.log10(value))
    return int(next(unit * k for k in (1, 2, 4, 6, 8, 10, 20) if unit * k >= value)) if unit >= GRID else 12


def _means(bars: Sequence[Bar], step: float, top: int, room: float) -> list[str]:
    """Lines of the mean of seven days: broken where a day is missing or what counts as a case changed."""
    lines: list[list[str]] = [[]]
    for n in range(len(bars)):
        week = bars[n - 6 : n + 1] if n >= 6 else []
        values = [one.value for one in week if one.value is not None and not one.apart]
        if len(values) < 7:
            lines.append([])
            continue
        y = HIGH - FOOT - room * min(sum(values) / 7, top) / top
        lines[-1].append(f"{bars[n].x + step * 0.42:.1f},{y:.1f}")
    return [" ".join(line) for line in lines if len(line) > 1]
