"""Rounds against their peers on the same work in one run, in CPU seconds.

    .venv/bin/python benchmarks/rounds.py references FOLDER [--seconds 60] [--only NAME,…] [--peers]
    .venv/bin/python benchmarks/rounds.py city [--seconds 60] [--points 7148]

``references`` reads VRPLIB files and best_known.csv; each run is a process (and has memory) of its own.
``city`` plans a Wuhan-like day cluster first and, as the peer, hands the whole day to PyVRP: vehicles of
all depots at once, one trip each, half as many again as a depot's stock fills. PyVRP has no stock of
depots, so the peer may overdraw them: that is in its favour.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=["references", "city", "peer"])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--only", default="Antwerp2,X-n1001-k43,X-n936-k151,RC2_10_1,R1_10_1")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--points", type=int, default=7148)
    args = parser.parse_args()
    if args.work == "references":
        references(args)
    elif args.work == "peer":
        print(json.dumps(pyvrp_whole_file(args.folder, args.seconds, int(args.seeds))))
    else:
        city(args.points, args.seconds)


def references(args: argparse.Namespace) -> None:
    with (args.folder / "best_known.csv").open() as file:
        best = {row["instance"]: float(row["best_known"]) for row in csv.DictReader(file)}
    print("| instance | solver | gap to best known, median (all) % | bound/best | CPU s | peak MB |")
    print("|---|---|---|---|---|---|")
    for name in args.only.split(","):
        path = args.folder / f"{name}.vrp"
        ours = [
            run(
                "-m",
                "tongzhou",
                "plan",
                "rounds",
                "--in",
                path,
                "--budget",
                args.seconds,
                "--seed",
                seed,
                "--json",
            )
            for seed in args.seeds.split(",")
        ]
        print(line(name, "tongzhou", ours, best[name]), flush=True)
        if args.peers:
            seed = args.seeds.split(",")[0]
            peer = run(__file__, "peer", path, "--seconds", args.seconds, "--seeds", seed)
            print(line(name, "PyVRP whole", [peer], best[name]), flush=True)


def run(*command: object) -> dict[str, float]:
    """One child process; its last line of JSON."""
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"},
    )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    assert answer["feasible"], answer
    return answer


def line(name: str, solver: str, runs: list[dict[str, float]], best: float) -> str:
    gaps = [100 * (one["objective"] / best - 1) for one in runs]
    bounds = [one["bound"] / best for one in runs if one.get("bound")]
    shown = f"{max(bounds):.3f}" if bounds else "–"
    cpu, memory = max(one["cpu_seconds"] for one in runs), max(one["peak_rss_mb"] for one in runs)
    each = ", ".join(f"{gap:.2f}" for gap in gaps)
    return f"| {name} | {solver} | {statistics.median(gaps):.2f} ({each}) | {shown} | {cpu:.1f} | {memory:.0f} |"


def pyvrp_whole_file(path: Path, seconds: float, seed: int) -> dict[str, float | bool]:
    """PyVRP alone on a reference file, stopped by the process's CPU seconds."""
    import pyvrp

    from tongzhou.cli.planning import peak_rss_mb
    from tongzhou.cli.vrplib_file import read_vrplib
    from tongzhou.engines.certificate import Budget
    from tongzhou.engines.rounds.polish import Stop

    rounding = read_vrplib(path).rounding
    data = pyvrp.read(path, round_func=rounding)
    stop = Stop(Budget(seconds=seconds - time.process_time(), clock=time.process_time), time.process_time())
    result = pyvrp.solve(data, stop=stop, seed=seed, display=False, collect_stats=False)
    scale = 10 if rounding == "dimacs" else 1
    return {
        "objective": result.best.distance() / scale,
        "feasible": result.is_feasible(),
        "cpu_seconds": time.process_time(),
        "peak_rss_mb": peak_rss_mb(),
    }


def city(points: int, seconds: float) -> None:
    """Both planners get the same vans, one trip each, no rests: what PyVRP's whole model can hold too."""
    from dataclasses import replace

    from tongzhou.engines.certificate import Budget
    from tongzhou.engines.rounds.city import Fleet
    from tongzhou.engines.rounds.city_plan import plan_city
    from tongzhou.engines.rounds.generate import wuhan_like_day

    day = wuhan_like_day(seed=1, points=points)
    day = replace(
        day,
        fleet=tuple(
            Fleet(name, "van", -(-int(stock) * 3 // 120), 60)
            for name, stock in zip(day.depots.ids, day.depots.stock, strict=True)
        ),
        policy=replace(day.policy, trips=1, shift=12 * 3600, duty=12 * 3600, rest=0),
    )
    print("| planner | km | left out | feasible | bound, km | CPU s |\n|---|---|---|---|---|---|")
    begun = time.process_time()
    plan, problems = plan_city(day, seed=1, budget=Budget(seconds=seconds, clock=time.process_time))
    proof, used = plan.certificate, time.process_time() - begun
    bound = (proof.bound or 0) / 1000
    km = proof.objective / 1000
    print(
        f"| cluster first | {km:.0f} | {len(problems)} | {proof.feasible} | {bound:.0f} | {used:.1f} |",
        flush=True,
    )
    print("| PyVRP whole | {:.0f} | {} | {} | – | {:.1f} |".format(*pyvrp_whole_day(day, seconds)))


def pyvrp_whole_day(day, seconds: float):  # type: ignore[no-untyped-def]
    """km, points left out, feasible, CPU seconds."""
    import numpy as np
    import pyvrp

    from tongzhou.engines.certificate import Budget
    from tongzhou.engines.rounds.city import metres
    from tongzhou.engines.rounds.polish import Stop
    from tongzhou.engines.rounds.timetable import seconds as drive

    begun = time.process_time()
    xy = np.vstack((day.depots.xy, day.points.xy))
    far = np.vstack([metres(xy[k : k + 500], xy) for k in range(0, len(xy), 500)])
    times, m = drive(far, day.policy.speed), len(day.depots.ids)
    columns = (day.points.demand, day.points.service, day.points.early, day.points.late)
    clients = [
        pyvrp.Client(
            m + k,
            [int(q)],
            service_duration=int(s),
            tw_early=int(a),
            tw_late=int(b),
            prize=10**6,
            required=False,
        )
        for k, (q, s, a, b) in enumerate(zip(*columns, strict=True))
    ]
    hours = zip(day.depots.opens.tolist(), day.depots.closes.tolist(), strict=True)
    homes = [
        pyvrp.Depot(k, tw_early=a, tw_late=b, service_duration=day.policy.loading) for k, (a, b) in enumerate(hours)
    ]
    kinds = [
        pyvrp.VehicleType(kind.count, [kind.capacity], k, k, shift_duration=day.policy.shift)
        for k, kind in enumerate(day.fleet)
    ]
    places = [pyvrp.Location(float(x), float(y)) for x, y in xy]
    data = pyvrp.ProblemData(places, clients, homes, kinds, [far], [times])
    stop = Stop(Budget(seconds=seconds, clock=time.process_time), begun)
    best = pyvrp.solve(data, stop=stop, seed=1, display=False, collect_stats=False).best
    return best.distance() / 1000, best.num_missing_clients(), best.is_feasible(), time.process_time() - begun


if __name__ == "__main__":
    main()
