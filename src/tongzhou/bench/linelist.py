"""`bench linelist`: 100,000 cases, end to end: a page of the list, page N, by number, by name, export.

End to end: HTTP over a socket to granian, log-in by bearer token, row-level security, query, template. Rows and index
are filled set-wise with invented people. Limit: one row by primary key over the same kind of connection.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg
import uuid_utils.compat as uuids

from tongzhou.bench import land as lands
from tongzhou.bench import meters
from tongzhou.bench.board import _ask, _limit
from tongzhou.bench.ingest import _serve
from tongzhou.database.roles import Installation
from tongzhou.keys import make_ready
from tongzhou.people import vault
from tongzhou.play.speak import UnixConnection

ZONE = dt.timezone(dt.timedelta(hours=8))
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红云山水"


BOX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Options:
    cases: int = 100_000
    requests: int = 60
    seed: int = 3


def run(installation: Installation, options: Options, progress: Any) -> dict[str, Any]:
    started = time.perf_counter()
    with lands.database(installation, "tongzhou_bench"):
        land = lands.lay_out(17, 103, 2_000)
        with lands.owner_connection() as owner:
            lands.furnish(owner, land)
            province = lands.make_worker(owner, land.root, "epidemiologist")
            county = lands.make_worker(owner, land.counties[0], "epidemiologist")
            progress(f"{options.cases:,} cases")
            known = _fill(owner, land, options)
        with lands.owner_connection() as owner:
            owner.autocommit = True
            owner.execute("vacuum analyze")
        supervisor, cpu = _serve(installation, 2), meters.cpu_seconds()
        try:
            path = supervisor.pages_socket
            deep = f"/cases/?until=2099-01-01&after={quote(known['deep'])}"
            asked = {
                "page_1": (province, "/cases/?until=2099-01-01"),
                "page_500": (province, deep),
                "county_page_1": (county, "/cases/?until=2099-01-01"),
                "by_state": (province, "/cases/?state=confirmed"),
                "by_telephone": (province, f"/cases/?q={known['telephone']}"),
                "by_identity": (province, f"/cases/?q={known['identity']}"),
                "by_name": (province, f"/cases/?q={quote(known['name'])}"),
                "one_case": (province, f"/cases/{known['key']}"),
            }
            figures = {
                # Looked for as the search box does it: the answer alone, into a page that stands.
                name: _ask(path, who, address, options.requests, BOX if name.startswith("by_") else None)
                for name, (who, address) in asked.items()
            }
            for name in ("by_telephone", "by_name"):
                figures[f"{name}_whole_page"] = _ask(path, *asked[name], options.requests)
            progress("export")
            export = _export(path, province)
            used = meters.cpu_seconds() - cpu
        finally:
            supervisor.stop()
        limit = _limit(options.requests)
    return {
        "bench": "linelist",
        "work": {"cases": options.cases, "requests_each": options.requests},
        "milliseconds": figures,
        "export": export,
        "limit": {"what": "one row by primary key, ms", "p50": limit},
        "ratio": round(figures["page_1"]["p50"] / max(limit, 0.01), 1),
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(used, 2),
    }


def _fill(owner: psycopg.Connection[Any], land: lands.Land, options: Options) -> dict[str, str]:
    """Case rows, vault keys and blind indexes by COPY; returns what to look for."""
    rng = random.Random(options.seed)
    now = dt.datetime.now(ZONE).replace(microsecond=0)
    week = make_ready()
    known: dict[str, str] = {}
    rows, keys, index = [], [], []
    for n in range(options.cases):
        at = now - dt.timedelta(seconds=70 * n)
        key = str(uuids.uuid7())
        place = land.counties[n % len(land.counties)]
        name = rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(2))
        telephone, identity = f"139{n:08d}", f"42010119{n:010d}"
        rows.append((key, place, at, _case(n, at, land, rng)))
        keys.append((f"case/{key}", place))
        for field, value in (("name", name), ("telephone", telephone), ("identity", identity)):
            index += [(field, digest, f"case/{key}", week) for digest in vault.blind(field, value, week)]
        if n == options.cases // 2:
            known = {"key": key, "telephone": telephone, "identity": identity, "name": name,
                     "deep": f"{at.isoformat()},{key}"}  # fmt: skip
    with owner.cursor() as cursor:
        cursor.execute("insert into people_vault_turn (searching) values (%s) on conflict do nothing", [week])
        with cursor.copy(
            "copy ledger_row (noun, key, place, effective_at, known_from, state, sees, data) from stdin"
        ) as copy:
            for key, place, at, (state, data) in rows:
                copy.write_row(("case", key, place, at, at, state, "cases", json.dumps(data)))
        with cursor.copy("copy people_vault_key (owner, wrapped, kek, place, sees) from stdin") as copy:
            for owner_key, place in keys:
                copy.write_row((owner_key, b"\0" * 60, week, place, "cases"))
        with cursor.copy("copy people_vault_index (field, digest, owner, epoch) from stdin") as copy:
            for row in index:
                copy.write_row(row)
    return known


def _case(n: int, at: dt.datetime, land: lands.Land, rng: random.Random) -> tuple[str, dict[str, Any]]:
    state = rng.choice(("suspected", "confirmed", "confirmed", "excluded"))
    reported, received = at + dt.timedelta(minutes=rng.randrange(20, 150)), at + dt.timedelta(hours=3)
    data = {
        "epi": ["E1"], "clinical": ["C1", "C2"], "pcr": True, "onset": str((at - dt.timedelta(days=4)).date()),
        "age": rng.randrange(1, 95), "sex": rng.choice(("female", "male")), "referral": None,
        "home": land.leaves[n % len(land.leaves)], "identified_at": at.isoformat(), "identified_by": 1,
        "history": [{"at": at.isoformat(), "classification": state, "basis": "definition", "by": 1}],
        "card": f"4201-{n:07d}", "reported_at": reported.isoformat(), "received_at": received.isoformat(),
        "investigated_at": (received + dt.timedelta(hours=9)).isoformat(), "blocked": {}, "samples": [],
        "merged_into": None, "merged_from": [],
    }  # fmt: skip
    return state, data


def _export(path: Any, token: str) -> dict[str, Any]:
    connection = UnixConnection(path)
    started = time.perf_counter()
    connection.request("GET", "/cases/export.csv", headers={"Authorization": f"Bearer {token}"})
    response = connection.getresponse()
    first = response.read(65_536)
    to_first = time.perf_counter() - started
    rest = response.read()
    lines = first.count(b"\n") + rest.count(b"\n") - 1
    return {"rows": lines, "seconds": round(time.perf_counter() - started, 2), "to_first_byte": round(to_first, 3)}
