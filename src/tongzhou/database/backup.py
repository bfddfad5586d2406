"""Backup and restore: the whole database in one file, the keys in another, and point in time by kept WAL.

A backup without the keys shows no name and no telephone and can seal nothing further; keys without a backup are
useless too. So they are written to two files that belong in two places.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tongzhou import __version__
from tongzhou.database.roles import OWNER, Installation
from tongzhou.database.server import EmbeddedServer, ServerFailed, binaries

FORMAT = 1
SLOT = "tongzhou_backup"
APART = ("keys", "secrets.json", "pg.password")  # what a backup of the database must not hold


class BackupFailed(Exception):
    """The backup or restore did not happen; the message says what to do."""


def write(installation: Installation, out: Path) -> dict[str, Any]:
    """Write the whole database into `out` (tar); it appears under its name only when complete. Returns the manifest."""
    with tempfile.TemporaryDirectory(prefix=".tongzhou-backup-", dir=out.parent) as scratch:
        dump = Path(scratch) / "database.dump"
        given = _reader(installation)
        with psycopg.connect(**given) as reader:
            # The counts and the dump are of one snapshot, so that a restore can be compared with them.
            reader.execute("set transaction isolation level repeatable read")
            counts = _counts(reader)
            snapshot = _one(reader, "select pg_export_snapshot()")
            version = reader.info.server_version
            _run(["pg_dump", "-Fc", f"--snapshot={snapshot}", "--no-owner", "-f", str(dump)], given)
        heads = installation.home / "heads.jsonl"
        manifest = {
            "format": FORMAT,
            "program": __version__,
            "server": version,
            "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "sha256": _digest(dump),
            **counts,
        }
        part = Path(scratch) / "part"
        with tarfile.open(part, "w") as tar:
            _add(tar, "manifest.json", json.dumps(manifest, indent=1).encode())
            if heads.exists():
                tar.add(heads, "heads.jsonl")
            tar.add(dump, "database.dump")
        part.chmod(0o600)
        _settle(part)
        part.replace(out)
    return manifest


def write_keys(installation: Installation, out: Path) -> None:
    """Write keys and passwords into `out` (tar, readable by its owner alone): keep it apart from the backup."""
    part = out.with_name(f".{out.name}.{os.getpid()}")
    with contextlib.closing(os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")) as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for name in APART:
                path = _keys(installation) if name == "keys" else installation.home / name
                if path.exists():
                    tar.add(path, name)
        file.flush()
        os.fsync(file.fileno())
    part.replace(out)


def read_keys(installation: Installation, file: Path) -> None:
    """Put keys and passwords in place; refuses to overwrite others."""
    held = _keys(installation)
    if held.exists() and any(held.iterdir()):
        raise BackupFailed(f"{held} holds keys already: restore into a new folder (--data-dir).")
    installation.home.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(file) as tar, tempfile.TemporaryDirectory(dir=installation.home) as scratch:
            _unpack(tar, Path(scratch))
            if (Path(scratch) / "keys").is_dir():
                shutil.copytree(Path(scratch) / "keys", held, dirs_exist_ok=True)
            for name in APART[1:]:
                if (Path(scratch) / name).exists():
                    shutil.copyfile(Path(scratch) / name, installation.home / name)
                    (installation.home / name).chmod(0o600)
    except tarfile.TarError as error:
        raise BackupFailed(f"{file} is not a file of keys: {error}") from None


def read(installation: Installation, file: Path) -> dict[str, Any]:
    """Restore `file` into this installation's empty database (its server runs). Returns manifest and counts found."""
    with tempfile.TemporaryDirectory(prefix=".tongzhou-restore-", dir=installation.home) as scratch:
        try:
            with tarfile.open(file) as tar:
                _unpack(tar, Path(scratch))
            manifest = json.loads((Path(scratch) / "manifest.json").read_text())
        except (tarfile.TarError, FileNotFoundError, json.JSONDecodeError) as error:
            raise BackupFailed(f"{file} is not a backup of Tongzhou: {error}") from None
        dump = Path(scratch) / "database.dump"
        if manifest["format"] != FORMAT:
            raise BackupFailed(f"{file} has format {manifest['format']}; this program reads {FORMAT}.")
        if _digest(dump) != manifest["sha256"]:
            raise BackupFailed(f"{file} is damaged (its checksum differs). Take another copy.")
        given = installation.connection(OWNER)
        with psycopg.connect(**given) as owner:  # type: ignore[arg-type]
            if _one(owner, "select count(*) from pg_tables where schemaname = 'public'"):
                raise BackupFailed("This database is not empty: restore into a new folder (--data-dir) or database.")
        _run(["pg_restore", "--no-owner", "--single-transaction", str(dump)], given)
        heads = Path(scratch) / "heads.jsonl"
        if heads.exists():
            shutil.copyfile(heads, installation.home / "heads.jsonl")
    with psycopg.connect(**given) as owner:  # type: ignore[arg-type]
        return {"manifest": manifest, "found": _counts(owner)}


def keep_up(installation: Installation, folder: Path, stop: Any, say: Any) -> None:
    """A base backup in `folder`, then every change as it is written, until `stop`. Needs the right to replicate."""
    given = _replicator(installation)
    (folder / "wal").mkdir(parents=True, exist_ok=True)
    with psycopg.connect(**{**given, "dbname": given.get("dbname", "postgres")}, autocommit=True) as admin:
        if admin.execute("select 1 from pg_replication_slots where slot_name = %s", [SLOT]).fetchone() is None:
            admin.execute("select pg_create_physical_replication_slot(%s, true)", [SLOT])
    receiver = _start(["pg_receivewal", "-D", str(folder / "wal"), "-S", SLOT, "--synchronous"], given)
    try:
        if not (folder / "base").exists():
            part = folder / "base.part"
            shutil.rmtree(part, ignore_errors=True)
            _run(["pg_basebackup", "-D", str(part), "-c", "fast", "-X", "none", "--no-manifest"], given)
            part.rename(folder / "base")
        say(f"{folder} is kept up to the second. Keys are not in it: tongzhou backup --keys FILE")
        while not stop.wait(0.5):
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


def _wait_for_promotion(server: EmbeddedServer) -> None:
    deadline = time.monotonic() + 3600
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(server.dsn(), autocommit=True) as admin:
                if not _one(admin, "select pg_is_in_recovery()"):
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


def _counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    tables = {"facts": "ledger_fact", "appends": "ledger_append", "rows": "ledger_row", "links": "ledger_seal"}
    return {name: int(_one(connection, f"select count(*) from {table}")) for name, table in tables.items()}


def _reader(installation: Installation) -> dict[str, Any]:
    """Who may read every row: the owner, whom row-level security does not bind."""
    return dict(installation.connection(OWNER))


def _replicator(installation: Installation) -> dict[str, Any]:
    if installation.url:
        return {k: v for k, v in conninfo_to_dict(installation.url).items() if v is not None}
    return {k: v for k, v in conninfo_to_dict(EmbeddedServer(installation.home).dsn()).items() if v is not None}


def _keys(installation: Installation) -> Path:
    return Path(os.environ.get("TONGZHOU_KEYS") or installation.home / "keys")


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def _start(command: list[str], given: dict[str, Any]) -> subprocess.Popen[bytes]:
    """A PostgreSQL tool; the password goes by the environment, where other users cannot see it."""
    given = dict(given)
    password = str(given.pop("password", ""))
    program, *arguments = command
    if program in ("pg_basebackup", "pg_receivewal"):
        given.pop("dbname", None)
    return subprocess.Popen(
        [str(binaries() / program), "-d", make_conninfo(**given), *arguments],
        env={**os.environ, "PGPASSWORD": password},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _run(command: list[str], given: dict[str, Any]) -> None:
    process = _start(command, given)
    _, told = process.communicate()
    if process.returncode != 0:
        raise BackupFailed(f"{command[0]} failed: {told.decode(errors='replace').strip()[-600:]}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, BytesIO(content))


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Plain files under plain names only: an archive from elsewhere must not write where it likes.

    (The standard filter="data" came with Python 3.11.4; Debian 12 has 3.11.2.)
    """
    for entry in tar.getmembers():
        parts = Path(entry.name).parts
        if entry.isdir():
            continue
        if not entry.isfile() or ".." in parts or Path(entry.name).is_absolute():
            raise BackupFailed(f"the archive holds {entry.name!r}, which is not a plain file: it is not ours")
        target = folder / entry.name
        target.parent.mkdir(parents=True, exist_ok=True)
        source = tar.extractfile(entry)
        assert source is not None
        with source, target.open("wb") as out:
            shutil.copyfileobj(source, out)
        target.chmod(0o600)


def _settle(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
