"""What is asked before an appeal or its answer is taken: against what, to which desk, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context
from tongzhou.ledger.form import Checked
from tongzhou.measures.asked_of import deciders, held
from tongzhou.problems import DecidedByYou, Malformed, NotFound, NotYours, Problem


def appealed(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Against a public measure; to the desk that answers its appeals. A list of old ones is not asked."""
    if context.authority.standing().system:
        return {}
    found = held(connection, [fact.body.about for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in facts:
        row = found.get(fact.body.about)  # type: ignore[attr-defined]
        if row is None or row["state"] in ("drafted", "declined"):
            refused[fact.n] = NotFound("", "about")
        elif fact.said.reporting != row["data"]["appeal"]:
            refused[fact.n] = Malformed(_("the desk that answers appeals against this measure"), "reporting")
    return refused


def answered(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """By nobody who proposed or approved the measure in any version. Of an appeal that is not there yet nobody can tell
    which measure it is about: whoever decided any answers it when it has come."""
    keys = [fact.body.appeal for fact in facts]  # type: ignore[attr-defined]
    about = dict(connection.execute(
        "select key, data ->> 'about' from ledger_row where noun = 'appeal' and key = any(%s)", [keys]
    ).fetchall())  # fmt: skip
    decided = deciders(connection, list(about.values()))
    refused: dict[int, Problem] = {}
    for fact in facts:
        measure = about.get(fact.body.appeal)  # type: ignore[attr-defined]
        if measure is None and _ever_decided(connection, context.authority.by):
            refused[fact.n] = NotFound("", "appeal")
        elif fact.said.behalf is not None:
            refused[fact.n] = NotYours("", "behalf")
        elif measure and context.authority.by in decided.get(measure, ()):
            refused[fact.n] = DecidedByYou()
    return refused


_EVER = """
select exists (select from ledger_fact f join ledger_kind k on k.id = f.kind
  and k.name in ('measure.drafted', 'measure.approved', 'measure.found') join ledger_append a on a.id = f.append
  where a.by_id = %s)
"""


def _ever_decided(connection: Connection[Any], by: int | None) -> bool:
    found = connection.execute(_EVER, [by]).fetchone()
    return bool(found and found[0])


ASKS["appeal.made"] = appealed
ASKS["appeal.answered"] = answered
