"""From a list to proposals for one person, and what she accepts into the ledger, in her own name."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from psycopg import Rollback

from tongzhou.ledger import door
from tongzhou.ledger.append import append
from tongzhou.ledger.time import zone
from tongzhou.linelist.drafts.match import Doors, People
from tongzhou.linelist.drafts.propose import Proposal, Proposer
from tongzhou.linelist.drafts.read import Draft
from tongzhou.linelist.drafts.sorts import SORTS as SORTS
from tongzhou.linelist.drafts.sorts import Sort
from tongzhou.people.scope import Holder
from tongzhou.problems import Problem


@dataclass
class Accepted:
    """What became of the drafts: those accepted, by number of facts; those that the ledger `refused`, by row; those
    `dropped`."""

    rows: int = 0
    facts: int = 0
    known: int = 0
    waiting: int = 0
    refused: list[tuple[int, Problem]] = field(default_factory=list)
    dropped: set[int] = field(default_factory=set)

    @property
    def left(self) -> set[int]:
        """The rows of which nothing was recorded."""
        return self.dropped | {n for n, _problem in self.refused}


def proposals(
    sort: Sort, drafts: Sequence[Draft], holder: Holder, now: dt.datetime, day: dt.date, chosen: Mapping[int, str] = {}
) -> list[Proposal]:
    """Each draft with whom it is about and what it would say. Runs in a transaction with the holder's scope set.

    `chosen`: row → whom the person says it is about.
    """
    with door.ledger() as ledger:
        found = People(ledger, holder, drafts)
    at_doors = sort.name == "message" or any(draft.says.get("category") == "fever" for draft in drafts)
    proposer = Proposer(sort, holder, now, day, found, Doors(day if at_doors else None))
    return [proposer.propose(draft, chosen.get(draft.n, "")) for draft in drafts]


def base_of(content: bytes, sort: str, day: dt.date) -> uuid.UUID:
    """The id that the facts' ids are made from: of the same list it is the same, so that bringing it twice says it
    once."""
    made = int.from_bytes(hashlib.sha256(content + f"\0{sort} {day}".encode()).digest()[:10], "big")
    moment = int(dt.datetime.combine(day, dt.time(), zone()).timestamp() * 1000)
    return uuid.UUID(int=moment << 80 | 7 << 76 | (made >> 62 & 0xFFF) << 64 | 2 << 62 | made & ((1 << 62) - 1))


def accept(proposed: Iterable[Proposal], rows: Iterable[int], holder: Holder, base: uuid.UUID, device: str) -> Accepted:
    """Append what the rows named would say; a row goes in whole or comes back with the reason."""
    wanted, told = frozenset(rows), Accepted()
    for one in proposed:
        if one.draft.n not in wanted or not one.says:
            told.dropped.add(one.draft.n)
            continue
        with door.ledger() as connection, connection.transaction() as whole:
            receipt = append(connection, one.facts(base), holder, device=device)
            if receipt.refused:
                told.refused.append((one.draft.n, next(iter(receipt.refused.values()))))
                raise Rollback(whole)
            told.rows += 1
            told.facts += receipt.accepted
            told.known += receipt.known
            told.waiting += len(receipt.waiting)
    return told
