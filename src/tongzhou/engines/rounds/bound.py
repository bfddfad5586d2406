"""A proven lower bound on the length of any plan: q-routes with Lagrangean prices.

For any prices u, and b_i = q_i · min over q-routes through i of (reduced length / load), every feasible
route r has length(r) ≥ Σ_{i∈r} (u_i + b_i); so Σ (u_i + b_i) bounds every plan. A q-route may visit a
customer again (but not at once: 2-cycles are eliminated), so all real routes are among them.

References ---------- Christofides, Mingozzi and Toth (1981), Exact algorithms for the vehicle routing
problem, based on spanning tree and shortest path relaxations, Mathematical Programming 20.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from numba import njit

from tongzhou.engines.certificate import Text

from .model import Instance
from .sisr_kernel import DEMAND, EARLY, LATE, SERVICE
from .terrain import Terrain, lengths, nearest, survey

Floats = npt.NDArray[np.float64]
INF = 1e18
WORK = 1.5e9  # elementary steps to spend on prices; about three CPU seconds
LARGEST = 6_000_000  # (capacity + 1) × (customers + 1) above which only the radial bound is computed


def lower_bound(
    instance: Instance, length: float, left: Sequence[int] = (), *, work: float = WORK
) -> tuple[float, Text]:
    """The best bound found for serving all customers but those in ``left``, in the instance's unit, and its
    method.

    ``length`` of a known plan only guides the prices: the bound is proven whatever it is. ``work`` is the
    number of elementary steps to spend, about 5·10⁸ a CPU second.
    """
    kept = sorted(set(range(1, instance.customers + 1)) - set(left))
    if not kept:
        return 0.0, Text("没有可服务的客户", "no customer to serve")
    if left:
        instance = subset(instance, kept)
    land = survey(instance, ruin_neighbours=1, insert_neighbours=1)
    best, method = (
        radial(land, instance.capacity, metric=instance.matrix is None),
        Text("径向下界", "radial bound"),
    )
    demand, capacity = _gcd_scaled(land.site[1:, DEMAND], instance.capacity)
    if demand.min() > 0 and (capacity + 1) * len(land.site) <= LARGEST:
        priced = _ascend(instance, land, np.r_[0, demand], capacity, length * instance.scale, work)
        if priced > best:
            best, method = priced, Text("q-路径拉格朗日下界", "q-route Lagrangean bound")
    return float(np.floor(best * 1e6) / 1e6 / instance.scale), method


def subset(instance: Instance, kept: Sequence[int]) -> Instance:
    """The same instance with only the given customers, renumbered in that order."""
    rows = np.r_[0, np.asarray(kept, np.int64)]

    def take(column: Floats | None) -> Floats | None:
        return None if column is None else column[rows]

    return Instance(
        name=instance.name,
        demand=instance.demand[rows],
        capacity=instance.capacity,
        xy=take(instance.xy),
        matrix=None if instance.matrix is None else instance.matrix[np.ix_(rows, rows)],
        early=take(instance.early),
        late=take(instance.late),
        service=take(instance.service),
        vehicles=instance.vehicles,
        rounding=instance.rounding,
        ids=tuple(instance.label(int(row)) for row in rows),
    )


def radial(land: Terrain, capacity: int, *, metric: bool = True) -> float:
    """Each unit of demand rides out and back in a vehicle of at most ``capacity`` units (internal units).

    A route is no shorter than out and back to any of its customers. Rounding to integers takes at most half
    a unit an edge or one when truncated, in all no more than two a customer. Without the triangle
    inequality: 0.
    """
    if not metric:
        return 0.0
    nodes = np.arange(len(land.site))
    ground = (land.xy, land.matrix, land.rule)
    legs = lengths(*ground, 0 * nodes, nodes).astype(float) + lengths(*ground, nodes, 0 * nodes)
    return max(float((legs * land.site[:, DEMAND]).sum()) / capacity - 2.0 * (len(nodes) - 1), 0.0)


def _ascend(
    instance: Instance,
    land: Terrain,
    demand: npt.NDArray[np.int64],
    capacity: int,
    target: float,
    work: float,
) -> float:
    """Subgradient ascent of the prices with Polyak's step towards ``target``, the length of a known plan."""
    n = len(demand) - 1
    width = n if instance.matrix is not None else int(np.clip(work / (8.0 * n * capacity), min(n, 60), n))
    arcs = _arcs(instance, land, width)
    ground, zero, nodes = (land.xy, land.matrix, land.rule), np.zeros(n + 1, np.int64), np.arange(n + 1)
    out = lengths(*ground, zero, nodes).astype(float)
    home = lengths(*ground, nodes, zero).astype(float)
    one_way = instance.late is None and instance.matrix is None
    step = (1 if one_way else 2) * n * capacity * width + n * capacity**2 / 2
    prices = (out + home) * demand / capacity  # with these the bound starts at the radial one
    best, pace, poor = 0.0, 0.5, 0
    for _ in range(int(np.clip(work / step, 1, 150))):
        value, slope = _evaluate(arcs, out, home, demand, capacity, prices, one_way)
        if value > best:
            best, poor = value, 0
        else:
            poor += 1
            pace *= 0.6 if poor % 3 == 0 else 1.0
        size = float((slope**2).sum())
        if size < 1e-9:
            break
        prices = prices + pace * max(target - value, 0.001 * target) / size * slope
        prices[0] = 0.0
    return best


def _evaluate(
    arcs: tuple[npt.NDArray[np.int32], Floats, Floats, npt.NDArray[np.int32], Floats, Floats],
    out: Floats,
    home: Floats,
    demand: npt.NDArray[np.int64],
    capacity: int,
    prices: Floats,
    one_way: bool,
) -> tuple[float, Floats]:
    """The bound at these prices, and its slope: one minus how often the q-routes visit each customer."""
    before, before_far, before_rest, after, after_far, after_rest = arcs
    ahead = _paths(before, before_far, before_rest, out, np.argsort(out), demand, capacity, prices)
    back = ahead
    if not one_way:
        back = _paths(after, after_far, after_rest, home, np.argsort(home), demand, capacity, prices)
    shares, visits = _join(*ahead, *back, demand, capacity)
    if shares.max() >= INF / 2:
        return 0.0, np.zeros_like(prices)
    return float((prices[1:] + shares[1:]).sum()), 1.0 - visits


def _arcs(
    instance: Instance, land: Terrain, width: int
) -> tuple[npt.NDArray[np.int32], Floats, Floats, npt.NDArray[np.int32], Floats, Floats]:
    """Predecessors and successors within a radius that windows allow; beyond it, the radius is the arc's
    length.
    """
    near = nearest(land.xy, land.matrix, instance.matrix is not None, width)
    here = np.repeat(np.arange(len(near)), near.shape[1])
    ground = (land.xy, land.matrix, land.rule)
    to_here = lengths(*ground, near.ravel(), here).reshape(near.shape).astype(float)
    from_here = lengths(*ground, here, near.ravel()).reshape(near.shape).astype(float)
    complete = near.shape[1] >= len(near) - 2
    early, late, service = (land.site[:, column] for column in (EARLY, LATE, SERVICE))
    mine = np.arange(len(near))[:, None]
    can_come = (near > 0) & (early[near] + service[near] + to_here <= late[mine])
    can_go = (near > 0) & (early[mine] + service[mine] + from_here <= late[near])
    before, after = np.where(can_come, near, -1), np.where(can_go, near, -1)
    rest = np.full(len(near), INF) if complete else to_here[:, -1]
    return before, to_here, rest, after, from_here, rest


@njit(cache=True)
def _paths(near, far, rest, depot, order, demand, capacity, prices):  # type: ignore[no-untyped-def]
    """Cheapest q-paths from the depot: (best, its predecessor, best with another predecessor), each (Q+1,
    n+1).

    Predecessor −2 − i stands for an arc outside the lists, priced from below by its radius and by |d(0,i) −
    d(0,j)|; i is the customer that the second price is met at, a guide for the slope only.
    """
    nodes = len(demand)
    first = np.full((capacity + 1, nodes), INF)
    second = np.full((capacity + 1, nodes), INF)
    came = np.full((capacity + 1, nodes), -1, np.int32)
    came_too = np.full((capacity + 1, nodes), -1, np.int32)
    jump = np.full((capacity + 1, nodes), INF)
    jumper = np.full((capacity + 1, nodes), -1, np.int32)
    for load in range(1, capacity + 1):
        for j in range(1, nodes):
            if demand[j] > load:
                continue
            half, prior = prices[j] / 2, load - demand[j]
            a, b, pa, pb = INF, INF, -1, -1
            if prior == 0:
                a, pa = depot[j] - half, 0
            else:
                if rest[j] < INF and jump[prior, j] < INF / 2:
                    a, pa = max(jump[prior, j], jump[prior, 0] + rest[j]) - half, -2 - jumper[prior, j]
                for k in range(near.shape[1]):
                    i = near[j, k]
                    if i <= 0:
                        continue
                    path = first[prior, i] if came[prior, i] != j else second[prior, i]
                    value = path + far[j, k] - prices[i] / 2 - half
                    if value < a:
                        b, pb = a, pa
                        a, pa = value, i
                    elif value < b:
                        b, pb = value, i
            first[load, j], second[load, j], came[load, j], came_too[load, j] = a, b, pa, pb
        low, who = INF, -1  # sweep outwards, then inwards, over the distance from the depot
        for k in range(nodes):
            j = order[k]
            if k > 0:
                low += depot[j] - depot[order[k - 1]]
            if j > 0 and first[load, j] - prices[j] / 2 < low:
                low, who = first[load, j] - prices[j] / 2, j
            jump[load, j], jumper[load, j] = low - 2.0, who
        low, who, least = INF, -1, INF
        for k in range(nodes - 1, -1, -1):
            j = order[k]
            if k < nodes - 1:
                low += depot[order[k + 1]] - depot[j]
            if j > 0:
                least = min(least, first[load, j] - prices[j] / 2)
                if first[load, j] - prices[j] / 2 < low:
                    low, who = first[load, j] - prices[j] / 2, j
            if low - 2.0 < jump[load, j]:
                jump[load, j], jumper[load, j] = low - 2.0, who
        jump[load, 0] = least
    return first, second, came, came_too


@njit(cache=True)
def _join(f1, f2, pf, pf2, g1, g2, pg, pg2, demand, capacity):  # type: ignore[no-untyped-def]
    """For each customer its share b_i of the cheapest q-route through it, and how often these routes visit
    whom.
    """
    nodes = len(demand)
    shares, visits = np.zeros(nodes), np.zeros(nodes)
    for i in range(1, nodes):
        q = demand[i]
        best, qa, qb, kind = INF, 0, 0, 0
        for a in range(q, capacity + 1):
            if f1[a, i] >= INF / 2:
                continue
            for b in range(q, capacity + q - a + 1):
                if g1[b, i] >= INF / 2:
                    continue
                value, way = f1[a, i] + g1[b, i], 0
                if pf[a, i] == pg[b, i] and pf[a, i] > 0:
                    value, way = f1[a, i] + g2[b, i], 1
                    if f2[a, i] + g1[b, i] < value:
                        value, way = f2[a, i] + g1[b, i], 2
                value /= a + b - q
                if value < best:
                    best, qa, qb, kind = value, a, b, way
        shares[i] = q * best
        if best >= INF / 2:
            shares[i] = INF
            continue
        weight = q / (qa + qb - q)
        visits[i] += weight
        for side in range(2):
            path, prior, other = (pf, qa, pf2) if side == 0 else (pg, qb, pg2)
            j = i
            before = other[prior, j] if (kind == 2 and side == 0) or (kind == 1 and side == 1) else path[prior, j]
            while before != 0:
                if before < 0:
                    before = -2 - before
                prior -= demand[j]
                visits[before] += weight
                ahead = path[prior, before]
                if ahead == j:
                    ahead = other[prior, before]
                j, before = before, ahead
    return shares, visits


def _gcd_scaled(demand: npt.NDArray[np.int64], capacity: int) -> tuple[npt.NDArray[np.int64], int]:
    divisor = max(1, int(np.gcd.reduce(demand)))
    return demand // divisor, capacity // divisor
