"""Ruin-and-recreate kernels in numba: adjacent strings out, greedy insertion with blinks back in.

One file, longer than most: numba's on-disk cache watches only the file of the calling function, so kernels
that call each other live together. State is packed into rows (one cache line a customer) and passed as plain
arrays: tuples of arrays cost three times the time (reference counts at every call: tried).

References
----------
Christiaens and Vanden Berghe (2020), Slack Induction by String Removals for Vehicle Routing Problems,
Transportation Science 54(2). Departures from it are said where they are: neighbour lists instead of a scan of
all positions, a new route opened also where it is cheaper, an unplaced customer priced.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

NONE = -1
FAR = 1 << 60
# node rows (int32): a route is a linked list that ends in 0; ROUTE is NONE for a customer in no route.
SUCC, PRED, ROUTE, OUT, INTO, START, LATEST, ABSENT = range(8)
# tour rows (int64), one a route.
FIRST, LAST, LOAD, SIZE = range(4)
# site rows (int64), node 0 is the depot.
DEMAND, EARLY, LATE, SERVICE = range(4)
# tally (int64).
COST, FREE, BANKED, BEST = range(4)
# limits (int64).
CAPACITY, WINDOWS, PENALTY = range(3)


class Knobs(NamedTuple):
    """Parameters, in the paper's symbols: mean customers removed c̄, longest string Lmax, α, β, blink rate
    γ.
    """

    removed: float = 10.0
    longest: float = 10.0
    split: float = 0.5
    grow: float = 0.01
    blink: float = 0.01
    depot_scan: float = 0.02


@njit(cache=True)
def distance(xy, matrix, rule, i, j):  # type: ignore[no-untyped-def]
    if matrix.shape[0] > 1:
        return np.int64(matrix[i, j])
    dx = xy[i, 0] - xy[j, 0]
    dy = xy[i, 1] - xy[j, 1]
    return np.int64(rule[0] * np.sqrt(dx * dx + dy * dy) + rule[1])


@njit(cache=True)
def uniform(rng):  # type: ignore[no-untyped-def]
    """The next number in (0, 1) of xorshift64*: the same on every machine."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    x = x * np.uint64(2685821657736338717)
    return (np.float64(x >> np.uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@njit(cache=True)
def until_blink(rng, blink):  # type: ignore[no-untyped-def]
    """Positions until the next one is passed over: geometric, one draw instead of one a position."""
    return 1 + int(np.log(uniform(rng)) / np.log(1.0 - blink)) if blink > 0.0 else FAR


@njit(cache=True)
def link(xy, matrix, rule, demand, node, tour, tally, c, p, r):  # type: ignore[no-untyped-def]
    """Put c behind p in route r (p = 0: at the front); returns the added distance."""
    if tour[r, SIZE] == 0:
        s, old = 0, 0
        tally[FREE] -= 1  # r was on top of the stack of free routes
    elif p == 0:
        s = tour[r, FIRST]
        old = node[s, INTO]
    else:
        s = node[p, SUCC]
        old = node[p, OUT]
    to_c = distance(xy, matrix, rule, p, c)
    from_c = distance(xy, matrix, rule, c, s)
    node[c, SUCC] = s
    node[c, PRED] = p
    node[c, ROUTE] = r
    node[c, OUT] = from_c
    node[c, INTO] = to_c
    if p == 0:
        tour[r, FIRST] = c
    else:
        node[p, SUCC] = c
        node[p, OUT] = to_c
    if s == 0:
        tour[r, LAST] = c
    else:
        node[s, PRED] = c
        node[s, INTO] = from_c
    tour[r, LOAD] += demand
    tour[r, SIZE] += 1
    return to_c + from_c - old


@njit(cache=True)
def unlink(xy, matrix, rule, demand, node, tour, free, tally, c):  # type: ignore[no-untyped-def]
    """Take c out of its route; returns the distance saved."""
    p, s, r = node[c, PRED], node[c, SUCC], node[c, ROUTE]
    tour[r, LOAD] -= demand
    tour[r, SIZE] -= 1
    node[c, ROUTE] = NONE
    was = np.int64(node[c, INTO]) + np.int64(node[c, OUT])
    if tour[r, SIZE] == 0:
        tour[r, FIRST] = 0
        tour[r, LAST] = 0
        free[tally[FREE]] = r
        tally[FREE] += 1
        return was
    joined = distance(xy, matrix, rule, p, s)
    if p == 0:
        tour[r, FIRST] = s
    else:
        node[p, SUCC] = s
        node[p, OUT] = joined
    if s == 0:
        tour[r, LAST] = p
    else:
        node[s, PRED] = p
        node[s, INTO] = joined
    return was - joined


@njit(cache=True)
def retime(site, node, tour, r):  # type: ignore[no-untyped-def]
    """Recompute all times of a route; returns whether every window and the depot's closing hour hold."""
    if tour[r, SIZE] == 0:
        return True
    c = tour[r, FIRST]
    now = site[0, EARLY] + site[0, SERVICE]
    fits = True
    while c != 0:
        now = max(now + node[c, INTO], site[c, EARLY])
        if now > site[c, LATE]:
            fits = False
        node[c, START] = now
        now += site[c, SERVICE]
        c = node[c, SUCC]
    c = tour[r, LAST]
    if now + node[c, OUT] > site[0, LATE]:
        fits = False
    then = site[0, LATE]
    while c != 0:
        then = min(then - node[c, OUT] - site[c, SERVICE], site[c, LATE])
        node[c, LATEST] = then
        c = node[c, PRED]
    return fits


@njit(cache=True)
def ripple(site, node, c):  # type: ignore[no-untyped-def]
    """Carry the times of a newly linked c along its route, no further than they change."""
    p = node[c, PRED]
    begun = site[0, EARLY] + site[0, SERVICE] if p == 0 else node[p, START] + site[p, SERVICE]
    now = max(site[c, EARLY], begun + node[c, INTO])
    node[c, START] = now
    now += site[c, SERVICE]
    i = node[c, SUCC]
    while i != 0:
        now = max(site[i, EARLY], now + node[i, INTO])
        if now == node[i, START]:
            break
        node[i, START] = now
        now += site[i, SERVICE]
        i = node[i, SUCC]
    s = node[c, SUCC]
    then = site[0, LATE] if s == 0 else np.int64(node[s, LATEST])
    then = min(site[c, LATE], then - node[c, OUT] - site[c, SERVICE])
    node[c, LATEST] = then
    i = node[c, PRED]
    while i != 0:
        then = min(site[i, LATE], then - node[i, OUT] - site[i, SERVICE])
        if then == node[i, LATEST]:
            break
        node[i, LATEST] = then
        i = node[i, PRED]


@njit(cache=True)
def choose_string(node, rng, c, length, kept):  # type: ignore[no-untyped-def]
    """The first customer of a random string of length + kept customers in a row that holds c."""
    span = length + kept
    back, i = 0, c
    while back < span - 1 and node[i, PRED] != 0:
        i = node[i, PRED]
        back += 1
    ahead, i = 0, c
    while ahead < span - 1 and node[i, SUCC] != 0:
        i = node[i, SUCC]
        ahead += 1
    least = max(0, span - 1 - ahead)
    i = c
    for _ in range(least + int(uniform(rng) * (back - least + 1))):
        i = node[i, PRED]
    return i


@njit(cache=True)
def arrange(xy, matrix, rule, site, windows, rng, pool, keys, count):  # type: ignore[no-untyped-def]
    """Sort the pool by one of the paper's orders, drawn by weight.

    Random 4, demand 4, far 2, close 1; with windows also length 2, opening 2, closing 2.
    """
    draw = uniform(rng) * (17.0 if windows else 11.0)
    for k in range(count):
        c = pool[k]
        if draw < 4.0:
            keys[k] = uniform(rng)
        elif draw < 8.0:
            keys[k] = -float(site[c, DEMAND])
        elif draw < 10.0:
            keys[k] = -float(distance(xy, matrix, rule, 0, c))
        elif draw < 11.0:
            keys[k] = float(distance(xy, matrix, rule, 0, c))
        elif draw < 13.0:
            keys[k] = float(site[c, LATE] - site[c, EARLY])
        elif draw < 15.0:
            keys[k] = float(site[c, EARLY])
        else:
            keys[k] = -float(site[c, LATE])
    for k in range(1, count):
        key, c, j = keys[k], pool[k], k - 1
        while j >= 0 and keys[j] > key:
            keys[j + 1], pool[j + 1] = keys[j], pool[j]
            j -= 1
        keys[j + 1], pool[j + 1] = key, c


@njit(cache=True)
def in_time(site, node, p, c, s, to_c, from_c):  # type: ignore[no-untyped-def]
    """Whether c fits between p and s without making anyone late."""
    begun = site[0, EARLY] + site[0, SERVICE] if p == 0 else node[p, START] + site[p, SERVICE]
    begin = max(site[c, EARLY], begun + to_c)
    if begin > site[c, LATE]:
        return False
    ends = site[0, LATE] if s == 0 else np.int64(node[s, LATEST])
    return begin + site[c, SERVICE] + from_c <= ends


@njit(cache=True)
def near_place(  # type: ignore[no-untyped-def]
    xy,
    matrix,
    rule,
    site,
    before,
    before_far,
    after,
    after_far,
    node,
    tour,
    room,
    windows,
    rng,
    blink,
    quiet,
    c,
    best,
):
    """The cheapest place beside a likely neighbour, if it adds less than ``best``: (route, predecessor,
    added, quiet).

    ``quiet`` counts down the improving positions until the next blink.
    """
    # Without windows a position is met first at its nearer end: it costs ≥ 2·near − the edge it breaks.
    reach = 1 if windows else 2
    r_best, p_best = NONE, 0
    for k in range(before.shape[1]):
        v = before[c, k]
        if v > 0:
            r = node[v, ROUTE]
            if r != NONE and tour[r, LOAD] <= room:
                near = np.int64(before_far[c, k])
                if reach * near - node[v, OUT] < best:
                    s = node[v, SUCC]
                    from_c = distance(xy, matrix, rule, c, s)
                    added = near + from_c - node[v, OUT]
                    if added < best and (not windows or in_time(site, node, v, c, s, near, from_c)):
                        quiet -= 1
                        if quiet > 0:
                            r_best, p_best, best = r, v, added
                        else:
                            quiet = until_blink(rng, blink)
        v = after[c, k]
        if v > 0:
            r = node[v, ROUTE]
            if r != NONE and tour[r, LOAD] <= room:
                near = np.int64(after_far[c, k])
                if reach * near - node[v, INTO] < best:
                    p = node[v, PRED]
                    to_c = distance(xy, matrix, rule, p, c)
                    added = to_c + near - node[v, INTO]
                    if added < best and (not windows or in_time(site, node, p, c, v, to_c, near)):
                        quiet -= 1
                        if quiet > 0:
                            r_best, p_best, best = r, p, added
                        else:
                            quiet = until_blink(rng, blink)
    return r_best, p_best, best, quiet


@njit(cache=True)
def depot_place(xy, matrix, rule, site, node, tour, room, windows, c, best):  # type: ignore[no-untyped-def]
    """First and last places of all routes: legs to the depot pass customers that are near neither of their
    ends.
    """
    r_best, p_best = NONE, 0
    to_c, from_c = distance(xy, matrix, rule, 0, c), distance(xy, matrix, rule, c, 0)
    for r in range(len(tour)):
        if tour[r, SIZE] == 0 or tour[r, LOAD] > room:
            continue
        s, p = tour[r, FIRST], tour[r, LAST]
        near = distance(xy, matrix, rule, c, s)
        added = to_c + near - node[s, INTO]
        if added < best and (not windows or in_time(site, node, 0, c, s, to_c, near)):
            r_best, p_best, best = r, 0, added
        near = distance(xy, matrix, rule, p, c)
        added = near + from_c - node[p, OUT]
        if added < best and (not windows or in_time(site, node, p, c, 0, near, from_c)):
            r_best, p_best, best = r, p, added
    return r_best, p_best, best


@njit(cache=True)
def any_place(xy, matrix, rule, site, node, tour, room, windows, c):  # type: ignore[no-untyped-def]
    """Every position of every route: only where the fleet is used up and no neighbour has room."""
    r_best, p_best, best = NONE, 0, FAR
    for r in range(len(tour)):
        if tour[r, SIZE] == 0 or tour[r, LOAD] > room:
            continue
        p, s = 0, tour[r, FIRST]
        while True:
            to_c = distance(xy, matrix, rule, p, c)
            from_c = distance(xy, matrix, rule, c, s)
            added = to_c + from_c - (node[s, INTO] if s != 0 else node[p, OUT])
            if added < best and (not windows or in_time(site, node, p, c, s, to_c, from_c)):
                r_best, p_best, best = r, p, added
            if s == 0:
                break
            p, s = s, node[s, SUCC]
    return r_best, p_best, best


@njit(cache=True)
def anneal(  # type: ignore[no-untyped-def]
    xy, matrix, rule, site, near, before, before_far, after, after_far, limits,
    node, tour, free, bank, tally, best_succ, best_first, rng, knobs, rounds, hot,
):  # fmt: skip
    """Run ``rounds`` of ruin and recreate at temperature ``hot``; the best routes seen stay in ``best_*``."""
    n, room = len(site) - 1, 128
    taken, taken_from = np.empty(room, np.int64), np.empty((room, 2), np.int64)
    pool, keys = np.empty(2 * room, np.int64), np.empty(2 * room, np.float64)
    placed, missed = np.empty(2 * room, np.int64), np.empty(2 * room, np.int64)
    stamp, touched = np.full(len(tour), NONE, np.int64), np.empty(3 * room, np.int64)
    capacity, windows, penalty = limits[CAPACITY], limits[WINDOWS] == 1, limits[PENALTY]
    quiet = until_blink(rng, knobs[4])
    for now in range(rounds):
        # Ruin: strings out of routes near a random customer.
        longest = min(knobs[1], max(1.0, n / max(1, len(tour) - tally[FREE])))
        strings = int(uniform(rng) * max(0.0, 4.0 * knobs[0] / (1.0 + longest) - 1.0) + 1.0)
        seed = 1 + int(uniform(rng) * n)
        count, routes, change, k = 0, 0, np.int64(0), NONE
        while routes < strings and k < near.shape[1]:
            c = seed if k == NONE else np.int64(near[seed, k])
            k += 1
            if c <= 0 or node[c, ROUTE] == NONE or stamp[node[c, ROUTE]] == now:
                continue
            r = node[c, ROUTE]
            stamp[r] = now
            touched[routes] = r
            routes += 1
            size = tour[r, SIZE]
            length = min(int(uniform(rng) * min(float(size), longest) + 1.0), size, room - count)
            kept = 0
            if 1 < length < size and uniform(rng) < knobs[2]:
                kept = 1
                while length + kept < size and uniform(rng) < knobs[3]:
                    kept += 1
            i = choose_string(node, rng, c, length, kept)
            spare = 1 + int(uniform(rng) * (length - 1)) if kept > 0 else length
            for j in range(length + kept):
                following = node[i, SUCC]
                if j < spare or j >= spare + kept:
                    taken[count] = i
                    taken_from[count, 0] = node[i, PRED]
                    taken_from[count, 1] = r
                    pool[count] = i
                    count += 1
                    change -= unlink(xy, matrix, rule, site[i, DEMAND], node, tour, free, tally, i)
                i = following
        if windows:
            for k in range(routes):
                retime(site, node, tour, touched[k])
        # A random part of the customers in no route goes to the end of the bank and into the pool.
        borrowed = min(tally[BANKED], np.int64(room))
        for k in range(borrowed):
            j, end = int(uniform(rng) * (tally[BANKED] - k)), tally[BANKED] - 1 - k
            bank[j], bank[end] = bank[end], bank[j]
            pool[count + k] = bank[end]
        # Recreate: greedy insertion with blinks.
        whole = count + borrowed
        arrange(xy, matrix, rule, site, windows, rng, pool, keys, whole)
        n_placed, n_missed = 0, 0
        for k in range(whole):
            c = pool[k]
            r, p, added = NONE, 0, FAR
            if tally[FREE] > 0:
                r, added = (
                    free[tally[FREE] - 1],
                    distance(xy, matrix, rule, 0, c) + distance(xy, matrix, rule, c, 0),
                )
            space = capacity - site[c, DEMAND]
            r1, p1, added1, quiet = near_place(
                xy, matrix, rule, site, before, before_far, after, after_far, node, tour, space, windows, rng,
                knobs[4], quiet, c, added,
            )  # fmt: skip
            if r1 != NONE:
                r, p, added = r1, p1, added1
            if r1 == NONE or uniform(rng) < knobs[5]:
                r2, p2, added2 = depot_place(xy, matrix, rule, site, node, tour, space, windows, c, added)
                if r2 != NONE:
                    r, p, added = r2, p2, added2
            if r == NONE:
                r, p, added = any_place(xy, matrix, rule, site, node, tour, space, windows, c)
            if r == NONE:
                missed[n_missed] = c
                n_missed += 1
                continue
            change += link(xy, matrix, rule, site[c, DEMAND], node, tour, tally, c, p, r)
            placed[n_placed] = c
            n_placed += 1
            if windows:
                ripple(site, node, c)
                if stamp[r] != now:
                    stamp[r] = now
                    touched[routes] = r
                    routes += 1
        # Accept by temperature; with customers left out also where those were left out less often.
        change += penalty * (n_missed - borrowed)
        good = change < -hot * np.log(uniform(rng))
        if borrowed > 0 and not good:
            fewer = 0
            for k in range(n_missed):
                fewer -= node[missed[k], ABSENT]
            for k in range(borrowed):
                fewer += node[bank[tally[BANKED] - 1 - k], ABSENT]
            good = fewer > 0
        if good and windows:  # rounded distances may break the triangle inequality by a unit
            for k in range(routes):
                good = good and retime(site, node, tour, touched[k])
        if good:
            tally[COST] += change
            tally[BANKED] -= borrowed
            for k in range(n_missed):
                bank[tally[BANKED]] = missed[k]
                tally[BANKED] += 1
            if tally[COST] < tally[BEST]:
                tally[BEST] = tally[COST]
                best_succ[:] = node[:, SUCC]
                best_first[:] = tour[:, FIRST]
                for k in range(tally[BANKED]):
                    best_succ[bank[k]] = NONE
        else:
            for k in range(n_placed - 1, -1, -1):
                unlink(xy, matrix, rule, site[placed[k], DEMAND], node, tour, free, tally, placed[k])
            for k in range(count - 1, -1, -1):
                c = taken[k]
                link(
                    xy,
                    matrix,
                    rule,
                    site[c, DEMAND],
                    node,
                    tour,
                    tally,
                    c,
                    taken_from[k, 0],
                    taken_from[k, 1],
                )
            if windows:
                for k in range(routes):
                    retime(site, node, tour, touched[k])
        for k in range(n_missed):
            node[missed[k], ABSENT] += 1


@njit(cache=True)
def lay_routes(xy, matrix, rule, site, node, tour, free, tally, flat, ends):  # type: ignore[no-untyped-def]
    """Lay given routes (customers one after another, ``ends`` of each) into unused tours; returns whether
    in time.
    """
    begin, fits = 0, True
    for k in range(len(ends)):
        r, p = free[tally[FREE] - 1], 0
        for i in range(begin, ends[k]):
            c = flat[i]
            tally[COST] += link(xy, matrix, rule, site[c, DEMAND], node, tour, tally, c, p, r)
            p = c
        begin = ends[k]
        fits = retime(site, node, tour, r) and fits
    return fits
