"""`bench necessities`: an offer of 40 lines from which 660 doors ordered, from closing to printed sheets.

Closing to sheets: the orders read, dealt where there is too little, sorted by stairwell, and the page with every
picking list drawn. With a tenth of the doors first, to show how it grows. Limit: the same rows read by one bare
statement.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
import time
from dataclasses import dataclass
from typing import Any

import uuid_utils.compat as uuids
from django.template.loader import render_to_string
from msgspec import Raw
from psycopg import Connection

from tongzhou.bench import land as lands
from tongzhou.bench import meters
from tongzhou.database.roles import Installation
from tongzhou.ledger import door
from tongzhou.ledger.append import append
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.standing import System
from tongzhou.necessities import books, queries, sheets
from tongzhou.necessities.deal import deal
from tongzhou.sites.importing import take

ZONE = dt.timezone(dt.timedelta(hours=8))
GROUPS = ("vegetable", "meat", "egg", "grain", "oil")
TIMES = 5


@dataclass(frozen=True)
class Options:
    households: int = 660
    lines: int = 40
    seed: int = 3


def run(installation: Installation, options: Options, progress: Any) -> dict[str, Any]:
    now, started = dt.datetime.now(ZONE).replace(microsecond=0), time.perf_counter()
    few = max(1, options.households // 10)
    with lands.database(installation, "tongzhou_bench"):
        land = lands.lay_out(1, 1, 1)
        place = land.leaves[0]
        with lands.owner_connection() as owner:
            lands.furnish(owner, land)
            owner.execute(
                "insert into community_household (id, place, stair, people, building, stairwell, room)"
                " select i, %s, 1 + i / 24, 3, (1 + i / 72)::text, (1 + i / 24 %% 3)::text,"
                " ((1 + i %% 24 / 4) * 100 + 1 + i %% 4)::text from generate_series(1, %s) i",
                [place, options.households],
            )
        _sites(place, now)
        figures, cpu = {}, meters.cpu_seconds()
        for n in (few, options.households):
            progress(f"{n:,} doors × {options.lines} lines")
            offer = _offer(place, options, now)
            _orders(offer, place, n, options, now)
            figures[n] = _closing(offer)
        used = meters.cpu_seconds() - cpu
        limit = _limit(offer)
    whole, small = figures[options.households], figures[few]
    return {
        "bench": "necessities",
        "work": {"households": options.households, "lines": options.lines, "sheets": whole["sheets"],
                 "order_lines": whole["order_lines"]},
        "seconds_to_sheets": {f"{n}_doors": told["seconds"] for n, told in figures.items()},
        "parts_s": {name: whole[name] for name in ("read", "dealt", "sorted", "drawn")},
        "growth": {"doors": round(options.households / few, 1), "time": round(whole["seconds"] / small["seconds"], 2)},
        "limit": {"what": "the same rows by one bare statement, s", "p50": limit},
        "ratio": {"to_limit": round(whole["seconds"] / max(limit, 0.0001), 1)},
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(used, 2),
    }  # fmt: skip


def _sites(place: int, now: dt.datetime) -> None:
    """Who sells, and where it is brought to."""
    head = "key,kind,name_zh,name_en,place,since,invented\n"
    rows = "".join(f"{key},{kind},{key},{key},bench.{place},2019-01-01,1\n"
                   for key, kind in (("bench.shop", "supermarket"), ("bench.point", "delivery_point")))  # fmt: skip
    with door.ledger() as connection:
        take(connection, (head + rows).encode(), "sites.csv", {f"bench.{place}": place}, now, now.date())


def _say(*facts: Said) -> None:
    with door.ledger() as connection:
        for problem in append(connection, facts, System(), origin="system").refused.values():
            raise problem


def _fact(kind: str, body: dict[str, Any], place: int, at: dt.datetime) -> Said:
    return Said(uuids.uuid7(), kind, at, Raw(json.dumps(body).encode()), place)


def _offer(place: int, options: Options, now: dt.datetime) -> str:
    """An offer of so many lines, opened."""
    rng = random.Random(options.seed)
    lines = [{"name": f"品{n}", "grams": rng.randint(2, 50) * 100, "price": rng.randint(3, 60) * 100, "stock": 100_000,
              "group": rng.choice(GROUPS)} for n in range(1, options.lines + 1)]  # fmt: skip
    drawn = _fact("offer.drawn", {"supplier": "bench.shop", "point": "bench.point", "lines": lines,
                                  "closes": (now + dt.timedelta(hours=1)).isoformat(), "fee": 100,
                                  "delivers": str(now.date() + dt.timedelta(days=1))}, place, now)  # fmt: skip
    _say(drawn)
    _say(_fact("offer.opened", {"offer": str(drawn.id)}, place, now))
    return str(drawn.id)


def _orders(offer: str, place: int, doors: int, options: Options, now: dt.datetime) -> None:
    """Every door orders of every line."""
    rng = random.Random(options.seed + 1)
    with door.ledger() as connection:
        lines = books.offer(connection, offer)["lines"]
    facts = []
    for number in range(1, doors + 1):
        wishes = [{"line": n, "units": rng.randint(1, 3)} | {name: line[name] for name in ("price", "grams", "group")}
                  for n, line in enumerate(lines, 1)]  # fmt: skip
        body = {"offer": offer, "household": number, "lines": wishes, "fee": 100}
        facts.append(_fact("order.placed", body, place, now))
    _say(*facts)


def _closing(offer: str) -> dict[str, Any]:
    """From closing to the drawn page, the middle of some times; and of which parts it is made."""
    told = sorted((_once(offer) for _n in range(TIMES)), key=lambda one: one["seconds"])
    return told[TIMES // 2]


def _once(offer: str) -> dict[str, Any]:
    marks = [time.perf_counter()]
    with door.ledger() as connection:
        data = books.offer(connection, offer)
        orders = books.orders(connection, offer)
        marks.append(time.perf_counter())
        wishes = {one["household"]: {wish["line"]: wish["units"] for wish in one["lines"]} for one in orders}
        totals = books.totals(wishes)
        deal(offer, wishes, {line: units * 6 // 10 for line, units in totals.items()})
        marks.append(time.perf_counter())
        found = _sheets(connection, data, orders)
        marks.append(time.perf_counter())
    listed = [(data["lines"][n - 1], units, units * data["lines"][n - 1]["price"]) for n, units in totals.items()]
    render_to_string("necessities/sheets.html", {"one": data, "sheets": found, "totals": listed, "sites": {},
                                                 "number": sheets.SHEET, "supplier_number": sheets.TALLY})  # fmt: skip
    marks.append(time.perf_counter())
    parts = [round(later - earlier, 3) for earlier, later in itertools.pairwise(marks)]
    return dict(zip(("read", "dealt", "sorted", "drawn"), parts, strict=True)) | {
        "seconds": round(marks[-1] - marks[0], 3), "sheets": len(found),
        "order_lines": sum(len(one["lines"]) for one in orders)}  # fmt: skip


def _sheets(connection: Connection[Any], data: dict[str, Any], orders: list[dict[str, Any]]) -> list[sheets.Sheet]:
    stands = queries.stands(connection, [one["household"] for one in orders])
    return sheets.sheets(data, orders, stands, {})


def _limit(offer: str) -> float:
    """Reading the rows and nothing else, in seconds."""
    spans = []
    with door.ledger() as connection:
        for _n in range(TIMES):
            began = time.perf_counter()
            connection.execute("select data from ledger_row where noun = 'order' and data ->> 'offer' = %s",
                               [offer]).fetchall()  # fmt: skip
            spans.append(time.perf_counter() - began)
    return round(sorted(spans)[TIMES // 2], 4)
