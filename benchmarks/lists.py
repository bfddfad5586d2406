"""Lists at 100,000 rows of one noun: pages and open things for a county, a prefecture and a province, p95 in ms.

    .venv/bin/python benchmarks/lists.py [--rows 100000] [--times 40]

An invented province of 30,000 places in a database of its own. The pages' role asks, under row-level security.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.settings")

_FILL = """
insert into ledger_row (noun, key, place, effective_at, known_from, state, sees, data)
select 'bench', md5(i::text), (%s::int[])[1 + (i * 7919) %% %s], now() - make_interval(mins => i),
  now() - interval '60 days',
  case when i %% 200 = 0 then 'waiting' else 'over' end, 'counts', jsonb_build_object('text', repeat(md5(i::text), 20))
from generate_series(1, %s) i
"""
_VERSIONS = """
insert into ledger_row_was (noun, key, place, effective_at, known_from, known_to, state, sees, data)
select noun, key, place, effective_at, known_from - interval '1 day', known_from, 'waiting', sees, data
from ledger_row where noun = 'bench'
"""
_AUDIENCE = """
insert into ledger_audience select 'bench', key, %s from ledger_row where noun = 'bench' and key like '00%%'
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=40)
    args = parser.parse_args()
    import django

    django.setup()
    from django.conf import settings

    with settings.INSTALLATION.running():
        for line in measure(args.rows, args.times):
            print(line, flush=True)


def measure(rows: int, times: int) -> Any:
    from django.conf import settings

    from tongzhou.bench import land as lands
    from tongzhou.ledger import known

    with lands.database(settings.INSTALLATION, "tongzhou_bench"):
        land = lands.lay_out(17, 103, 30_000)
        readers = {"county": land.counties[0], "prefecture": land.prefectures[3], "province": land.root}
        with lands.owner_connection() as owner:
            lands.furnish(owner, land)
            owner.execute(_FILL, [land.leaves, len(land.leaves), rows])
            owner.execute(_VERSIONS)
            owner.execute(_AUDIENCE, [land.leaves[0]])
            covers = {name: owner.execute("select covers::text from places_cover where tree = 'command' and place = %s",
                                          [place]).fetchone()[0] for name, place in readers.items()}  # fmt: skip
            now = owner.execute("select now()").fetchone()[0]
        with lands.owner_connection() as owner:
            owner.autocommit = True
            owner.execute("vacuum analyze")
        far = (now - dt.timedelta(minutes=rows // 2), "0")
        yield "| ms, least / median / p95 | " + " | ".join(readers) + " |\n|---|---|---|---|"
        asks: dict[str, Callable[[], Any]] = {
            "first page": lambda: known.page("bench"),
            "a page in the middle": lambda: known.page("bench", after=far),
            "first page of what is over": lambda: known.page("bench", but=["waiting"]),
            "all that waits": lambda: known.rows("bench", states=["waiting"]),
            "first page, as known at": lambda: known.page("bench", at=now),
            "for comparison: the newest 1,000, whole, the plainest way": plainly,
        }
        for name, ask in asks.items():
            yield f"| {name} | " + " | ".join(_timed(ask, covers[reader], times) for reader in readers) + " |"


def plainly() -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select * from ledger_row where noun = 'bench' order by effective_at desc, key limit 1000")
        return list(cursor.fetchall())


def _timed(ask: Callable[[], Any], covers: str, times: int) -> str:
    from django.db import transaction

    from tongzhou.people.scope import Holder, set_scope

    found = []
    with transaction.atomic():
        set_scope(Holder(1, {"duty_officer": covers}, {"counts": covers}))
        for _ in range(times):
            start = time.perf_counter()
            ask()
            found.append((time.perf_counter() - start) * 1000)
    return f"{min(found):.1f} / {statistics.median(found):.1f} / {sorted(found)[int(len(found) * 0.95)]:.1f}"


if __name__ == "__main__":
    main()
