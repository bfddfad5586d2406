"""When the nowcast of the newest date is ours: the rule tried on lists that are not the one it is scored on.

    .venv/bin/python benchmarks/nowcast_newest.py [--references ../shared/references] [--curves Measles1861,SARS2003]

Counts by day of other epidemics, reported with gamma delays drawn by seed: of a fixed mean, of a mean that shortens,
and held back at weekends. Prints the WIS of the newest date over its truth for several numbers of standard errors
(`count.SURE`) and for the reference alone. A few CPU minutes.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np
from scipy.stats import gamma

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from tongzhou.engines import nowcast as nc  # noqa: E402
from tongzhou.engines.nowcast import count  # noqa: E402

DELAYS, SHAPE = 15, 2.5
FIRST, LAST, STEP = 22, 70, 3  # of the days as of which the list is nowcast
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
KINDS = ("fixed", "shortening", "weekend")
ERRORS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, np.inf)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--references", type=Path, default=ROOT.parent / "shared" / "references")
    parser.add_argument("--curves", default="Measles1861,SARS2003")
    args = parser.parse_args()
    print(f"| curve | delays | days | {' | '.join(map(str, ERRORS[:-1]))} | reference |\n{'|---' * (len(ERRORS) + 3)}|")
    for number, name in enumerate(args.curves.split(",")):
        with (args.references / "epi" / f"{name}_incidence.csv").open() as file:
            curve = [int(row["I"]) for row in csv.DictReader(file)]
        for kind in KINDS:
            full = triangle(curve, kind, np.random.default_rng([7, number, KINDS.index(kind)]))
            days = [day for day in range(FIRST, min(len(curve), LAST), STEP) if curve[day] >= 3]
            scores = [f"{score(full, days, sure):.3f}" for sure in ERRORS]
            print(f"| {name} | {kind} | {len(days)} | {' | '.join(scores)} |", flush=True)


def triangle(curve: list[int], kind: str, rng: np.random.Generator) -> np.ndarray:
    """Counts by day and delay."""
    full = np.zeros((len(curve), DELAYS + 1))
    for day, n in enumerate(curve):
        mean = 8.0 - 5.0 * day / len(curve) if kind == "shortening" else 5.0
        shares = np.diff(gamma.cdf(np.arange(DELAYS + 2), SHAPE, scale=mean / SHAPE))
        if kind == "weekend":
            shares = shares * np.where((day + np.arange(DELAYS + 1)) % 7 >= 5, 0.3, 1.0)
        full[day] = rng.multinomial(n, shares / shares.sum())
    return full


def score(full: np.ndarray, days: list[int], sure: float) -> float:
    """Mean WIS of the newest date over its truth, as of each of the days."""
    count.SURE = sure
    found = []
    for day in days:
        known = full[: day + 1].copy()
        known[np.arange(day + 1)[:, None] + np.arange(DELAYS + 1)[None, :] > day] = np.nan
        told = nc.nowcast(known, weekday=np.arange(day + 1.0) % 7, method="adaptive").quantiles(LEVELS)
        truth = full[day].sum()
        found.append(float(nc.wis(told[:, -1:], LEVELS, np.array([truth]))[0]) / truth)
    return float(np.mean(found)) if found else np.nan


if __name__ == "__main__":
    main()
