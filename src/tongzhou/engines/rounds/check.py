"""The independent checker: recomputes a routing plan from the instance alone, in plain Python and floats.

It shares no code with the search: neither its distances, nor its integer times, nor its linked lists.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tongzhou.engines.certificate import Problem, Text

from .model import Instance

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Finding:
    """What the checker recomputed: total distance, faults, and for each stop its start of service (inf if
    late).
    """

    length: float
    faults: tuple[Problem, ...]
    loads: tuple[int, ...]
    starts: tuple[tuple[float, ...], ...]


def check_routes(instance: Instance, routes: Sequence[Sequence[int]], left: Sequence[int] = ()) -> Finding:
    """Check that every customer is in exactly one route or in ``left``, and all loads, windows and the
    fleet hold.
    """
    faults = _coverage(instance, routes, left)
    if any(fault.code == "unknown_customer" for fault in faults):
        return Finding(math.nan, tuple(faults), (), ())
    if instance.vehicles is not None and len(routes) > instance.vehicles:
        text = Text(
            f"用了 {len(routes)} 辆车，只有 {instance.vehicles} 辆。",
            f"{len(routes)} vehicles used, {instance.vehicles} available.",
        )
        faults.append(Problem("too_many_vehicles", "fleet", text))
    length, loads, starts = 0.0, [], []
    for number, route in enumerate(routes, 1):
        loads.append(sum(int(instance.demand[node]) for node in route))
        if loads[-1] > instance.capacity:
            text = Text(
                f"装载 {loads[-1]}，超过载量 {instance.capacity}。",
                f"Load {loads[-1]} exceeds the capacity {instance.capacity}.",
            )
            faults.append(Problem("load_over_capacity", f"route {number}", text))
        length += sum(leg(instance, a, b) for a, b in zip([0, *route], [*route, 0], strict=True))
        times, late = _drive(instance, route, number)
        starts.append(times)
        faults += late
    return Finding(round(length, 6), tuple(faults), tuple(loads), tuple(starts))


def leg(instance: Instance, a: int, b: int) -> float:
    """Distance from a to b as the instance's rounding convention states it."""
    if instance.matrix is not None:
        plain = float(instance.matrix[a][b])
    else:
        assert instance.xy is not None
        plain = math.dist(instance.xy[a], instance.xy[b])
    match instance.rounding:
        case "round":
            return float(math.floor(plain + 0.5))
        case "trunc":
            return float(math.floor(plain))
        case "dimacs":
            return math.floor(10 * plain) / 10
    return math.floor(1000 * plain + 0.5) / 1000


def _coverage(instance: Instance, routes: Sequence[Sequence[int]], left: Sequence[int]) -> list[Problem]:
    seen = Counter(node for route in routes for node in route) + Counter(left)
    faults = []
    for node in sorted(seen):
        if not 1 <= node <= instance.customers:
            text = Text(f"没有这个客户：{node}。", f"There is no customer {node}.")
            faults.append(Problem("unknown_customer", f"node {node}", text))
        elif seen[node] > 1:
            text = Text(f"被安排 {seen[node]} 次。", f"Planned {seen[node]} times.")
            faults.append(Problem("customer_repeated", f"customer {instance.label(node)}", text))
    for node in range(1, instance.customers + 1):
        if node not in seen:
            text = Text("既不在路线中，也未说明原因。", "In no route, and not among those left out.")
            faults.append(Problem("customer_missing", f"customer {instance.label(node)}", text))
    return faults


def _drive(instance: Instance, route: Sequence[int], number: int) -> tuple[tuple[float, ...], list[Problem]]:
    """Starts of service along a route, waiting for windows to open, and every lateness."""
    if instance.late is None or instance.early is None or instance.service is None:
        return (), []
    faults: list[Problem] = []
    now, prior, times = float(instance.early[0] + instance.service[0]), 0, []
    for node in route:
        now = max(now + leg(instance, prior, node), float(instance.early[node]))
        if now > instance.late[node] + TOLERANCE:
            text = Text(
                f"{now:g} 才开始服务，时间窗 {instance.late[node]:g} 已关闭。",
                f"Service would start at {now:g}, after the window closed at {instance.late[node]:g}.",
            )
            faults.append(Problem("late_for_window", f"customer {instance.label(node)}", text))
        times.append(now)
        now, prior = now + float(instance.service[node]), node
    now += leg(instance, prior, 0)
    if now > instance.late[0] + TOLERANCE:
        text = Text(
            f"{now:g} 才回到车场，关闭时间 {instance.late[0]:g}。",
            f"Back at {now:g}, after the depot closed at {instance.late[0]:g}.",
        )
        faults.append(Problem("late_return", f"route {number}", text))
    return tuple(times), faults
