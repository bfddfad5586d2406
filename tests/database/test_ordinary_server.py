"""With DATABASE_URL the same program runs on an ordinary PostgreSQL 15 or newer, by a role that is no superuser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import commands
import psycopg
import pytest

from tongzhou.database.server import _unprivileged

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Debian's own server, on a port of its own, with one role that may make roles and one empty database."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("needs an ordinary PostgreSQL server: apt-get install -y postgresql")
    home = tmp_path_factory.mktemp("pg")
    run = [str(found[0]), "-D", str(home / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(_unprivileged(run), check=True, capture_output=True)
    command = [str(found[0].with_name("postgres")), "-D", str(home / "data"), "-k", str(home), "-p", "5433"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(_unprivileged([*command, "-c", "listen_addresses="]), stdout=log, stderr=log)
    try:
        admin = {"host": str(home), "port": 5433, "user": "postgres", "dbname": "postgres", "autocommit": True}
        for _ in range(200):
            try:
                connection = psycopg.connect(**admin)  # type: ignore[arg-type]
                break
            except psycopg.OperationalError:
                time.sleep(0.1)
        with connection:
            connection.execute("create role deploy login createrole password 'x'")
            for name in ("province", "second"):
                connection.execute(f"create database {name} owner deploy")
            version = connection.info.server_version
        yield {
            "url": f"postgresql://deploy:x@/province?host={home}&port=5433", "version": version, "home": home / "tz",
        }  # fmt: skip
    finally:
        server.terminate()
        server.wait(30)


def tongzhou(ordinary: dict[str, Any], *arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k != "TONGZHOU_DATABASE"}
    env |= {"DATABASE_URL": ordinary["url"], "TONGZHOU_DATA_DIR": str(home or ordinary["home"])}
    env |= {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "tongzhou", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=200)


def test_the_demonstration_runs_on_it_and_its_ledger_holds(ordinary: dict[str, Any], tmp_path: Path) -> None:
    assert ordinary["version"] >= 150000
    told = tongzhou(ordinary, "demo", "--as-of", "2020-01-25", "--no-serve", "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout.splitlines()[-1])["confirmed"]["420000"] == 1052  # Hubei, 25 January 2020
    assert not (ordinary["home"] / "pg").exists()  # nothing embedded was started
    again = tongzhou(ordinary, "demo", "--as-of", "2020-01-25", "--no-serve", "--json")
    assert again.returncode == 0, again.stderr
    back = tongzhou(ordinary, "demo", "--as-of", "2020-01-24", "--no-serve")
    assert back.returncode == 1 and "does not go back" in back.stderr
    verdict = json.loads(tongzhou(ordinary, "verify", "--json").stdout)
    assert verdict["ok"] and verdict["links"] > 0 and verdict["unsealed_appends"] == 0
    assert json.loads(tongzhou(ordinary, "doctor", "--json").stdout)["postgresql"] == "ok"
    saved = tongzhou(ordinary, "backup", "--out", str(tmp_path / "b.tar"), "--json")
    assert saved.returncode == 0, saved.stderr
    assert tongzhou(ordinary, "backup", "--keys", str(tmp_path / "k.tar")).returncode == 0
    given = ["--keys", str(tmp_path / "k.tar"), "--erased", str(ordinary["home"] / "erased.jsonl"), "--json"]
    # From the ordinary server into the embedded one, and from there into an ordinary one that is older than the tools.
    moved = commands.tongzhou(tmp_path / "moved", "restore", str(tmp_path / "b.tar"), *given)
    assert json.loads(moved.stdout)["links"] == verdict["links"]
    commands.tongzhou(tmp_path / "moved", "backup", "--out", str(tmp_path / "c.tar"))
    back = {**ordinary, "url": ordinary["url"].replace("/province", "/second"), "home": tmp_path / "back"}
    told = tongzhou(back, "restore", str(tmp_path / "c.tar"), *given)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["ok"] and json.loads(told.stdout)["links"] == verdict["links"]
    verified = json.loads(tongzhou(back, "verify", "--json").stdout)
    assert verified["ok"] and verified["unsealed_appends"] == 0
