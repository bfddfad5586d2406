"""Whose door it is: a fact about a household needs a household that is there and within the speaker's branch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context
from tongzhou.ledger.form import Checked
from tongzhou.problems import NotYours, Problem, UnknownHousehold


def ask(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Refusals, by position. The set-wise `household.heard` asks the same in its own statement."""
    doors = {fact.n: number for fact in facts if (number := getattr(fact.body, "household", None)) is not None}
    if not doors:
        return {}
    held = dict(
        connection.execute(
            "select id, place <@ %s::int4multirange from community_household where id = any(%s::int[])",
            [context.authority.may_say(facts[0].kind), sorted(set(doors.values()))],
        ).fetchall()
    )
    refused: dict[int, Problem] = {}
    for n, number in doors.items():
        if number not in held:
            refused[n] = UnknownHousehold(str(number), "household")
        elif not held[number]:
            refused[n] = NotYours("", "household")
    return refused


for kind in ("exception.raised", "need.stated", "task.set"):
    ASKS[kind] = ask
