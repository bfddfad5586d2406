"""A routing instance: one depot, equal vehicles, capacity and time windows."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from tongzhou.engines.certificate import Problem, Text

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Rounding = Literal["round", "dimacs", "trunc", "exact"]

# Distances are integers inside: ``int(scale * euclid + offset)``; an objective is divided by the scale again.
ROUNDINGS: dict[str, tuple[int, float]] = {
    "round": (1, 0.5),  # nearest integer: CVRPLIB's X, Arnold and older sets
    "dimacs": (10, 0.0),  # one decimal, truncated: DIMACS challenge convention for Solomon, Gehring-Homberger
    "trunc": (1, 0.0),
    "exact": (1000, 0.5),  # three decimals
}


@dataclass(frozen=True)
class Instance:
    """Node 0 is the depot, nodes 1…n are customers; all arrays have n + 1 rows.

    ``xy`` (n+1, 2) coordinates in units of distance, or None with a ``matrix`` (n+1, n+1) of distances.
    ``demand`` in units of ``capacity``. ``early``, ``late`` (earliest and latest start of service; for the
    depot the opening hours), and ``service`` in units of travel time, which is the distance. ``late`` None:
    no windows. ``vehicles`` is the number of routes allowed, None for any. ``ids`` are what the user calls
    the nodes.
    """

    name: str
    demand: Ints
    capacity: int
    xy: Floats | None = None
    matrix: Floats | None = None
    early: Floats | None = None
    late: Floats | None = None
    service: Floats | None = None
    vehicles: int | None = None
    rounding: Rounding = "round"
    ids: tuple[str, ...] = field(default=())

    @property
    def customers(self) -> int:
        return len(self.demand) - 1

    @property
    def scale(self) -> int:
        return ROUNDINGS[self.rounding][0]

    def label(self, node: int) -> str:
        return self.ids[node] if self.ids else str(node + 1)


def unservable(instance: Instance) -> dict[int, Problem]:
    """Customers no vehicle can serve even alone, by node, each with its reason."""
    found: dict[int, Problem] = {}
    for node in range(1, instance.customers + 1):
        problem = _alone(instance, node)
        if problem is not None:
            found[node] = problem
    return found


def travel(instance: Instance, a: int, b: int) -> int:
    """Distance and travel time from a to b in internal integer units (plain Python; kernels have their
    own).
    """
    scale, offset = ROUNDINGS[instance.rounding]
    if instance.matrix is not None:
        return int(scale * float(instance.matrix[a, b]) + offset)
    assert instance.xy is not None
    dx, dy = instance.xy[a] - instance.xy[b]
    return int(scale * float(np.sqrt(dx * dx + dy * dy)) + offset)


def _alone(instance: Instance, node: int) -> Problem | None:
    label, demand = instance.label(node), int(instance.demand[node])
    if demand > instance.capacity:
        return Problem(
            "demand_over_capacity",
            f"customer {label}",
            Text(
                f"需求 {demand} 超过车辆载量 {instance.capacity}；请拆分订单或换用更大的车。",
                f"Demand {demand} exceeds the vehicle's capacity {instance.capacity}: split the order or use"
                " a larger vehicle.",
            ),
            field="demand",
        )
    if instance.late is None:
        return None
    assert instance.early is not None and instance.service is not None
    early, late = instance.early[node], instance.late[node]
    if early > late:
        return Problem(
            "window_reversed",
            f"customer {label}",
            Text(
                f"时间窗开始 {early:g} 晚于结束 {late:g}。",
                f"The window opens at {early:g} after it closes at {late:g}.",
            ),
            field="time_window",
        )
    scale = instance.scale
    arrival = max(early, instance.early[0] + (instance.service[0] * scale + travel(instance, 0, node)) / scale)
    if arrival > late:
        return Problem(
            "window_unreachable",
            f"customer {label}",
            Text(
                f"最早到达 {arrival:g}，晚于时间窗结束 {late:g}。",
                f"The earliest possible arrival {arrival:g} is after the window closes at {late:g}.",
            ),
            field="time_window",
        )
    back = arrival + instance.service[node] + travel(instance, node, 0) / scale
    if back > instance.late[0]:
        return Problem(
            "return_too_late",
            f"customer {label}",
            Text(
                f"服务后最早 {back:g} 返回，晚于车场关闭 {instance.late[0]:g}。",
                f"The earliest return {back:g} is after the depot closes at {instance.late[0]:g}.",
            ),
            field="time_window",
        )
    return None
