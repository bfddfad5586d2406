"""Point in time: a base backup, every change as it is written, and the files that stand outside the database."""

from __future__ import annotations

import datetime as dt
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tongzhou.database.archive import settle
from tongzhou.database.backup import OUTSIDE, keep_heads
from tongzhou.database.roles import OWNER, Installation
from tongzhou.database.server import EmbeddedServer, ServerFailed
from tongzhou.database.tools import BackupFailed, disk_told, run, start

SLOT = "tongzhou_backup"


def keep_up(installation: Installation, folder: Path, stop: Any, say: Any) -> None:
    """A base backup in `folder`, then every change as it is written, until `stop`. Needs the right to replicate."""
    given = _replicator(installation)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "wal").mkdir(mode=0o700, exist_ok=True)
    with psycopg.connect(**{**given, "dbname": given.get("dbname", "postgres")}, autocommit=True) as admin:
        if admin.execute("select 1 from pg_replication_slots where slot_name = %s", [SLOT]).fetchone() is None:
            admin.execute("select pg_create_physical_replication_slot(%s, true)", [SLOT])
    receiver = start(["pg_receivewal", "-D", str(folder / "wal"), "-S", SLOT, "--synchronous"], given)
    try:
        _copy_outside(installation.home, folder)
        if not (folder / "base").exists():
            part = folder / "base.part"
            shutil.rmtree(part, ignore_errors=True)
            run(["pg_basebackup", "-D", str(part), "-c", "fast", "-X", "none", "--no-manifest"], given)
            part.rename(folder / "base")
        say(f"{folder} is kept up to the second. Keys are not in it: tongzhou backup --keys FILE")
        while not stop.wait(0.5):
            _copy_outside(installation.home, folder)
            if receiver.poll() is not None:
                raise BackupFailed("The server ended the stream of changes. Start this command again.")
    finally:
        receiver.send_signal(signal.SIGINT)
        receiver.wait(20)


def read_until(installation: Installation, folder: Path, until: dt.datetime | None) -> None:
    """Make this (new, embedded) installation from a folder kept by `keep_up`, as it was at `until`."""
    if installation.url:
        raise BackupFailed("A server named by DATABASE_URL is restored with its own tools; see docs/operations.md.")
    server = EmbeddedServer(installation.home)
    if (server.data / "PG_VERSION").exists():
        raise BackupFailed(f"{server.data} holds a database already: restore into a new folder (--data-dir).")
    if not (folder / "base/PG_VERSION").exists():
        raise BackupFailed(f"{folder} has no complete base backup in it.")
    installation.home.mkdir(parents=True, exist_ok=True)
    shutil.copytree(folder / "base", server.data)
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


def _copy_outside(home: Path, folder: Path) -> None:
    """The heads and the list of the erased, whenever they have grown."""
    for name in OUTSIDE:
        source, target = home / name, folder / name
        if source.exists() and (not target.exists() or source.stat().st_size != target.stat().st_size):
            part = folder / f".{name}.part"
            with disk_told(folder):
                shutil.copyfile(source, part)
                settle(part)
            part.replace(target)


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
