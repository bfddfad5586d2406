"""From an instance to the arrays a kernel walks on: integer times, neighbour lists, a first set of routes."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from .model import ROUNDINGS, Instance
from .sisr_kernel import ABSENT, DEMAND, EARLY, LATE, NONE, ROUTE, SERVICE

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
ALWAYS = 1 << 30  # a closing time that never binds
# Below this many nodes a matrix of all distances (int32) is smaller than 10 MB and faster than square roots.
MATRIX_NODES = 1500


class Terrain(NamedTuple):
    """What does not change during a search; node 0 is the depot; distances and times are integers."""

    xy: npt.NDArray[np.float64]  # (n+1, 2)
    matrix: Int32s  # (n+1, n+1), or (1, 1) where distances are computed on the fly
    rule: npt.NDArray[np.float64]  # scale and offset of rounding
    site: Int64s  # (n+1, 4): demand, early, late, service
    near: Int32s  # (n+1, K): customers by distance, for ruin
    before: Int32s  # (n+1, L): likely predecessors, for insertion
    before_far: Int32s  # their distance to the node
    after: Int32s  # likely successors
    after_far: Int32s
    limits: Int64s  # capacity, has windows, price of an unplaced customer


class Tours(NamedTuple):
    """Routes as linked lists; the columns are named in ``sisr_kernel``."""

    node: Int32s  # (n+1, 8)
    tour: Int64s  # (routes, 4)
    free: Int64s  # stack of unused routes
    bank: Int64s  # customers in no route
    tally: Int64s


def survey(instance: Instance, *, ruin_neighbours: int = 100, insert_neighbours: int = 20) -> Terrain:
    """Arrays for the kernels; memory grows with n × neighbours, with n × n only for small or explicit
    matrices.
    """
    scale, offset = ROUNDINGS[instance.rounding]
    n = instance.customers
    xy = np.zeros((n + 1, 2)) if instance.xy is None else np.asarray(instance.xy, float)
    matrix = _matrix(instance, scale, offset)
    rule = np.array([scale, offset], float)
    site = _sites(instance, scale)
    near = nearest(xy, matrix, instance.matrix is not None, min(ruin_neighbours, n))
    if instance.late is not None:
        before, after = _timely(xy, matrix, rule, site, near, min(2 * insert_neighbours, n))
    else:
        before = after = np.ascontiguousarray(near[:, :insert_neighbours])
    here = np.repeat(np.arange(n + 1), before.shape[1])
    before_far = lengths(xy, matrix, rule, before.ravel(), here).reshape(before.shape)
    after_far = lengths(xy, matrix, rule, here, after.ravel()).reshape(after.shape)
    reach = int(scale * np.ptp(xy, axis=0).sum()) if instance.matrix is None else int(matrix.max())
    limits = np.array([instance.capacity, instance.late is not None, 20 * (reach + 1)], np.int64)
    return Terrain(xy, matrix, rule, site, near, before, before_far, after, after_far, limits)


def empty_tours(land: Terrain, routes: int) -> Tours:
    """Tours with ``routes`` unused routes and every customer in the bank, at its price."""
    nodes = len(land.site)
    node = np.zeros((nodes, 8), np.int32)
    node[:, ROUTE] = NONE
    node[:, ABSENT] = 1
    tour, free = np.zeros((routes, 4), np.int64), np.arange(routes - 1, -1, -1, dtype=np.int64)
    return Tours(node, tour, free, np.zeros(nodes, np.int64), np.array([0, routes, 0, 0], np.int64))


def lengths(
    xy: npt.NDArray[np.float64],
    matrix: Int32s,
    rule: npt.NDArray[np.float64],
    a: npt.NDArray[Any],
    b: npt.NDArray[Any],
) -> Int32s:
    """Distances between pairs of nodes, in internal units."""
    if matrix.shape[0] > 1:
        return np.asarray(matrix[a, b], np.int32)
    delta = xy[a] - xy[b]
    return np.asarray(rule[0] * np.sqrt(delta[:, 0] ** 2 + delta[:, 1] ** 2) + rule[1], np.int32)


def _matrix(instance: Instance, scale: int, offset: float) -> Int32s:
    if instance.matrix is not None:
        return (scale * np.asarray(instance.matrix, float) + offset).astype(np.int32)
    if instance.customers >= MATRIX_NODES:
        return np.zeros((1, 1), np.int32)
    assert instance.xy is not None
    delta = instance.xy[:, None, :] - instance.xy[None, :, :]
    return (scale * np.sqrt(delta[..., 0] ** 2 + delta[..., 1] ** 2) + offset).astype(np.int32)


def _sites(instance: Instance, scale: int) -> Int64s:
    site = np.zeros((instance.customers + 1, 4), np.int64)
    site[:, DEMAND] = instance.demand
    site[:, LATE] = ALWAYS
    if instance.late is not None:
        assert instance.early is not None and instance.service is not None
        site[:, EARLY] = np.ceil(np.asarray(instance.early, float) * scale - 1e-6)
        site[:, LATE] = np.minimum(np.floor(np.asarray(instance.late, float) * scale + 1e-6), ALWAYS)
        site[:, SERVICE] = np.ceil(np.asarray(instance.service, float) * scale - 1e-6)
    return site


def nearest(xy: npt.NDArray[np.float64], matrix: Int32s, explicit: bool, count: int) -> Int32s:
    """(n+1, count) customers by distance, nearest first, without oneself and the depot; −1 fills up."""
    n = len(matrix) - 1 if explicit else len(xy) - 1
    found = np.full((n + 1, max(count, 1)), NONE, np.int32)
    if explicit:
        ranked = np.argsort(matrix[:, 1:], axis=1, kind="stable")[:, : count + 1] + 1
    else:
        ranked = cKDTree(xy[1:]).query(xy, k=list(range(1, min(count + 1, n) + 1)))[1] + 1
    for node in range(n + 1):
        others = ranked[node][ranked[node] != node][:count]
        found[node, : len(others)] = others
    return found


def _timely(
    xy: npt.NDArray[np.float64],
    matrix: Int32s,
    rule: npt.NDArray[np.float64],
    site: Int64s,
    near: Int32s,
    count: int,
) -> tuple[Int32s, Int32s]:
    """Likely predecessors and successors: distance + 0.2 × least wait, impossible orders left out.

    The weight of waiting is that of Vidal et al. (2013), Computers & Operations Research 40(1).
    """
    nodes, (early, late, service) = len(site), site[:, 1:].T
    before, after = (np.full((nodes, count), NONE, np.int32) for _ in range(2))
    everyone = np.arange(1, nodes)
    for node in range(1, nodes):
        others = everyone if nodes <= 2 * MATRIX_NODES else near[node][near[node] > 0]
        here = np.full(len(others), node)
        to, back = lengths(xy, matrix, rule, here, others), lengths(xy, matrix, rule, others, here)
        wait = np.maximum(early[others] - to - service[node] - late[node], 0)
        late_by = early[node] + service[node] + to - late[others]
        _rank(after[node], others, np.where((late_by > 0) | (others == node), np.inf, to + 0.2 * wait))
        wait = np.maximum(early[node] - back - service[others] - late[others], 0)
        late_by = early[others] + service[others] + back - late[node]
        _rank(before[node], others, np.where((late_by > 0) | (others == node), np.inf, back + 0.2 * wait))
    return before, after


def _rank(row: Int32s, others: npt.NDArray[np.int64], price: npt.NDArray[np.float64]) -> None:
    best = np.argsort(price, kind="stable")[: len(row)]
    best = best[np.isfinite(price[best])]
    row[: len(best)] = others[best]
