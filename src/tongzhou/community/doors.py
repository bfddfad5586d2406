"""Whose door it is: a fact about a household needs one that is there and within the speaker's branch.

A door elsewhere and one that is nowhere are answered alike, so that nobody learns by asking which doors there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context
from tongzhou.ledger.form import Checked
from tongzhou.problems import Problem, UnknownHousehold


def ask(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Refusals, by position. The set-wise `household.heard` asks the same in its own statement."""
    doors = {fact.n: number for fact in facts if (number := getattr(fact.body, "household", None)) is not None}
    if not doors:
        return {}
    held = connection.execute(
        "select id from community_household where place <@ %s::int4multirange and id = any(%s::int[])",
        [context.authority.may_say(facts[0].kind), sorted(set(doors.values()))],
    ).fetchall()
    own = {number for (number,) in held}
    return {n: UnknownHousehold(str(number), "household") for n, number in doors.items() if number not in own}


for kind in ("exception.raised", "need.stated", "task.set"):
    ASKS[kind] = ask
