"""Lending blocks of numbers, and giving numbers from the server's own.

Every block is lent once. Two who ask at the same moment wait for each other at the county's number; the ledger refuses
the second lease of a block whatever happens.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import uuid_utils.compat as uuids
import yaml
from psycopg import Connection

from tongzhou.ledger import clock
from tongzhou.ledger.append import append
from tongzhou.ledger.fold import Row, checks
from tongzhou.ledger.kinds import Fact, Said
from tongzhou.ledger.standing import System
from tongzhou.persons.handles import BLOCKS, IN_A_BLOCK, numbered
from tongzhou.problems import EnoughLent, NoCountyNumber, NumbersUsedUp, Stale

TABLE = Path(__file__).resolve().parents[3] / "rulebooks/policies/handles.yaml"


@dataclass(frozen=True)
class Block:
    """A block as it was lent: the handles in it that nobody was given yet."""

    block: str
    until: dt.datetime | None
    handles: list[str]


@checks("block.leased")
def check_leased(row: Row | None, fact: Fact) -> None:
    """A block is lent once and never again, also after the lease has ended."""
    if row is not None:
        raise Stale(fact.body.block)


@cache
def policy() -> dict[str, int]:
    return dict(yaml.safe_load(TABLE.read_text(encoding="utf-8"))["values"])


def lend(connection: Connection[Any], place: int, to: Literal["device", "pad"], name: str, staff: int | None) -> Block:
    """The next block of the county of a place, for a phone or a pad. Raises NoCountyNumber, NumbersUsedUp and
    EnoughLent."""
    days = policy()[f"{to}_days"]
    if staff is not None and _lent_today(connection, staff) >= policy()["most_a_day"]:
        raise EnoughLent()
    for number, county in _numbers(connection, place):
        block = _lease(connection, number, county, to, name=name, staff=staff, days=days)
        if block is not None:
            until = clock.read(connection).now + dt.timedelta(days=days)
            return Block(block, until, [numbered(block, n) for n in _free(connection, block, 0)])
    raise NumbersUsedUp()


def _lent_today(connection: Connection[Any], staff: int) -> int:
    row = connection.execute(
        "select count(*) from ledger_row where noun = 'block' and (data ->> 'staff')::numeric = %s"
        " and effective_at > %s",
        [staff, clock.read(connection).now - dt.timedelta(days=1)],
    ).fetchone()
    return int(row[0]) if row else 0


def end(connection: Connection[Any], block: str, why: Literal["returned", "lost", "used_up"]) -> None:
    """The lease of a block is over. Raises Stale where there is none."""
    held = connection.execute(
        "select place from ledger_row where noun = 'block' and key = %s and state = 'leased'", [block]
    ).fetchone()
    if held is None:
        raise Stale(block)
    _say(connection, "block.ended", held[0], {"block": block, "county": held[0], "why": why})


def give(connection: Connection[Any], place: int, n: int = 1) -> list[str]:
    """`n` handles of the county of a place from the server's own block, each given to nobody before. The county's
    block stays locked until the transaction ends. Raises NoCountyNumber and NumbersUsedUp."""
    found: list[str] = []
    for number, county in _numbers(connection, place):
        while len(found) < n:
            taken = _take(connection, number, n - len(found))
            if taken:
                found += taken
            elif (block := _lease(connection, number, county, "server")) is not None:
                connection.execute(
                    "insert into persons_server_block (number, block, next) values (%s, %s, 0)"
                    " on conflict (number) do update set block = excluded.block, next = 0",
                    [number, block],
                )
            else:
                break
    if len(found) < n:
        raise NumbersUsedUp()
    return found


def _take(connection: Connection[Any], number: str, n: int) -> list[str]:
    row = connection.execute(
        "select block, next from persons_server_block where number = %s for update", [number]
    ).fetchone()
    if row is None:
        return []
    block, following = row
    places = _free(connection, block, following)[:n]
    connection.execute(
        "update persons_server_block set next = %s where number = %s",
        [places[-1] + 1 if places else IN_A_BLOCK, number],
    )
    return [numbered(block, place) for place in places]


def _free(connection: Connection[Any], block: str, since: int) -> list[int]:
    """Places of a block that no fact has given yet."""
    row = connection.execute(
        "select data -> 'used' from ledger_row where noun = 'block' and key = %s", [block]
    ).fetchone()
    used = {int(place) for place in row[0]} if row else set()
    return [place for place in range(since, IN_A_BLOCK) if place not in used]


_NUMBERS = """
select n.number, n.place from places_number n join places_cover c on c.place = n.place
where c.tree = 'command' and c.valid_to is null and c.covers @> %s::integer
  and c.depth = (select max(d.depth) from places_number m join places_cover d on d.place = m.place
    where d.tree = 'command' and d.valid_to is null and d.covers @> %s::integer)
order by n.number
"""


def _numbers(connection: Connection[Any], place: int) -> list[tuple[str, int]]:
    """The numbers of the nearest unit around a place that has any, with that unit. Raises NoCountyNumber."""
    found = connection.execute(_NUMBERS, [place, place]).fetchall()
    if not found:
        raise NoCountyNumber()
    return [(number, county) for number, county in found]


def _lease(connection: Connection[Any], number: str, county: int, to: str, **more: Any) -> str | None:
    """Lease the next block under a number; None where all have been lent."""
    connection.execute("select pg_advisory_xact_lock(hashtextextended('blocks/' || %s, 0))", [number])
    row = connection.execute(
        "select max(key) from ledger_row where noun = 'block' and key between %s and %s",
        [f"{number}0000", f"{number}9999"],
    ).fetchone()
    following = int(row[0][4:]) + 1 if row and row[0] else 0
    if following >= BLOCKS:
        return None
    block = f"{number}{following:04d}"
    _say(connection, "block.leased", county, {"block": block, "county": county, "to": to, **more})
    return block


def _say(connection: Connection[Any], kind: str, place: int, body: dict[str, Any]) -> None:
    kept = {name: value for name, value in body.items() if value is not None}
    said = Said(
        id=uuids.uuid7(), kind=kind, effective_at=clock.read(connection).now, place=place,
        body=msgspec.Raw(json.dumps(kept).encode()),
    )  # fmt: skip
    receipt = append(connection, [said], System(), device="numbers", origin="system")
    for problem in receipt.refused.values():
        raise problem
