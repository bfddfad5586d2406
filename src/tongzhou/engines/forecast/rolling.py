"""Forecasts made again at past origins and scored beside the naive ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from ..nowcast.score import coverage, wis
from ..rt.cori import counts
from .ahead import foretell
from .baseline import Floats, last_value, log_linear
from .renewal import forecast
from .spread import LEVELS, quantiles

NAIVE: dict[str, Callable[..., Floats]] = {"last value": last_value, "log-linear": log_linear}


@dataclass(frozen=True)
class Scores:
    """WIS by method: (origins, days ahead). ``covered``: share of truths in the 95 % interval by method."""

    origins: tuple[int, ...]
    by_method: dict[str, Floats]
    covered: dict[str, float]

    def mean(self) -> dict[str, Floats]:
        """Mean WIS by method and day ahead."""
        return {name: values.mean(axis=0) for name, values in self.by_method.items()}

    def verdict(self) -> dict[str, object]:
        """Who wins overall and on each day ahead; ratio of each model to the better baseline (below 1: it wins)."""
        mean = self.mean()
        overall = {n: float(v.mean()) for n, v in mean.items()}
        naive = min(NAIVE, key=lambda n: overall[n])
        by_day = [min(mean, key=lambda n: float(mean[n][h])) for h in range(len(mean["renewal"]))]
        ratio = {
            n: overall[n] / overall[naive] if overall[naive] > 0 else float("inf") for n in ("renewal", "combined")
        }
        winner = min(overall, key=lambda n: overall[n])
        wins = winner in NAIVE
        return {"winner": winner, "baseline": naive, "baseline_wins": wins, "ratio": ratio, "by_day": by_day}


def score(
    cases: ArrayLike,
    weights: ArrayLike,
    *,
    days: int = 7,
    seed: int,
    first: int = 28,
    every: int = 3,
    draws: int = 500,
    window: int = 7,
) -> Scores:
    """Score forecasts made with the first t days only, at t = ``first``, ``first + every``, …

    What was reported later about the same days is not removed: where there is a triangle, nowcast as of each origin.
    Raises ValueError where no origin has ``days`` after it.
    """
    x = counts(cases, "cases")[0].astype(np.float64)
    origins = tuple(range(first, len(x) - days + 1, every))
    if not origins:
        raise ValueError(f"{len(x)} days leave no origin from day {first} with {days} days after it")
    drawn: dict[str, Callable[[Floats], Floats]] = {
        "renewal": lambda y: forecast(y, weights, days=days, seed=seed, draws=draws, window=window).paths,
        **{name: partial(method, days=days, seed=seed, draws=draws) for name, method in NAIVE.items()},
    }
    told = {name: np.array([np.quantile(m(x[:t]), LEVELS, axis=0) for t in origins]) for name, m in drawn.items()}
    before = foretell(x, days=days).before
    assert before is not None
    middle, spread, freedom = (part[np.array(origins) - 1] for part in before)
    # The pool after each day used that day and those before it only, so one pass makes all origins.
    told["combined"] = np.moveaxis(quantiles(middle, spread, freedom, LEVELS), 1, 0)
    truth = np.array([x[t : t + days] for t in origins])
    found, covered = {}, {}
    for name in ("renewal", "combined", *NAIVE):
        q = told[name]
        found[name] = np.array([wis(q[i], LEVELS, truth[i]) for i in range(len(origins))])
        covered[name] = coverage(q[:, 0], q[:, -1], truth)
    return Scores(origins, found, covered)
