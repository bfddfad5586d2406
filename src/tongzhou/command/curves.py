"""Published curves as drawings: bars by day, a mean of seven days, what the change of a definition added told apart.

A drawing is a few SVG paths made here, so that the page is whole without scripts and in print. Nothing is drawn where
nothing was published: a grey foot stands there.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tongzhou.command.published import Published

WEEK = 7
FLOOR = 0.7  # of the axis of logarithms, so that one case is a bar
Series = Sequence[Published | dt.date]


@dataclass(frozen=True)
class Cut:
    """A day on which what is counted changed: all that was told, and how much of it the new definition added (None: not
    told). `cut`: its bar is higher than the drawing."""

    day: dt.date
    told: int
    added: int | None
    cut: bool
    x: float
    foot: float  # where the days end that the change is in the mean of

    @property
    def before(self) -> int | None:
        """What would have been told by the old definition."""
        return None if self.added is None else self.told - self.added


@dataclass(frozen=True)
class Drawing:
    """`left` and `step` tell where the days stand; paths are ready for SVG."""

    width: int
    height: int
    left: int
    step: float
    base: float
    bars: str = ""
    added: str = ""
    withdrawn: str = ""
    untold: str = ""
    mean: str = ""
    ticks: Sequence[tuple[float, str]] = ()
    days: Sequence[tuple[float, str]] = ()
    cuts: Sequence[Cut] = ()
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True)
class Scale:
    """From a count to a height above the base line."""

    top: int
    room: float
    log: bool = False
    ticks: Sequence[int] = field(default=())

    def __call__(self, count: float) -> float:
        if count <= 0:
            return 0.0
        if self.log:
            share = (math.log10(count) - math.log10(FLOOR)) / (math.log10(self.top) - math.log10(FLOOR))
        else:
            share = count / self.top
        return round(max(0.0, min(1.0, share)) * self.room, 1)


def scale(counts: Sequence[int], room: float, log: bool = False) -> Scale:
    """An axis that holds the counts, with round ticks."""
    most = max([1, *counts])
    if log:
        top = 10 ** max(1, math.ceil(math.log10(most)))
        return Scale(top, room, True, [10**n for n in range(int(math.log10(top)) + 1)])
    step = next(s for n in range(12) for s in (10**n, 2 * 10**n, 5 * 10**n) if most <= 5 * s)
    top = step * math.ceil(most / step)
    return Scale(top, room, False, range(0, top + 1, step))


def draw(
    series: Series, added: Mapping[dt.date, int], *, width: int, height: int, log: bool = False, every: int = WEEK,
    before: Series = (),
) -> Drawing:  # fmt: skip
    """A curve, oldest day first. `added`: new cases of a day that only the changed definition counts, where told.
    `before`: the days before the first that is drawn, for the mean."""
    if not series:
        return Drawing(width, height, 0, 1, height)
    left, under, over = 44, 40, 18
    step = (width - left - 8) / len(series)
    base = height - under
    plain = [one.fresh for one in series if _fresh(one) is not None and not one.definition]  # type: ignore[union-attr]
    high = [one.fresh for one in series if _fresh(one) is not None]  # type: ignore[union-attr]
    to = scale([n or 0 for n in (high if log or not plain else plain)], base - over, log)
    xs = [round(left + n * step, 1) for n in range(len(series))]
    bar = round(max(1.0, step * 0.82), 1)
    cuts = [_cut(one, added, to, x, min(left + len(series) * step, x + WEEK * step))
            for x, one in zip(xs, series, strict=True) if isinstance(one, Published) and one.definition
            and one.fresh is not None]  # fmt: skip
    apart = {cut.day: cut for cut in cuts}
    bars, more, back, gaps = [], [], [], []
    for x, one in zip(xs, series, strict=True):
        if not isinstance(one, Published) or one.fresh is None:
            gaps.append(f"M{x} {base}h{bar}v4h-{bar}z")
            continue
        low = apart[one.day].before or 0 if one.day in apart else one.fresh
        bars.append(_bar(x, base, bar, to(low)))
        if one.day in apart:
            more.append(_bar(x, base - to(low), bar, to(one.fresh) - to(low)))
        if (one.revised or 0) < 0:
            back.append(f"M{x} {base + 5}h{bar}v{min(18.0, max(3.0, to(-(one.revised or 0))))}h-{bar}z")
    return Drawing(
        width, height, left, round(step, 3), base, "".join(bars), "".join(more), "".join(back), "".join(gaps),
        _mean(series, before, xs, bar / 2, base, to), [(round(base - to(n), 1), f"{n:,}") for n in to.ticks],
        _axis(series, xs, every), cuts, _day(series[0]), _day(series[-1]),
    )  # fmt: skip


def _cut(one: Published, added: Mapping[dt.date, int], to: Scale, x: float, foot: float) -> Cut:
    told = one.fresh or 0
    return Cut(one.day, told, added.get(one.day), told > to.top, x, round(foot, 1))


def _bar(x: float, base: float, width: float, height: float) -> str:
    return f"M{x} {round(base, 1)}h{width}v-{round(height, 1)}h-{width}z" if height > 0 else ""


def _mean(series: Series, before: Series, xs: Sequence[float], half: float, base: float, to: Scale) -> str:
    """The mean of seven days where all seven are told by one definition; it stops at a change and begins anew."""
    path, drawn = [], False
    for n, mean in enumerate(means([*before, *series])[len(before) :]):
        if mean is None:
            drawn = False
            continue
        path.append(f"{'L' if drawn else 'M'}{round(xs[n] + half, 1)} {round(base - to(mean), 1)}")
        drawn = True
    return "".join(path)


def means(series: Series) -> list[float | None]:
    """Of each day the mean of the seven that end with it; None where they are not all told by one definition."""
    found: list[float | None] = []
    for n in range(len(series)):
        week = series[max(0, n - WEEK + 1) : n + 1]
        told = [
            one.fresh for one in week if isinstance(one, Published) and one.fresh is not None and not one.definition
        ]
        found.append(sum(told) / WEEK if len(told) == WEEK else None)
    return found


def _axis(series: Series, xs: Sequence[float], every: int) -> list[tuple[float, str]]:
    """Days named under the drawing, counted back from the last."""
    chosen = range(len(series) - 1, -1, -every)
    return [(xs[n], f"{_day(series[n]).month}/{_day(series[n]).day}") for n in reversed(chosen)]


def _day(one: Published | dt.date) -> dt.date:
    return one.day if isinstance(one, Published) else one


def _fresh(one: Published | dt.date) -> int | None:
    return one.fresh if isinstance(one, Published) else None


@dataclass(frozen=True)
class Small:
    """One of many small curves: each on its own height, its highest day named."""

    bars: str
    withdrawn: str
    mark: float | None
    peak: tuple[dt.date, int] | None
    first: dt.date
    last: dt.date
    width: int = 150
    height: int = 52


def small(series: Series, first: dt.date) -> Small | None:
    """Oldest day first, on an axis that begins at `first`, so that all of them have the same days."""
    told = [one for one in series if isinstance(one, Published) and one.day >= first]
    if not told:
        return None
    last = _day(series[-1])
    step, base = 150 / ((last - first).days + 1), 40
    tested = [(one.fresh or 0, one.day) for one in told if not one.definition]
    most = max([1, *(n for n, _day in tested)])
    bars, back, mark = [], [], None
    for one in told:
        x = round(((one.day - first).days + 0.5) * step, 1)
        if one.fresh:
            bars.append(f"M{x} {base}v-{round(min(1.0, one.fresh / most) * 38, 1)}")
        if (one.revised or 0) < 0:
            back.append(f"M{x} {base + 1}v{round(min(1.0, -(one.revised or 0) / most) * 9 + 2, 1)}")
        mark = x if one.definition else mark
    peak = max(((one.fresh or 0, one.day) for one in told), key=lambda pair: pair[0])
    return Small("".join(bars), "".join(back), mark, (peak[1], peak[0]) if peak[0] else None, first, last)


def spark(figures: Sequence[float | None], width: int = 92, height: int = 22) -> tuple[str, tuple[float, float] | None]:
    """A line through the figures, oldest first, broken where one is missing; and where the last known one stands."""
    known = [figure for figure in figures if figure is not None]
    if len(known) < 2:
        return "", None
    low, span = min(known), (max(known) - min(known)) or 1
    step = (width - 6) / max(1, len(figures) - 1)
    path, drawn, dot = [], False, None
    for n, figure in enumerate(figures):
        if figure is None:
            drawn = False
            continue
        dot = (round(3 + n * step, 1), round(height - 3 - (figure - low) / span * (height - 6), 1))
        path.append(f"{'L' if drawn else 'M'}{dot[0]} {dot[1]}")
        drawn = True
    return "".join(path), dot
