"""What is said of a duty is said by a post that owes it: not by whoever else speaks of the place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context
from tongzhou.ledger.form import Checked
from tongzhou.ledger.owed import posts
from tongzhou.ledger.standing import Standing
from tongzhou.problems import NotYours, Problem

_STEPS = """
select noun || '/' || key, what, at, step, role, place, until from ledger_owed
where (noun, key) in (select * from unnest(%b::text[], %b::text[]))
"""


def owes(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Refusals by position: what is not owed (any more) and what somebody else owes are answered alike. Only a desk to
    which it came up urges."""
    subjects = [fact.body.subject.partition("/") for fact in facts]  # type: ignore[attr-defined]
    found: dict[tuple[str, str, int], list[tuple[int, str, int, dt.datetime | None]]] = {}
    given = [[noun for noun, _, _ in subjects], [key for _, _, key in subjects]]
    for subject, what, at, *step in connection.execute(_STEPS, given):
        found.setdefault((subject, what, at), []).append(tuple(step))
    standing = context.authority.standing()
    refused: dict[int, Problem] = {}
    for fact in facts:
        body: Any = fact.body
        steps = found.get((body.subject, body.what, body.at), [])
        owed = [
            (role, place)
            for step, role, place, until in steps
            if (until is None or until > fact.effective_at)
            and (fact.kind.name != "owed.urged" or (step and place == fact.said.place))
        ]
        mine = any(standing.covers(place, posts(role)) for role, place in owed)
        if not mine and not _falls_to_desk(connection, standing, owed):
            refused[fact.n] = NotYours("", "body.subject")
    return refused


def _falls_to_desk(connection: Connection[Any], standing: Standing, owed: Sequence[tuple[str, int]]) -> bool:
    """Does the speaker hold the desk of a place for which nobody holds the post that owes it?"""
    asked = "select exists (select from ledger_unheld(%s, %s::int4multirange) where not isempty(places))"
    return any(
        standing.covers(place, posts("desk"))
        and connection.execute(asked, [[role], f"{{[{place},{place}]}}"]).fetchone() == (True,)
        for role, place in owed
    )


for kind in ("owed.hindered", "owed.passed", "owed.seen", "owed.urged"):
    ASKS[kind] = owes
