"""Two checkouts in turns on one machine: the ratio of medians of facts for each CPU second.

    .venv/bin/python benchmarks/turns.py ordinary OLD NEW [--turns 15] [--least 0.85]
    .venv/bin/python benchmarks/turns.py ingest OLD NEW [--turns 3] [--least 0.95] [--households 20000] [--days 10]

OLD and NEW are folders of a checkout (`git worktree add /tmp/old 35d559e`). A machine's other work, its clock and its
caches change from minute to minute; what runs in turns shares them. CPU seconds are those of pages, followers and
database, not the sender's. For `ordinary` both instances are up all the time and a turn takes seconds: two shifts fact
by fact, six in batches. Both are driven by this file's own checkout, because an older one has no such driver.
`ingest` is each checkout's own, a whole run a turn. With `--least` the exit status is 1 where a ratio is below.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", choices=("ordinary", "ingest"))
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--turns", type=int, default=0, help="default: 15 of `ordinary`, 3 of `ingest`")
    parser.add_argument("--least", type=float, default=0.0)
    parser.add_argument("--households", type=int, default=20_000, help="of `ingest`")
    parser.add_argument("--days", type=int, default=10, help="of `ingest`: days of history")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tongzhou-turns-") as folder, ExitStack() as stack:
        started = [
            (Ordinary if args.bench == "ordinary" else Ingest)(checkout, Path(folder) / str(side), args)
            for side, checkout in enumerate((args.old, args.new))
        ]
        for one in started:
            stack.callback(one.stop)
        found = in_turns(started, args.turns or {"ordinary": 15, "ingest": 3}[args.bench])
    print(f"| {args.bench}, facts for each CPU second | old | new | new / old |\n|---|---|---|---|")
    worst = 1e9
    for name in found[0][0]:
        old, new = ([one[name] for one in side] for side in found)
        ratio = statistics.median(new) / statistics.median(old)
        worst = min(worst, ratio)
        print(f"| {name} | {told(old)} | {told(new)} | {ratio:.3f} |")
    sys.exit(worst < args.least)


def in_turns(sides: list[Any], turns: int) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Old, new, new, old, …: neither is always the first."""
    found: tuple[list[dict[str, float]], list[dict[str, float]]] = ([], [])
    for turn in range(turns):
        for side in (0, 1) if turn % 2 == 0 else (1, 0):
            found[side].append(sides[side].measure())
            print(f"turn {turn + 1}, {('old', 'new')[side]}: {found[side][-1]}", file=sys.stderr, flush=True)
    return found


class Ordinary:
    """A served instance of a checkout that measures when it is asked to."""

    def __init__(self, checkout: Path, data: Path, args: argparse.Namespace) -> None:
        program = f"import runpy; runpy.run_path({str(Path(__file__))!r})['drive']()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", program], env=environment(checkout, data), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._read()

    def measure(self) -> dict[str, float]:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        found: dict[str, float] = json.loads(self._read())
        return found

    def _read(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            sys.exit("a checkout could not be measured; it says why above")
        return line

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(60)


def drive() -> None:
    """In a measured checkout's process: the driver of this file's checkout, everything else of that one."""
    from tongzhou.cli.setup import opened

    with opened() as installation:
        _land, _shifts, ordinary = borrowed("land", "shifts", "ordinary")
        with ordinary.served(installation, ordinary.Options(singles=2000, batches=6000)) as bench:
            print("ready", flush=True)
            for _line in sys.stdin:
                found = {"one by one": bench.measure(2, 1), "in batches": bench.measure(6, bench.options.batch)}
                told = {name: one.figures["facts_per_cpu_second"] for name, one in found.items()}
                print(json.dumps(told), flush=True)


def borrowed(*names: str) -> list[Any]:
    """Modules of this checkout's `tongzhou.bench`, loaded into a process of another one."""
    modules = []
    for name in names:
        spec = importlib.util.spec_from_file_location(f"tongzhou.bench.{name}", HERE / f"src/tongzhou/bench/{name}.py")
        assert spec and spec.loader
        modules.append(importlib.util.module_from_spec(spec))
        sys.modules[spec.name] = modules[-1]
        spec.loader.exec_module(modules[-1])
    return modules


class Ingest:
    """`bench ingest` of a checkout, a run each time."""

    def __init__(self, checkout: Path, data: Path, args: argparse.Namespace) -> None:
        sizes = ["--households", str(args.households), "--days", str(args.days)]
        self.command = [sys.executable, "-m", "tongzhou", "bench", "ingest", "--json", *sizes]
        self.environment = environment(checkout, data)

    def measure(self) -> dict[str, float]:
        done = subprocess.run(self.command, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr[-2000:])
        result, found = json.loads(done.stdout.splitlines()[-1]), {}
        for name in ("spread_over_17_prefectures", "all_in_one_prefecture"):
            parts = result[name]["cpu_seconds_by_part"]
            found[name.replace("_", " ")] = round(result[name]["facts"] / (sum(parts.values()) - parts["client"]), 1)
        return found

    def stop(self) -> None:
        """Nothing runs between two turns."""


def environment(checkout: Path, data: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(checkout.resolve() / "src"), "TONGZHOU_DATA_DIR": str(data)}


def told(values: list[float]) -> str:
    return f"{statistics.median(values):,.1f} ({', '.join(f'{one:,.0f}' for one in sorted(values))})"


if __name__ == "__main__":
    main()
