"""The independent checker of liaison: recounts units, skills, areas, ways and prices in plain loops."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tongzhou.engines.certificate import Problem, Text

from .model import Helpers, Needs, Policy, Visit


@dataclass(frozen=True, slots=True)
class Recount:
    """What the checker found: faults, the objective in metres, and the figures a planner reads."""

    faults: tuple[Problem, ...]
    metres: int
    met: int
    unmet: int
    way_metres: int
    usual: int
    changed: int


def check_liaison(
    helpers: Helpers, needs: Needs, policy: Policy, rows: Sequence[Visit], left: Iterable[str] = (),
    away: Iterable[str] = (),
) -> Recount:  # fmt: skip
    """Recount a plan; ``left`` are needs and ``away`` helpers whose own row is contradictory, both unused."""
    faults: list[Problem] = []
    away = set(away)
    helper = {name: h for h, name in enumerate(helpers.ids) if name not in away}
    need = {name: k for k, name in enumerate(needs.ids)}
    places, homes = helpers.xy.tolist(), needs.xy.tolist()
    capacity, units = helpers.capacity.tolist(), needs.units.tolist()
    priority, waited, remote = needs.priority.tolist(), needs.waited.tolist(), helpers.remote.tolist()
    given: Counter[str] = Counter()
    busy: Counter[str] = Counter()
    pairs: set[tuple[str, str]] = set()
    total = way = met = unmet = usual = changed = 0
    for row in rows:
        k = need.get(row.need, -1)
        if k < 0 or row.units <= 0 or (row.need, row.helper) in pairs:
            faults.append(_fault("twice_or_unknown", row.need, "重复、不存在或数量无效", "is there twice or unknown"))
            continue
        pairs.add((row.need, row.helper))
        given[row.need] += row.units
        if not row.helper:
            km = policy.unmet_km[priority[k]] + policy.unmet_km_per_day * min(waited[k], policy.unmet_days_cap)
            total += round(km * 1000) * row.units
            unmet += row.units
            continue
        h = helper.get(row.helper, -1)
        suits = h >= 0 and needs.skill[k] in helpers.skills[h] and helpers.area[h] in ("", needs.area[k])
        if not suits:
            faults.append(_fault("does_not_suit", row.need, f"不宜由 {row.helper} 承担", f"may not go to {row.helper}"))
            continue
        dx, dy = homes[k][0] - places[h][0], homes[k][1] - places[h][1]
        metres = round(math.sqrt(dx * dx + dy * dy) * (policy.road_factor * 1000))
        if remote[h] == 1:
            cost, metres = round(policy.remote_km * 1000), 0
        else:
            cost = metres
            if metres > policy.reach_km * 1000:
                faults.append(_fault("too_far", row.need, "超出可达距离", "is beyond reach"))
        if abs(metres - row.km * 1000) > 0.51 or row.usual != (needs.usual[k] == row.helper):
            faults.append(_fault("wrong_row", row.need, "路程或常联系人不符", "has a wrong distance or usual helper"))
        if needs.usual[k] in helper and needs.usual[k] != row.helper:
            cost += round(policy.change_km * 1000)
            changed += row.units
        busy[row.helper] += row.units
        usual += row.units if needs.usual[k] == row.helper else 0
        met, way, total = met + row.units, way + metres * row.units, total + cost * row.units
    for name in sorted(set(needs.ids) - set(left)):
        if given[name] != units[need[name]]:
            faults.append(_fault("units", name, "数量不符", f"has {given[name]} of {units[need[name]]} units"))
    for name, load in sorted(busy.items()):
        if load > capacity[helper[name]]:
            faults.append(_fault("overloaded", name, "超过可承担量", f"has {load} of {capacity[helper[name]]} units"))
    return Recount(tuple(faults), int(total), met, unmet, int(way), usual, changed)


def _fault(code: str, subject: str, zh: str, en: str) -> Problem:
    return Problem(code, subject, Text(f"{subject}：{zh}。", f"{subject} {en}."))
