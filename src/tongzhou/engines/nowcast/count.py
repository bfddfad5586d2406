"""The nowcast: point estimates, and how wrong they have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from .level import blend
from .reference import Floats, complete, delay_pmf, triangle_of
from .shares import Pattern, row_shares

LOOKS_BACK = 21  # past days on which the nowcast of that day is made again, to choose and to measure
MEMORIES = (0, 14, 28)  # days over which the trend of the days around may be taken
CHOSEN = 0.6  # dispersion kept: it was measured on the past on which the way was chosen, so it flatters
UNSEEN = 0.2  # cases credited to what is not known: 1 is a flat prior, and too many where few are seen; 0 says never
LEVEL_DAYS = 14  # latest days mostly known whose mean is the place's level
SURE = 1.0  # of the newest date: standard errors by which our past log errors must be the smaller for ours to be told
SETTLED = 7  # reference dates that must have reached a delay before the past is judged by it
_Pair = tuple[Floats, Floats, Floats]
PATTERNS = tuple(Pattern(h, k) for h, k in product((5, 8, 13, 24, np.inf), (0.25, 1.0, 3.0, np.inf)))


@dataclass(frozen=True)
class Nowcast:
    """A completed triangle. ``full``, (dates, delays); ``total`` by date; ``to_come`` what is not reported yet.

    ``size`` by horizon (0 = last date): dispersion k of the negative binomial of what is to come, variance μ + μ²/k;
    NaN where the past is too short to measure it: then ``measured`` is false and intervals are Poisson.
    """

    full: Floats
    given: Floats
    pmf: Floats
    total: Floats
    to_come: Floats
    size: Floats
    method: str
    pattern: Pattern
    measured: bool

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Quantiles of the total by date, (levels, dates)."""
        return self._known() + negative_binomial(np.asarray(levels)[:, None], self.to_come, self._size())

    def cell_quantiles(self, levels: Sequence[float]) -> Floats:
        """Quantiles of every cell, (levels, dates, delays); a known cell is certain."""
        mean = np.where(np.isnan(self.given), self.full, 0.0)
        q = negative_binomial(np.asarray(levels)[:, None, None], mean, self._size()[:, None])
        return np.where(np.isnan(self.given), q, self.given)

    def draws(self, n: int, seed: int) -> Floats:
        """Totals drawn by date, (n, dates); dates are independent; NaN where the total is."""
        rng = np.random.default_rng(seed)
        mean = np.nan_to_num(np.maximum(self.to_come, 0.0))
        rate = rng.gamma(self._size(), 1.0, (n, len(mean))) / self._size() * mean
        return np.asarray(self._known() + np.where(mean > 0, rng.poisson(rate), self.to_come), dtype=np.float64)

    def _known(self) -> Floats:
        return np.asarray(np.nansum(self.given, axis=1), dtype=np.float64)

    def _size(self) -> Floats:
        by_row = self.size[np.minimum(np.arange(len(self.total))[::-1], len(self.size) - 1)]
        return np.where(np.isnan(by_row), 1e6, by_row)


def nowcast(
    values: ArrayLike,
    *,
    weekday: ArrayLike | None = None,
    method: str = "auto",
    rows: int | None = None,
    new_since: int | None = None,
    prior: Floats | None = None,
) -> Nowcast:
    """Complete a reporting triangle.

    ``values``: new counts by (reference date, delay); NaN where not known: below the diagonal, or a hole, which is not
    zero. ``weekday``: 0-6 by row. ``rows``: last reference dates used for delays. ``new_since``: first row of a new
    definition; rows before it count a tenth. ``prior``: (delays, 2) pseudo-counts and hazards of a larger place.

    ``method``: *reference* is baselinenowcast's point nowcast; *adaptive* lets delays differ by weekday and drift, as
    much as would have been best over the last three weeks, and looks at the days around; *auto* is adaptive wherever
    the triangle has five or more past days to learn from (20 dates), and else the reference. Raises ValueError as
    :func:`triangle_of`, for an unknown method, and where *adaptive* has too little past.
    """
    if method not in ("auto", "reference", "adaptive"):
        raise ValueError(f"unknown method {method!r}: auto, reference or adaptive")
    y = triangle_of(values)
    days = None if weekday is None else np.asarray(weekday, dtype=np.float64)
    if days is not None and len(days) != len(y):
        raise ValueError(f"{len(y)} reference dates but {len(days)} weekdays")
    past = _past(y, 2 * SETTLED)
    if method == "adaptive" and len(past) < 5:
        raise ValueError(f"{len(y)} reference dates are too few to learn from: {2 * SETTLED + 6} are needed")
    if method == "reference" or (method == "auto" and len(past) < 5 and prior is None):
        return _reference(y, rows)
    weight = np.ones(len(y))
    if rows is not None:
        weight[:-rows] = 0.0
    if new_since is not None:
        weight[:new_since] *= 0.1
    return _adaptive(y, days, weight, past, prior)


def _reference(y: Floats, rows: int | None) -> Nowcast:
    if rows is None and np.nanmin(y) < 0 and len(y) > y.shape[1] + 1:
        # Downward corrections come in campaigns: only the latest dates tell what the next ones will do. This is also
        # how baselinenowcast treats its own example (n = 5 for delays 0-3).
        rows = y.shape[1] + 1
    pmf = delay_pmf(y, rows)
    full = complete(y, pmf)
    pairs = [_pair(y, s, complete(cut, delay_pmf(cut))) for s in _past(y, y.shape[1]) for cut in [_as_of(y, s)]]
    size = _sizes(pairs, y.shape[1])
    to_come = np.where(np.isnan(y), full, 0.0).sum(axis=1)
    nothing = Pattern()
    return Nowcast(full, y, pmf, full.sum(axis=1), to_come, size, "reference", nothing, bool(np.isfinite(size).any()))


def _adaptive(y: Floats, weekday: Floats | None, weight: Floats, past: list[int], prior: Floats | None) -> Nowcast:
    choices = PATTERNS if weekday is not None else tuple(p for p in PATTERNS if np.isinf(p.weekday_pull))

    def made(z: Floats, pattern: Pattern, error: Floats | None = None, memory: int = 0) -> Floats:
        n = len(z)
        day = None if weekday is None else weekday[:n]
        return _fill(z, row_shares(z, pattern, day, weight[:n], prior), error, day, memory)

    trials = [(s, _as_of(y, s)) for s in past]
    losses = [sum(_loss(_pair(y, s, made(z, p))) for s, z in trials) for p in choices]
    best = choices[int(np.argmin(losses))] if trials else Pattern()
    wrong = _log_error([_pair(y, s, made(z, best)) for s, z in trials], y.shape[1])
    # The days around help only where their trend held: each way must have earned it over the last three weeks.
    ways: list[tuple[Floats | None, int]] = [(None, 0), *((wrong, days) for days in MEMORIES)]
    looks = [[_pair(y, s, made(z, best, *way)) for s, z in trials] for way in ways]
    costs = [sum(map(_loss, pairs)) * (1.0 if way[0] is None else 1.03) for way, pairs in zip(ways, looks, strict=True)]
    chosen = int(np.argmin(costs))
    size = CHOSEN * _sizes(looks[chosen], y.shape[1])
    full = made(y, best, *ways[chosen])
    if prior is None and (newest := _reference_of_newest(y, past, looks[chosen])) is not None:
        full[-1] = newest[0]
        size[0] = newest[1] if np.isfinite(newest[1]) else size[0]
    to_come = np.where(np.isnan(y), full, 0.0).sum(axis=1)
    p = row_shares(y, best, weekday, weight, prior).mean(axis=0)
    return Nowcast(full, y, p, full.sum(axis=1), to_come, size, "adaptive", best, bool(np.isfinite(size).any()))


def _reference_of_newest(y: Floats, past: list[int], ours: list[_Pair]) -> tuple[Floats, float] | None:
    """The newest date as the reference completes it, and its dispersion; None where ours has earned to be told.

    Of the newest date next to nothing is known, so that what was learned of days before it misleads most there. The
    plainer way is told unless the other was better by one standard error (Breiman et al. 1984, 3.4.3).
    """
    delays = y.shape[1]
    looks = [(mine, s) for mine, s in zip(ours, past, strict=True) if s >= delays]
    if not looks or np.isnan(y[-1, 0]):
        return None
    cuts = [(s, _as_of(y, s)) for _mine, s in looks]
    theirs = [_pair(y, s, complete(z, delay_pmf(z))) for s, z in cuts]
    if not all(np.isfinite(told[0]) for told, _came, _known in theirs):
        return None
    better = np.array([_miss(pair, 0) - _miss(mine, 0) for pair, (mine, _s) in zip(theirs, looks, strict=True)])
    if len(better) > 1 and better.mean() > SURE * better.std(ddof=1) / np.sqrt(len(better)):
        return None
    return complete(y, delay_pmf(y))[-1], float(_sizes(theirs, delays)[0])


def _miss(pair: _Pair, horizon: int) -> float:
    """Log error of the total of one date."""
    told, came, known = (float(values[horizon]) for values in pair)
    return float(abs(np.log((max(known + told, 0) + 0.5) / (max(known + came, 0) + 0.5))))


def _fill(y: Floats, p: Floats, error: Floats | None, weekday: Floats | None, memory: int) -> Floats:
    """Complete each row from the share of it that is known; a hole counts as not known."""
    known = ~np.isnan(y)
    share = np.clip((p * known).sum(axis=1), 1e-3, None)
    seen = np.nansum(y, axis=1)
    # The credit is a gamma prior about the place's own level: where a day's few cases say nothing yet, that level does.
    own = np.where(share > 0.5, seen / share, np.nan)[-LEVEL_DAYS - y.shape[1] :]
    level = float(np.nanmean(own)) if np.isfinite(own).any() else np.inf
    to_come = (seen + UNSEEN) * (1 - np.minimum(share, 1.0)) / (share + UNSEEN / level) if level > 0 else 0 * seen
    total = seen + to_come
    if error is not None and not known.all():
        horizon = np.minimum(np.arange(len(y))[::-1], len(error) - 1)
        doubt = np.where(known.all(axis=1), 0.0, np.maximum(error[horizon], 0.01))
        total = blend(total, doubt, weekday, memory)
    rest = np.where(known, 0.0, p)
    part = np.divide(
        rest, rest.sum(axis=1, keepdims=True), out=np.zeros_like(p), where=rest.sum(axis=1, keepdims=True) > 0
    )
    return np.where(known, y, part * np.maximum(total - seen, 0.0)[:, None])


def _past(y: Floats, first: int) -> list[int]:
    """Last rows s of the triangles as they stood before, from row ``first`` on."""
    return list(range(max(first, len(y) - 1 - LOOKS_BACK), len(y) - 1))


def _as_of(y: Floats, s: int) -> Floats:
    """The triangle as it was known on the day of row ``s``, which is taken to be its last reference date."""
    cut = y[: s + 1].copy()
    due = np.arange(s + 1)[:, None] + np.arange(y.shape[1])[None, :]
    cut[due > s] = np.nan
    return cut


def _pair(y: Floats, s: int, full: Floats) -> tuple[Floats, Floats, Floats]:
    """Foretold and come since, by horizon; and what was known already."""
    rows = np.arange(s, max(-1, s - y.shape[1] + 1), -1)  # the row of horizon 0 first
    due = rows[:, None] + np.arange(y.shape[1])[None, :]
    reached = np.arange(y.shape[1])[None, :] <= s + 1 - SETTLED
    since = (due > s) & ~np.isnan(y[rows]) & reached
    told, came = np.where(since, full[rows], 0.0).sum(axis=1), np.where(since, y[rows], 0.0).sum(axis=1)
    return told, came, np.where((due <= s) & ~np.isnan(y[rows]), y[rows], 0.0).sum(axis=1)


def _loss(pair: tuple[Floats, Floats, Floats]) -> float:
    told, came, known = pair
    return float(np.abs(np.log((np.maximum(known + told, 0) + 0.5) / (np.maximum(known + came, 0) + 0.5))).sum())


def _log_error(pairs: list[tuple[Floats, Floats, Floats]], delays: int) -> Floats:
    """Root mean square log error of totals by horizon."""
    found = np.full(delays, 0.01)
    for h in range(delays):
        e = [np.log((max(k[h] + t[h], 0) + 0.5) / (max(k[h] + c[h], 0) + 0.5)) for t, c, k in pairs if h < len(t)]
        if e:
            found[h] = max(0.01, float(np.sqrt(np.mean(np.square(e)))))
    return found


def _sizes(pairs: list[tuple[Floats, Floats, Floats]], delays: int) -> Floats:
    """Dispersion by horizon, each fitted with its neighbours, since three weeks hold few looks at each."""
    found = np.full(delays, np.nan)
    for h in range(delays):
        near = [(t[j], c[j]) for t, c, _ in pairs for j in (h - 1, h, h + 1) if 0 <= j < min(len(t), delays - 1)]
        told = np.array([a for a, _ in near])
        if len(pairs) >= 5 and near:
            found[h] = fit_size(np.array([b for _, b in near]), told)
    return found


def fit_size(came: ArrayLike, told: ArrayLike) -> float:
    """Maximum-likelihood dispersion k in [0.1, 1000] of negative binomials with means ``told``; NaN for no data.

    Negative counts (corrections) count as 0. References: baselinenowcast, ``fit_nb``.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import gammaln

    x = np.maximum(np.round(np.asarray(came, dtype=np.float64)), 0.0)
    mu = np.maximum(np.asarray(told, dtype=np.float64), 0.0) + 0.1
    if not len(x):
        return float("nan")

    def cost(log_k: float) -> float:
        k = np.exp(log_k)
        return -float((gammaln(x + k) - gammaln(k) + k * np.log(k / (k + mu)) + x * np.log(mu / (k + mu))).sum())

    return float(np.exp(minimize_scalar(cost, bounds=(np.log(0.1), np.log(1000)), method="bounded").x))


def negative_binomial(levels: ArrayLike, mean: ArrayLike, size: ArrayLike) -> Floats:
    """Quantiles of negative binomials with variance μ + μ²/k; a mean of 0 or less is certain."""
    from scipy.stats import nbinom  # a third of a second for whoever only shows a page

    mu = np.asarray(mean, dtype=np.float64)
    k = np.asarray(size, dtype=np.float64)
    q = nbinom.ppf(np.asarray(levels), k, k / (k + np.maximum(mu, 1e-12)))
    return np.asarray(np.where(mu > 0, q, mu), dtype=np.float64)
