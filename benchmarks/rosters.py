"""Rosters against a greedy head nurse on the same work in one run, in CPU seconds.

    .venv/bin/python benchmarks/rosters.py [--staff 500] [--days 14] [--per-ward 25,23] [--calls 20] [--seed 1]

Fewer staff per ward at the same posts make it tighter. Then sick calls of one day and of three days are repaired one
by one. All plans are recounted by the same independent checker.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
COLUMNS = "staff a ward | planner | uncovered | no backup | requests broken | most nights | points | gap | feasible"


def main() -> None:
    from tongzhou.cli.planning import peak_rss_mb
    from tongzhou.engines.rosters import Policy, check_roster, dispatch, hospital, plan_roster

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--staff", type=int, default=500)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--per-ward", default="25,23")
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(f"| {COLUMNS} | CPU s | MB |\n{'|---' * 11}|")
    houses = []
    for per_ward in map(int, args.per_ward.split(",")):
        roster = hospital(seed=args.seed, staff=args.staff - args.staff % per_ward, days=args.days, per_ward=per_ward)
        start = time.process_time()
        plan, _ = plan_roster(roster, Policy())
        rows = {"tongzhou": (plan.rows, time.process_time() - start)}
        start = time.process_time()
        wards = sorted({person.ward for person in roster.staff})
        duties = tuple(duty for ward in wards for duty in dispatch(roster, Policy(), ward))
        rows["greedy head nurse"] = (duties, time.process_time() - start)
        for name, (found, seconds) in rows.items():
            count, _ = check_roster(roster, Policy(), found)
            terms = " | ".join(f"{term.value:.0f}" for term in count.terms[:4])
            gap = (count.objective - plan.certificate.bound) / count.objective
            print(
                f"| {per_ward} | {name} | {terms} | {count.objective:,.0f} | {gap:.2%} |"
                f" {count.feasible} | {seconds:.2f} | {peak_rss_mb():.0f} |",
                flush=True,
            )
        houses.append((per_ward, roster, plan))
    print("\n| staff a ward | sick for | calls | uncovered | moved, mean | moved, most | CPU s, mean | CPU s, most |")
    print("|---" * 8 + "|")
    for per_ward, roster, plan in houses:
        for days in (1, 3):
            calls(per_ward, roster, plan, days, args.calls)


def calls(per_ward, roster, plan, days, count):  # type: ignore[no-untyped-def]
    """Everyone who falls ill was to work on day 3, evenly taken from the whole house."""
    from tongzhou.engines.rosters import Policy, repair

    on = [duty for duty in plan.rows if duty.day == 3 and duty.shift != "backup"]
    empty = {term.name: term.value for term in plan.certificate.terms}["uncovered"]
    uncovered, moved, cpu = 0, [], []
    for duty in on[:: max(1, len(on) // count)][:count]:
        start = time.process_time()
        mended, _ = repair(roster, Policy(), plan.rows, duty.staff, tuple(range(3, 3 + days)))
        cpu.append(time.process_time() - start)
        terms = {term.name: term.value for term in mended.certificate.terms}
        assert mended.certificate.feasible
        uncovered += terms["uncovered"] - empty
        moved.append(terms["moved"])
    print(
        f"| {per_ward} | {days} d | {len(moved)} | {uncovered:.0f} | {sum(moved) / len(moved):.1f} | {max(moved):.0f} |"
        f" {sum(cpu) / len(cpu):.2f} | {max(cpu):.2f} |"
    )


if __name__ == "__main__":
    main()
