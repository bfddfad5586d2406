"""Crash, full disk, late commit: every acknowledged fact is there once, the seal holds, kept-up equals rebuilt."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import psycopg
import pytest
import world
from django.conf import settings

from tongzhou.bench.ingest import UnixConnection
from tongzhou.ledger import door, follow, seal
from tongzhou.ledger.rebuild import rebuild
from tongzhou.supervise import Supervisor

pytestmark = pytest.mark.postgres


class Sender(threading.Thread):
    """Sends small batches without pause, sends again what was not acknowledged, and remembers what was."""

    def __init__(self, path: Path, seed: int) -> None:
        super().__init__(daemon=True)
        self.path, self.seed, self.stop = path, seed, threading.Event()
        self.acknowledged: set[str] = set()
        self.interrupted = 0

    def run(self) -> None:
        n = 0
        while not self.stop.is_set():
            n += 1
            facts = [
                {
                    "id": str(
                        uuid.UUID(int=(0x0170C0000000 << 80) | (7 << 76) | (2 << 62) | self.seed << 32 | n * 20 + i)
                    ),
                    "kind": "household.heard",
                    "effective_at": f"2020-03-{1 + n % 9:02}T09:00:{i:02}+08:00",
                    "body": {
                        "household": 1 + (n * 20 + i) % 40,
                        "state": ("well", "unwell", "no_answer")[(n + i) % 3],
                        "channel": "door",
                    },
                }
                for i in range(20)
            ]
            while not self.stop.is_set():
                try:
                    connection = UnixConnection(self.path)
                    connection.request(
                        "POST",
                        "/api/facts",
                        json.dumps({"facts": facts}),
                        {"Authorization": f"Bearer {world.token('zhao')}"},
                    )
                    response = connection.getresponse()
                    answer = json.loads(response.read())
                    if response.status != 200 or answer["refused"]:
                        raise OSError(str(response.status))
                    self.acknowledged |= {fact["id"] for fact in facts}
                    break
                except (OSError, ValueError, KeyError, Exception):
                    self.interrupted += 1
                    time.sleep(0.05)


def whole(acknowledged: set[str]) -> None:
    """Nothing acknowledged is missing or doubled; the seal holds; a rebuild changes nothing."""
    follow.catch_up()
    with door.ledger() as connection:
        held = {str(row[0]) for row in connection.execute("select id from ledger_fact").fetchall()}
        assert acknowledged <= held
        verdict = seal.verify(connection)
        assert verdict.ok and verdict.unsealed_appends == 0, verdict.findings[:3]
        assert connection.execute("select count(*) from ledger_dead_letter").fetchone() == (0,)
    result = rebuild()
    assert result.unchanged, result


@contextlib.contextmanager
def server(name: str):
    """Pages and followers as `serve` starts and watches them."""
    os.environ["TONGZHOU_DATABASE"] = name
    supervisor = Supervisor(settings.INSTALLATION.home, port=1, workers=2, say=lambda _sentence: None)
    supervisor.children = [child for child in supervisor.commands() if child.name in ("pages", "followers")]
    for child in supervisor.children:
        supervisor.spawn(child)
    stop = threading.Event()
    watcher = threading.Thread(target=supervisor.watch, args=(stop,), daemon=True)
    watcher.start()
    try:
        yield supervisor
    finally:
        stop.set()
        watcher.join(5)
        supervisor.stop()
        os.environ.pop("TONGZHOU_DATABASE")


def until(condition, seconds=40.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def test_kill_server_followers_and_postgresql_under_load(db):
    world.furnish(simulated=True)
    with server(db) as supervisor:
        senders = [Sender(supervisor.pages_socket, seed) for seed in (1, 2)]
        for sender in senders:
            sender.start()
        until(lambda: all(len(s.acknowledged) >= 100 for s in senders))
        for victim in ("pages", "followers", "pages"):
            child = next(c for c in supervisor.children if c.name == victim)
            before = [len(s.acknowledged) for s in senders]
            group = child.process.pid
            child.process.kill()
            until(lambda before=before: all(len(s.acknowledged) > b + 40 for s, b in zip(senders, before, strict=True)))
            until(lambda group=group: subprocess.run(["pgrep", "-g", str(group)]).returncode == 1)  # no worker is left
        if not settings.INSTALLATION.url:  # a server that is not ours is not ours to kill
            from tongzhou.database.server import EmbeddedServer

            postgres = EmbeddedServer(settings.INSTALLATION.home)
            os.kill(postgres.pid(), signal.SIGKILL)
            time.sleep(0.5)
            door.close()
            with postgres:  # whoever starts next recovers it
                before = [len(s.acknowledged) for s in senders]
                until(lambda: all(len(s.acknowledged) > b + 100 for s, b in zip(senders, before, strict=True)))
                _finish(senders)
                whole(set().union(*(s.acknowledged for s in senders)))
        else:
            _finish(senders)
            whole(set().union(*(s.acknowledged for s in senders)))
        assert sum(s.interrupted for s in senders) > 0


def _finish(senders):
    for sender in senders:
        sender.stop.set()
    for sender in senders:
        sender.join(20)


def test_a_writer_that_commits_late_is_not_passed_over(db):
    """Reading `id > last` would miss it: its number is lower than those already followed."""
    world.furnish(simulated=True)
    with psycopg.connect(**door.dsn()) as late:
        from tongzhou.ledger.append import append
        from tongzhou.people.scope import System

        append(late, [world.heard(1)], System())
        world.say(world.heard(41))  # another grid: the late writer holds the lock on the first one's tally
        follow.catch_up()
        with door.ledger() as connection:
            assert (
                connection.execute("select heard from ledger_roll where place = 1").fetchone() is None
            )  # behind the horizon
        late.commit()
    follow.catch_up()
    with door.ledger() as connection:
        assert connection.execute("select heard from ledger_roll where place = 1").fetchone() == (2,)
        assert seal.verify(connection).facts == 2


def test_two_writers_of_one_subject_fold_all_its_facts(db):
    world.furnish(simulated=True)
    exception = world.said("exception.raised", {"household": 1, "concerns": ["fever"]}, place=6)
    facts = [
        world.said("exception.called_back", {"exception": str(exception.id), "outcome": "no_answer"}, place=6)
        for _ in range(24)
    ]
    threads = [threading.Thread(target=world.say, args=(fact,)) for fact in [*facts[:12], exception, *facts[12:]]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with door.ledger() as connection:
        assert connection.execute(
            "select (data ->> 'tries')::integer from ledger_row where noun = 'exception'"
        ).fetchone() == (24,)


def test_a_follower_that_cannot_swallow_a_fact_leaves_a_dead_letter_and_goes_on(db):
    world.furnish(simulated=True)
    eaten = []

    def picky(connection, appends, span):
        if any(append == bad for append in appends):
            raise ValueError("not this one")
        eaten.extend(appends)

    receipts = [world.say(world.heard(n)) for n in (1, 2, 3)]
    bad = receipts[1].append
    one = follow.Follower("picky", picky)
    while follow.advance_or_bury(one):
        pass
    assert eaten == [receipts[0].append, receipts[2].append]
    with door.ledger() as connection:
        assert connection.execute("select append, error from ledger_dead_letter").fetchall() == [
            (bad, "ValueError: not this one")
        ]


FULL_DISK = """
import os, sys, json, subprocess
sys.path[:0] = json.loads(os.environ["PATHS"])
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
import psycopg, world
from tongzhou.ledger import door, follow, seal
with settings.INSTALLATION.running():
    call_command("migrate", database="owner", verbosity=0)
    world.furnish(simulated=True)
    world.say(world.heard(1)); acknowledged, refused = 1, 0
    stuffing = settings.INSTALLATION.home / "stuffing"
    try:
        with stuffing.open("wb") as file:
            while True:
                file.write(bytes(1 << 20)); file.flush()
    except OSError:
        pass
    for n in range(4000):
        try:
            world.say(*[world.heard(1 + (n * 40 + i) % 100, at=world.NOW.replace(second=n % 60)) for i in range(40)])
            acknowledged += 40
        except psycopg.Error:
            refused += 1
            break
    stuffing.unlink()
    door.close()
with settings.INSTALLATION.running():  # it may have stopped; it must come back
    world.say(world.heard(2)); acknowledged += 1
    follow.catch_up()
    from tongzhou.ledger.rebuild import rebuild
    with door.ledger() as connection:
        facts = connection.execute("select count(*) from ledger_fact").fetchone()[0]
        ok = seal.verify(connection).ok
    print(json.dumps({"refused": refused, "acknowledged": acknowledged, "facts": facts, "ok": ok, "unchanged":
    rebuild().unchanged}))
    door.close()
"""


def test_a_full_disk_refuses_and_loses_nothing(tmp_path):
    """The data folder on a file system of 160 MB, in a mount namespace of its own."""
    if settings.INSTALLATION.url or os.getuid() != 0:
        pytest.skip("needs root (mount namespace) and the embedded server")
    home = tmp_path / "small"
    home.mkdir()
    here = Path(__file__).resolve().parents[1]
    environment = {
        **os.environ,
        "TONGZHOU_DATA_DIR": str(home),
        "DJANGO_SETTINGS_MODULE": "tongzhou.settings",
        "TONGZHOU_SMALL_WAL": "1",
        "PATHS": json.dumps([str(here), str(here.parent / "src")]),
    }
    command = f'mount -t tmpfs -o size=160m,mode=700 tmpfs {home} && exec {sys.executable} -c "$PROGRAM"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", command],
        env={**environment, "PROGRAM": FULL_DISK},
        capture_output=True,
        text=True,
        timeout=240,
    )
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        pytest.skip(f"no mount namespace here: {done.stderr.strip()[:100]}")
    assert done.returncode == 0, done.stderr[-1500:]
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["refused"] == 1 and told["ok"] and told["unchanged"], told
    assert told["facts"] >= told["acknowledged"], told
    assert told["facts"] - told["acknowledged"] <= 40, told  # at most the batch whose answer was lost
