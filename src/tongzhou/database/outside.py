"""Files of JSON lines that stand outside the database and must outlive it: heads of the seal, lists of the erased."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def append(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write lines and sync them. What a crash left half written is ended first, so that it spoils no other line."""
    text = "".join(json.dumps(line) + "\n" for line in lines)
    with open(path, "a+b", opener=_private) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if file.seek(0, os.SEEK_END) and not _ends_whole(file.fileno()):
            text = "\n" + text
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep every other process from adding to this file meanwhile: what is written builds on its last line."""
    with open(path.with_name(f"{path.name}.lock"), "ab", opener=_private) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read(path: Path) -> tuple[list[dict[str, Any]], int]:
    """The lines that can be read, and how many cannot: torn by a crash, or damaged since."""
    found: list[dict[str, Any]] = []
    torn = 0
    if not path.exists():
        return found, torn
    for line in path.read_bytes().split(b"\n"):
        if not line:
            continue
        try:
            said = json.loads(line)
        except ValueError:  # UnicodeDecodeError among them
            torn += 1
            continue
        if isinstance(said, dict):
            found.append(said)
        else:
            torn += 1
    return found, torn


def _ends_whole(file: int) -> bool:
    return os.pread(file, 1, os.fstat(file).st_size - 1) == b"\n"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
