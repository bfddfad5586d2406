"""Reading a line list: 1,000,000 clean rows and 100,000 dirty ones, from the file to rows that are checked.

    python benchmarks/tables.py [--rows 1000000] [--dirty 100000]

Real path: the command's own up to the ledger: the process apart, headings and layout, every value read and checked,
names and numbers keyed. What the ledger then costs, `./tongzhou bench import` measures. Processor time
is of both processes, peak memory of the one that checks.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import resource
import time
from typing import Any
from zoneinfo import ZoneInfo

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.settings")
django.setup()

from tongzhou.bench.imports import HEAD, Options, _list, _row  # noqa: E402
from tongzhou.linelist.imports import open_list  # noqa: E402
from tongzhou.linelist.places import Places  # noqa: E402
from tongzhou.linelist.rows import Good, Reader  # noqa: E402
from tongzhou.people.sealing import Index  # noqa: E402

COUNTIES = [f"98{n:04d}" for n in range(103)]


class Invented(Places):
    """A hundred counties by code, without a database."""

    def __init__(self) -> None:
        self._codes = {code: n for n, code in enumerate(COUNTIES, 1)}
        self._names, self._parents, self.root, self._own = {}, {}, 1, "98"


def clean(rows: int) -> bytes:
    rng = random.Random(7)
    ways = [lambda day: day.isoformat()]
    return "\n".join([",".join(HEAD), *(",".join(_row(n, COUNTIES, rng, ways)) for n in range(rows)), ""]).encode()


def measured(content: bytes) -> dict[str, Any]:
    started, used = time.perf_counter(), _cpu()
    table, binding = open_list(content)
    zone = ZoneInfo("Asia/Shanghai")
    now = dt.datetime(2020, 6, 1, tzinfo=zone)
    reader = Reader(binding, Invented(), now, zone, 1, "bench", b"k" * 32, Index(b"k" * 32))
    good = back = 0
    for line in table.lines():
        if line.n > binding.header:
            if not line.trouble and isinstance(reader.read(line.n, line.cells), Good):
                good += 1
            else:
                back += 1
    seconds = round(time.perf_counter() - started, 1)
    return {"rows": good + back, "good": good, "back": back, "seconds": seconds, "cpu": round(_cpu() - used, 1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--dirty", type=int, default=100_000)
    asked = parser.parse_args()
    told = {"dirty": measured(_list(COUNTIES, Options(asked.dirty))[0])}
    told["dirty"]["peak_mb"] = _peak()
    told["clean"] = measured(clean(asked.rows))
    told["clean"]["peak_mb"] = _peak()
    print(json.dumps(told))


def _cpu() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def _peak() -> int:
    """Megabytes of this process at its largest. A child's figure begins with its parent's and says nothing of it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
