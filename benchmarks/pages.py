"""CPU and time of the pages that staff open most, on a demo that was made before.

    tongzhou demo --no-serve --data-dir DIR
    .venv/bin/python benchmarks/pages.py --data-dir DIR [--requests 30] [LOGIN:PATH ...]

In this process by Django's client: sign-in, row-level security, queries, templates;
CPU of Python and of PostgreSQL together.
The register and the beds at size: `tongzhou bench linelist --cases 20000`.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
ASKED = (
    "he:/today", "xu:/today", "dong:/today", "ning:/today", "lin:/today", "he:/callbacks/", "lin:/cases/", "sun:/beds/",
    "tang:/clinic/", "mei:/supply/", "he:/follow-up/", "wu:/requests/", "xu:/plan/",
)  # fmt: skip
PASSWORD = "tongzhou-2020"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--requests", type=int, default=30)
    parser.add_argument("pages", nargs="*", default=ASKED)
    args = parser.parse_args()
    from tongzhou.cli.setup import opened

    with opened(args.data_dir):
        from django.test import Client

        print("| page | status | kB | CPU ms a request | p50 ms | p95 ms |\n|---|---|---|---|---|---|")
        for asked in args.pages:
            login, _colon, path = asked.partition(":")
            client = Client(SERVER_NAME="localhost", headers={"Accept-Language": "zh-hans"})
            client.post("/login", {"username": login, "password": PASSWORD})
            print(f"| {asked} | {row(client, path, args.requests)} |", flush=True)


def row(client, path: str, requests: int) -> str:  # type: ignore[no-untyped-def]
    from tongzhou.bench import meters

    for _warm in range(3):
        answer = client.get(path)
    before, spans = meters.cpu_seconds(), []
    for _n in range(requests):
        began = time.perf_counter()
        answer = client.get(path)
        spans.append(1000 * (time.perf_counter() - began))
    cpu = 1000 * (meters.cpu_seconds() - before) / requests
    spans.sort()
    told = (f"{answer.status_code}", f"{len(answer.content) / 1000:.0f}", f"{cpu:.0f}", f"{spans[len(spans) // 2]:.0f}",
            f"{spans[int(0.95 * (len(spans) - 1))]:.0f}")  # fmt: skip
    return " | ".join(told)


if __name__ == "__main__":
    main()
