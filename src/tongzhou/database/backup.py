"""Backup and restore: the whole database in one file, the keys in another (keyfile.py), point in time (continuous.py).

A backup without the keys shows no name and no telephone and can seal nothing further; keys without a backup are
useless too. So they are written to two files that belong in two places.
"""

from __future__ import annotations

import datetime as dt
import json
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tongzhou import __version__
from tongzhou.database import outside
from tongzhou.database.archive import add, clear_left, digest, settle, unpack
from tongzhou.database.roles import OWNER, Installation
from tongzhou.database.tools import BackupFailed, disk_told, load, run

FORMAT = 1
SCRATCH = ".tongzhou-backup-"
TABLES = {"facts": "ledger_fact", "appends": "ledger_append", "rows": "ledger_row", "links": "ledger_seal"}  # counted
OUTSIDE = ("heads.jsonl", "erased.jsonl")  # files of the data folder that a backup holds beside the database


def write(installation: Installation, out: Path) -> dict[str, Any]:
    """Write the whole database into `out` (tar); it appears under its name only when complete. Returns the manifest."""
    clear_left(out.parent, f"{SCRATCH}*")
    with disk_told(out.parent), tempfile.TemporaryDirectory(prefix=SCRATCH, dir=out.parent) as scratch:
        dump = Path(scratch) / "database.dump"
        # Before the snapshot: what is written outside is committed, so that the dump is never behind its heads.
        beside = {
            name: (installation.home / name).read_bytes() for name in OUTSIDE if (installation.home / name).exists()
        }
        given: dict[str, Any] = dict(installation.connection(OWNER))  # row-level security does not bind the owner
        with psycopg.connect(**given) as reader:
            # The counts and the dump are of one snapshot, so that a restore can be compared with them.
            reader.execute("set transaction isolation level repeatable read")
            counts = _counts(reader)
            snapshot = _one(reader, "select pg_export_snapshot()")
            version = reader.info.server_version
            run(["pg_dump", "-Fc", f"--snapshot={snapshot}", "--no-owner", "-f", str(dump)], given)
        manifest = {
            "format": FORMAT,
            "program": __version__,
            "server": version,
            "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "database": str(given["dbname"]),
            "sha256": digest(dump),
            **counts,
        }
        part = Path(scratch) / "part"
        with tarfile.open(part, "w") as tar:
            add(tar, "manifest.json", json.dumps(manifest, indent=1).encode())
            for name, content in beside.items():
                add(tar, name, content)
            tar.add(dump, "database.dump")
        part.chmod(0o600)
        settle(part)
        part.replace(out)
    return manifest


@dataclass(frozen=True)
class Opened:
    """A backup, unpacked and checked, not yet loaded."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def dump(self) -> Path:
        return self.folder / "database.dump"


@contextmanager
def opened(installation: Installation, file: Path) -> Iterator[Opened]:
    """Unpack a backup and check it. Raises BackupFailed for what is none, or damaged."""
    installation.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        disk_told(installation.home),
        tempfile.TemporaryDirectory(prefix=".tongzhou-restore-", dir=installation.home) as scratch,
    ):
        try:
            with tarfile.open(file) as tar:
                unpack(tar, Path(scratch))
            found = Opened(Path(scratch), _manifest(Path(scratch)))
        except tarfile.TarError as error:
            raise BackupFailed(f"{file} is not a backup of Tongzhou: {error}") from None
        except NotABackup as error:
            raise BackupFailed(f"{file} is not a backup of Tongzhou, or is damaged: {error}. Take another.") from None
        if found.manifest["format"] != FORMAT:
            raise BackupFailed(f"{file} has format {found.manifest['format']}; this program reads {FORMAT}.")
        if digest(found.dump) != found.manifest["sha256"]:
            raise BackupFailed(f"{file} is damaged (its checksum differs). Take another copy.")
        yield found


class NotABackup(Exception):
    """What lacks; for the sentence that names the file."""


def _manifest(folder: Path) -> dict[str, Any]:
    """What the backup says of itself. Raises NotABackup where something that is needed lacks."""
    for name in ("manifest.json", "database.dump"):
        if not (folder / name).exists():
            raise NotABackup(f"there is no {name} in it")
    told = outside.parsed((folder / "manifest.json").read_bytes())
    needed = ("format", "sha256", *TABLES)
    if not isinstance(told, dict) or not told.keys() >= set(needed):
        raise NotABackup("its manifest.json does not say what belongs in it")
    return told


def read(installation: Installation, backup: Opened) -> dict[str, Any]:
    """Restore into this installation's empty database (its server runs). Returns manifest and counts found."""
    given: dict[str, Any] = dict(installation.connection(OWNER))
    with psycopg.connect(**given) as owner:
        if _one(owner, "select count(*) from pg_tables where schemaname = 'public'"):
            raise BackupFailed("This database is not empty: restore into a new folder (--data-dir) or database.")
    load(backup.dump, given)
    told: dict[str, Any] = {"manifest": backup.manifest}
    with psycopg.connect(**given) as owner:
        if (backup.folder / "heads.jsonl").exists():
            was = backup.manifest.get("database")
            told["sealed_later"] = keep_heads(
                owner, backup.folder / "heads.jsonl", installation.home, given["dbname"], was
            )
        told["found"] = _counts(owner)
    return told


def keep_heads(owner: psycopg.Connection[Any], source: Path, home: Path, database: str, was: str | None = None) -> int:
    """Take the heads that belong to what was restored; later ones are set aside. Returns how many those are.

    Older programs wrote heads into a backup that were sealed while it was being made, and a moment in the past has
    heads after it: what follows a restore will have others in their place. `was`: the database's name when its heads
    were written; without it the file holds those of one only.
    """
    tips = dict(owner.execute("select chain, max(n) from ledger_seal group by chain").fetchall())
    kept: list[dict[str, Any]] = []
    later: list[dict[str, Any]] = []
    for line in outside.read(source)[0]:
        if was is not None and line.get("database") != was:
            continue
        chain, n = line.get("chain"), line.get("n")
        if not isinstance(chain, int) or not isinstance(n, int):
            continue  # no head: damaged
        of_ours = n <= tips.get(chain, 0)
        (kept if of_ours else later).append({**line, "database": database})
    outside.append(home / "heads.jsonl", kept)
    if later:
        outside.append(home / "heads-before-restore.jsonl", later)
    return len(later)


def _counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    return {name: int(_one(connection, f"select count(*) from {table}")) for name, table in TABLES.items()}


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]
