"""Contact tracing against its peers on the same events in one run; every method must return the same people.

    .venv/bin/python benchmarks/chains.py [--events 10000000] [--persons 1100000] [--cases 100] [--hops 3]
        [--days 14] [--peers duckdb,igraph,postgres,numpy] [--repeat 7]

Events are made with a seed: each person meets most often people with near numbers (their household and
street) and sometimes anybody, over `days` days. The index is built from all but the last day; the last day is
added as a segment of its own, which is timed too. The search starts from cases spread over all persons, on the
first day, in the order of time; `search_first` is the very first, `search_ms` the median of the same cases
again, `search_other_cases` of cases never asked for before. Peers are run only where they are installed: DuckDB
joins hop by hop, igraph on a static graph whose edges are filtered by time, PostgreSQL a recursive query. Prints
one JSON object; leaves with 1 when two methods disagree. CPU seconds are of this process; memory is the index's
own arrays and the process's peak (which holds the peers' tables as well).
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from tongzhou.engines.chains import index_events, reach  # noqa: E402

DAY = 1440
Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("events", 10_000_000), ("persons", 1_100_000), ("cases", 100), ("hops", 3), ("days", 14)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--peers", default="numpy,duckdb,igraph,postgres")
    args = parser.parse_args()
    _compile()
    a, b, minute = make(args.events, args.persons, args.days, args.seed)
    seeds = np.random.default_rng(args.seed + 1).choice(args.persons, args.cases, replace=False)
    answer, ours = tongzhou(a, b, minute, seeds, args)
    answer["peers"], same = {}, True
    for name in filter(None, args.peers.split(",")):
        result, people = PEERS[name]((a, b, minute), seeds, args)
        if people is not None:
            result["same_set"] = bool(np.array_equal(np.sort(people), ours))
            same &= result["same_set"]
        answer["peers"][name] = result
    answer["peak_rss_mb"] = round(_peak(), 1)
    print(json.dumps(answer))
    raise SystemExit(0 if same else 1)


def make(events: int, persons: int, days: int, seed: int) -> Columns:
    """Events as int32 columns, in no order: two of three with one of 40 neighbours, the others with anybody."""
    rng = np.random.default_rng(seed)
    a = rng.integers(0, persons, events, dtype=np.int32)
    near = rng.integers(1, 41, events, dtype=np.int32)
    far = rng.integers(1, persons, events, dtype=np.int32)
    step = np.where(rng.random(events, dtype=np.float32) < 2 / 3, near, far)
    del near, far
    b = ((a.astype(np.int64) + step) % persons).astype(np.int32)
    return a, b, rng.integers(0, days * DAY, events, dtype=np.int32)


def _compile() -> None:
    """Compile the kernels, so that their times are not the compiler's."""
    a, b, minute = make(50_000, 10_000, 2, 0)
    index = index_events(a, b, minute, 10_000).with_events(a, b, minute)
    reach(index, [0], 0, until=2 * DAY, hops=3)


def tongzhou(
    a: np.ndarray, b: np.ndarray, minute: np.ndarray, seeds: np.ndarray, args: argparse.Namespace
) -> tuple[dict[str, Any], np.ndarray]:
    last = minute >= (args.days - 1) * DAY
    old, new = ((a[m], b[m], minute[m]) for m in (~last, last))
    start = time.process_time()
    index = index_events(*old, args.persons)
    built = time.process_time() - start
    start = time.process_time()
    index = index.with_events(*new)
    added = time.process_time() - start

    def search(cases: np.ndarray) -> np.ndarray:
        return reach(index, cases, 0, until=args.days * DAY - 1, hops=args.hops).person

    cold = _timed(lambda: search(seeds))[0]
    times = [_timed(lambda: search(seeds))[0] for _ in range(args.repeat)]
    rng = np.random.default_rng(args.seed + 2)
    others = [rng.choice(args.persons, args.cases, replace=False) for _ in range(args.repeat)]
    new = [_timed(lambda cases=cases: search(cases))[0] for cases in others]  # type: ignore[misc]
    found = np.sort(search(seeds))
    answer = {
        "events": int(a.size),
        "persons": args.persons,
        "cases": int(seeds.size),
        "hops": args.hops,
        "segments": len(index.segments),
        "index_cpu_s": round(built + added, 2),
        "last_day_cpu_s": round(added, 2),
        "index_gb": round(index.nbytes / 1e9, 3),
        "reached": int(found.size),
        "search_first_ms": round(1000 * cold, 2),
        "search_ms": round(1000 * float(np.median(times)), 2),
        "search_min_ms": round(1000 * min(times), 2),
        "search_other_cases_ms": round(1000 * float(np.median(new)), 2),
    }
    return answer, found


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def by_numpy(events: Columns, seeds: np.ndarray, args: argparse.Namespace) -> tuple[dict[str, Any], np.ndarray]:
    """The oracle: earliest arrival hop by hop with whole-column passes, sharing no code with the kernel."""

    def work() -> np.ndarray:
        never = np.iinfo(np.int32).max
        arrival = np.full(args.persons, never, np.int32)
        arrival[seeds] = 0
        for _ in range(args.hops):
            new = arrival.copy()
            for x, y in ((events[0], events[1]), (events[1], events[0])):
                usable = arrival[x] <= events[2]
                np.minimum.at(new, y[usable], events[2][usable])
            arrival = new
        arrival[seeds] = never
        return np.flatnonzero(arrival < never)

    seconds, people = _timed(work)
    return {"query_ms": round(1000 * seconds, 1)}, people


def by_duckdb(events: Columns, seeds: np.ndarray, args: argparse.Namespace) -> tuple[dict[str, Any], Any]:
    """Both directions as a table, a join a hop; one thread, so that CPU and wall agree."""
    try:
        import duckdb
        import pyarrow as pa
    except ImportError:
        return {"skipped": "not installed"}, None
    con = duckdb.connect()
    con.execute("set threads = 1")
    start = time.process_time()
    table = pa.table(dict(zip(("a", "b", "minute"), events, strict=True)))
    con.register("events", table)
    con.execute("create table met as select a, b, minute from events union all select b, a, minute from events")
    prepared = time.process_time() - start
    con.register("seeds", pa.table({"who": seeds.astype(np.int32)}))

    def work() -> np.ndarray:
        con.execute("create or replace temp table f0 as select who, 0::int as since from seeds")
        for hop in range(args.hops):
            con.execute(
                f"create or replace temp table f{hop + 1} as select who, min(since) as since from "
                f"(select who, since from f{hop} union all "
                f"select b, minute from met join f{hop} on a = who and minute >= since) group by who"
            )
        return con.execute(f"select who from f{args.hops} anti join seeds using (who)").fetchnumpy()["who"]

    seconds, people = _timed(work)
    seconds = min(seconds, _timed(work)[0])
    return {"prepare_cpu_s": round(prepared, 2), "query_ms": round(1000 * seconds, 1)}, people


def by_igraph(events: Columns, seeds: np.ndarray, args: argparse.Namespace) -> tuple[dict[str, Any], Any]:
    """A static graph whose incident edges are filtered by time hop by hop."""
    try:
        import igraph
    except ImportError:
        return {"skipped": "not installed"}, None
    start = time.process_time()
    graph = igraph.Graph(n=args.persons, edges=np.column_stack(events[:2]))
    minute = events[2]
    prepared = time.process_time() - start

    def work() -> np.ndarray:
        arrival = dict.fromkeys(seeds.tolist(), 0)
        for _ in range(args.hops):
            new = dict(arrival)
            for person, at in arrival.items():
                for edge in graph.incident(person, mode="all"):
                    if minute[edge] >= at:
                        a, b = graph.es[edge].tuple
                        other = b if a == person else a
                        new[other] = min(new.get(other, 1 << 31), int(minute[edge]))
            arrival = new
        return np.array(sorted(arrival.keys() - set(seeds.tolist())))

    seconds, people = _timed(work)
    return {"prepare_cpu_s": round(prepared, 2), "query_ms": round(1000 * seconds, 1)}, people


RECURSIVE = """
with recursive f(who, at, hop) as (
    select unnest(%s::int[]), 0, 0
  union
    select m.b, m.minute, f.hop + 1 from f join met m on m.a = f.who and m.minute >= f.at where f.hop < %s
) select distinct who from f where who <> all(%s::int[])"""


def by_postgres(events: Columns, seeds: np.ndarray, args: argparse.Namespace) -> tuple[dict[str, Any], Any]:
    """A recursive query over both directions with an index. Wall time: the work is in the server's process.

    DATABASE_URL names the server; otherwise one of the embedded wheel is started and thrown away.
    """
    if url := os.environ.get("DATABASE_URL"):
        return _ask_postgres(url, events, seeds, args)
    from tongzhou.database.server import EmbeddedServer, ServerFailed

    with tempfile.TemporaryDirectory(prefix="tz") as folder:
        try:
            with EmbeddedServer(Path(folder)) as server:
                return _ask_postgres(server.dsn(), events, seeds, args)
        except ServerFailed as failure:
            return {"skipped": str(failure)}, None


def _ask_postgres(
    url: str, events: Columns, seeds: np.ndarray, args: argparse.Namespace
) -> tuple[dict[str, Any], np.ndarray]:
    import psycopg
    import pyarrow as pa
    import pyarrow.csv

    with psycopg.connect(url) as con:
        con.execute("create temp table met (a int, b int, minute int)")
        start = time.perf_counter()
        a, b, minute = events
        with con.cursor().copy("copy met from stdin (format csv)") as copy:
            for x, y in ((a, b), (b, a)):
                for at in range(0, x.size, 1_000_000):
                    rows = slice(at, at + 1_000_000)
                    text = pa.BufferOutputStream()
                    table = pa.table({"a": x[rows], "b": y[rows], "minute": minute[rows]})
                    pa.csv.write_csv(table, text, pa.csv.WriteOptions(include_header=False))
                    copy.write(text.getvalue().to_pybytes())
        con.execute("create index on met (a, minute) include (b)")
        con.execute("analyze met")
        prepared = time.perf_counter() - start
        wanted, best = seeds.tolist(), float("inf")
        for _ in range(3):
            start = time.perf_counter()
            found = con.execute(RECURSIVE, (wanted, args.hops, wanted)).fetchall()
            best = min(best, time.perf_counter() - start)
        con.rollback()
    people = np.array([row[0] for row in found])
    return {"prepare_wall_s": round(prepared, 2), "query_wall_ms": round(1000 * best, 1)}, people


def _peak() -> float:
    from tongzhou.cli.planning import peak_rss_mb

    return peak_rss_mb()


PEERS = {"numpy": by_numpy, "duckdb": by_duckdb, "igraph": by_igraph, "postgres": by_postgres}

if __name__ == "__main__":
    main()
