"""Supplies against shares by daily use and a dispatcher who fills whoever asks first, on the same work in one run.

    .venv/bin/python benchmarks/supplies.py [--items 60] [--sites 400] [--seed 1] [--days 14] [--skip-sites]

All plans are recounted by the same independent checker. Then the fortnight, by prefecture and by site.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))


def main() -> None:
    from tongzhou.cli.planning import peak_rss_mb
    from tongzhou.engines.supplies import Policy, check_supplies, horizon, plan_days, plan_supplies, province

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=60)
    parser.add_argument("--sites", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--skip-sites", action="store_true")
    args = parser.parse_args()
    plan_days(horizon(seed=1, items=1, days=3))  # what is imported on first use is not the plan's
    supply = province(seed=args.seed, items=args.items, sites=args.sites)
    start = time.process_time()
    plan, _ = plan_supplies(supply)
    seconds = time.process_time() - start
    rounds = plan.certificate.effort.iterations
    ways = {f"tongzhou ({rounds} rounds)": (plan.rows, seconds)}
    for name, by_share in (("shares by daily use", True), ("first come, first filled", False)):
        start = time.process_time()
        rows = by_hand(supply, Policy(), by_share)
        ways[name] = (rows, time.process_time() - start)
    print("| planner | lacks, worst clock (days) | below 2 days | 2 to 5 | above 5 | gap | feasible | CPU s | MB |")
    print("|---" * 9 + "|")
    for name, (rows, cpu) in ways.items():
        count = check_supplies(supply, Policy(), rows)
        terms = {term.name: term.value for term in count.terms}
        gap = (count.objective - plan.certificate.bound) / count.objective if count.objective else 0.0
        print(
            f"| {name} | {count.objective:.2f} | {terms['red']:,.0f} | {terms['amber']:,.0f} | {terms['green']:,.0f} |"
            f" {gap:.2%} | {count.feasible} | {cpu:.2f} | {peak_rss_mb():.0f} |"
        )
    head = "units lacked | short place-item-days | gap | feasible | CPU s | MB"
    print(f"\n| {args.days} days, {args.items} items | {head} |")
    print("|---" * 7 + "|")
    for name, places in (("17 prefectures", 17), (f"{args.sites} sites", args.sites)):
        if places > 17 and args.skip_sites:
            continue
        fortnight = horizon(seed=args.seed, items=args.items, places=places, days=args.days)
        start = time.process_time()
        told, _ = plan_days(fortnight)
        cpu = time.process_time() - start
        terms = {term.name: term.value for term in told.certificate.terms}
        print(
            f"| {name} | {terms['units lacked']:,.0f} | {terms['place-item-days short']:,.0f} |"
            f" {told.certificate.gap:.2%} | {told.certificate.feasible} | {cpu:.2f} | {peak_rss_mb():.0f} |",
            flush=True,
        )


def by_hand(supply, policy, by_share):  # type: ignore[no-untyped-def]
    """By item: each site its share of the store, or each site in turn up to the target, while trucks have room."""
    from tongzhou.engines.supplies import Delivery
    from tongzhou.engines.supplies.sound import usable_batches, usable_needs

    rate, _ = usable_needs(supply)
    units, _ = usable_batches(supply, policy)
    left = units.copy()
    trucks = dict(zip(supply.roads.prefecture, supply.roads.truck_litres.tolist(), strict=True))
    home = dict(zip(supply.sites.ids, supply.sites.prefecture, strict=True))
    rows = []
    of_item: dict[str, list[int]] = {}
    for k in range(len(rate)):
        if rate[k] > 0:
            of_item.setdefault(supply.needs.item[k], []).append(k)
    for i, item in enumerate(supply.items.ids):
        shelves: dict[str, list[int]] = {}
        for b in range(len(units)):
            if supply.batches.item[b] == item and units[b]:
                shelves.setdefault(supply.batches.area[b], []).append(b)
        mine, litres = of_item.get(item, []), float(supply.items.litres[i])
        total = sum(rate[k] for k in mine)
        spare = int(sum(units[b] for b in shelves.get("", [])) * (1 - float(supply.items.reserve[i])))
        for k in mine:
            site = supply.needs.site[k]
            target = max(0, int(rate[k] * policy.target_days) - int(supply.needs.on_hand[k]))
            want = min(target, int(spare * rate[k] / total)) if by_share else target
            for b in shelves.get(home[site], []):
                own = min(target, int(left[b]))
                if own > 0:
                    rows.append(Delivery(site, item, supply.batches.ids[b], own))
                    left[b] -= own
                    want, target = max(0, want - own), target - own
            if not by_share:
                want = min(want, spare)
            want = min(want, int(trucks[home[site]] / max(litres, 1e-9)))
            for b in shelves.get("", []):
                take = min(want, int(left[b]))
                if take > 0:
                    rows.append(Delivery(site, item, supply.batches.ids[b], take))
                    left[b] -= take
                    trucks[home[site]] -= take * litres
                    want -= take
                    spare -= 0 if by_share else take
    return tuple(rows)


if __name__ == "__main__":
    main()
