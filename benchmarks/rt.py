"""R of every place of a province at once, in CPU seconds, beside the per-series peers where they are installed.

    .venv/bin/python benchmarks/rt.py [--dense] [--peer-python PYTHON] [--rscript RSCRIPT] [--json]

Made-up counts on Hubei's numbers of places (27,405 communities, 1,478 towns, 103 counties, 17 prefectures): most
communities have few cases or none, as they had; ``--dense`` gives every community cases every day, the worst case.
Each figure is the smallest of five runs after compilation; memory is allocated inside the run. The peers, epyestim
(posterior only) and EpiEstim (R), are given the busiest twenty series and the same serial interval, one after another.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from tongzhou.engines.rt import discretise, estimate, roll_up

LEVELS = (1478, 103, 17, 1)
PEER_SERIES = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--communities", type=int, default=27_405)
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--dense", action="store_true")
    parser.add_argument("--peer-python", help="Python of an environment with epyestim.")
    parser.add_argument("--rscript", default=shutil.which("Rscript"), help="Rscript of an R with EpiEstim.")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rng = np.random.default_rng(1)
    wave = np.exp(-(((np.arange(args.days) - args.days / 2) / (args.days / 8)) ** 2))
    size = np.full((args.communities, 1), 5.0) if args.dense else rng.gamma(0.1, 1.0, (args.communities, 1))
    leaves = rng.poisson(size * (wave + (1.0 if args.dense else 0.0))).astype(np.int32)
    units = (args.communities, *LEVELS)
    parents = [np.arange(a) * b // a for a, b in itertools.pairwise(units)]
    w = discretise(7.5, 3.4, args.days)

    mean_sd, est = fastest(lambda: estimate(leaves, w, window=7, keep=1))
    latest, _ = fastest(lambda: est.quantiles((0.025, 0.975)))
    whole, _ = fastest(lambda: tree(leaves, parents, w))
    busiest = leaves[np.argsort(-leaves.sum(axis=1))[:PEER_SERIES]]
    ours = estimate(busiest, w, window=7).mean
    result: dict[str, Any] = {
        "communities": args.communities,
        "days": args.days,
        "cases": int(leaves.sum()),
        "mean_sd_cpu_s": mean_sd,
        "latest_interval_cpu_s": latest,
        "five_levels_with_latest_interval_cpu_s": whole,
        "units_of_five_levels": int(sum(units)),
        "per_series_cpu_us": 1e6 * mean_sd / args.communities,
        "peers": {
            "epyestim": by_epyestim(args.peer_python, busiest, w, ours),
            "EpiEstim": by_epiestim(args.rscript, busiest, w, ours),
        },
    }
    print(json.dumps(result, indent=None if args.json else 2))


def tree(leaves: np.ndarray, parents: list[np.ndarray], w: np.ndarray) -> np.ndarray:
    stacked, _ = roll_up(leaves, parents)
    return estimate(stacked, w, window=7, keep=1).quantiles((0.025, 0.975))


def fastest(work: Callable[[], Any], runs: int = 5) -> tuple[float, Any]:
    work()
    best, answer = float("inf"), None
    for _ in range(runs):
        begin = time.process_time()
        answer = work()
        best = min(best, time.process_time() - begin)
    return round(best, 5), answer


PEER = """
import json, sys, time
import numpy as np, pandas as pd
from epyestim.estimate_r import estimate_r
given = json.load(sys.stdin)
days = pd.date_range("2020-01-01", periods=len(given["series"][0]))
w, means = np.array(given["w"]), []
run = lambda x: estimate_r(pd.Series(x, index=days), w, a_prior=1.0, b_prior=5.0, window_size=7)
run(given["series"][0])
begin = time.process_time()
for x in given["series"]:
    answer = run(x)
    means.append((answer["a_posterior"] * answer["b_posterior"]).tolist())
print(json.dumps({"cpu_s": (time.process_time() - begin) / len(means), "means": means}))
"""


def by_epyestim(python: str | None, series: np.ndarray, w: np.ndarray, ours: np.ndarray) -> dict[str, Any]:
    """CPU seconds of epyestim for one series (posterior only), and how far its means are from ours."""
    if python is None and importlib.util.find_spec("epyestim") is None:
        return {"skipped": "not installed; give --peer-python of an environment that has it"}
    given = json.dumps({"series": series.tolist(), "w": w.tolist()})
    command = [python or sys.executable, "-c", PEER]
    answer = json.loads(subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout)
    return compared(answer["cpu_s"], np.array(answer["means"]), ours)


PEER_R = """
suppressPackageStartupMessages(library(EpiEstim))
given <- as.matrix(read.csv(file("stdin"), header = FALSE)); w <- given[1, ]; days <- ncol(given)
config <- suppressMessages(make_config(list(si_distr = w, t_start = 2:(days - 6), t_end = 8:days)))
run <- function(i) suppressWarnings(suppressMessages(
  estimate_R(given[i, ], method = "non_parametric_si", config = config)$R[["Mean(R)"]]))
invisible(run(2))
begin <- proc.time()
means <- sapply(2:nrow(given), run)
spent <- proc.time() - begin
cat(format((spent[["user.self"]] + spent[["sys.self"]]) / ncol(means), digits = 17), "\n")
write.table(format(t(means), digits = 17), quote = FALSE, row.names = FALSE, col.names = FALSE)
"""


def by_epiestim(rscript: str | None, series: np.ndarray, w: np.ndarray, ours: np.ndarray) -> dict[str, Any]:
    """The same of EpiEstim in R, from its second day on as in its vignette, the interval included."""
    if rscript is None:
        return {"skipped": "no Rscript here"}
    rows = np.vstack([w[: series.shape[1]], series])
    given = "\n".join(",".join(repr(float(x)) for x in row) for row in rows)
    ran = subprocess.run([rscript, "-e", PEER_R], input=given, capture_output=True, text=True)
    if ran.returncode:
        return {"skipped": (ran.stderr.strip().splitlines() or ["EpiEstim failed"])[0]}
    spent, *means = ran.stdout.splitlines()
    return compared(float(spent), np.array([line.split() for line in means], dtype=float), ours)


def compared(cpu_s: float, theirs: np.ndarray, ours: np.ndarray) -> dict[str, Any]:
    """Over all windows that both speak of; theirs end on the same day as ours."""
    windows = min(theirs.shape[1], ours.shape[1])
    apart = np.abs(theirs[:, -windows:] / ours[:, -windows:] - 1)
    said = np.isfinite(apart)
    return {"cpu_s_per_series": cpu_s, "means_compared": int(said.sum()), "apart_at_most": float(apart[said].max())}


if __name__ == "__main__":
    main()
