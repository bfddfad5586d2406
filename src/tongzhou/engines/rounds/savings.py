"""Savings routes: a quick first plan for capacity alone."""

import numpy as np
import numpy.typing as npt
from numba import njit

from .sisr_kernel import CAPACITY, DEMAND
from .terrain import Terrain, lengths


def savings_routes(land: Terrain) -> list[list[int]]:
    """Merge pairs of neighbours in order of saving, parallel version.

    References
    ----------
    Clarke and Wright (1964), Scheduling of Vehicles from a Central Depot, Operations Research 12(4).
    """
    nodes = len(land.site)
    i = np.repeat(np.arange(nodes, dtype=np.int64), land.near.shape[1])
    j = land.near.ravel().astype(np.int64)
    keep = (i > 0) & (j > 0)
    i, j = i[keep], j[keep]
    ground, zero = (land.xy, land.matrix, land.rule), np.zeros_like(i)
    saving = lengths(*ground, i, zero) + lengths(*ground, zero, j) - lengths(*ground, i, j)
    order = np.argsort(-saving, kind="stable")
    order = order[saving[order] > 0]
    succ = _merge(i[order], j[order], land.site[:, DEMAND].copy(), int(land.limits[CAPACITY]))
    return _chains(succ)


@njit(cache=True)
def _merge(i, j, demand, capacity):  # type: ignore[no-untyped-def]
    """Join route ends; succ[k] is the next customer, 0 at an end; chains are directed tail → head."""
    n = len(demand)
    left, right = np.zeros(n, np.int64), np.zeros(n, np.int64)  # neighbours in the chain, in no direction
    root, load = np.arange(n), demand.copy()
    for k in range(len(i)):
        a, b = i[k], j[k]
        if right[a] != 0 or right[b] != 0:
            continue
        ra, rb = a, b
        while root[ra] != ra:
            root[ra] = root[root[ra]]
            ra = root[ra]
        while root[rb] != rb:
            root[rb] = root[root[rb]]
            rb = root[rb]
        if ra == rb or load[ra] + load[rb] > capacity:
            continue
        root[rb] = ra
        load[ra] += load[rb]
        if left[a] == 0:
            left[a] = b
        else:
            right[a] = b
        if left[b] == 0:
            left[b] = a
        else:
            right[b] = a
    return np.stack((left, right))


def _chains(links: npt.NDArray[np.int64]) -> list[list[int]]:
    seen = np.zeros(links.shape[1], bool)
    routes: list[list[int]] = []
    for node in range(1, links.shape[1]):
        if seen[node] or links[1, node]:
            continue
        route, prior, here = [], 0, node
        while here:
            route.append(here)
            seen[here] = True
            a, b = int(links[0, here]), int(links[1, here])
            prior, here = here, (a if a != prior else b)
        routes.append(route)
    return routes
