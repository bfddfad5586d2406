"""Tar files that a backup is made of: written whole, unpacked with suspicion."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import time
from io import BytesIO
from pathlib import Path

from tongzhou.database.tools import BackupFailed

LEFT_AFTER = 24 * 3600  # seconds without a change


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, BytesIO(content))


def unpack(tar: tarfile.TarFile, folder: Path) -> None:
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


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def settle(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def clear_left(folder: Path, pattern: str) -> None:
    """Remove what a backup that was killed left half written: nobody sees it, and it would outlive its term."""
    for left in folder.glob(pattern):
        if time.time() - left.lstat().st_mtime > LEFT_AFTER:  # a younger one may be at work
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
