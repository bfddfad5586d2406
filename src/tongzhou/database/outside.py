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
        said = parsed(line)
        if isinstance(said, dict):
            found.append(said)
        else:
            torn += 1
    return found, torn


def parsed(line: bytes) -> Any:
    """What a line says; None where it cannot be read."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):  # UnicodeDecodeError is among the first
        return None


def replace(path: Path, lines: Iterable[bytes]) -> None:
    """Put these lines in the place of the file, at once; whoever reads it meanwhile goes on with the old."""
    part = path.with_name(f".{path.name}.part")
    with open(part, "wb", opener=_private) as file:
        file.write(b"".join(line + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _ends_whole(file: int) -> bool:
    return os.pread(file, 1, os.fstat(file).st_size - 1) == b"\n"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
