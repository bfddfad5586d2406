"""What facts touch, derived from the facts themselves: to bring an older ledger up to date, to find and restore what
somebody took away."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger import standing as standings
from tongzhou.ledger import touching
from tongzhou.ledger.kinds import KINDS, behalf_of
from tongzhou.ledger.standing import Standing
from tongzhou.ledger.ways import Envelope, Touch

_FACTS = """
select f.id, k.name, f.place, f.home, f.reporting, f.corrects, f.body, f.behalf, a.standing,
  array(select t.subject from ledger_touch t where t.fact = f.id)
from ledger_fact f join ledger_kind k on k.id = f.kind join ledger_append a on a.id = f.append
where f.subject is null and f.id > %s order by f.id limit %s
"""


def first_envelope(connection: Connection[Any]) -> None:
    """Write down how facts of the first envelope touch their subjects; call as owner, when the ledger is brought up to
    date. Their speakers were judged when they spoke, so every place counts as covered."""
    connection.execute("alter table ledger_touch disable trigger insert_only")
    for derived in _derived(connection):
        placed = touching.placed(connection, [(fact, touch) for fact, touch, _stored in derived])
        touching.insert(connection, placed, again=True)
    connection.execute("alter table ledger_touch enable trigger insert_only")


def missing(connection: Connection[Any]) -> list[tuple[uuid.UUID, Touch]]:
    """What facts touch and the table does not say."""
    return [(fact, touch) for part in _derived(connection) for fact, touch, stored in part if not stored]


def restore(connection: Connection[Any]) -> int:
    """Write down again what is missing; how much that was."""
    lost = missing(connection)
    touching.insert(connection, touching.placed(connection, lost))
    return len(lost)


def _derived(connection: Connection[Any], chunk: int = 5000) -> Iterator[list[tuple[uuid.UUID, Touch, bool]]]:
    """Part by part: each fact with what it touches, and whether that is written down."""
    last = uuid.UUID(int=0)
    while rows := connection.execute(_FACTS, [last, chunk]).fetchall():
        last = rows[-1][0]
        spoke = standings.of(connection, {row[8] for row in rows if row[8] is not None})
        yield [
            (row[0], touch, touch.subject in row[9])
            for row in rows
            if row[1] in KINDS
            for touch in _touches(row, spoke.get(row[8]))
        ]


def _touches(row: Sequence[Any], standing: Standing | None) -> list[Touch]:
    id, name, place, home, reporting, corrects, body, behalf, *_rest = row
    kind, post = KINDS[name], behalf_of(behalf)
    roles = kind.said_by | kind.recorded_by if post else kind.said_by
    envelope = Envelope(place, home, reporting, lambda at: standing is None or standing.covers(at, roles))
    found = list(kind.touches(corrects or id, kind.decode(body), envelope, corrects is not None))
    return [*found, touching.spoken(id, place, post)] if post else found
