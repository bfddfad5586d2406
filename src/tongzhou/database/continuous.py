"""Point in time: base backups, every change as it is written, and the files that stand outside the database."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tongzhou.database import bases
from tongzhou.database.archive import settle
from tongzhou.database.backup import OUTSIDE, keep_heads
from tongzhou.database.roles import OWNER, Installation
from tongzhou.database.server import EmbeddedServer, ServerFailed
from tongzhou.database.tools import BackupFailed, disk_told, start

SLOT = "tongzhou_backup"
TIDY_EVERY = 3600.0  # seconds


def keep_up(installation: Installation, folder: Path, stop: Any, say: Any) -> None:
    """Base backups in `folder` and every change as it is written, until `stop`. Needs the right to replicate."""
    given = _replicator(installation)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "wal").mkdir(mode=0o700, exist_ok=True)
    _slot(given)
    receiver = start(["pg_receivewal", "-D", str(folder / "wal"), "-S", SLOT, "--synchronous"], given)
    outside, base, told, tidied = _Outside(installation.home, folder), None, False, -TIDY_EVERY
    try:
        while True:
            outside.copy()
            if receiver.poll() is not None:
                raise BackupFailed(_ended(receiver))
            if base is not None and base.poll() is not None:
                bases.settle(base, folder)
                base = None
            if base is None and bases.due(folder, dt.datetime.now(dt.UTC)):
                base = bases.begin(given, folder)
            if base is None and not told:
                say(f"{folder} is kept up to the second. Keys are not in it: tongzhou backup --keys FILE")
                told = True
            if base is None and time.monotonic() - tidied > TIDY_EVERY:
                bases.throw_away(folder, dt.datetime.now(dt.UTC))
                tidied = time.monotonic()
            if stop.wait(0.5):
                return
    finally:
        for process in (base, receiver):
            if process is not None:
                process.send_signal(signal.SIGINT)
                process.wait(20)


def _slot(given: dict[str, Any]) -> None:
    """The server keeps what has not been received yet; where it gave up keeping it, it begins anew."""
    with psycopg.connect(**{**given, "dbname": given.get("dbname", "postgres")}, autocommit=True) as admin:
        row = admin.execute("select wal_status from pg_replication_slots where slot_name = %s", [SLOT]).fetchone()
        if row and row[0] == "lost":
            admin.execute("select pg_drop_replication_slot(%s)", [SLOT])
        if not row or row[0] == "lost":
            admin.execute("select pg_create_physical_replication_slot(%s, true)", [SLOT])


def _ended(receiver: subprocess.Popen[bytes]) -> str:
    said = receiver.stderr.read().decode(errors="replace") if receiver.stderr else ""
    if "already been removed" in said or "can no longer" in said:
        return (
            "The server no longer holds the changes that this folder lacks: nothing was received for too long. Begin "
            f"a new folder, and keep this one until the new one reaches {bases.KEEP.days} days back."
        )
    return "The server ended the stream of changes. Start this command again."


def read_until(installation: Installation, folder: Path, until: dt.datetime | None) -> None:
    """Make this (new, embedded) installation from a folder kept by `keep_up`, as it was at `until`."""
    if installation.url:
        raise BackupFailed("A server named by DATABASE_URL is restored with its own tools; see docs/operations.md.")
    server = EmbeddedServer(installation.home)
    if (server.data / "PG_VERSION").exists():
        raise BackupFailed(f"{server.data} holds a database already: restore into a new folder (--data-dir).")
    base = bases.for_moment(folder, until)
    installation.home.mkdir(parents=True, exist_ok=True)
    shutil.copytree(base.path, server.data)
    server.data.chmod(0o700)
    wal = server.data / "restored_wal"
    wal.mkdir()
    for path in (folder / "wal").iterdir():
        shutil.copyfile(path, wal / path.name.removesuffix(".partial"))
    settings = {"restore_command": f'cp "{wal}/%f" "%p"', "recovery_target_action": "promote"}
    if until is not None:
        settings["recovery_target_time"] = until.isoformat()
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    (server.data / "postgresql.auto.conf").write_text("\n".join(lines) + "\n")
    (server.data / "recovery.signal").touch()
    try:
        with server:
            _wait_for_promotion(server)
    except (ServerFailed, BackupFailed) as failed:
        shutil.rmtree(server.data, ignore_errors=True)
        if "before configured recovery target" not in str(failed):
            raise BackupFailed(str(failed)) from None
        raise BackupFailed(
            "The moment asked for lies after the last change that was kept: leave out --until to restore all."
        ) from None
    (server.data / "postgresql.auto.conf").write_text("")
    shutil.rmtree(wal)


def outside_of(installation: Installation, folder: Path) -> int:
    """Take the heads that were kept beside the changes; returns how many are of later than what was restored."""
    if not (folder / "heads.jsonl").exists():
        return 0
    given: dict[str, Any] = dict(installation.connection(OWNER))
    with psycopg.connect(**given) as owner:
        return keep_heads(owner, folder / "heads.jsonl", installation.home, str(given["dbname"]))


class _Outside:
    """Copies the heads and the list of the erased whenever they have changed: what was added, or all of a new file."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home, self.folder = home, folder
        self.copied: dict[str, tuple[int, int]] = {}  # name → which file it was, and how much of it

    def copy(self) -> None:
        for name in OUTSIDE:
            source, target = self.home / name, self.folder / name
            if not source.exists():
                continue
            with source.open("rb") as file, disk_told(self.folder):
                stat = os.fstat(file.fileno())
                if self.copied.get(name) == (stat.st_ino, stat.st_size):
                    continue
                number, size = self.copied.get(name, (0, 0))
                if number == stat.st_ino and size < stat.st_size:
                    file.seek(size)
                    with target.open("ab") as kept:
                        shutil.copyfileobj(file, kept)
                else:
                    part = self.folder / f".{name}.part"
                    with part.open("wb") as kept:
                        shutil.copyfileobj(file, kept)
                    part.replace(target)
                settle(target)
                self.copied[name] = (stat.st_ino, file.tell())


def _wait_for_promotion(server: EmbeddedServer) -> None:
    deadline = time.monotonic() + 3600
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(server.dsn(), autocommit=True) as admin:
                if not _recovering(admin):
                    admin.execute(
                        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = %s",
                        [SLOT],
                    )
                    return
        except psycopg.OperationalError:
            if server.pid() is None:
                raise BackupFailed((server.home / "pg.log").read_text(errors="replace")[-600:]) from None
        time.sleep(0.2)
    raise BackupFailed(f"The database is still recovering after an hour; see {server.home / 'pg.log'}.")


def _recovering(admin: psycopg.Connection[Any]) -> bool:
    row = admin.execute("select pg_is_in_recovery()").fetchone()
    return bool(row and row[0])


def _replicator(installation: Installation) -> dict[str, Any]:
    dsn = installation.url or EmbeddedServer(installation.home).dsn()
    return {name: value for name, value in conninfo_to_dict(dsn).items() if value is not None}
