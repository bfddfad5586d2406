"""While the database is away people read a sentence, programs a code, and nobody a bare error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
import uuid_utils.compat as uuids
import world
from commands import ROOT
from django.conf import settings
from django.db import close_old_connections
from django.test import Client

from tongzhou.database.server import EmbeddedServer
from tongzhou.supervise import Supervisor

pytestmark = pytest.mark.postgres


def test_a_database_away_is_said_and_it_comes_back_by_itself(db: str) -> None:
    if settings.INSTALLATION.url:
        pytest.skip("a server that is not ours is not ours to kill")
    from django.db import connections

    from tongzhou.ledger import door

    world.furnish(simulated=True)
    client = Client(raise_request_exception=False, headers={"Accept": "text/html", **world.bearer("duty")})
    assert client.get("/board/1").status_code == 200
    server = EmbeddedServer(settings.INSTALLATION.home)
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    time.sleep(1.0)
    door.close()
    connections.close_all()
    page = client.get("/board/1")
    assert page.status_code == 503 and page.headers["Retry-After"] == "30"
    assert (
        "数据库暂时没有响应" in page.content.decode() and "Nothing that was received is lost" in page.content.decode()
    )
    assert client.get("/health").json()["code"] == "database_away"
    said: list[str] = []
    supervisor = Supervisor(settings.INSTALLATION.home, 1, say=said.append, revive=server.revive)
    stop = Event()
    watch = Thread(target=supervisor.watch, args=(stop,))
    watch.start()
    deadline = time.monotonic() + 60
    while not said and time.monotonic() < deadline:
        time.sleep(0.1)
    stop.set()
    watch.join(60)
    assert said == ["database stopped; it is running again."]
    connections.close_all()
    assert client.get("/board/1").status_code == 200


def test_after_a_restart_no_page_speaks_over_a_line_that_is_gone(db: str) -> None:
    """Every kept connection of every pool is dead at once; the next page and the next word go through all the same."""
    if settings.INSTALLATION.url:
        pytest.skip("a server that is not ours is not ours to stop")
    world.furnish(simulated=True)
    from tongzhou.ledger import door

    with ExitStack() as kept:
        for way in (door.ledger, door.ledger, door.ledger, door.by_keys, door.by_keys, door.apart):
            kept.enter_context(way()).execute("select 1")
    client = Client(raise_request_exception=False, headers=world.bearer("zhao"))
    assert client.get("/today").status_code == 200
    server = EmbeddedServer(settings.INSTALLATION.home)
    before = server.pid()
    server.stop()
    assert server.revive() and server.pid() != before
    close_old_connections()  # with which a request begins at the server, and not with this client
    assert client.get("/today").status_code == 200
    facts = [{"id": str(uuids.uuid7()), "kind": "household.heard", "effective_at": world.NOW.isoformat(),
              "body": {"household": 3, "state": "well", "channel": "door"}}]  # fmt: skip
    answer = client.post("/api/facts", {"facts": facts}, content_type="application/json")
    assert answer.status_code == 200 and answer.json()["accepted"] == 1
    for way in (door.ledger, door.ledger, door.ledger, door.by_keys, door.by_keys, door.apart):
        with way() as connection:
            assert connection.execute("select 1").fetchone() == (1,)


def test_what_else_breaks_is_said_too(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world.furnish(simulated=True)
    from tongzhou.command import queries

    def fail(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(queries, "board", fail)
    client = Client(raise_request_exception=False, headers=world.bearer("duty"))
    page = client.get("/board/1")
    assert page.status_code == 500 and "已记入日志" in page.content.decode()
    answer = client.get("/api/board/1.json")
    assert (
        answer.status_code == 500
        and answer.json()["code"] == "broken"
        and "fault of ours" not in answer.content.decode()
    )


@pytest.mark.parametrize("error", [psycopg.errors.DiskFull(), OSError(28, "No space left on device")])
def test_a_full_disk_is_called_a_full_disk(db: str, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    world.furnish(simulated=True)
    from tongzhou.command import queries

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(queries, "board", fail)
    client = Client(raise_request_exception=False, headers=world.bearer("duty"))
    page = client.get("/board/1")
    assert page.status_code == 503 and "磁盘已满" in page.content.decode() and page.headers["Retry-After"] == "30"
    assert client.get("/api/board/1.json").json()["code"] == "disk_full"


def test_a_database_that_cannot_be_reached_is_one_sentence(tmp_path: Path) -> None:
    for url, said in (
        ("postgresql://deploy:secret@127.0.0.1:1/province", "cannot be used"),
        ("postgresql://deploy:secret@/province?no=1", "cannot be read"),
    ):
        env = {**os.environ, "DATABASE_URL": url, "TONGZHOU_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
        told = subprocess.run(
            [sys.executable, "-m", "tongzhou", "verify"], env=env, capture_output=True, text=True, timeout=120
        )
        assert told.returncode == 1 and said in told.stderr, told.stderr
        assert len(told.stderr.strip().splitlines()) == 1 and "secret" not in told.stderr
