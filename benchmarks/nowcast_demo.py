"""Nowcasts of what a demonstration ledger recorded itself, scored against what it finally knew.

    .venv/bin/python benchmarks/nowcast_demo.py [--data-dir var]

As of the close of each day the triangle is built from what was received by then, completed by the adaptive method and
by the reference, and compared with the counts at the end. Days with fewer than 20 events in four weeks are not nowcast,
as on the outlook. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from tongzhou.cli.setup import opened
from tongzhou.engines import nowcast as nc

DELAYS, ROWS, LEAST, WEEKS = 7, 60, 20, 28
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
# Days as numbers since 2000-01-01: when it happened, when the ledger knew; a row for each event. The first three are
# those of the outlook.
OUTLOOK = {
    "onset → report": "select onset - date '2000-01-01', reported - date '2000-01-01'"
    " from outlook_onsets(null, %(zone)s), generate_series(1, n)",
    "sample → result": "select happened - date '2000-01-01', told - date '2000-01-01'"
    " from outlook_waits(null, %(zone)s), generate_series(1, n) where what = 'sample'",
    "admission → record": "select happened - date '2000-01-01', told - date '2000-01-01'"
    " from outlook_waits(null, %(zone)s), generate_series(1, n) where what = 'admission'",
}
HEARD = """
select (f.effective_at at time zone %(zone)s)::date - date '2000-01-01',
  (a.known_at at time zone %(zone)s)::date - date '2000-01-01'
from ledger_fact f join ledger_append a on a.id = f.append join ledger_kind k on k.id = f.kind
where k.name = 'household.heard'
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path)
    args = parser.parse_args()
    print("| delay | events | late by a day or more | days nowcast | method | MAPE | WIS | CRPS | 95 % covers |")
    print("|---|---|---|---|---|---|---|---|---|")
    with opened(args.data_dir):
        from django.db import transaction

        from tongzhou.command.queries import raw
        from tongzhou.ledger import door
        from tongzhou.ledger.time import zone
        from tongzhou.people.scope import EVERYWHERE, Holder, set_scope

        given = {"zone": str(zone())}
        with transaction.atomic():
            set_scope(Holder(None, {}, {"counts": EVERYWHERE}))
            for name, sql in OUTLOOK.items():
                table(name, raw().execute(sql, given).fetchall())
        with door.ledger() as connection:
            table("household heard from → received", connection.execute(HEARD, given).fetchall())


def table(name: str, rows: list[tuple[int, int]]) -> None:
    pairs = np.array(rows, dtype=np.int64).reshape(-1, 2)
    pairs = pairs[pairs[:, 1] >= pairs[:, 0]]
    head = f"| {name} | {len(pairs):,} | {float((pairs[:, 1] > pairs[:, 0]).mean() if len(pairs) else 0):.1%} |"
    scored: dict[str, list[tuple[float, ...]]] = {"adaptive": [], "reference": []}
    for as_of in range(int(pairs[:, 1].min()) + DELAYS, int(pairs[:, 1].max()) + 1) if len(pairs) else ():
        for method in scored:
            if (score := one_day(pairs, as_of, method)) is not None:
                scored[method].append(score)
    if not scored["reference"]:
        print(f"{head} 0 | – | too few | | | |")
    for method, scores in scored.items():
        if scores:
            means = [float(np.mean([score[i] for score in scores])) for i in range(4)]
            print(
                f"{head} {len(scores)} | {method} | {means[0]:.1%} | {means[1]:.2f} | {means[2]:.2f} | {means[3]:.0%} |"
            )


def one_day(pairs: np.ndarray, as_of: int, method: str) -> tuple[float, ...] | None:
    """MAPE, WIS, CRPS and coverage of the last days as known then; None where there is too little."""
    known = pairs[(pairs[:, 1] <= as_of) & (pairs[:, 0] > as_of - ROWS)]
    if (known[:, 0] > as_of - WEEKS).sum() < LEAST:
        return None
    first = int(known[:, 0].min())
    if as_of - first < DELAYS + 2:
        return None
    triangle, _ = nc.build(known[:, 0], known[:, 1], first=first, as_of=as_of, delays=DELAYS)
    try:
        told = nc.nowcast(triangle[0], method=method)
    except ValueError:
        return None
    inside = pairs[(pairs[:, 1] - pairs[:, 0]) <= DELAYS]
    days = np.arange(max(first, as_of - DELAYS + 1), as_of + 1)
    days = days[np.isfinite(told.total[days - first])]  # the reference says nothing of a day no share of which is known
    truth = np.array([(inside[:, 0] == day).sum() for day in days], dtype=float)
    if not truth.any():
        return None
    at: Any = days - first
    quantiles = told.quantiles(LEVELS)[:, at]
    return (
        nc.mean_error(told.total[at], truth),
        float(nc.wis(quantiles, LEVELS, truth).mean()),
        float(nc.crps(told.draws(200, 1)[:, at], truth).mean()),
        nc.coverage(quantiles[0], quantiles[-1], truth),
    )


if __name__ == "__main__":
    main()
