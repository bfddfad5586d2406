"""Lexicographic max-min of days of cover by progressive filling (Bertsekas & Gallager, Data Networks, 6.5.2).

One clock τ drives every cell (site × item): during the phase of its exposure class the cell climbs to its floor,
in the last phase by weight to the target. τ rises until an item or a prefecture's trucks are used up; the cells
that need it stop there, the others go on. The vector of stops is the lexicographic optimum.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .model import Policy, Real, Whole

HALVINGS = 48
SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Cells:
    """Arrays by cell (daily ``rate``, ``stock``, ``kind`` of exposure, item ``i``, prefecture ``p``) and resources.

    ``local`` (prefecture × item) needs no truck; ``central`` by item; ``litres`` by item; ``trucks`` by prefecture.
    """

    rate: Real
    stock: Real
    kind: Whole
    i: Whole
    p: Whole
    local: Real
    central: Real
    litres: Real
    trucks: Real


def last_tau(policy: Policy) -> float:
    """τ at which every cell has reached the target."""
    climb = (policy.target_days - np.array(policy.floor_days)) / np.array(policy.weights)
    return float(sum(policy.floor_days) + climb.max())


def wanted(cells: Cells, policy: Policy, tau: Real | float) -> Real:
    """Units (real) that each cell has been given when its clock shows ``tau``."""
    floors = np.array(policy.floor_days)
    begin = np.cumsum(floors) - floors
    low = np.clip(tau - begin[cells.kind], 0, floors[cells.kind])
    climb = np.maximum(tau - floors.sum(), 0) * np.array(policy.weights)[cells.kind]
    days = low + np.minimum(climb, policy.target_days - floors[cells.kind])
    units: Real = np.maximum(0.0, cells.rate * days - cells.stock)
    return units


def drawn(cells: Cells, units: Real) -> Real:
    """Central units by prefecture and item: what the prefecture's own stock does not cover."""
    places, items = cells.local.shape
    total = np.bincount(cells.p * items + cells.i, units, places * items).reshape(places, items)
    use: Real = np.maximum(0.0, total - cells.local)
    return use


def fill(cells: Cells, policy: Policy) -> tuple[Real, int]:
    """The clock at which each cell stops, and the number of rounds."""
    top = last_tau(policy)
    stop = np.full(len(cells.rate), top)
    closed = np.zeros(cells.local.shape, bool)
    tau, rounds = 0.0, 0
    while True:
        rounds += 1
        tau, over = _rise(cells, policy, stop, tau, top)
        if tau >= top:
            return stop, rounds
        use = drawn(cells, wanted(cells, policy, np.minimum(stop, over)))
        full = (use.sum(0) > cells.central + SLACK)[None, :] | ((use @ cells.litres) > cells.trucks + SLACK)[:, None]
        now = full & ~closed
        if not now.any():  # numbers can show no further step
            return np.minimum(stop, tau), rounds
        closed |= now
        stop = _stop(cells, policy, stop, now, tau, top)


def _fits(cells: Cells, use: Real) -> bool:
    return bool((use.sum(0) <= cells.central + SLACK).all() and (use @ cells.litres <= cells.trucks + SLACK).all())


def _rise(cells: Cells, policy: Policy, stop: Real, low: float, high: float) -> tuple[float, float]:
    """The highest τ that still fits and the next one that does not, by halving."""
    if _fits(cells, drawn(cells, wanted(cells, policy, np.minimum(stop, high)))):
        return high, high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        good = _fits(cells, drawn(cells, wanted(cells, policy, np.minimum(stop, middle))))
        low, high = (middle, high) if good else (low, middle)
    return low, high


def _stop(cells: Cells, policy: Policy, stop: Real, now: npt.NDArray[np.bool_], tau: float, top: float) -> Real:
    """New stops of the closed groups: τ, or later where the prefecture's own stock lasts longer."""
    held = drawn(cells, wanted(cells, policy, np.minimum(stop, tau)))
    low, high = np.where(now, tau, 0.0), np.where(now, top, 0.0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        use = drawn(cells, wanted(cells, policy, np.minimum(stop, middle[cells.p, cells.i])))
        good = use <= held
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    mine = now[cells.p, cells.i]
    out: Real = np.where(mine, np.minimum(stop, low[cells.p, cells.i]), stop)
    return out
