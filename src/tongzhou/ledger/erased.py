"""The list of the erased, as it stands outside the database: what a restored backup must be held against.

One line for each erasure: its number, when and why, and digests of the references that were erased (a reference is
opaque and says nothing of the person). A line covers the one before it and is signed with the key of the seal, so that
the list can be handed to anybody and nothing can be taken out of it. It is synced before the database commits: an
erasure is never true in the database alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.conf import settings

from tongzhou import keys
from tongzhou.database import outside
from tongzhou.problems import ListBroken

Line = dict[str, Any]
START = "0" * 64
_DIGEST = re.compile("[0-9a-f]{64}")


def file() -> Path:
    return Path(settings.INSTALLATION.home) / "erased.jsonl"


def digest(owner: str) -> str:
    return hashlib.sha256(b"tongzhou erased " + owner.encode()).hexdigest()


def add(owners: Iterable[str], reason: str, at: dt.datetime, database: str) -> Line:
    """Write one erasure and sync it; returns the line."""
    with outside.alone(file()):
        held = lines(database)
        line = _signed(held[-1] if held else None, sorted(map(digest, owners)), reason, at) | {"database": database}
        outside.append(file(), [line])
    return line


def adopt(brought: Sequence[Line], database: str) -> None:
    """Write lines that are known from elsewhere (a backup, the database) and lacking here."""
    with outside.alone(file()):
        here = {line["n"] for line in lines(database)}
        outside.append(file(), [{**line, "database": database} for line in brought if line["n"] not in here])


def lines(database: str, path: Path | None = None) -> list[Line]:
    """Every line of this database (of any, where it is ""), by number."""
    found = {
        line["n"]: line
        for line in outside.read(path or file())[0]
        if _readable(line) and (not database or line.get("database") == database)
    }
    return [found[n] for n in sorted(found)]


def _readable(line: Line) -> bool:
    """Whether this is a line of the list at all, and not what a damage left of one."""
    words = all(isinstance(line.get(name), str) for name in ("at", "reason", "head"))
    gone, n = line.get("erased"), line.get("n")
    digests = isinstance(gone, list) and all(isinstance(one, str) and _DIGEST.fullmatch(one) for one in gone)
    return words and digests and type(n) is int and 0 < n < 2**31


def brought(path: Path, was: str) -> list[Line]:
    """The lines of a list that was brought; under another database's name, too, where the file is of one only: an
    installation that was itself restored has another name than the one its older lines were written in."""
    databases = {line.get("database") for line in outside.read(path)[0]}
    return lines("" if len(databases) == 1 else was, path)


def tip(database: str) -> tuple[int, str]:
    """Number and head of the last line, as published with the heads of the seal."""
    path = file()
    if not path.exists():
        return 0, START
    stat = path.stat()
    return _tip(str(path), stat.st_size, stat.st_mtime_ns, database)


@lru_cache(maxsize=8)
def _tip(path: str, _size: int, _changed: int, database: str) -> tuple[int, str]:
    held = lines(database, Path(path))
    return (held[-1]["n"], held[-1]["head"]) if held else (0, START)


def newest(kept: Sequence[Line], brought: Sequence[Line], *, signatures: bool) -> Sequence[Line]:
    """The list that was brought, once it is sure to go on where the backup's ends. Raises ListBroken."""
    check(brought, signatures=signatures)
    if len(brought) < len(kept):
        raise ListBroken(f"it ends with line {len(brought)}, and the backup's own with line {len(kept)}: it is older")
    for here, there in zip(kept, brought, strict=False):
        if here["head"] != there["head"]:
            raise ListBroken(f"line {here['n']} is not the one in the backup")
    return brought


def check(held: Sequence[Line], *, signatures: bool = True) -> None:
    """Raises ListBroken where a line is missing, altered or not signed by this installation's key."""
    public, before = keys.verify_key(), None
    for line in held:
        follows(before, line)
        before, number = line, line["n"]
        try:
            if signatures:
                public.verify(bytes.fromhex(line["signature"]), _message(line))
        except (InvalidSignature, ValueError, KeyError):
            raise ListBroken(f"line {number} is not signed with this installation's key") from None


def follows(before: Line | None, line: Line) -> None:
    """Raises ListBroken where `line` is not the one after `before`, or does not say what its head says."""
    number = before["n"] + 1 if before else 1
    if line["n"] != number:
        raise ListBroken(f"line {number} is missing")
    if line["head"] != _head(before["head"] if before else START, line):
        raise ListBroken(f"line {number} was altered")


def _signed(before: Line | None, digests: list[str], reason: str, at: dt.datetime) -> Line:
    line: Line = {"n": before["n"] + 1 if before else 1, "at": at.isoformat(), "reason": reason, "erased": digests}
    line["head"] = _head(before["head"] if before else START, line)
    return line | {"signature": keys.signing_key().sign(_message(line)).hex()}


def _head(before: str, line: Line) -> str:
    said = json.dumps([line.get(name) for name in ("n", "at", "reason", "erased")], separators=(",", ":"))
    return hashlib.sha256(f"{before} {said}".encode()).hexdigest()


def _message(line: Line) -> bytes:
    return f"tongzhou erased {line['n']} {line['head']}".encode()
