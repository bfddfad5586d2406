"""Journeys against a plain dispatcher on the same work in one run, in CPU seconds.

    .venv/bin/python benchmarks/journeys.py [--workers 50000] [--seconds 45]

The dispatcher runs a coach from every village to every destination on the last day its people can leave.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))


def main() -> None:
    from tongzhou.cli.planning import peak_rss_mb
    from tongzhou.engines.certificate import Budget
    from tongzhou.engines.journeys import Policy, plan_journeys, return_to_work

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=45.0)
    args = parser.parse_args()
    places, groups = return_to_work(seed=1, workers=args.workers)
    plan, problems = plan_journeys(
        places, groups, Policy(), seed=1, budget=Budget(seconds=args.seconds, clock=time.process_time)
    )
    proof, used = plan.certificate, time.process_time()
    terms = {term.name: term.value for term in proof.terms}
    print("| planner | vehicles | bound | km | driving min. | bound | left out | feasible | CPU s | peak MB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    print(
        f"| tongzhou | {proof.objective:.0f} | {proof.bound:.0f} | {terms['vehicle_km']:.0f}"
        f" | {terms['driving_minutes']:.0f} | {terms['driving_minutes_bound']:.0f} | {len(problems)}"
        f" | {proof.feasible} | {used:.1f} | {peak_rss_mb():.0f} |"
    )
    vehicles, km = dispatcher(places, groups, Policy())
    print(f"| a coach a village | {vehicles} | – | {km:.0f} | – | – | 0 | – | – | – |")


def dispatcher(places, groups, policy) -> tuple[int, float]:  # type: ignore[no-untyped-def]
    """Coaches and km when nobody is pooled."""
    waiting: dict[tuple[int, int, int], int] = {}
    for key in zip(groups.origin, groups.destination, groups.last, groups.persons, strict=True):
        waiting[key[:3]] = waiting.get(key[:3], 0) + int(key[3])
    room = policy.places(policy.kinds[0])
    vehicles, km = 0, 0.0
    for (origin, goal, _), persons in waiting.items():
        coaches = -(-persons // room)
        vehicles += coaches
        way = places.xy[origin] - places.xy[goal]
        km += coaches * float((way @ way) ** 0.5) * policy.road_factor
    return vehicles, km


if __name__ == "__main__":
    main()
