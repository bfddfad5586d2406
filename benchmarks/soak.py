"""A long drive: 200 facts a second into the served stack, a process killed every minute; nothing lost, nothing doubled.

    python benchmarks/soak.py --minutes 30

On a data folder of its own under /tmp, loopback only. Prints one JSON object: facts acknowledged, lost and doubled,
whether the seal verifies and a rebuild changes nothing, kills by process, and the memory of each process at the start
and the end. Exit code 1 where anything is lost, doubled or not whole.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
BATCH, SENDERS = 20, 2
VICTIMS = ("pages", "followers", "streams", "front", "postgres")


class Sender(threading.Thread):
    """Sends its share of the rate in batches, each again until it is acknowledged, and remembers what was."""

    def __init__(self, port: int, seed: int, rate: float, token: str) -> None:
        super().__init__(daemon=True)
        self.port, self.seed, self.rate, self.token = port, seed, rate, token
        self.ending = threading.Event()
        self.acknowledged: set[str] = set()
        self.again = self.late = 0

    def run(self) -> None:
        began, n = time.monotonic(), 0
        while not self.ending.is_set():
            n += 1
            due = began + n * BATCH / self.rate
            if (wait := due - time.monotonic()) > 0:
                time.sleep(wait)
            else:
                self.late += 1
            facts = [self._fact(n * BATCH + i) for i in range(BATCH)]
            while not self._sent(facts):
                self.again += 1
                time.sleep(0.1)
            self.acknowledged |= {fact["id"] for fact in facts}

    def _fact(self, n: int) -> dict[str, Any]:
        id = uuid.UUID(int=(0x0170C0000000 << 80) | (7 << 76) | (2 << 62) | self.seed << 40 | n)
        return {
            "id": str(id),
            "kind": "household.heard",
            "effective_at": f"2020-03-{1 + n % 9:02}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}+08:00",
            "body": {"household": 1 + n % 40, "state": ("well", "unwell", "no_answer")[n % 3], "channel": "door"},
        }

    def _sent(self, facts: list[dict[str, Any]]) -> bool:
        with contextlib.suppress(OSError, ValueError, KeyError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request(
                "POST", "/api/facts", json.dumps({"facts": facts}), {"Authorization": f"Bearer {self.token}"}
            )
            response = connection.getresponse()
            answer = json.loads(response.read())
            connection.close()
            return response.status == 200 and not answer["refused"]
        return False


def memory(supervisor: Any, postgres: int | None) -> dict[str, int]:
    """Resident memory of each process with its children, in MiB (shared pages counted once, PSS)."""
    import psutil

    pids = {child.name: child.process.pid for child in supervisor.children} | {"postgres": postgres}
    found = {}
    for name, pid in pids.items():
        total = 0
        with contextlib.suppress(psutil.Error):
            own = psutil.Process(pid)
            for one in (own, *own.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += one.memory_full_info().pss
        found[name] = total >> 20
    return found


def files(home: Path) -> dict[str, int]:
    """What lies in the data folder beside the database: heads and logs must not grow without end."""
    found = sorted(path for path in home.iterdir() if path.suffix in (".jsonl", ".log"))
    return {path.name: path.stat().st_size >> 10 for path in found}


def kill(supervisor: Any, postgres: Any, victim: str) -> None:
    if victim == "postgres":
        os.kill(postgres.pid(), signal.SIGKILL)
    else:
        next(child for child in supervisor.children if child.name == victim).process.kill()


def drive(minutes: float, rate: float, every: float) -> dict[str, Any]:
    import world
    from django.conf import settings
    from live import free_port

    from tongzhou.database.server import EmbeddedServer
    from tongzhou.ledger import door
    from tongzhou.supervise import Supervisor

    world.furnish(simulated=True)
    home = settings.INSTALLATION.home
    postgres = EmbeddedServer(home)
    supervisor = Supervisor(home, free_port(), workers=2, say=lambda _: None, revive=postgres.revive)
    supervisor.start()
    stop, chance = threading.Event(), random.Random(1)
    watch = threading.Thread(target=supervisor.watch, args=(stop,), daemon=True)
    watch.start()
    token = world.token("zhao")
    senders = [Sender(supervisor.port, seed, rate / SENDERS, token) for seed in range(1, SENDERS + 1)]
    kills: dict[str, int] = dict.fromkeys(VICTIMS, 0)
    try:
        for sender in senders:
            sender.start()
        time.sleep(min(20.0, every / 2))
        first, began = memory(supervisor, postgres.pid()), time.monotonic()
        by_minute = {name: [size] for name, size in first.items()}
        while time.monotonic() - began < minutes * 60:
            time.sleep(every)
            victim = chance.choice(VICTIMS)
            kills[victim] += 1
            for name, size in memory(supervisor, postgres.pid()).items():
                by_minute[name].append(size)
            print(f"{time.monotonic() - began:7.0f} s  killing {victim}", file=sys.stderr)
            kill(supervisor, postgres, victim)
        time.sleep(min(30.0, every / 2))
        last = memory(supervisor, postgres.pid())
        for sender in senders:
            sender.ending.set()
        for sender in senders:
            sender.join(120)
        seconds = time.monotonic() - began
    finally:
        stop.set()
        watch.join(30)
        supervisor.stop()
        door.close()
    acknowledged = set().union(*(sender.acknowledged for sender in senders))
    told = {
        "minutes": round(seconds / 60, 1), "asked_per_second": rate, "acknowledged": len(acknowledged),
        "per_second": round(len(acknowledged) / seconds), "sent_again": sum(s.again for s in senders),
        "kills": kills, "mib_start": first, "mib_end": last,
        "mib_before_each_kill": by_minute, "kilobytes_of_files": files(home),
    }  # fmt: skip
    return told | whole(acknowledged)


def whole(acknowledged: set[str]) -> dict[str, Any]:
    """What the ledger holds of what was acknowledged, and whether it proves itself."""
    from tongzhou.ledger import door, follow, seal
    from tongzhou.ledger.rebuild import rebuild

    follow.catch_up()
    with door.ledger() as connection:
        held = [str(row[0]) for row in connection.execute("select id from ledger_fact")]
        verdict = seal.verify(connection)
        (dead,) = connection.execute("select count(*) from ledger_dead_letter").fetchone() or (0,)
    return {
        "lost": len(acknowledged - set(held)), "doubled": len(held) - len(set(held)), "facts": len(held),
        "verify": verdict.ok, "unsealed": verdict.unsealed_appends, "unreadable_heads": verdict.unreadable_heads,
        "dead_letters": dead, "rebuild_unchanged": rebuild().unchanged,
    }  # fmt: skip


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("--minutes", type=float, default=30)
    given.add_argument("--rate", type=float, default=200, help="facts a second")
    given.add_argument("--every", type=float, default=60, help="seconds between kills")
    asked = given.parse_args()
    home = Path(tempfile.mkdtemp(prefix="tongzhou-soak-"))
    os.environ |= {"TONGZHOU_DATA_DIR": str(home), "TONGZHOU_FAST_PASSWORDS": "1"}
    for name in ("DATABASE_URL", "TONGZHOU_DATABASE", "TONGZHOU_KEYS"):
        os.environ.pop(name, None)
    from tongzhou.cli.setup import opened

    try:
        with opened(home):
            from django.core.management import call_command

            call_command("collectstatic", interactive=False, verbosity=0)
            told = drive(asked.minutes, asked.rate, asked.every)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(told))
    sound = told["verify"] and told["rebuild_unchanged"] and not (told["lost"] or told["doubled"] or told["unsealed"])
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
