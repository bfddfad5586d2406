"""The standing of whoever spoke, as it was then: roles with the places they covered, a slip, or the program itself.

A snapshot is kept with each append, each different one once. Asked again at a rebuild, today's roles would give another
answer than was given then.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from psycopg import Connection

from tongzhou.ledger import door
from tongzhou.ledger.ranges import contains

if TYPE_CHECKING:
    from tongzhou.ledger.kinds import Kind

EVERYWHERE = "{(,)}"

_encode = msgspec.json.Encoder(order="sorted").encode


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody might say when they said it. `roles`: role → places (int4multirange text); `desks`: the places at
    which roles were held; `slip`: the household whose slip spoke."""

    roles: dict[str, str] = {}
    desks: tuple[tuple[str, int], ...] = ()
    slip: int | None = None
    system: bool = False

    def covers(self, place: int, roles: frozenset[str]) -> bool:
        """May somebody of one of these roles speak of this place? Any role serves where `roles` holds "*"."""
        if self.system:
            return True
        return any(contains(where, place) for role, where in self.roles.items() if role in roles or "*" in roles)


_decode = msgspec.json.Decoder(Standing).decode


@dataclass
class _Kept:
    ids: dict[bytes, int] = field(default_factory=dict)
    standings: dict[int, Standing] = field(default_factory=dict)


_KEPT: dict[str, _Kept] = {}


def _kept(connection: Connection[Any]) -> _Kept:
    return _KEPT.setdefault(f"{connection.info.host}/{connection.info.dbname}", _Kept())


def keep(connection: Connection[Any], standing: Standing) -> int:
    """The number of this snapshot, written where it is new: in a transaction of its own, so that others may use it."""
    body = _encode(standing)
    digest = hashlib.sha256(body).digest()
    if standing.slip is not None:
        return _keep_slip(connection, digest, body)
    kept = _kept(connection)
    if digest not in kept.ids:
        row = connection.execute(_KNOWN, [digest]).fetchone()
        if row is None:
            with door.apart() as own:
                own.execute(f"{_WRITE} on conflict (digest) do nothing", [digest, body.decode()])
            row = connection.execute(_KNOWN, [digest]).fetchone()
        assert row is not None
        kept.ids[digest], kept.standings[row[0]] = row[0], standing
    return kept.ids[digest]


def _keep_slip(connection: Connection[Any], digest: bytes, body: bytes) -> int:
    """A household's own, which nobody else uses: written with what it says, and remembered by no process, for there are
    as many as doors. Where its other telephone says something at the same moment, one of them waits."""
    row = (
        connection.execute(_KNOWN, [digest]).fetchone()
        or connection.execute(
            f"{_WRITE} on conflict (digest) do nothing returning id", [digest, body.decode()]
        ).fetchone()
        or connection.execute(_KNOWN, [digest]).fetchone()
    )
    assert row is not None
    return int(row[0])


_KNOWN = "select id from ledger_standing where digest = %s"
_WRITE = "insert into ledger_standing (digest, body) values (%s, %s)"


def of(connection: Connection[Any], ids: set[int]) -> dict[int, Standing]:
    """Snapshots by number; those of staff are remembered."""
    kept = _kept(connection).standings
    found = {id: kept[id] for id in ids if id in kept}
    if missing := [id for id in ids if id not in found]:
        for id, body in connection.execute("select id, body from ledger_standing where id = any(%s)", [missing]):
            found[id] = _decode(body)
            if found[id].slip is None:
                kept[id] = found[id]
    return found


@dataclass(frozen=True)
class System:
    """The program itself: imports, engines, followers."""

    by: int | None = None

    def may_say(self, kind: Kind) -> str:
        return EVERYWHERE

    def may_record(self, kind: Kind) -> str:
        return EVERYWHERE

    def standing(self) -> Standing:
        return Standing(system=True)
