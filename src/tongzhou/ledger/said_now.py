"""Facts that are being appended, as the ledger will give them back: what is new altogether need not be read again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from psycopg import Connection

from tongzhou.ledger import dated
from tongzhou.ledger import standing as standings
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.rights import Touched
from tongzhou.ledger.touching import Asked, Reached

if TYPE_CHECKING:
    from tongzhou.ledger.append import Context


def all_new(
    connection: Connection[Any], context: Context, facts: Sequence[Checked], asked: Asked, reached: Reached
) -> dict[str, list[Touched]]:
    """All that is said now of subjects of which nothing was said before. Where something corrects or merges, all is
    read: it reaches further than the facts it stands in."""
    if any(fact.said.corrects or fact.kind.merges for fact in facts):
        return {}
    new: dict[str, list[Touched]] = {}
    older = reached.told | {t.subject for f in facts if f.said.id in reached.corrected for t in asked.touches[f.n]}
    standing = standings.of(connection, {context.standing})[context.standing]
    zone = connection.info.timezone
    received = context.received_at.astimezone(zone)
    for checked in facts:
        fact = _as_read(context, checked, received, zone)
        for touch in asked.touches[checked.n]:
            if touch.subject not in older:
                new.setdefault(touch.subject, []).append(Touched(fact, touch, standing))
    return new


def as_fact(context: Context, fact: Checked) -> Fact:
    return _made(context, fact, fact.effective_at, context.received_at, fact.said.recorded_at, fact.body)


def _as_read(context: Context, fact: Checked, received_at: dt.datetime, zone: dt.tzinfo) -> Fact:
    """As it would be read back from the ledger: moments in the connection's zone, the body as folds read it."""
    recorded = fact.said.recorded_at
    return _made(
        context,
        fact,
        fact.effective_at.astimezone(zone),
        received_at,
        recorded.astimezone(zone) if recorded else None,
        dated.nearest(fact.body, fact.kind.dated),
    )


def _made(
    context: Context, fact: Checked, effective: dt.datetime, received: dt.datetime, recorded: dt.datetime | None,
    body: Any,
) -> Fact:  # fmt: skip
    said = fact.said
    assert said.place is not None
    return Fact(
        said.id,
        said.kind,
        said.place,
        said.home,
        said.reporting,
        effective,
        received,
        recorded,
        context.authority.by,
        said.corrects,
        context.append,
        body,
        said.because,
        said.behalf,
    )
