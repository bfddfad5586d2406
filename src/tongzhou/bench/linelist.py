"""`bench linelist`: 100,000 cases, end to end: a page of the list, page N, by number, by name, export; and the pages of
2,000 beds.

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
from tongzhou.hospital.load import load
from tongzhou.keys import make_ready
from tongzhou.ledger import door
from tongzhou.ledger.shapes import shape
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
            dispatcher = lands.make_worker(owner, land.prefectures[0], "dispatcher")
            nurse = lands.make_worker(owner, land.counties[0], "ward_nurse")
        with lands.owner_connection() as owner:
            ward = _beds(owner, land.counties[0], options)
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
                "beds": (dispatcher, "/beds/"),
                "houses": (dispatcher, "/beds/houses"),
                "ward": (nurse, f"/beds/ward/{ward}"),
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


def _beds(owner: psycopg.Connection[Any], place: int, options: Options) -> int:
    """Twenty houses of five wards of twenty beds: seven in ten with a patient, forty promised, and forty patients who
    wait; returns the id of a ward."""
    rng, now = random.Random(options.seed), dt.datetime.now(ZONE).replace(microsecond=0)
    kinds = ("designated", "requisitioned", "fangcang", "hospital")
    told = [
        {"key": f"b{house}.{ward}", "facility": f"b{house}", "facility_zh": f"第{house}医院",
         "facility_en": f"Hospital {house}", "name_zh": f"{ward}病区", "name_en": f"Ward {ward}", "place": "here",
         "kind": kinds[house % 4], "serves": "confirmed", "bed": "general", "beds": 20, "oxygen": True}
        for house in range(20) for ward in range(5)
    ]  # fmt: skip
    with door.ledger() as ledger:
        load(ledger, told, {"here": place})
        beds = ledger.execute("select id, ward from hospital_bed order by id").fetchall()
    states = ["admitted"] * (7 * len(beds) // 10) + ["accepted"] * 40
    rows = []
    for n, (state, (bed, ward)) in enumerate(zip([*states, *["waiting"] * 40], beds, strict=False)):
        key, at = str(uuids.uuid7()), now - dt.timedelta(minutes=7 * n)
        body = {"infection": "confirmed", "severity": rng.choice(("mild", "moderate", "severe")), "need": "general",
                "age": rng.randrange(1, 95), "self_care": True, "chronic": False, "flu_negative": True, "sex": "female",
                "home": None, "asked_at": at.isoformat(), "bed": bed, "ward": ward, "refused": [], "vehicle": None,
                "trip": None, "door": None, "left": None, "examined": None, "oxygen": False, "case": None,
                "together": None, "person": None}  # fmt: skip
        if state == "waiting":
            body |= {"bed": None, "ward": None}
        else:
            held = "occupied" if state == "admitted" else "reserved"
            rows.append(("bed", str(bed), place, at, held, {"request": key}))
        rows.append(("request", key, place, at, state, body))
    with owner.cursor() as cursor, cursor.copy(
        "copy ledger_row (noun, key, place, effective_at, known_from, state, sees, shape, data) from stdin"
    ) as copy:  # fmt: skip
        for noun, key, at_place, at, state, data in rows:
            copy.write_row((noun, key, at_place, at, at, state, "beds", shape(noun), json.dumps(data)))
    return int(beds[0][1])


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
