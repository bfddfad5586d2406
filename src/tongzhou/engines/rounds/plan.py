"""Routes for one depot with their certificate: the search, then everything that proves and explains it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tongzhou.engines.certificate import (
    Binding,
    Budget,
    Certificate,
    Effort,
    Plan,
    Problem,
    Reason,
    Term,
    Text,
    WhatIf,
    difference,
)

from . import bound, polish, sisr
from .check import Finding, check_routes, leg
from .model import Instance, unservable

# Shares of a budget (tried: docs/engines/rounds.md). One PyVRP iteration costs as much as about 60 of SISR.
BOUND_SHARE, POLISH_SHARE, POLISH_COST = 0.06, 0.7, 60
FULL_BUDGET = 60.0  # seconds for which the bound gets all its work


@dataclass(frozen=True, slots=True)
class Route:
    """One vehicle's round: ``stops`` are node numbers in order, ``starts`` of service in the instance's
    time unit.
    """

    stops: tuple[int, ...]
    load: int
    length: float
    starts: tuple[float, ...] = ()


def plan_routes(
    instance: Instance,
    *,
    seed: int,
    budget: Budget,
    start: Sequence[Sequence[int]] | None = None,
    yesterday: Mapping[str, str] | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[Plan[tuple[Route, ...]], tuple[Problem, ...]]:
    """Plan rounds for every customer that can be served; the rest come back as problems.

    ``yesterday`` maps a customer's id to the id of the first customer of its route, as ``assignment`` gives
    it.
    """
    problems = dict(unservable(instance))
    if instance.capacity <= 0 or (instance.vehicles is not None and instance.vehicles <= 0):
        text = Text("没有车辆或载量为零。", "There is no vehicle, or its capacity is zero.")
        problems = {k: Problem("no_vehicle", f"customer {instance.label(k)}", text) for k in _all(instance)}
    kept = [node for node in _all(instance) if node not in problems]
    routes, left, effort = _search(instance, kept, seed, budget, start, progress)
    for node in left:
        text = Text("车辆数不够，没有路线能再容纳。", "The fleet is too small: no route has room or time left for it.")
        problems[node] = Problem("fleet_exhausted", f"customer {instance.label(node)}", text, field="vehicles")
    finding = check_routes(instance, routes, sorted(problems))
    share = 1.0 if budget.seconds is None else min(1.0, budget.seconds / FULL_BUDGET)
    lower, method = bound.lower_bound(instance, finding.length, sorted(problems), work=share * bound.WORK)
    rows = tuple(_row(instance, route, finding, k) for k, route in enumerate(routes))
    certificate = Certificate(
        engine="rounds",
        objective=finding.length,
        bound=min(lower, finding.length),
        unit="distance",
        faults=finding.faults,
        bound_method=method,
        terms=(Term("routes", len(routes), "routes"), Term("served", len(kept) - len(left), "customers")),
        binding=_binding(instance, finding),
        reasons=tuple(_reason(instance, row, k) for k, row in enumerate(rows, 1)),
        effort=effort,
        difference=None if yesterday is None else difference(yesterday, assignment(instance, routes)),
    )
    return Plan(rows, certificate), tuple(problems[node] for node in sorted(problems))


def assignment(instance: Instance, routes: Sequence[Sequence[int]]) -> dict[str, str]:
    """Who rides with whom: customer id → id of the smallest customer of its route, so that order does not
    matter.
    """
    return {instance.label(node): instance.label(min(route)) for route in routes for node in route}


def why_not(instance: Instance, routes: Sequence[Sequence[int]], customer: int, other: int) -> WhatIf:
    """What moving a customer into route ``other`` would cost: its cheapest place there, all else as it is."""
    before = check_routes(instance, routes).length
    without = [[node for node in route if node != customer] for route in routes]
    best: tuple[float, list[list[int]], tuple[Problem, ...]] | None = None
    for place in range(len(without[other]) + 1):
        trial = [list(route) for route in without]
        trial[other].insert(place, customer)
        found = check_routes(instance, [route for route in trial if route])
        faults = tuple(fault for fault in found.faults if fault.code != "customer_missing")
        if best is None or (len(faults), found.length) < (len(best[2]), best[0]):
            best = (found.length, trial, faults)
    assert best is not None
    label = instance.label(customer)
    question = Text(f"为什么客户 {label} 不在路线 {other + 1}？", f"Why is customer {label} not in route {other + 1}?")
    return WhatIf(question, before, None if best[2] else best[0], problems=best[2])


def _all(instance: Instance) -> range:
    return range(1, instance.customers + 1)


def _search(
    instance: Instance,
    kept: Sequence[int],
    seed: int,
    budget: Budget,
    start: Sequence[Sequence[int]] | None,
    progress: Callable[[float], None],
) -> tuple[list[list[int]], list[int], Effort]:
    """SISR, then PyVRP where windows and size make it worth its half of the budget; node numbers of
    ``instance``.
    """
    if not kept:
        return [], [], Effort(seed, 0, budget.iterations, budget.seconds, "empty")
    part = instance if len(kept) == instance.customers else bound.subset(instance, kept)
    number = {node: k for k, node in enumerate(kept, 1)}
    warm = None if start is None else [[number[node] for node in route if node in number] for route in start]
    polishes = instance.late is not None and 2 < len(kept) < polish.LARGEST
    searching = _scaled(_enough(budget, len(kept)), 1.0 - BOUND_SHARE)
    first = _scaled(searching, 1.0 - POLISH_SHARE) if polishes else searching
    routes, left, effort = sisr.solve(part, seed=seed, budget=first, start=warm, progress=progress)
    if polishes and not left:
        second = _scaled(searching, POLISH_SHARE, cost=POLISH_COST)
        routes, more = polish.polish(part, routes, seed=seed, budget=second)
        effort = replace(effort, iterations=effort.iterations + more * POLISH_COST)
    effort = replace(effort, budget_iterations=budget.iterations, budget_seconds=budget.seconds)
    return [[kept[k - 1] for k in route] for route in routes], [kept[k - 1] for k in left], effort


def _enough(budget: Budget, customers: int) -> Budget:
    """A few customers need no minute: at most 2,000 iterations for each pair of them."""
    enough = 2000 * customers**2
    most = enough if budget.iterations is None else min(enough, budget.iterations)
    return replace(budget, iterations=most) if customers < 100 else budget


def _scaled(budget: Budget, share: float, *, cost: int = 1) -> Budget:
    iterations = None if budget.iterations is None else int(budget.iterations * share / cost)
    return Budget(iterations, None if budget.seconds is None else budget.seconds * share, budget.clock)


def _row(instance: Instance, route: Sequence[int], finding: Finding, k: int) -> Route:
    length = sum(leg(instance, a, b) for a, b in zip([0, *route], [*route, 0], strict=True))
    return Route(tuple(route), finding.loads[k], round(length, 6), finding.starts[k])


def _binding(instance: Instance, finding: Finding) -> tuple[Binding, ...]:
    found = []
    if finding.loads:
        total, room = sum(finding.loads), instance.capacity * len(finding.loads)
        text = Text(
            f"{len(finding.loads)} 条路线装载 {total}，共可装 {room}（{total / room:.1%}）。",
            f"{len(finding.loads)} routes carry {total} of {room} ({total / room:.1%}).",
        )
        found.append(Binding("capacity", total, room, "demand units", text))
    if instance.vehicles is not None and len(finding.loads) >= instance.vehicles:
        text = Text(f"全部 {instance.vehicles} 辆车都已使用。", f"All {instance.vehicles} vehicles are in use.")
        found.append(Binding("vehicles", len(finding.loads), instance.vehicles, "vehicles", text))
    return tuple(found)


def _reason(instance: Instance, row: Route, number: int) -> Reason:
    """What keeps this route from taking more: its room against the smallest demand, and its tightest
    window.
    """
    room = instance.capacity - row.load
    smallest = int(min(instance.demand[1:]))
    chain, zh, en = [], f"装载 {row.load}/{instance.capacity}", f"carries {row.load} of {instance.capacity}"
    if room < smallest:
        chain.append("capacity")
        zh, en = zh + "，装不下任何一单", en + ", with room for no further order"
    if row.starts and instance.late is not None:
        slack, node = min(
            (float(instance.late[stop]) - begun, stop) for stop, begun in zip(row.stops, row.starts, strict=True)
        )
        label = instance.label(node)
        chain.append(f"window of {label}")
        zh, en = (
            zh + f"；最紧的时间窗在客户 {label}，余 {slack:g}",
            en + f"; tightest window at {label}, {slack:g} to spare",
        )
    stops, ends = len(row.stops), [instance.label(row.stops[0]), instance.label(row.stops[-1])]
    return Reason(
        f"route {number}",
        Text(f"{stops} 站，{ends[0]} 到 {ends[1]}：{zh}。", f"{stops} stops from {ends[0]} to {ends[1]}: {en}."),
        tuple(chain),
    )
