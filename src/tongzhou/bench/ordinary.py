"""`bench ordinary`: the ordinary facts of an epidemic's work through authenticated HTTP, one by one and in batches.

Real path as in `bench ingest`: granian over a socket, bearer tokens, fsync on, followers running. Counted are facts for
each CPU second of pages, followers and database; the sender's own time is told beside it. Limit: the same rows
inserted into a table with the same key and nothing else, a commit for each request.

At commit 35d559e, on two cores that others kept busy (load 8 to 14): 98 facts for each CPU second one by one (76 to 137
in fifteen turns) and 1,098 in batches (949 to 1,487). Two checkouts are compared in turns only: benchmarks/turns.py,
which told 1.06 and 1.02 for the same program against itself on that machine.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg import Connection

from tongzhou.bench import land as lands
from tongzhou.bench import meters
from tongzhou.bench.ingest import UnixConnection, _follower_lag, _post, _serve
from tongzhou.bench.shifts import ROLES, Post, Shift, Turn
from tongzhou.database.roles import Installation
from tongzhou.ledger import door

WARM = 48  # shifts before it counts: everybody has spoken through every worker, which keeps what it learnt of them
Request = tuple[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Options:
    singles: int = 8  # shifts sent fact by fact
    batches: int = 40  # shifts sent in batches
    batch: int = 50  # facts in a batch, at most
    persons: int = 12  # cases, stays, needs and tasks of a shift
    connections: int = 4
    workers: int = 2


def run(installation: Installation, options: Options, progress: Any) -> dict[str, Any]:
    with served(installation, options) as bench:
        progress("one by one")
        one_by_one = bench.measure(options.singles, 1)
        progress("in batches")
        in_batches = bench.measure(options.batches, options.batch)
        limit = {"single": _raw(one_by_one.sent), "batches": _raw(in_batches.sent)}
        checked, stored = _check(), _stored(bench.shift * options.persons)
    single, batches = one_by_one.figures, in_batches.figures
    return {
        "bench": "ordinary",
        "work": {"facts": single["facts"] + batches["facts"], "batch": options.batch, "persons": options.persons},
        "seconds": round(single["seconds"] + batches["seconds"], 2),
        "cpu_seconds": round(single["cpu_seconds"] + batches["cpu_seconds"], 2),
        "single": single,
        "batches": batches,
        "limit": {"what": "the same rows inserted with the same key, a commit for each request", **limit},
        "ratio": {
            "single": round(single["rate"] / limit["single"]["rate"], 4),
            "batches": round(batches["rate"] / limit["batches"]["rate"], 4),
        },
        "rows": checked,
        "stored": stored,
    }


@contextmanager
def served(installation: Installation, options: Options) -> Iterator[Bench]:
    """A served instance with its staff, warm."""
    with lands.database(installation, "tongzhou_bench"):
        posts = _furnish(options)
        supervisor = _serve(installation, options.workers)
        try:
            bench = Bench(supervisor, options, posts)
            bench.measure(WARM, options.batch)
            yield bench
        finally:
            supervisor.stop()


@dataclass(frozen=True)
class Measured:
    figures: dict[str, Any]
    sent: list[list[Request]]


class Bench:
    """Sends shift after shift, each on one connection, and measures."""

    def __init__(self, supervisor: Any, options: Options, posts: Sequence[Post]) -> None:
        self.supervisor, self.options, self.posts, self.shift = supervisor, options, posts, 0
        with lands.owner_connection() as owner:
            self.free = {
                post.ward: [
                    bed
                    for (bed,) in owner.execute("select id from hospital_bed where ward = %s order by id", [post.ward])
                ]
                for post in posts
            }

    def measure(self, shifts: int, batch: int) -> Measured:
        lines = self._lines(shifts, batch)
        before, started = meters.cpu(), time.perf_counter()
        took = sorted(_send(self.supervisor, lines))
        seconds = time.perf_counter() - started
        lag = _follower_lag()
        parts = {part: round(now - before[part], 2) for part, now in meters.cpu().items()}
        used = sum(parts.values()) - parts["client"]
        facts = sum(len(one) for line in lines for _token, one in line)
        figures = {
            "facts": facts,
            "requests": len(took),
            "seconds": round(seconds, 2),
            "rate": round(facts / seconds, 1),
            "cpu_seconds": round(used, 2),
            "cpu_seconds_by_part": parts,
            "facts_per_cpu_second": round(facts / used, 1),
            "request_ms": {
                "p50": round(took[len(took) // 2] * 1e3, 1),
                "p99": round(took[int(len(took) * 0.99)] * 1e3, 1),
            },
            "followers_caught_up_after_s": lag,
        }
        return Measured(figures, lines)

    def _lines(self, shifts: int, batch: int) -> list[list[Request]]:
        lines: list[list[Request]] = [[] for _ in range(self.options.connections)]
        for n in range(shifts):
            post = self.posts[self.shift % len(self.posts)]
            beds = [self.free[post.ward].pop() for _ in range(self.options.persons)]
            turns = list(Shift(post, beds, dt.datetime.now(dt.UTC) + dt.timedelta(seconds=n)).turns())
            lines[n % len(lines)] += requests(turns, batch)
            self.shift += 1
        return lines


def _furnish(options: Options) -> list[Post]:
    """Four prefectures with three counties each; a ward with a bed for every stay; somebody in every role."""
    land = lands.lay_out(4, 12, 60)
    shifts = options.singles + options.batches + WARM
    beds = (shifts // len(land.counties) + 1) * options.persons
    with lands.owner_connection() as owner:
        lands.furnish(owner, land)
        above = lands.make_worker(owner, land.root, "duty_officer")
        lands.doors(owner, ((n, leaf, 1, 3) for n, leaf in enumerate(land.leaves, 1)))
        return [_post_of(owner, land, county, beds, above) for county in land.counties]


def _post_of(owner: Connection[Any], land: lands.Land, county: int, beds: int, above: str) -> Post:
    ward = lands.ward(owner, county, beds)
    community = next(leaf for leaf in land.leaves if land.parents[leaf] == county)
    tokens = {role: lands.make_worker(owner, county, role) for role in ROLES}
    return Post(land.root, county, community, land.leaves.index(community) + 1, ward, tokens, above)


def requests(turns: Sequence[Turn], batch: int) -> list[Request]:
    return [(token, facts[at : at + batch]) for token, facts in turns for at in range(0, len(facts), batch)]


def _send(supervisor: Any, lines: list[list[Request]]) -> list[float]:
    """Every line on a connection of its own, each request after the answer to the one before; seconds of each."""
    took: list[float] = []
    failed: list[Exception] = []

    def client(line: list[Request]) -> None:
        connection = UnixConnection(supervisor.pages_socket)
        try:
            for token, facts in line:
                payload = msgspec.json.encode({"device": "bench", "facts": facts})
                started = time.perf_counter()
                answer = _post(connection, token, payload)
                took.append(time.perf_counter() - started)
                if answer["accepted"] != len(facts):
                    raise RuntimeError(f"{answer} for {len(facts)} facts")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=client, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return took


def _raw(lines: list[list[Request]]) -> dict[str, float]:
    """The same rows, a commit for each request, over one connection of the same role."""
    work = [
        [(uuid.UUID(one["id"]), one["effective_at"], one["place"], one["kind"], str(one["body"])) for one in facts]
        for line in lines
        for _token, facts in line
    ]
    with lands.owner_connection() as owner:
        owner.execute("drop table if exists raw")
        owner.execute("create table raw (id uuid primary key, at timestamptz, place integer, kind text, body text)")
        owner.commit()
        before, started = meters.cpu(), time.perf_counter()
        for rows in work:
            owner.execute(
                "insert into raw select * from"
                " unnest(%s::uuid[], %s::timestamptz[], %s::int[], %s::text[], %s::text[])",
                [list(column) for column in zip(*rows, strict=True)],
            )
            owner.commit()
        seconds, used = time.perf_counter() - started, meters.cpu()["postgresql"] - before["postgresql"]
    facts = sum(map(len, work))
    return {"rate": round(facts / seconds, 1), "database_cpu_seconds": round(used, 2)}


CITY = (
    1000  # persons a day of a city of a million households who go the whole way of a shift: one household in a thousand
)


def _stored(persons: int) -> dict[str, Any]:
    """Bytes of rows and duties with their indexes, now and former: a line, a person, and in a year of a city of a
    million households by this bench's mix (case, interview, contacts, stay, need, task, their share of a directive)."""
    tables = ("ledger_row", "ledger_row_was", "ledger_owed", "ledger_owed_was")
    with lands.owner_connection() as owner:
        owner.autocommit = True
        standing = _bytes_of(owner, tables)
        owner.execute(f"vacuum full {', '.join(tables)}")
        packed = _bytes_of(owner, tables)
        lines = {name: (owner.execute(f"select count(*) from {name}").fetchone() or (0,))[0] for name in tables}
    told = {
        name: {
            "lines": lines[name],
            "lines_a_person": round(lines[name] / persons, 2),
            "bytes_a_line": round(packed[name] / max(lines[name], 1)),
            "bytes_a_person": round(packed[name] / persons),
        }
        for name in tables
    }
    year = {name: round(sum(sizes.values()) / persons * CITY * 365 / 1e9, 1)
            for name, sizes in (("packed", packed), ("as_it_stood", standing))}  # fmt: skip
    return {**told, "persons": persons, "city_year": {"persons_a_day": CITY, "gigabytes": year}}


def _bytes_of(owner: Connection[Any], tables: Sequence[str]) -> dict[str, int]:
    sizes = "select name, pg_total_relation_size(name::regclass) from unnest(%s::text[]) name"
    return dict(owner.execute(sizes, [list(tables)]).fetchall())


def _check() -> dict[str, int]:
    """The work was really done: every row stands where its story ends."""
    ends = {"case": "confirmed", "request": "left", "bed": "free", "need": "met", "task": "done", "directive": "ended",
            "interview": "open", "contact": "observed", "observation": "observed"}  # fmt: skip
    with door.ledger() as connection:
        found = connection.execute(
            "select noun, count(*), count(*) filter (where state <> %s::jsonb ->> noun) from ledger_row"
            " where %s::jsonb ? noun group by noun",
            [msgspec.json.encode(ends).decode()] * 2,
        ).fetchall()
    if wrong := {noun: n for noun, _all, n in found if n} or ends.keys() - {noun for noun, *_ in found}:
        raise RuntimeError(f"rows that are not where their story ends: {wrong}")
    return {noun: n for noun, n, _wrong in sorted(found)}
