"""How often earlier forecasts for one distance were right: in words, and as a picture that needs no script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tongzhou.outlook.ahead import Checked

SHOWN = 15  # of the newest
WIDE, HIGH, LEFT, FOOT = 430, 190, 52, 20


def picture(found: Sequence[Checked]) -> dict[str, Any] | None:
    """Ranges given before, by the day they were given for, on a log scale; what came as a dot, outside as a cross."""
    shown = found[-SHOWN:]
    if not shown:
        return None
    top = max(1.0, *(one.high for one in shown), *(one.came for one in shown))
    decades = max(1, math.ceil(math.log10(top + 1)))
    room, step = HIGH - FOOT - 8, (WIDE - LEFT) / len(shown)

    def y(value: float) -> float:
        return round(HIGH - FOOT - room * math.log10(max(value, 0) + 1) / decades, 1)

    marks = []
    for n, one in enumerate(shown):
        x = round(LEFT + (n + 0.5) * step, 1)
        marks.append({"one": one, "x": x, "top": y(one.high), "high": round(max(y(one.low) - y(one.high), 1), 1),
                      "came": y(one.came), "held": one.held, "word": f"{one.day.month}/{one.day.day}",
                      "tick": n % 3 == 0})  # fmt: skip
    grid = [(y(10**n - 1 if n == 0 else 10**n), f"{10**n:,}" if n else "0") for n in range(decades + 1)]
    return {"marks": marks, "grid": grid, "width": WIDE, "height": HIGH, "left": LEFT, "foot": HIGH}


def verdict(found: Sequence[Checked]) -> dict[str, Any]:
    """How many were held, how many should have been, and the error beside that of saying "no change"."""
    n, held = len(found), sum(one.held for one in found)
    should = round(0.95 * n)
    error = sum(abs(math.log((one.middle + 1) / (one.came + 1))) for one in found)
    naive = sum(abs(math.log((one.then + 1) / (one.came + 1))) for one in found)
    return {"n": n, "held": held, "should": should, "narrow": held < should - 1,
            "share": round(100 * error / naive) if naive else None}  # fmt: skip
