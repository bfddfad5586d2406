"""What a word about a measure is asked against: the measures as they stand, whoever decided them, and their words."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger import worded
from tongzhou.ledger.append import Context
from tongzhou.ledger.form import Checked
from tongzhou.measures import gate
from tongzhou.problems import Malformed, Problem

_MEASURE = """
select key, place, state, data from ledger_row where noun = 'measure' and key = any(%s)
"""


def held(connection: Connection[Any], keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """These measures by key, as they stand."""
    rows = connection.execute(_MEASURE, [[key for key in keys if _is_key(key)]]).fetchall()
    return {key: {"place": place, "state": state, "data": data} for key, place, state, data in rows}


def _is_key(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


_DECIDERS = """
select t.subject, a.by_id from ledger_touch t join ledger_fact f on f.id = t.fact
join ledger_kind k on k.id = f.kind
  and k.name in ('measure.drafted', 'measure.approved', 'measure.reviewed', 'measure.found')
join ledger_append a on a.id = f.append
where t.subject = any(%s) and a.by_id is not null
"""


def deciders(connection: Connection[Any], keys: Sequence[str]) -> dict[str, set[int]]:
    """By measure: whoever wrote a version of it, also one that was corrected since, approved one, or reviewed it and
    let it go on."""
    found: dict[str, set[int]] = {}
    for subject, by in connection.execute(_DECIDERS, [[f"measure/{key}" for key in keys]]).fetchall():
        found.setdefault(subject.removeprefix("measure/"), set()).add(by)
    return found


def in_words(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Nobody is named by where they come from in a sentence that everybody reads."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        told = ((name, gate.by_origin(getattr(fact.body, name) or "")) for name in worded.free(fact.kind.name))
        if found := next(((name, bad) for name, bad in told if bad), None):
            refused[fact.n] = Malformed(gate.no_origin(found[1]), found[0])
    return refused
