"""`bench board`: a province's board over 27,405 communities × 90 days, end to end, and append → screen.

End to end: HTTP over a socket to granian, log-in by bearer token, row-level security, query, template or JSON.
Limit: one query by primary key over the same connection kind.
"""

from __future__ import annotations

import datetime as dt
import statistics
import threading
import time
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg
import uuid_utils.compat as uuids

from tongzhou.bench import land as lands
from tongzhou.bench import meters
from tongzhou.bench.ingest import PER_GRID, _post, _serve
from tongzhou.database.roles import LEDGER, Installation
from tongzhou.ledger.roll import INDICATORS
from tongzhou.play.speak import UnixConnection

ZONE = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True)
class Options:
    communities: int = 27_405
    days: int = 90
    households: int = 20_000_000  # household-days of one day, as tallies
    requests: int = 60
    live_seconds: int = 20


def run(installation: Installation, options: Options, progress: Any) -> dict[str, Any]:
    today = dt.datetime.now(ZONE).date()
    started = time.perf_counter()
    with lands.database(installation, "tongzhou_bench") as _:
        land = lands.lay_out(17, 103, options.communities)
        with lands.owner_connection() as owner:
            lands.furnish(owner, land)
            wu = lands.make_worker(owner, land.root, "commander")
            lead = lands.make_worker(owner, land.counties[0])
            owner.execute("select ledger_add_month(%s), community_add_month(%s)", [today, today])
            _households(owner, land, today)
            progress(f"{options.communities:,} communities × {options.days} days")
            _tallies(owner, land, options, today)
            _curve(owner, land, options, today)
        with lands.owner_connection() as owner:
            owner.autocommit = True
            owner.execute("vacuum analyze")
            # What was filled set-wise is rolled up already: the follower starts behind it.
            owner.execute(
                "insert into ledger_bookmark (follower, xid) values ('roll_up', "
                "pg_snapshot_xmin(pg_current_snapshot()))"
            )
        supervisor, cpu = _serve(installation, workers=2), meters.cpu_seconds()
        try:
            path = supervisor.pages_socket
            county, prefecture = land.counties[5], land.prefectures[3]
            then = (dt.datetime.now(ZONE) - dt.timedelta(days=2)).isoformat().replace("+", "%2B")
            figures = {
                "province": _ask(path, wu, f"/api/board/{land.root}.json?day={today}", options.requests),
                "province_page": _ask(path, wu, f"/board/{land.root}?day={today}", options.requests),
                "prefecture": _ask(path, wu, f"/api/board/{prefecture}.json?day={today}", options.requests),
                "county": _ask(path, wu, f"/api/board/{county}.json?day={today}", options.requests),
                "community": _ask(path, wu, f"/api/board/{land.leaves[7]}.json?day={today}", options.requests),
                "province_known_at": _ask(
                    path,
                    wu,
                    f"/api/board/{land.root}.json?day={today - dt.timedelta(days=5)}&as_known_at={then}",
                    options.requests,
                ),
                "county_known_at": _ask(
                    path,
                    wu,
                    f"/api/board/{county}.json?day={today - dt.timedelta(days=5)}&as_known_at={then}",
                    options.requests,
                ),
            }
            figures["curve_90_days"] = _curve_cost(land.root, today, options.requests)
            progress("append → screen")
            live = _live(supervisor, land, wu, lead, options)
            used = meters.cpu_seconds() - cpu
        finally:
            supervisor.stop()
        limit = _limit(options.requests)
    return {
        "bench": "board",
        "work": {
            "communities": options.communities,
            "days": options.days,
            "household_days_of_a_day": options.households,
            "tally_rows": options.communities * options.days,
            "indicators": len(INDICATORS),
        },
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(used, 2),
        "ms": figures,
        "append_to_screen_ms": live,
        "limit": {"what": "one row by primary key over the same database", "p50_ms": limit},
        "ratio": round(figures["province"]["p50"] / limit, 1),
    }


def _households(owner: psycopg.Connection[Any], land: lands.Land, today: dt.date) -> None:
    """Real households for the live part, in the first county."""
    own = [leaf for leaf in land.leaves if land.parents[leaf] == land.counties[0]][:20]
    rows = ((n + 1, own[n // PER_GRID], 1, 3) for n in range(len(own) * PER_GRID))
    lands.doors(owner, rows, today - dt.timedelta(days=200))


def _tallies(owner: psycopg.Connection[Any], land: lands.Land, options: Options, today: dt.date) -> None:
    """Tallies as 20 million household-days a day would have left them, own and rolled, set-wise."""
    each = options.households // options.communities
    heard = "(%(each)s - (c.place + d) %% 7)"
    own = f"""
      select %(today)s::date - d as day, c.place, {heard} as heard, {heard} - 3 as well, 3 as unwell, (c.place %%
      5)::integer as no_answer,
        {heard} as by_page, 0 as by_phone, 0 as by_paper, 0 as by_door, (c.place %% 3)::integer as exceptions,
        (c.place %% 3)::integer as fever,
        0 as breathless, 0 as alone, 0 as newcomers, 0 as needs
      from places_cover c, generate_series(0, %(days)s - 1) d where c.tree = 'command' and c.leaf"""
    given = {"each": each, "today": today, "days": options.days}
    names = ", ".join(INDICATORS)
    sums = ", ".join(f"sum(t.{name})" for name in INDICATORS)
    owner.execute(f"insert into ledger_tally (day, place, {names}) {own}", given)
    owner.execute(
        f"insert into ledger_tally_move (day, place, hour, {names}) select day, place, (day + 1)::timestamptz, "
        f"{names} from ledger_tally"
    )
    owner.execute(
        f"""insert into ledger_roll (day, place, {names}) select t.day, c.place, {sums} from ledger_tally t
        join places_cover l on l.tree = 'command' and l.place = t.place
        join places_cover c on c.tree = 'command' and not c.leaf and c.covers @> t.place and c.place in (1,
        l.parent, (select parent from places_cover x
          where x.tree = 'command' and x.place = l.parent)) group by t.day, c.place"""
    )
    owner.execute(
        f"insert into ledger_roll_move (day, place, hour, {names}) select day, place, (day + 1)::timestamptz, "
        f"{names} from ledger_roll"
    )


def _curve(owner: psycopg.Connection[Any], land: lands.Land, options: Options, today: dt.date) -> None:
    """Published figures of the province and its units, as folded rows."""
    for place in (land.root, *land.prefectures):
        owner.execute(
            "insert into ledger_row (noun, key, place, effective_at, known_from, state, sees, data)"
            " select 'bulletin', 'bench.' || %(p)s::integer || '/' || day, %(p)s, close, close + interval '8 "
            "hours', 'published', 'public', jsonb_build_object("
            "'unit', 'bench.' || %(p)s::integer, 'day', day, 'confirmed', 100 * (200 - d), 'cured', 10, 'dead', "
            "1, 'published_on', day, 'source', 'bench')"
            " from (select d, %(t)s::date - d as day, (%(t)s::date - d + 1)::timestamp at time zone "
            "'Asia/Shanghai' as close"
            " from generate_series(1, %(n)s) d) x",
            {"p": place, "t": today, "n": options.days + 10},
        )


WARM = 40  # requests before it counts: every worker's thread has its connection and its plans by then


def _ask(path: Any, token: str, address: str, times: int, headers: dict[str, str] | None = None) -> dict[str, float]:
    """Milliseconds of a page, and those of CPU that pages and database spent on each (`cpu`)."""
    connection = UnixConnection(path)
    took, before = [], 0.0
    for n in range(times + WARM):
        if n == WARM:
            before = _served()
        started = time.perf_counter()
        connection.request("GET", address, headers={"Authorization": f"Bearer {token}", **(headers or {})})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{address}: {response.status} {body[:200]!r}")
        if n >= WARM:
            took.append((time.perf_counter() - started) * 1e3)
    return _quantiles(took) | {"cpu": round(1e3 * (_served() - before) / times, 1)}


def _served() -> float:
    used = meters.cpu()
    return used["pages"] + used["postgresql"]


def _quantiles(took: list[float]) -> dict[str, float]:
    took = sorted(took)
    return {
        "p50": round(statistics.median(took), 1),
        "p95": round(took[int(len(took) * 0.95)], 1),
        "p99": round(took[min(len(took) - 1, int(len(took) * 0.99))], 1),
    }


def _curve_cost(place: int, today: dt.date, times: int) -> dict[str, float]:
    from django.db import transaction

    from tongzhou.command import queries
    from tongzhou.people.scope import EVERYWHERE, Holder, set_scope

    took = []
    for _ in range(times):
        with transaction.atomic():
            set_scope(Holder(None, {}, {"counts": EVERYWHERE}))
            started = time.perf_counter()
            found = queries.curve(place, today, 90)
            took.append((time.perf_counter() - started) * 1e3)
        assert len(found) == 91
    return _quantiles(took)


def _live(supervisor: Any, land: lands.Land, wu: str, lead: str, options: Options) -> dict[str, Any]:
    """1,000 facts a second in batches of 20; from the acknowledgement's start to the province's changed event and
    re-read."""
    listening = threading.Event()
    stop = threading.Event()
    changed: list[float] = []
    ready = threading.Event()

    def listen() -> None:
        from django.conf import settings

        given: dict[str, Any] = {
            **settings.INSTALLATION.connection(LEDGER),
            "dbname": settings.DATABASES["default"]["NAME"],
        }
        with psycopg.connect(**given, autocommit=True) as connection:
            connection.execute("listen board")
            listening.set()
            while not stop.is_set():
                for notice in connection.notifies(timeout=0.2):
                    if "1" in notice.payload.split(","):
                        changed.append(time.perf_counter())

    listener = threading.Thread(target=listen)
    listener.start()
    listening.wait(10)
    sent: list[float] = []
    now = dt.datetime.now(dt.UTC)

    def send(offset: int) -> None:
        connection = UnixConnection(supervisor.pages_socket)
        for n in range(offset, options.live_seconds * 50, 2):
            facts = [
                {
                    "id": str(uuids.uuid7()),
                    "kind": "household.heard",
                    "effective_at": (now + dt.timedelta(milliseconds=n)).isoformat(),
                    "body": {
                        "household": 1 + (n * 20 + i) % (20 * PER_GRID),
                        "state": ("well", "unwell")[n % 2],
                        "channel": "page",
                    },
                }
                for i in range(20)
            ]
            due = start + n / 50
            time.sleep(max(0.0, due - time.perf_counter()))
            begun = time.perf_counter()
            _post(connection, lead, msgspec.json.encode({"facts": facts}))
            sent.append(begun)

    start = time.perf_counter() + 0.3
    threads = [threading.Thread(target=send, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    ready.set()
    for thread in threads:
        thread.join()
    time.sleep(1.5)
    stop.set()
    listener.join()
    reread = _ask(supervisor.pages_socket, wu, f"/api/board/{land.root}.json", 20)["p95"]
    took = []
    for begun in sorted(sent):
        after = next((moment for moment in changed if moment > begun), None)
        if after is None:
            raise RuntimeError("a batch never reached the board")
        # The first event after a batch may stand for an earlier one: count the second, to be sure.
        sure = next((moment for moment in changed if moment > after), after)
        took.append((sure - begun) * 1e3 + reread)
    return {
        **_quantiles(took),
        "facts": len(sent) * 20,
        "rate": round(len(sent) * 20 / options.live_seconds),
        "re_read_p95": reread,
    }


def _limit(times: int) -> float:
    from django.conf import settings

    given: dict[str, Any] = {
        **settings.INSTALLATION.connection(LEDGER),
        "dbname": settings.DATABASES["default"]["NAME"],
    }
    took = []
    with psycopg.connect(**given) as connection:
        for n in range(times):
            started = time.perf_counter()
            connection.execute("select * from places_place where id = %s", [n + 1]).fetchone()
            took.append((time.perf_counter() - started) * 1e3)
    return round(statistics.median(took), 3)
