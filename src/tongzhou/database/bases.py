"""Base backups in a folder of --continuous: a new one every few days, old ones thrown away with what only they need.

Any moment of the last KEEP can be restored, and nothing older than KEEP and EVERY together lies in the folder: that is
no longer than a retired key lives (keys.BACKUPS_DIE), so that what was erased is destroyed by the day that was told.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongzhou.database.tools import BackupFailed, finish, start

KEEP, EVERY = dt.timedelta(days=28), dt.timedelta(days=6)
_NAME = "base-%Y%m%dT%H%M%S%fZ"
_LABEL = re.compile(r"^START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)$", re.MULTILINE)
_SEGMENT = re.compile(r"[0-9A-F]{24}(\.partial)?")


@dataclass(frozen=True)
class Base:
    """One base backup: it restores any moment from `since` on, with the changes from segment `first` on."""

    path: Path
    since: dt.datetime
    first: str


def held(folder: Path) -> list[Base]:
    """The complete base backups of a folder, oldest first."""
    found = [_base(path) for path in folder.glob("base*") if (path / "PG_VERSION").exists() and path.suffix != ".part"]
    return sorted(found, key=lambda base: base.since)


def for_moment(folder: Path, until: dt.datetime | None) -> Base:
    """The base backup to begin from. Raises BackupFailed where there is none, or none as old as that."""
    found = held(folder)
    if not found:
        raise BackupFailed(f"{folder} has no complete base backup in it.")
    early = [base for base in found if until is None or base.since <= until]
    if not early:
        first = found[0].since.isoformat(timespec="seconds")
        raise BackupFailed(f"The moment asked for lies before the first that this folder can restore: {first}.")
    return early[-1]


def due(folder: Path, now: dt.datetime) -> bool:
    found = held(folder)
    return not found or found[-1].since + EVERY <= now


def begin(given: dict[str, Any], folder: Path) -> subprocess.Popen[bytes]:
    """Start taking a base backup; `settle` gives it its name once this process has ended."""
    part = folder / "base.part"
    shutil.rmtree(part, ignore_errors=True)
    return start(["pg_basebackup", "-D", str(part), "-c", "fast", "-X", "none", "--no-manifest"], given)


def settle(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Raises BackupFailed where the base backup did not succeed."""
    finish("pg_basebackup", process)
    (folder / "base.part").rename(folder / dt.datetime.now(dt.UTC).strftime(_NAME))


def throw_away(folder: Path, now: dt.datetime) -> int:
    """Remove base backups that no moment of the last KEEP needs, and the changes before the oldest left; how many."""
    found = held(folder)
    needed = max((n for n, base in enumerate(found) if base.since <= now - KEEP), default=0)
    for base in found[:needed]:
        going = folder / f"going-{base.path.name}"  # from here on it is no base backup, however far the removal gets
        base.path.rename(going)
    for left in folder.glob("going-*"):
        shutil.rmtree(left)
    if found:
        for path in (folder / "wal").iterdir():
            # The first eight digits are the timeline: a promoted server counts on in another.
            if _SEGMENT.fullmatch(path.name) and path.name[8:24] < found[needed].first[8:]:
                path.unlink()
    return needed


def _base(path: Path) -> Base:
    label = path / "backup_label"
    first = _LABEL.search(label.read_text(errors="replace")) if label.exists() else None
    if first is None:
        raise BackupFailed(f"{path} is damaged: its backup_label does not say where the changes begin.")
    try:
        since = dt.datetime.strptime(path.name, _NAME).replace(tzinfo=dt.UTC)
    except ValueError:  # by an older program, which made one and named it `base`
        since = dt.datetime.fromtimestamp(label.stat().st_mtime, dt.UTC)
    return Base(path, since, first[1])
