"""What others decided upon is not taken from under them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.append import CORRECTED
from tongzhou.ledger.form import Checked
from tongzhou.ledger.standing import Standing
from tongzhou.problems import AlreadyDecided, Problem

_OPEN: dict[str, tuple[str, frozenset[str]]] = {}  # kind → its noun and the states in which it is not decided upon
_ROWS = """
select f.id, k.name, r.state from ledger_fact f
join ledger_kind k on k.id = f.kind join unnest(%s::text[], %s::text[]) q (kind, noun) on q.kind = k.name
join ledger_touch t on t.fact = f.id join ledger_row r on r.noun = q.noun and t.subject = r.noun || '/' || r.key
where f.id = any(%s)
"""


def while_open(kind: str, noun: str, states: Collection[str]) -> None:
    """A word of this kind is corrected and withdrawn only as long as its row stands in one of these states: afterwards
    a signature, a look or a weighing of somebody else would be gone with it, and whatever it bound."""
    _OPEN[kind] = noun, frozenset({*states, "void"})


def _taken_back(connection: Connection[Any], _spoke: Standing, facts: Sequence[Checked]) -> dict[int, Problem]:
    corrected = [fact.said.corrects for fact in facts]
    if not corrected:
        return {}
    found = connection.execute(_ROWS, [list(_OPEN), [noun for noun, _states in _OPEN.values()], corrected])
    decided = {id for id, kind, state in found if state not in _OPEN[kind][1]}
    return {fact.n: AlreadyDecided("", "corrects") for fact in facts if fact.said.corrects in decided}


CORRECTED.append(_taken_back)
