"""Effects on other subjects: only a reactor has them, by facts of the system that say because of what.

A reactor looks at facts that count and answers with facts; each has an id made of rule, subject and cause, so that it
is said once however often it is asked. Where the cause no longer counts, what was said because of it is withdrawn.
Reactors follow the ledger; a rebuild never runs them, for what they said are facts.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg import Connection

from tongzhou.ledger.append import append
from tongzhou.ledger.follow import Span, follower
from tongzhou.ledger.gone import GONE
from tongzhou.ledger.kinds import KINDS, Said
from tongzhou.ledger.standing import System

NAMESPACE = uuid.UUID("6d1b1a54-0f0e-5c0a-9c0e-2b3f6d0a7e11")


@dataclass(frozen=True)
class Cause:
    """A fact that counts and that a reactor asked for."""

    id: uuid.UUID
    kind: str
    place: int
    effective_at: dt.datetime
    body: Any
    home: int | None = None
    reporting: int | None = None
    corrects: uuid.UUID | None = None


@dataclass(frozen=True)
class Effect:
    """What a reactor says of another subject: its kind, the place where that lies, its body; `home`: where else
    something of it lies."""

    kind: str
    place: int
    body: dict[str, Any]
    subject: str
    home: int | None = None


# (connection, cause) → what follows from it
React = Callable[[Connection[Any], Cause], Sequence[Effect]]
REACTORS: dict[str, list[tuple[str, React]]] = {}


def reacts(rule: str, *kinds: str) -> Callable[[React], React]:
    """Register a reactor under the name of its rule for facts of these kinds."""

    def register(react: React) -> React:
        for kind in kinds:
            REACTORS.setdefault(kind, []).append((rule, react))
        return react

    return register


_CAUSES = f"""
with said as materialized (  -- of a whole city's doors none: only what is asked for, corrects or takes over
  select id, kind, corrects, body from ledger_fact where append = any(%(appends)s) and (corrects is not null
    or kind = any(array(select id from ledger_kind where name = any(%(kinds)s) or name = 'word.taken')))
), near as materialized (
  select id from said
  union select corrects from said where corrects is not null
  union select b.id from said w join ledger_kind n on n.id = w.kind join ledger_fact b on b.corrects = w.corrects
    where n.name = 'fact.withdrawn'
  union select (w.body::jsonb ->> 'fact')::uuid from said w join ledger_kind n on n.id = w.kind
    where n.name = 'word.taken'
), told as materialized (
  select f.* from near join ledger_fact f on f.id = near.id
)
select f.id, k.name, f.place, f.effective_at, f.body, f.home, f.reporting, f.corrects,
  exists (select from ledger_pending p where p.fact = f.id) or {GONE}
from told f join ledger_kind k on k.id = f.kind
where k.name = any(%(kinds)s)
order by f.effective_at, f.received_at, f.id
"""
_SAID_BECAUSE = """
select f.id, f.place, f.effective_at from ledger_fact f join ledger_append a on a.id = f.append
where f.because = %s and a.origin = 'system' and f.corrects is null
  and not exists (select from ledger_fact c
    where c.corrects = f.id and ledger_corrects(c.append, f.kind, f.place, f.body))
"""


@follower("reactors", most=500)
def react(connection: Connection[Any], appends: Sequence[int], span: Span) -> None:
    """Say what follows from the facts of these appends, and take back what no longer does."""
    if not REACTORS:
        return
    for cause, gone in causes(connection, sorted(REACTORS), appends):
        said = _withdrawn(connection, cause) if gone else _following(connection, cause)
        if said:
            append(connection, said, System(), device="reactor", origin="system")


def causes(connection: Connection[Any], kinds: Sequence[str], appends: Sequence[int]) -> list[tuple[Cause, bool]]:
    """Facts of these kinds that these appends said, corrected or took over, and whether each does not count now."""
    found = connection.execute(_CAUSES, {"kinds": list(kinds), "appends": list(appends)}).fetchall()
    return [
        (Cause(id, kind, place, at, KINDS[kind].read(body), home, reporting, corrects), gone)
        for id, kind, place, at, body, home, reporting, corrects, gone in found
    ]


def _following(connection: Connection[Any], cause: Cause) -> list[Said]:
    return [
        Said(
            id=uuid.uuid5(NAMESPACE, f"{rule} {effect.subject} {cause.id}"),
            kind=effect.kind,
            effective_at=cause.effective_at,
            body=msgspec.Raw(json.dumps(effect.body).encode()),
            place=effect.place,
            home=effect.home,
            because=cause.id,
        )
        for rule, reactor in REACTORS[cause.kind]
        for effect in reactor(connection, cause)
    ]


def _withdrawn(connection: Connection[Any], cause: Cause) -> list[Said]:
    return [
        Said(
            id=uuid.uuid5(NAMESPACE, f"withdrawn {id} {cause.id}"),
            kind="fact.withdrawn",
            effective_at=at,
            body=msgspec.Raw(b"{}"),
            place=place,
            corrects=id,
            because=cause.id,
        )
        for id, place, at in connection.execute(_SAID_BECAUSE, [cause.id]).fetchall()
    ]
