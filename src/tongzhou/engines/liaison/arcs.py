"""Which helper may meet which need, at what cost in metres: the nearest of each need, others when they pay."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from .model import Costs, Floats, Helpers, Ints, Needs, Policy

METRES = 1000
NEAREST = 8  # helpers a need keeps at first, besides the usual one
CHUNK = 100_000  # pairs priced at a time, so that they stay in the processor's cache
REMEMBERED = 20_000_000  # pairs whose cost is kept; beyond, it is computed anew each time
OUT = 1_000_000_000  # cost of a pair beyond reach; every other stays far below, and sums stay within 32 bits
MOST_KM = 100_000.0  # the largest price a policy may name


@dataclass
class Arcs:
    """Kept pairs, sorted by need: need, helper, cost in metres a unit."""

    need: Ints
    helper: Ints
    cost: Ints


def unmet_metres(needs: Needs, policy: Policy) -> Ints:
    """What one unit left unmet costs, by priority and days waited."""
    days = np.minimum(needs.waited, policy.unmet_days_cap)
    km = np.array(policy.unmet_km)[needs.priority] + policy.unmet_km_per_day * days
    return np.asarray(np.rint(km * METRES), np.int64)


class Market:
    """Needs and helpers sorted into markets: needs of one skill and area, and the helpers who may serve them."""

    def __init__(self, helpers: Helpers, needs: Needs, policy: Policy) -> None:
        self.helpers, self.needs, self.policy = helpers, needs, policy
        row = {name: k for k, name in enumerate(helpers.ids)}
        self.usual = np.array([row.get(name, -1) for name in needs.usual], np.int64)
        groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for k, key in enumerate(zip(needs.skill, needs.area, strict=True)):
            groups[key].append(k)
        skills, areas = helpers.skills, helpers.area
        by_skill = {
            skill: [h for h in range(len(skills)) if skill in skills[h]] for skill in {key[0] for key in groups}
        }
        self.groups: list[tuple[Ints, Ints]] = []
        for (skill, area), members in sorted(groups.items()):
            fits = [h for h in by_skill[skill] if not areas[h] or areas[h] == area]
            self.groups.append((np.array(members, np.int64), np.array(fits, np.int64)))
        self._blocks: list[tuple[Ints, Ints]] = []
        for rows, fit in self.groups:
            step = max(1, CHUNK // max(1, len(fit)))
            self._blocks += [(rows[k : k + step], fit) for k in range(0, len(rows), step) if len(fit)]
        self._known: dict[int, Costs] = {}
        self._remember = sum(len(rows) * len(fit) for rows, fit in self._blocks) <= REMEMBERED
        self.served = np.zeros(len(needs.ids), bool)
        for rows, fit in self.groups:
            self.served[rows] = len(fit) > 0

    def nearest(self) -> Arcs:
        """The nearest helpers of every need, and the usual one."""
        found: list[tuple[Ints, Ints, Any]] = []
        for number, (rows, fit) in enumerate(self._blocks):
            cost, keep = self._cost(number), min(NEAREST, len(fit))
            few = np.argpartition(cost, keep - 1, axis=1)[:, :keep]
            found.append((np.repeat(rows, keep), fit[few].ravel(), np.take_along_axis(cost, few, axis=1).ravel()))
            has = np.flatnonzero(np.isin(self.usual[rows], fit))
            column = np.searchsorted(fit, self.usual[rows[has]])
            found.append((rows[has], self.usual[rows[has]], cost[has, column]))
        return self._tidy(found)

    def better(self, arcs: Arcs, price: Ints, kept: Ints) -> tuple[Arcs, Ints]:
        """The least priced cost of each need over all pairs, and the arcs with those that beat ``kept`` added."""
        least = kept.copy()
        found: list[tuple[Ints, Ints, Any]] = [(arcs.need, arcs.helper, arcs.cost)]
        for number, (rows, fit) in enumerate(self._blocks):
            cost = self._cost(number)
            priced = cost + price[fit].astype(np.int32)
            best = priced.min(axis=1)
            gains = np.flatnonzero(best < kept[rows])
            least[rows[gains]] = best[gains]
            if len(gains):
                few = np.argpartition(priced[gains], min(3, len(fit) - 1), axis=1)[:, :3]
                pays = np.take_along_axis(priced[gains], few, axis=1) < kept[rows[gains]][:, None]
                at, which = np.nonzero(pays)
                column = few[at, which]
                found.append((rows[gains[at]], fit[column], cost[gains[at], column]))
        return (self._tidy(found) if len(found) > 1 else arcs), least

    def _cost(self, number: int) -> Costs:
        if number not in self._known:
            rows, fit = self._blocks[number]
            if not self._remember:
                return self._metres(rows, fit)
            self._known[number] = self._metres(rows, fit)
        return self._known[number]

    def _metres(self, rows: Ints, fit: Ints) -> Costs:
        """Cost of pairs in metres, OUT where the way is beyond reach."""
        a, b = self.needs.xy[rows], self.helpers.xy[fit]
        way, other = a[:, :1] - b[:, 0], a[:, 1:] - b[:, 1]
        way *= way
        other *= other
        way += other
        np.sqrt(way, out=way)
        way *= self.policy.road_factor * METRES
        cost = np.rint(way, out=way).astype(np.int32)
        cost[cost > self.policy.reach_km * METRES] = OUT
        remote = self.helpers.remote[fit] == 1
        if remote.any():
            cost[:, remote] = round(self.policy.remote_km * METRES)
        had = np.flatnonzero(self.usual[rows] >= 0)
        change = np.int32(round(self.policy.change_km * METRES))
        if change:
            cost[had] += change
            same = had[np.isin(self.usual[rows[had]], fit)]
            cost[same, np.searchsorted(fit, self.usual[rows[same]])] -= change
        return cost

    def _tidy(self, found: list[tuple[Ints, Ints, Any]]) -> Arcs:
        if not found:
            nothing = np.zeros(0, np.int64)
            return Arcs(nothing, nothing, nothing)
        need, helper, cost = (np.concatenate(columns).astype(np.int64) for columns in zip(*found, strict=True))
        _, first = np.unique(need * len(self.helpers.ids) + helper, return_index=True)
        first = first[cost[first] < OUT]
        return Arcs(need[first], helper[first], cost[first])


def way_metres(a: Floats, b: Floats, policy: Policy) -> Ints:
    """Metres by road between paired rows of a and b."""
    return np.asarray(
        np.rint(np.sqrt((a[:, 0] - b[:, 0]) ** 2 + (a[:, 1] - b[:, 1]) ** 2) * (policy.road_factor * METRES)), np.int64
    )
