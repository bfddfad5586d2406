"""Liaison against a greedy dispatcher on the same work in one run, in CPU seconds.

    .venv/bin/python benchmarks/liaison.py [--needs 5000] [--helpers 800] [--spares 1.3,1.1,0.9] [--seed 1]

``spare`` is time over need. The dispatcher goes by urgency: the usual person if free, else the nearest who is.
All plans are recounted by the same independent checker.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))


def main() -> None:
    from tongzhou.cli.planning import peak_rss_mb
    from tongzhou.engines.certificate import Budget
    from tongzhou.engines.liaison import Policy, check_liaison, city_households, plan_liaison

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--needs", type=int, default=5_000)
    parser.add_argument("--helpers", type=int, default=800)
    parser.add_argument("--spares", default="1.3,1.1,0.9")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print("| spare | planner | met | unmet | km each | same person | km-equivalents | gap | feasible | CPU s | MB |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for spare in map(float, args.spares.split(",")):
        city = city_households(seed=args.seed, needs=args.needs, helpers=args.helpers, spare=spare)
        plans, bound = {}, 0.0
        ways = {
            "tongzhou, first flow": {"budget": Budget(iterations=0)},
            "tongzhou, gap 0.1 %": {"gap": 0.001},
            "tongzhou, exact": {},
        }
        for name, how in ways.items():
            start = time.process_time()
            plan, _ = plan_liaison(*city, Policy(), **how)
            plans[name] = (plan.rows, time.process_time() - start)
            bound = max(bound, plan.certificate.bound)
        start = time.process_time()
        plans["greedy dispatcher"] = (dispatch(*city, Policy()), time.process_time() - start)
        for name, (rows, seconds) in plans.items():
            count = check_liaison(*city, Policy(), rows)
            each = count.way_metres / 1000 / max(1, count.met)
            print(
                f"| {spare} | {name} | {count.met} | {count.unmet} | {each:.2f} |"
                f" {count.usual} | {count.metres / 1000:,.0f} | {1 - bound * 1000 / count.metres:.3%} |"
                f" {not count.faults} | {seconds:.2f} | {peak_rss_mb():.0f} |"
            )


def dispatch(helpers, needs, policy):  # type: ignore[no-untyped-def]
    """By urgency, one unit each: the usual person if free, else the nearest free one with the skill within reach."""
    import numpy as np

    from tongzhou.engines.liaison.arcs import unmet_metres
    from tongzhou.engines.liaison.model import Visit

    free, rows = helpers.capacity.copy(), []
    able = {s: np.array([s in words for words in helpers.skills]) for s in set(needs.skill)}
    row_of = {name: h for h, name in enumerate(helpers.ids)}
    for k in np.argsort(-unmet_metres(needs, policy), kind="stable").tolist():
        way = np.rint(np.sqrt(((helpers.xy - needs.xy[k]) ** 2).sum(axis=1)) * (policy.road_factor * 1000))
        open_ = able[needs.skill[k]] & (free > 0) & (way <= policy.reach_km * 1000)
        usual = row_of.get(needs.usual[k], -1)
        h = usual if usual >= 0 and open_[usual] else int(np.where(open_, way, np.inf).argmin())
        if not open_[h]:
            rows.append(Visit(needs.ids[k], "", 1, 0.0, False))
            continue
        free[h] -= 1
        rows.append(Visit(needs.ids[k], helpers.ids[h], 1, float(way[h]) / 1000, h == usual))
    return rows


if __name__ == "__main__":
    main()
