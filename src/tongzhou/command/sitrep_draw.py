"""The report's pictures: the places by the days since their last new case, and the curve of new cases."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.command import queries
from tongzhou.command.draw import boundaries, cartogram
from tongzhou.command.published import Published

WIDE, HIGH, LEFT, FOOT, HEAD = 690, 150, 42, 18, 16  # of the curve, and the room for its axes
GRID = 4
DWARFS = 1.6  # a bar so many times the next one is cut, so that it does not flatten all others
SINCE = (0, 6, 13, 20, 27)  # classes of days without a new case end here


def places(board: queries.Board, quiet: Mapping[int, int | None], english: bool) -> dict[str, Any] | None:
    """The map of the places below, each with its days since the last new case; None where there is none to draw."""
    found = boundaries(board, english) or cartogram(board, {}, english)
    if found is None:
        return None
    for kind in ("shapes", "tiles"):
        if kind in found:
            found[kind] = [_shaded(one, quiet.get(one.id)) for one in found[kind] if one.id in quiet]
    return found | {"legend": legend()}


def _shaded(one: Any, days: int | None) -> Any:
    steps = sum(days > end for end in SINCE) if days is not None else 0
    shade = "unknown" if days is None else f"t{len(SINCE) - steps}"
    return replace(one, shade=shade, light=shade in ("t4", "t5"), figure="–" if days is None else str(days))


def legend() -> list[tuple[str, str]]:
    """Each shade with the days that it stands for."""
    between = [f"{low + 1}–{high}" for low, high in pairwise(SINCE)]
    words = [_("a new case on the day"), *between, _("%(n)s and more") % {"n": SINCE[-1] + 1}]
    return [*((f"t{len(SINCE) - n}", one) for n, one in enumerate(words)), ("unknown", _("cannot be told"))]


@dataclass(frozen=True)
class Bar:
    """One day: new cases as published. `cut`: higher than the picture; `apart`: what counts as a case changed."""

    day: dt.date
    value: int | None
    x: float
    y: float
    high: float
    cut: bool = False
    apart: bool = False
    href: str = ""


def curve(series: Sequence[Published | dt.date]) -> dict[str, Any] | None:
    """New cases by day and their mean of seven days; None where nothing was published. `series` newest first."""
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
        bars.append(Bar(
            day, value, round(LEFT + n * step, 1), round(HIGH - FOOT - high, 1), round(high, 1),
            value is not None and value > top, isinstance(one, Published) and one.definition,
            f"/source/bulletin/{one.unit}/{one.day}" if isinstance(one, Published) else "",
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
