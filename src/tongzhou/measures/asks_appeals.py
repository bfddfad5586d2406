"""What is asked before an appeal or its answer is taken: against what, to which desk, by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context
from tongzhou.ledger.form import Checked
from tongzhou.measures.asked_of import deciders, held
from tongzhou.measures.register import moment
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
    """By nobody who proposed, approved or reviewed the measure in any version, and true to what became of it. Of an
    appeal that is not there yet nobody can tell which measure it is about: whoever decided any answers it when it has
    come."""
    keys = [fact.body.appeal for fact in facts]  # type: ignore[attr-defined]
    asked = {
        key: data for key, data in
        connection.execute("select key, data from ledger_row where noun = 'appeal' and key = any(%s)", [keys])
    }  # fmt: skip
    about = {key: data["about"] for key, data in asked.items()}
    decided, measures = deciders(connection, list(about.values())), held(connection, list(about.values()))
    refused: dict[int, Problem] = {}
    for fact in facts:
        measure = about.get(fact.body.appeal)  # type: ignore[attr-defined]
        if measure is None and _ever_decided(connection, context.authority.by):
            refused[fact.n] = NotFound("", "appeal")
        elif fact.said.behalf is not None:
            refused[fact.n] = NotYours("", "behalf")
        elif measure and context.authority.by in decided.get(measure, ()):
            refused[fact.n] = DecidedByYou()
        elif measure and (why := _untrue(fact.body, asked[fact.body.appeal], measures.get(measure))):  # type: ignore[attr-defined]
            refused[fact.n] = Malformed(why, "outcome")
    return refused


def _untrue(said: Any, asked: Mapping[str, Any], measure: Mapping[str, Any] | None) -> str:
    """Why this outcome cannot be told of this appeal; empty where it can."""
    if said.outcome == "told" and asked["sort"] == "appeal":
        return _("whoever disagrees is told whether it was changed, they are excepted, or it stays as it is")
    if said.outcome == "changed" and not _changed_since(asked, measure):
        return _("the measure was not made lighter or ended since this was asked: do that first")
    return ""


def _changed_since(asked: Mapping[str, Any], measure: Mapping[str, Any] | None) -> bool:
    at = moment(asked["asked_at"])
    if measure is None or at is None:
        return False
    data = measure["data"]
    changed = [one["at"] for one in data.get("changes", ()) if one["kind"] != "measure.reviewed"]
    ends = [data.get("ended_at"), *(one["at"] for one in (data.get("gone") or {}).values())]
    return any(after is not None and after >= at for after in map(moment, (*changed, *ends)))


_EVER = """
select exists (select from ledger_fact f join ledger_kind k on k.id = f.kind
  and k.name in ('measure.drafted', 'measure.approved', 'measure.reviewed', 'measure.found')
  join ledger_append a on a.id = f.append
  where a.by_id = %s)
"""


def _ever_decided(connection: Connection[Any], by: int | None) -> bool:
    found = connection.execute(_EVER, [by]).fetchone()
    return bool(found and found[0])


ASKS["appeal.made"] = appealed
ASKS["appeal.answered"] = answered
