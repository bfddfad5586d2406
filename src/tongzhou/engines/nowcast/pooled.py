"""Small places lean on the whole: one delay pattern for all, as far as the places agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .count import Nowcast, nowcast
from .reference import Floats, triangle_of
from .shares import hazards

STRENGTHS = (3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0)


def strength(triangles: ArrayLike) -> float:
    """Pseudo-cases by which places agree on their delays: the best of a grid by beta-binomial likelihood.

    ``triangles``: (places, dates, delays). Large where all places report alike, small where each has its own ways.
    """
    from scipy.special import betaln

    every = np.asarray(triangles, dtype=np.float64)
    common = hazards(triangle_of(_sum(every)), np.ones(every.shape[1]), None, np.inf)[0, 1:]
    h = np.clip(common, 1e-6, 1 - 1e-6)
    likely = np.zeros(len(STRENGTHS))
    for y in every:
        upto = np.cumsum(y, axis=1)
        known = ~np.isnan(upto)
        new = np.where(known, np.maximum(y, 0), 0.0).sum(axis=0)[1:]
        base = np.where(known, np.maximum(upto, 0), 0.0).sum(axis=0)[1:]
        for i, s in enumerate(STRENGTHS):
            old = np.maximum(base - new, 0)
            likely[i] += (betaln(new + s * h, old + s * (1 - h)) - betaln(s * h, s * (1 - h))).sum()
    return STRENGTHS[int(np.argmax(likely))]


def nowcast_places(
    triangles: ArrayLike, *, weekday: ArrayLike | None = None, new_since: int | None = None
) -> list[Nowcast]:
    """Nowcast places together: each place's delays are drawn towards those of all, by :func:`strength`.

    ``triangles``: (places, dates, delays), NaN as for :func:`nowcast`. A place without any case gets zeros to come that
    follow from the pattern: the answer is then about nothing, and says so by ``total`` below 1.
    """
    every = np.asarray(triangles, dtype=np.float64)
    if every.ndim != 3:
        raise ValueError(f"triangles must be (places, dates, delays), got shape {every.shape}")
    pull = strength(every)
    common = hazards(triangle_of(_sum(every)), np.ones(every.shape[1]), None, np.inf)[0]
    prior = np.column_stack([np.full(len(common), pull), common])
    return [nowcast(y, weekday=weekday, new_since=new_since, prior=prior) for y in every]


def _sum(every: Floats) -> Floats:
    """Sum over places; a cell is unknown where any place's is."""
    return np.asarray(every.sum(axis=0), dtype=np.float64)
