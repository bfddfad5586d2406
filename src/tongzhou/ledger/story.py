"""Facts of a story that is told anew and the same each time: the demonstration's, a drill's."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

NAMESPACE = uuid.UUID("2f7f0a52-7f2a-5a57-9d1f-7a3c9a1d6b10")


@dataclass(frozen=True)
class Told:
    """What somebody said at a moment. Places are keys; None leaves the envelope's field empty."""

    at: dt.datetime
    by: str  # login
    kind: str
    id: uuid.UUID
    body: dict[str, Any]
    place: str | None = None
    home: str | None = None
    reporting: str | None = None
    received_at: dt.datetime | None = None  # where it reached the ledger later than it holds from


def tell(at: dt.datetime, by: str, kind: str, body: Mapping[str, Any], salt: str = "", **where: str | None) -> Told:
    """A fact under a UUIDv7 of its moment, the rest of it from the content: the same in every replay."""
    id = stable_id(at, f"{kind} {at.isoformat()} {sorted(body.items())} {salt} {where.get('place')}")
    told = Told(at, by, kind, id, {name: value for name, value in body.items() if value is not None})
    return replace(told, **where)  # type: ignore[arg-type]


def stable_id(at: dt.datetime, content: str) -> uuid.UUID:
    """A UUIDv7 of a moment, the rest of it from the content: what is said twice is one fact."""
    rest = uuid.uuid5(NAMESPACE, content).int
    stamp = int(at.timestamp() * 1000) << 80
    return uuid.UUID(int=stamp | 7 << 76 | (rest >> 40 & 0xFFF) << 64 | 2 << 62 | rest & (1 << 62) - 1)
