"""The file of keys and passwords, which belongs in another place than the backups."""

from __future__ import annotations

import contextlib
import os
import shutil
import tarfile
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from glob import escape
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tongzhou.database import outside
from tongzhou.database.archive import clear_left, unpack
from tongzhou.database.roles import Installation
from tongzhou.database.tools import BackupFailed, disk_told

APART = ("keys", "secrets.json", "pg.password")  # what a backup of the database must not hold


def write_keys(installation: Installation, out: Path) -> None:
    """Write keys and passwords into `out` (tar, readable by its owner alone), in the place of an older file."""
    clear_left(out.parent, f".{escape(out.name)}.[0-9]*")
    part = out.with_name(f".{out.name}.{os.getpid()}")
    with disk_told(out.parent):
        try:
            with contextlib.closing(
                os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
            ) as file:
                with tarfile.open(fileobj=file, mode="w") as tar:
                    for name in APART:
                        path = folder(installation) if name == "keys" else installation.home / name
                        if path.exists():
                            tar.add(path, name)
                file.flush()
                os.fsync(file.fileno())
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)


def read_keys(installation: Installation, file: Path) -> None:
    """Put keys and passwords in place; refuses to overwrite others."""
    held = folder(installation)
    if held.exists() and any(held.iterdir()):
        raise BackupFailed(f"{held} holds keys already: restore into a new folder (--data-dir).")
    installation.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _opened(file, installation.home) as scratch:
        _sound(file, scratch)
        if (scratch / "keys").is_dir():
            shutil.copytree(scratch / "keys", held, dirs_exist_ok=True)
        for name in APART[1:]:
            if (scratch / name).exists():
                shutil.copyfile(scratch / name, installation.home / name)
                (installation.home / name).chmod(0o600)


def add_keys(installation: Installation, file: Path) -> list[str]:
    """Bring the weeks' keys of a file of keys that are lacking here; returns their names."""
    here = folder(installation) / "vault"
    here.mkdir(mode=0o700, parents=True, exist_ok=True)
    brought = []
    with _opened(file, installation.home) as scratch:
        _sound(file, scratch)
        for path in sorted((scratch / "keys/vault").glob("[0-9]*")):
            if path.name.isdigit() and not (here / path.name).exists():
                shutil.copyfile(path, here / path.name)
                (here / path.name).chmod(0o600)
                brought.append(path.name)
    return brought


def _sound(file: Path, scratch: Path) -> None:
    """Raises BackupFailed where keys or passwords are there and cannot be used: nothing of the file is taken then."""
    try:
        if (path := scratch / "secrets.json").exists() and not isinstance(outside.parsed(path.read_bytes()), dict):
            raise ValueError(path.name)
        if (path := scratch / "keys/seal.pem").exists():
            load_pem_private_key(path.read_bytes(), None)
        for path in [*(scratch / "keys/vault").glob("[0-9]*"), scratch / "keys/index"]:
            if path.exists() and path.suffix != ".retired" and len(b64decode(path.read_bytes(), validate=True)) != 32:
                raise ValueError(path.name)
    except ValueError as error:  # binascii.Error among them
        raise BackupFailed(f"{file} is damaged ({error}): take another copy of the keys.") from None


def folder(installation: Installation) -> Path:
    return Path(os.environ.get("TONGZHOU_KEYS") or installation.home / "keys")


@contextlib.contextmanager
def _opened(file: Path, near: Path) -> Iterator[Path]:
    try:
        with tarfile.open(file) as tar, tempfile.TemporaryDirectory(dir=near) as scratch:
            unpack(tar, Path(scratch))
            yield Path(scratch)
    except tarfile.TarError as error:
        raise BackupFailed(f"{file} is not a file of keys: {error}") from None
