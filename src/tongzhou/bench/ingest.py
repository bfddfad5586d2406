"""`bench ingest`: household-day observations through authenticated HTTP, folded and tallied, with history already
there.

Real path: granian over a socket, bearer token, batches of at most 500 of one grid, fsync on, followers (roll-up and
seal) running on the same machine as client and database. Limit: a binary COPY of the same rows.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import queue
import random
import threading
import time
from dataclasses import dataclass
from typing import Any

import msgspec
import uuid_utils.compat as uuids
from psycopg import Connection

from tongzhou.bench import land as lands
from tongzhou.bench import meters
from tongzhou.database.roles import Installation
from tongzhou.ledger import door, follow
from tongzhou.play import stage
from tongzhou.play.speak import UnixConnection as UnixConnection  # also for benchmarks/turns.py in older checkouts
from tongzhou.supervise import Supervisor

CHANNELS = ("page", "phone", "paper", "door")
PER_GRID = 400


@dataclass(frozen=True)
class Options:
    households: int = 100_000
    days: int = 90
    rounds: int = 3  # each household says three different things today: one insert, two changes of state
    connections: int = 6
    workers: int = 2
    singles: int = 500
    seed: int = 7


def run(installation: Installation, options: Options, progress: Any) -> dict[str, Any]:
    spread = _one(installation, options, prefectures=17, progress=progress)
    together = _one(installation, options, prefectures=1, progress=progress)
    return {
        "bench": "ingest",
        "work": {
            "households": options.households,
            "days_of_history": options.days,
            "facts": spread["facts"],
            "batch": PER_GRID,
        },
        "seconds": round(spread["seconds"] + together["seconds"], 2),
        "cpu_seconds": round(spread["cpu_seconds"] + together["cpu_seconds"], 2),
        "rate": round(min(spread["rate"], together["rate"])),
        "spread_over_17_prefectures": spread,
        "all_in_one_prefecture": together,
        "limit": {"what": "binary COPY of the same rows into a table with the same key", "rate": spread["copy_rate"]},
        "ratio": round(spread["rate"] / spread["copy_rate"], 4),
    }


def _one(installation: Installation, options: Options, prefectures: int, progress: Any) -> dict[str, Any]:
    grids = options.households // PER_GRID
    today = dt.datetime.now(dt.UTC).date()
    with lands.database(installation, "tongzhou_bench") as _:
        land = lands.lay_out(prefectures, max(prefectures, 103 if prefectures > 1 else 6), grids)
        with lands.owner_connection() as owner:
            lands.furnish(owner, land)
            tokens = {
                place: lands.make_worker(owner, place)
                for place in (land.prefectures if prefectures > 1 else land.counties)
            }
            _months(owner, today, options.days)
            progress(f"{options.households:,} households, {options.days} days of history")
            _history(owner, land, options, today)
        progress("history rolled up and sealed")
        follow.catch_up()
        with lands.owner_connection() as owner:
            owner.autocommit = True
            owner.execute("vacuum analyze")
            owner.execute("checkpoint") if _may_checkpoint(owner) else None
        batches = _batches(land, tokens, options)
        size_before = _bytes(installation)
        progress("sending")
        measured = _send(installation, options, batches)
        measured |= _singles(installation, options, land, tokens)
        measured["copy_rate"] = _copy_limit(batches)
        measured["bytes_per_fact"] = _bytes_per_fact(size_before, _bytes(installation), measured["facts"])
        measured["checked"] = _check(options)
        return measured


def _months(owner: Connection[Any], today: dt.date, days: int) -> None:
    owner.execute(
        "select ledger_add_month(m::date), community_add_month(m::date) from generate_series("
        "date_trunc('month', %s::date), date_trunc('month', %s::date) + interval '1 month', interval '1 month') m",
        [today - dt.timedelta(days=days + 1), today],
    )


def _history(owner: Connection[Any], land: lands.Land, options: Options, today: dt.date) -> None:
    """History as the real path would have left it: an append per grid and day, filled set-wise; tallies by the
    triggers, roll-ups and seal by the followers."""
    rows = ((n, land.leaves[(n - 1) // PER_GRID % len(land.leaves)], 1 + n % 6, 3)
            for n in range(1, options.households + 1))  # fmt: skip
    lands.doors(owner, rows, since=None)
    owner.execute(
        "insert into ledger_kind (name, sees) values ('household.heard', 'households') on conflict do nothing"
    )
    for back in range(options.days, 0, -1):
        day = today - dt.timedelta(days=back)
        owner.execute(
            """
            with a as (
              insert into ledger_append (received_at, known_at, facts)
              select %(at)s, %(at)s, %(grid)s from generate_series(1, %(grids)s) returning id
            ), numbered as (
              select id, row_number() over () - 1 as grid from a
            ), f as (
              insert into ledger_fact (id, append, subject, effective_at, received_at, place, kind, body)
              select (lpad(to_hex((extract(epoch from %(at)s::timestamptz) * 1000)::bigint + h.id / 4), 12, '0') || '7'
                  || substr(md5(h.id || %(day)s::text), 1, 3) || '8' || substr(md5(h.id || 'x' || %(day)s::text),
                  1, 15))::uuid,
                n.id, community_subject(%(day)s::date, h.id), %(at)s, %(at)s, h.place,
                (select id from ledger_kind where name = 'household.heard'),
                '{"channel":"door","household":' || h.id || ',"state":"well"}'
              from community_household h join numbered n on n.grid = (h.id - 1) / %(grid)s
              returning id, subject, place
            )
            insert into community_household_day
            select %(day)s::date, (f.subject & 4294967295)::integer, f.place, 1, 4, %(at)s, %(at)s, f.id, %(at)s from f
            """,
            {
                "day": day,
                "at": dt.datetime.combine(day, dt.time(2, 0), dt.UTC),
                "grid": PER_GRID,
                "grids": options.households // PER_GRID,
            },
        )
        owner.commit()


def _may_checkpoint(owner: Connection[Any]) -> bool:
    row = owner.execute("select pg_has_role(current_user, 'pg_checkpoint', 'member')").fetchone()
    return bool(row and row[0])


def _batches(land: lands.Land, tokens: dict[int, str], options: Options) -> list[tuple[str, bytes]]:
    random.seed(options.seed)
    now = dt.datetime.now(dt.UTC)
    holder_of = {leaf: next(t for t in _ancestors(land, leaf) if t in tokens) for leaf in land.leaves}
    batches = []
    for turn in range(options.rounds):
        state = ("well", "unwell", "well")[turn % 3]
        order = list(range(options.households // PER_GRID))
        random.shuffle(order)
        for grid in order:
            at = (now + dt.timedelta(seconds=turn)).isoformat()
            facts = [
                {
                    "id": str(uuids.uuid7()),
                    "kind": "household.heard",
                    "effective_at": at,
                    "recorded_at": at,
                    "body": {"household": grid * PER_GRID + i + 1, "state": state, "channel": CHANNELS[i % 4]},
                }
                for i in range(PER_GRID)
            ]
            token = tokens[holder_of[land.leaves[grid % len(land.leaves)]]]
            batches.append((token, msgspec.json.encode({"device": "bench", "facts": facts})))
    return batches


def _ancestors(land: lands.Land, place: int) -> list[int]:
    found = []
    at: int | None = place
    while at is not None:
        found.append(at)
        at = land.parents[at]
    return found


def _serve(installation: Installation, workers: int) -> Supervisor:
    return stage.started(installation.home, workers, ("pages", "followers"))


def _send(installation: Installation, options: Options, batches: list[tuple[str, bytes]]) -> dict[str, Any]:
    supervisor = _serve(installation, options.workers)
    try:
        waiting: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
        for batch in batches:
            waiting.put(batch)
        accepted, latencies, lock = [0], [], threading.Lock()

        def client() -> None:
            connection = UnixConnection(supervisor.pages_socket)
            while True:
                try:
                    token, payload = waiting.get_nowait()
                except queue.Empty:
                    return
                started = time.perf_counter()
                answer = _post(connection, token, payload)
                took = time.perf_counter() - started
                with lock:
                    accepted[0] += answer["accepted"]
                    latencies.append(took)

        cpu = meters.cpu()
        started = time.perf_counter()
        threads = [threading.Thread(target=client) for _ in range(options.connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - started
        lag = _follower_lag()
        parts = {part: round(now - cpu[part], 2) for part, now in meters.cpu().items()}
        used = sum(parts.values())
        latencies.sort()
        return {
            "facts": accepted[0],
            "seconds": round(seconds, 2),
            "cpu_seconds": round(used, 2),
            "rate": round(accepted[0] / seconds),
            "cpu_seconds_by_part": parts,
            "facts_per_cpu_second": round(accepted[0] / max(used, 1e-9)),
            "batch_ms": {
                "p50": round(latencies[len(latencies) // 2] * 1e3, 1),
                "p99": round(latencies[int(len(latencies) * 0.99)] * 1e3, 1),
            },
            "followers_caught_up_after_s": lag,
        }
    finally:
        supervisor.stop()


def _post(connection: http.client.HTTPConnection, token: str, payload: bytes) -> dict[str, Any]:
    connection.request(
        "POST", "/api/facts", payload, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    )
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{response.status}: {body[:300]!r}")
    answer: dict[str, Any] = json.loads(body)
    if answer["refused"]:
        raise RuntimeError(f"refused: {answer['refused'][0]}")
    return answer


def _follower_lag() -> float:
    """Seconds until the followers have covered everything that was sent."""
    started = time.perf_counter()
    while time.perf_counter() - started < 120:
        with door.ledger() as connection:
            if not any(one["waiting"] for one in follow.lag(connection)):
                break
        time.sleep(0.05)
    return round(time.perf_counter() - started, 2)


def _singles(installation: Installation, options: Options, land: lands.Land, tokens: dict[int, str]) -> dict[str, Any]:
    """Single facts at 50 a second: each request on its due time, latency from that time."""
    supervisor = _serve(installation, options.workers)
    try:
        now = dt.datetime.now(dt.UTC)
        holder = {leaf: next(t for t in _ancestors(land, leaf) if t in tokens) for leaf in land.leaves}
        latencies: list[float] = []
        lock = threading.Lock()
        start = time.perf_counter() + 0.5

        def client(offset: int, step: int) -> None:
            connection = UnixConnection(supervisor.pages_socket)
            for n in range(offset, options.singles, step):
                household = 1 + (n * 7919) % options.households
                at = (now + dt.timedelta(seconds=60)).isoformat()
                payload = msgspec.json.encode(
                    {
                        "facts": [
                            {
                                "id": str(uuids.uuid7()),
                                "kind": "household.heard",
                                "effective_at": at,
                                "body": {"household": household, "state": "well", "channel": "page"},
                            }
                        ]
                    }
                )
                due = start + n / 50
                time.sleep(max(0.0, due - time.perf_counter()))
                _post(connection, tokens[holder[land.leaves[(household - 1) // PER_GRID % len(land.leaves)]]], payload)
                with lock:
                    latencies.append(time.perf_counter() - due)

        threads = [threading.Thread(target=client, args=(i, 4)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        latencies.sort()
        return {
            "single_ms": {
                "n": len(latencies),
                "p50": round(latencies[len(latencies) // 2] * 1e3, 1),
                "p99": round(latencies[int(len(latencies) * 0.99)] * 1e3, 1),
            }
        }
    finally:
        supervisor.stop()


def _copy_limit(batches: list[tuple[str, bytes]]) -> int:
    """Rows a second of one binary COPY of the same facts into a logged table with the same primary key."""
    facts = [fact for _, payload in batches for fact in msgspec.json.decode(payload)["facts"]]
    rows = [
        (fact["id"], fact["effective_at"], fact["body"]["household"], msgspec.json.encode(fact["body"]).decode())
        for fact in facts
    ]
    with lands.owner_connection() as owner:
        owner.execute(
            "create table copied (id uuid primary key, effective_at timestamptz, household integer, body text)"
        )
        started = time.perf_counter()
        with owner.cursor() as cursor, cursor.copy("copy copied from stdin (format binary)") as copy:
            copy.set_types(["uuid", "timestamptz", "int4", "text"])
            import uuid

            parsed = [(uuid.UUID(a), dt.datetime.fromisoformat(b), c, d) for a, b, c, d in rows]
            started = time.perf_counter()
            for row in parsed:
                copy.write_row(row)
        owner.commit()
        return round(len(rows) / (time.perf_counter() - started))


_PARTS = """
select relname, pg_total_relation_size(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and relkind in ('r') and (relname like 'ledger_%' or relname like 'community_household_day%')
"""


def _bytes(installation: Installation) -> dict[str, int]:
    with lands.owner_connection() as owner:
        return dict(owner.execute(_PARTS).fetchall())


def _bytes_per_fact(before: dict[str, int], after: dict[str, int], facts: int) -> dict[str, float]:
    grown = {name: after[name] - before.get(name, 0) for name in after}
    fact = sum(size for name, size in grown.items() if name.startswith("ledger_fact"))
    day = sum(size for name, size in grown.items() if name.startswith("community_household_day"))
    rest = sum(grown.values()) - fact - day
    return {"fact": round(fact / facts, 1), "household_day": round(day / facts, 1), "rest": round(rest / facts, 1)}


def _check(options: Options) -> dict[str, Any]:
    """The work was really done: facts, rows and tallies agree."""
    with lands.owner_connection() as owner:
        row = owner.execute(
            "select (select count(*) from ledger_fact where received_at > now() - interval '1 hour'),"
            " (select count(*) from community_household_day where day >= current_date and state = 1),"
            " (select sum(well) from ledger_tally where day >= current_date - 1 and day >= (select max(day) from "
            "community_household_day)),"
            " (select well from ledger_roll where place = 1 order by day desc limit 1)"
        ).fetchone()
    assert row is not None
    return {"facts": row[0], "rows_well": row[1], "tally_well": row[2], "province_well": row[3], "cpus": os.cpu_count()}
