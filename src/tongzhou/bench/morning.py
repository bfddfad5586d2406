"""`bench morning`: a province's morning over 17 prefectures with 70,000 cases and 100,000 open duties, end to end.

End to end: HTTP over a socket to granian, log-in by bearer token, row-level security, queries, template; live, and as
known three days ago. With a tenth of the cases first, to show how it grows. Peer: the bare scan that counts the cases
by the place where they live, without any prefecture. Limit: one row by primary key over the same kind of connection.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from dataclasses import dataclass
from typing import Any

import psycopg
import uuid_utils.compat as uuids

from tongzhou.bench import board as boards
from tongzhou.bench import land as lands
from tongzhou.bench import linelist, meters, owed
from tongzhou.bench.ingest import _serve
from tongzhou.database.roles import Installation

ZONE = dt.timezone(dt.timedelta(hours=8))
DAYS = 60  # over which the cases fell


@dataclass(frozen=True)
class Options:
    cases: int = 70_000
    duties: int = 100_000
    former: int = 300_000
    communities: int = 27_405
    requests: int = 40
    seed: int = 3


def run(installation: Installation, options: Options, progress: Any) -> dict[str, Any]:
    now, started = dt.datetime.now(ZONE).replace(microsecond=0), time.perf_counter()
    few = options.cases // 10
    with lands.database(installation, "tongzhou_bench"):
        land = lands.lay_out(17, 103, options.communities)
        with lands.owner_connection() as owner:
            duty = _furnish(owner, land, options, now)
            progress(f"{options.duties:,} open duties, {few:,} cases")
            _cases(owner, land, range(few), options, now)
        _analyze()
        figures, cpu = {}, meters.cpu_seconds()
        figures[few] = _pages(installation, duty, land.root, options, now)
        with lands.owner_connection() as owner:
            progress(f"{options.cases:,} cases")
            _cases(owner, land, range(few, options.cases), options, now)
        _analyze()
        figures[options.cases] = _pages(installation, duty, land.root, options, now)
        used = meters.cpu_seconds() - cpu
        peer, limit = _peer(options.requests), boards._limit(options.requests)
    slow, quick = figures[options.cases]["live"]["p50"], figures[few]["live"]["p50"]
    return {
        "bench": "morning",
        "work": {"cases": options.cases, "open_duties": options.duties, "former_duty_lines": options.former,
                 "prefectures": len(land.prefectures), "communities": options.communities,
                 "requests_each": options.requests},
        "milliseconds": {f"{n}_cases": told for n, told in figures.items()},
        "growth": {"cases": round(options.cases / few, 1), "page": round(slow / quick, 2)},
        "peer": {"what": "count(*) of the cases by place, without any prefecture", **peer},
        "limit": {"what": "one row by primary key, ms", "p50": limit},
        "ratio": {"to_peer": round(slow / peer["p50"], 2), "to_limit": round(slow / max(limit, 0.01), 1)},
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(used, 2),
    }  # fmt: skip


def _furnish(owner: psycopg.Connection[Any], land: lands.Land, options: Options, now: dt.datetime) -> str:
    """A real province with desks, published figures, silent doors and duties; the token of its duty officer."""
    lands.furnish(owner, land)
    owner.execute("update places_name set invented = false")
    duty = lands.make_worker(owner, land.root, "duty_officer")
    for place in (*land.prefectures, *land.counties):
        lands.make_worker(owner, place, "duty_officer")
    owed.heard(owner, land, owed.Options(communities=options.communities), now)
    boards._curve(owner, land, boards.Options(days=DAYS), now.date())
    owed.fill(owner, land, owed.Options(open=options.duties, former=options.former), now)
    return duty


def _cases(owner: psycopg.Connection[Any], land: lands.Land, which: range, options: Options, now: dt.datetime) -> None:
    """Cases of two months, each known from its report on; three in four confirmed. Every tenth was suspected first."""
    rng = random.Random(options.seed + which.start)
    apart = dt.timedelta(days=DAYS) / options.cases
    confirmed = owner.cursor()
    with confirmed.copy(
        "copy ledger_row (noun, key, place, effective_at, known_from, state, sees, data) from stdin"
    ) as copy:
        for n in which:
            at = now - apart * rng.randrange(options.cases)
            state, data = linelist._case(n, at, land, rng)
            place = land.counties[n % len(land.counties)]
            known = at + dt.timedelta(hours=2)
            copy.write_row(("case", str(uuids.uuid7()), place, at, known, state, "cases", json.dumps(data)))
    owner.execute(
        "update ledger_row set state = 'confirmed', known_from = known_from + interval '1 hour'"
        " where noun = 'case' and state = 'suspected' and right(key, 1) in ('0', '5')"
    )


def _analyze() -> None:
    with lands.owner_connection() as owner:
        owner.autocommit = True
        owner.execute("vacuum analyze")


def _pages(
    installation: Installation, token: str, root: int, options: Options, now: dt.datetime
) -> dict[str, dict[str, float]]:
    """The page as it is this morning, and as the desk saw it three mornings ago; of each also the CPU of all processes
    for a request, which says more than the time on a machine with other work."""
    then = now - dt.timedelta(days=3)
    past = f"/morning/?desk={root}&day={then.date() - dt.timedelta(days=1)}"
    pages = {
        "live": f"/morning/?desk={root}",
        "past_morning": past,
        "known_at": f"{past}&as_known_at={then:%Y-%m-%dT%H:%M}",
    }
    supervisor, found = _serve(installation, workers=1), {}
    try:
        for name, address in pages.items():
            before = meters.cpu_seconds()
            asked = boards._ask(supervisor.pages_socket, token, address, options.requests)
            cpu = 1000 * (meters.cpu_seconds() - before) / (options.requests + boards.WARM)
            found[name] = {**asked, "cpu_ms": round(cpu, 1)}
    finally:
        supervisor.stop()
    return found


_PEER = """
select coalesce((data ->> 'home')::integer, place), count(*) from ledger_row
where noun = 'case' and state in ('confirmed', 'clinical') and (data ->> 'identified_at')::timestamptz <= now()
group by 1
"""


def _peer(times: int) -> dict[str, float]:
    took = []
    with lands.owner_connection() as owner:
        for _ in range(times):
            began = time.perf_counter()
            owner.execute(_PEER).fetchall()
            took.append((time.perf_counter() - began) * 1e3)
    return boards._quantiles(took)
