"""The heads of the seal as they stand outside the database, in heads.jsonl: written once true, thinned as they age.

A head covers everything before it in its chain, so that of many heads which the chain agrees with the last says what
all of them say. Whoever alters the database has no key to sign with: what was altered disagrees with the heads that
were written before. So a head is dropped only once it is old, a later one of its hour or day is kept, and both are
what the chain holds and rightly signed: of what disagrees, and of what cannot be read, nothing is ever dropped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from psycopg import Connection

from tongzhou import keys
from tongzhou.database import outside

GROWS = 4 * 1024 * 1024  # bytes by which the file may grow before it is thinned
HOURLY, DAILY = dt.timedelta(hours=1), dt.timedelta(days=7)  # from these ages on one head of each hour, of each day
_left: dict[Path, int] = {}  # the size that thinning left


@dataclass(frozen=True)
class Head:
    """One line: the head of `chain` at link `n`."""

    database: str
    chain: int
    n: int
    head: bytes
    signature: bytes
    at: str = ""


def file() -> Path:
    return Path(settings.INSTALLATION.home) / "heads.jsonl"


def write(lines: Iterable[Mapping[str, Any]], path: Path | None = None) -> None:
    path = path or file()
    with outside.alone(path):
        outside.append(path, lines)


def read(database: str, path: Path | None = None) -> tuple[list[Head], int]:
    """The heads of this database, and how many lines cannot be read: torn by a crash, or damaged since."""
    lines, unreadable = outside.read(path or file())
    found = []
    for line in lines:
        head = _head(line)
        if head is None:
            unreadable += 1
        elif head.database == database:
            found.append(head)
    return found, unreadable


def message(chain: int, n: int, head: bytes) -> bytes:
    """What is signed."""
    return b"tongzhou seal %d %d " % (chain, n) + head


def signed(head: Head, public: Ed25519PublicKey) -> bool:
    try:
        public.verify(head.signature, message(head.chain, head.n, head.head))
    except InvalidSignature:
        return False
    return True


def thin(connection: Connection[Any], now: dt.datetime | None = None, grows: int | None = None) -> int:
    """Drop old heads that say nothing which a kept one does not, once the file has grown; returns how many."""
    path, limit = file(), GROWS if grows is None else grows
    if not path.exists() or path.stat().st_size < _left.get(path, 0) + limit:
        return 0
    with outside.alone(path):
        lines = [line for line in path.read_bytes().split(b"\n") if line]
        spared = _spare(connection, lines, now or dt.datetime.now(dt.UTC))
        if spared:
            outside.replace(path, [line for n, line in enumerate(lines) if n not in spared])
        _left[path] = path.stat().st_size
    return len(spared)


def _spare(connection: Connection[Any], lines: list[bytes], now: dt.datetime) -> set[int]:
    """Which of these lines are old, agree with the chain, and have a later one of their hour or day."""
    found = {n: head for n, line in enumerate(lines) if (head := _head(outside.parsed(line)))}
    ours = {n: head for n, head in found.items() if head.database == connection.info.dbname}
    last: dict[tuple[int, str], int] = {}
    spans: dict[int, tuple[int, str]] = {}
    for n, head in ours.items():
        if (span := _span(head.at, now)) is None:
            continue
        spans[n] = key = (head.chain, span)
        if key not in last or ours[last[key]].n < head.n:
            last[key] = n
    right = _agreeing(connection, {n: ours[n] for n in spans})
    return {n for n, key in spans.items() if last[key] != n and n in right and last[key] in right}


def _agreeing(connection: Connection[Any], heads: dict[int, Head]) -> set[int]:
    """Which of these are what the database's chain holds, under a right signature."""
    asked = list({(head.chain, head.n) for head in heads.values()})
    rows = connection.execute(
        "select s.chain, s.n, s.head from unnest(%s::int8[], %s::int8[]) a (chain, n)"
        " join ledger_seal s on s.chain = a.chain and s.n = a.n",
        [[chain for chain, _ in asked], [n for _, n in asked]],
    )
    held = {(chain, n): bytes(head) for chain, n, head in rows}
    public = keys.verify_key()
    return {
        number for number, head in heads.items() if held.get((head.chain, head.n)) == head.head and signed(head, public)
    }


def _span(at: str, now: dt.datetime) -> str | None:
    """The hour or day of which one head is kept; None for what is young, or bears no moment."""
    try:
        moment = dt.datetime.fromisoformat(at).astimezone(dt.UTC)
    except ValueError:
        return None
    age = now - moment
    if age < HOURLY:
        return None
    return moment.isoformat()[: len("2026-11-29T15")] if age < DAILY else moment.isoformat()[: len("2026-11-29")]


def _head(line: Any) -> Head | None:
    """None for what is no head: another shape, or numbers that no chain can have."""
    try:
        head = Head(line["database"], line["chain"], line["n"], bytes.fromhex(line["head"]),
                    bytes.fromhex(line["signature"]), str(line.get("at", "")))  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    whole = all(type(number) is int and 0 <= number < 2**63 for number in (head.chain, head.n))
    return head if whole and isinstance(head.database, str) else None
