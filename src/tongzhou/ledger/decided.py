"""What others decided upon is not taken from under them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.append import Corrected
from tongzhou.ledger.form import Checked
from tongzhou.ledger.standing import Standing
from tongzhou.problems import AlreadyDecided, Problem

_DECIDED = """
select f.id from ledger_fact f join ledger_kind k on k.id = f.kind and k.name = %s
join ledger_touch t on t.fact = f.id join ledger_row r on r.noun = %s and t.subject = r.noun || '/' || r.key
where f.id = any(%s) and not r.state = any(%s)
"""


def while_open(kind: str, noun: str, states: Collection[str]) -> Corrected:
    """A word of this kind is corrected and withdrawn only as long as its row stands in one of these states: afterwards
    a signature, a look or a weighing of somebody else would be gone with it, and whatever it bound."""

    def taken_back(connection: Connection[Any], _spoke: Standing, facts: Sequence[Checked]) -> dict[int, Problem]:
        corrected = [fact.said.corrects for fact in facts]
        found = connection.execute(_DECIDED, [kind, noun, corrected, [*states, "void"]])
        decided = {id for (id,) in found}
        return {fact.n: AlreadyDecided("", "corrects") for fact in facts if fact.said.corrects in decided}

    return taken_back
