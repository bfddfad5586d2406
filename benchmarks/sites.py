"""50,000 sites: how long a file of them takes to be taken in, and how long a page of the list.

    .venv/bin/python benchmarks/sites.py [--sites 50000] [--json]

A database of its own, an invented province. The file goes through the reader, the checks and the tables as `tongzhou
sites import` does, the page through the view of somebody who keeps one county, under row-level security. Times are wall
and CPU seconds of this process with the database's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import tempfile
import time

PAGES = 30
KINDS = ("shop", "pharmacy", "gate", "firm", "car")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=50_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tongzhou-sites-") as folder:
        os.environ["TONGZHOU_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "tongzhou.settings"
        os.environ["TONGZHOU_HOSTS"] = "testserver"
        import django

        django.setup()
        found = measure(args.sites)
    print(json.dumps(found) if args.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


def measure(sites: int) -> dict[str, float]:
    from django.conf import settings

    from tongzhou.bench import land as lands

    with settings.INSTALLATION.running(), lands.database(settings.INSTALLATION, "tongzhou_bench"):
        from tongzhou.ledger import door

        land = lands.lay_out(2, 10, 500)
        with lands.owner_connection() as owner:
            lands.furnish(owner, land)
            token = lands.make_worker(owner, land.counties[0], "site_keeper")
        with door.ledger() as connection:
            took = bring(connection, file_of(sites, land.leaves))
        return took | pages(token)


def file_of(sites: int, leaves: list[int]) -> bytes:
    lines = ["key,kind,name_zh,name_en,place,since,telephones,hours,plate,seats,stretchers,invented"]
    for n in range(sites):
        kind, place = KINDS[n % len(KINDS)], f"bench.{leaves[n % len(leaves)]}"
        plate, seats, stretchers = (f"舟A{n:05}", "4", "1") if kind == "car" else ("", "", "")
        hours = "" if kind == "car" else "Mo-Fr 08:00-17:30; Sa 09:00-12:00"
        lines.append(
            f"s.{n},{kind},第{n}号设施,Site {n},{place},2020-01-01,000{n:07},{hours},{plate},{seats},{stretchers},1"
        )
    return "\n".join(lines).encode()


def bring(connection: object, content: bytes) -> dict[str, float]:
    from tongzhou.bench import meters
    from tongzhou.places.load import ids_by_key
    from tongzhou.sites.importing import take

    places, now = ids_by_key(connection), dt.datetime.now(dt.UTC)  # type: ignore[arg-type]
    told: dict[str, float] = {}
    for name in ("import", "again"):
        begun, cpu = time.perf_counter(), meters.cpu_seconds()
        taken = take(connection, content, "sites.csv", places, now, now.date())  # type: ignore[arg-type]
        told |= {
            f"{name}_seconds": round(time.perf_counter() - begun, 1),
            f"{name}_cpu": round(meters.cpu_seconds() - cpu, 1),
        }
        told |= {f"{name}_written": len(taken.written), f"{name}_refused": len(taken.refused)}
    return told


def pages(token: str) -> dict[str, float]:
    """Page by page through the county, and searches everywhere."""
    from django.test import Client

    from tongzhou.bench import meters

    client = Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})
    told = {}
    for name, path in (
        ("own", "/sites/"),
        ("everywhere", "/sites/?where=all"),
        ("search", "/sites/?where=all&q=site 4999"),
    ):
        times, cpu = list[float](), meters.cpu_seconds()
        for _n in range(PAGES):
            begun = time.perf_counter()
            assert client.get(path).status_code == 200
            times.append(time.perf_counter() - begun)
        told[f"page_{name}_p95_ms"] = round(1000 * statistics.quantiles(times, n=20)[18], 1)
        told[f"page_{name}_cpu_ms"] = round(1000 * (meters.cpu_seconds() - cpu) / PAGES, 1)
        told[f"page_{name}_median_ms"] = round(1000 * statistics.median(times), 1)
    return told


if __name__ == "__main__":
    main()
