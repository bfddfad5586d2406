"""The independent checker of a city's day: plain loops over the plan's own times, nothing from the search."""

import math
from collections import Counter
from collections.abc import Sequence

from tongzhou.engines.certificate import Problem, Text

from .city import City, Run


def check_city(city: City, runs: Sequence[Run], left: Sequence[str]) -> tuple[int, tuple[Problem, ...]]:
    """Metres driven, and every broken rule: coverage, loads, stock, fleet, windows, speed, shift, rest."""
    faults: list[Problem] = []
    row = {name: k for k, name in enumerate(city.points.ids)}
    home = {name: k for k, name in enumerate(city.depots.ids)}
    seen = Counter([name for run in runs for trip in run.trips for name in trip] + list(left))
    for name in sorted(set(row) | set(seen)):
        if seen[name] != 1 or name not in row:
            faults.append(_fault("coverage", name, f"安排 {seen[name]} 次", f"planned {seen[name]} times"))
    if any(name not in row for name in seen):
        return 0, tuple(faults)
    given: Counter[str] = Counter()
    for run in runs:
        given[run.depot] += sum(int(city.points.demand[row[name]]) for trip in run.trips for name in trip)
    for depot, amount in sorted(given.items()):
        if amount > city.depots.stock[home[depot]]:
            stock = city.depots.stock[home[depot]]
            faults.append(_fault("stock", depot, f"发出 {amount}，库存 {stock}", f"gives {amount} of {stock} in stock"))
    faults += _check_fleet(city, runs)
    total = 0
    for run in runs:
        length, found = _check_run(city, run, row, home[run.depot])
        total += length
        faults += found
    return total, tuple(faults)


def _check_fleet(city: City, runs: Sequence[Run]) -> list[Problem]:
    faults = []
    have = {(kind.depot, kind.kind): kind for kind in city.fleet}
    used = Counter((run.depot, run.kind) for run in runs)
    for key, number in sorted(used.items()):
        if key not in have or number > have[key].count:
            faults.append(_fault("fleet", "/".join(key), f"用车 {number} 辆，超出", f"uses {number}, more than it has"))
    names = Counter(run.vehicle for run in runs)
    faults += [_fault("vehicle_twice", name, "出现两次", "appears twice") for name, k in names.items() if k > 1]
    capacity = {key: kind.capacity for key, kind in have.items()}
    demand = dict(zip(city.points.ids, city.points.demand, strict=True))
    for run in runs:
        for trip in run.trips:
            load = sum(int(demand[name]) for name in trip)
            if load > capacity.get((run.depot, run.kind), 0):
                faults.append(_fault("load", run.vehicle, f"装载 {load} 超过载量", f"load {load} exceeds its capacity"))
    return faults


def _check_run(city: City, run: Run, row: dict[str, int], depot: int) -> tuple[int, list[Problem]]:
    """Follow the vehicle through its stated times: enough time for each leg, windows, shift, rest after
    duty.
    """
    faults: list[Problem] = []
    policy, points = city.policy, city.points
    times, rests = iter(run.starts), list(run.rests)
    now, since, total = run.start, run.start, 0
    if run.start < city.depots.opens[depot] or run.end > city.depots.closes[depot]:
        faults.append(_fault("depot_hours", run.vehicle, "超出仓库开放时间", "is out of the depot's opening hours"))
    if run.end - run.start > policy.shift:
        faults.append(_fault("shift", run.vehicle, "班次过长", f"works {run.end - run.start} s, more than a shift"))
    for trip in run.trips:
        here, now = city.depots.xy[depot], now + policy.loading
        for name in (*trip, ""):
            there = points.xy[row[name]] if name else city.depots.xy[depot]
            leg = math.ceil(math.dist(here, there) - 1e-9)
            ready = now + math.ceil(leg / policy.speed - 1e-9)
            at = next(times, -1) if name else ready
            while rests and rests[0][0] <= max(at, ready):
                begin, end = rests.pop(0)
                if end - begin < policy.rest or begin - since > policy.duty:
                    faults.append(_fault("rest", run.vehicle, "休息不足或过迟", "rests too little or too late"))
                ready, since = ready + (end - begin if begin < ready else 0), end
            at = max(at, ready) if not name else at
            if at < ready or (name and not points.early[row[name]] <= at <= points.late[row[name]]):
                faults.append(_fault("window", name or run.vehicle, f"{at} 秒不可行", f"cannot be served at {at} s"))
            now = at + (int(points.service[row[name]]) if name else 0)
            if now - since > policy.duty:
                faults.append(_fault("rest", run.vehicle, "连续工作过长", "is on duty too long without rest"))
            here, total = there, total + leg
    if now > run.end:
        faults.append(_fault("end", run.vehicle, "返回时间不实", f"is back at {now} s, not at {run.end}"))
    return total, faults


def _fault(code: str, subject: str, zh: str, en: str) -> Problem:
    return Problem(code, subject, Text(f"{subject}：{zh}。", f"{subject} {en}."))
