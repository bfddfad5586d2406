"""Rt as a drawing: a band by day, broken where nothing can be said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tongzhou.command.rt import Day

MOST = 6.0  # Rt that the drawing holds


@dataclass(frozen=True)
class Ribbon:
    """Rt by day: the band of its interval, its mean, and the line where one case infects one other."""

    width: int
    height: int
    left: int
    base: float
    band: str
    mean: str
    one: float
    ticks: Sequence[tuple[float, str]]
    days: Sequence[tuple[float, str]]


def draw(days: Sequence[Day], *, width: int, height: int) -> Ribbon:
    """Oldest day first; broken where nothing can be said."""
    left, base, over = 34, height - 26, 12
    told = [one.high for one in days if one.high is not None]
    top = max(2, math.ceil(min(MOST, max([2.0, *told]))))
    step = (width - left - 8) / max(1, len(days))

    def y(value: float) -> float:
        return round(base - min(value, top) / top * (base - over), 1)

    xs = [round(left + (n + 0.5) * step, 1) for n in range(len(days))]
    band, mean = [], []
    for part in _parts(days):
        there = [f"{xs[n]} {y(days[n].high or 0)}" for n in part]
        back = [f"{xs[n]} {y(days[n].low or 0)}" for n in reversed(part)]
        band.append("M" + "L".join([*there, *back]) + "Z")
        mean.append("M" + "L".join(f"{xs[n]} {y(days[n].mean or 0)}" for n in part))
    every = 7 if width > 600 else 14
    named = [(xs[n], f"{days[n].day.month}/{days[n].day.day}") for n in range(len(days) - 1, -1, -every)][::-1]
    ticks = [(y(value), str(value)) for value in range(top + 1)]
    return Ribbon(width, height, left, base, "".join(band), "".join(mean), y(1), ticks, named)


def _parts(days: Sequence[Day]) -> list[list[int]]:
    """Runs of days of which something can be said that the drawing holds."""
    parts: list[list[int]] = []
    for n, one in enumerate(days):
        if one.mean is not None and one.mean <= MOST:
            if not parts or parts[-1][-1] != n - 1:
                parts.append([])
            parts[-1].append(n)
    return parts
