"""Beds against a greedy dispatcher and the order of the list on the same work in one run, in CPU seconds.

    .venv/bin/python benchmarks/beds.py [--patients 20000] [--facilities 120] [--loads 0.9,1.05,1.3] [--seed 1]

The greedy dispatcher takes the most severe first, then the longest waiting, to the nearest suitable ward with
a free bed. Its twin goes through the list as it stands. All are recounted by the same independent checker.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))


def main() -> None:
    from tongzhou.cli.planning import peak_rss_mb
    from tongzhou.engines.beds import Policy, check_beds, plan_beds, surge_city

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--facilities", type=int, default=120)
    parser.add_argument("--loads", default="0.9,1.05,1.3")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print("| load | planner | placed | wait | severe wait | km each | km-equivalents | gap | feasible | CPU s | MB |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for load in map(float, args.loads.split(",")):
        city = surge_city(seed=args.seed, patients=args.patients, facilities=args.facilities, load=load)
        policy, cpu = Policy(), []
        for explain in (False, True):
            start = time.process_time()
            plan, _ = plan_beds(*city, policy, explain=explain)
            cpu.append(time.process_time() - start)
        left = set(city[1].ids) - {row.patient for row in plan.rows}
        rows = {"tongzhou, no reasons": (plan.rows, cpu[0]), "tongzhou, with reasons": (plan.rows, cpu[1])}
        for name, urgent in (("greedy dispatcher", True), ("in the order of the list", False)):
            start = time.process_time()
            rows[name] = (dispatch(*city, policy, urgent), time.process_time() - start)
        for name, (placed, seconds) in rows.items():
            count = check_beds(*city, policy, placed, left)
            gap = (count.metres / 1000 - plan.certificate.bound) / (count.metres / 1000)
            severe = severe_waiting(city[1], placed)
            print(
                f"| {load} | {name} | {count.placed} | {count.waiting} | {severe} |"
                f" {count.way_metres / 1000 / max(1, count.placed):.2f} | {count.metres / 1000:,.0f} | {gap:.4%} |"
                f" {not count.faults} | {seconds:.2f} | {peak_rss_mb():.0f} |"
            )
        next_morning(city, plan, policy)


def dispatch(wards, patients, policy, urgent):  # type: ignore[no-untyped-def]
    """Each in turn to the nearest suitable ward with a bed; costs are looked up, not searched for anew."""
    import numpy as np

    from tongzhou.engines.beds.model import Placement
    from tongzhou.engines.beds.suit import NEVER, case_of

    rows = []
    for part in case_of(wards, patients, policy).parts:
        room, everyone = part.room.copy(), np.arange(len(part.people))
        key = (-part.patients.waited[part.people], -part.patients.severity[part.people])
        taken = {}
        together = {row: number for number, group in enumerate(part.groups) for row in group.tolist()}
        for row in np.lexsort(key) if urgent else everyone:
            if row in taken:
                continue
            group = part.groups[together[row]] if row in together else [row]
            cost = part.cost[group, : part.extra_from].max(axis=0, initial=0)
            cost = np.where(room[: part.extra_from] >= len(group), cost, NEVER)
            best = int(cost.argmin()) if len(cost) else 0
            free = len(cost) and cost[best] < NEVER
            for member in group:
                taken[member] = best if free else part.waiting
            if free:
                room[best] -= len(group)
        for row, column in taken.items():
            name = part.ward_name(column)
            if not name:
                rows.append(Placement(part.name(row), "", "", 0.0, False))
                continue
            way = wards.xy[part.ward[column]] - part.start[row]
            km = round(float(np.sqrt((way**2).sum())) * (policy.road_factor * 1000)) / 1000
            rows.append(Placement(part.name(row), name, wards.facility[part.ward[column]], km, False))
    return rows


def severe_waiting(patients, rows):  # type: ignore[no-untyped-def]
    severity = dict(zip(patients.ids, patients.severity.tolist(), strict=True))
    return sum(1 for row in rows if not row.ward and severity[row.patient] >= 3)


def next_morning(city, plan, policy):  # type: ignore[no-untyped-def]
    """Yesterday's plan, six in a hundred discharged and replaced: with and without the price of a move."""
    from dataclasses import replace

    from tongzhou.engines.beds import next_day, plan_beds

    tomorrow = next_day(*city, {row.patient: row.ward for row in plan.rows}, seed=2)
    told = []
    for churn in (0.0, policy.churn_km):
        start = time.process_time()
        again, _ = plan_beds(*tomorrow, replace(policy, churn_km=churn), explain=False)
        terms = {term.name: term.value for term in again.certificate.terms}
        cost = again.certificate.objective - churn * terms["settled_moved"]
        told.append((again.certificate.difference.moved_share, cost, terms["way"], time.process_time() - start))
    (free, without, way, _), (held, cost, longer, seconds) = told
    print(
        f"\nnext day: churn price {policy.churn_km} km moves {held:.2%} of the settled (without it {free:.2%}), costs"
        f" {cost / without - 1:.5%} more in all and {longer / way - 1:.3%} more km; {seconds:.2f} CPU s\n"
    )


if __name__ == "__main__":
    main()
