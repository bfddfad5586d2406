"""Whoever lies in another bed has left the old one; for whom a bed was asked, nobody owes asking any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.reactors import Cause, Effect, reacts
from tongzhou.ledger.touching import lineage

_LEFT_BEHIND = """
select key, place from ledger_row where noun = 'bed' and state = 'occupied' and data ->> 'request' = %s and key <> %s
order by key
"""


@reacts("BED-MOVED", "patient.admitted")
def old_bed(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The bed that the same patient was last seen in waits to be cleaned."""
    request, bed = cause.body.request, str(cause.body.bed)
    held = connection.execute(
        "select data ->> 'bed' from ledger_row where noun = 'request' and key = %s and state = 'admitted'", [request]
    ).fetchone()
    if held is None or held[0] != bed:
        return []
    return [
        Effect("bed.vacated", place, {"bed": int(key), "request": request}, f"bed/{key}")
        for key, place in connection.execute(_LEFT_BEHIND, [request, bed]).fetchall()
    ]


@reacts("CASE-BED", "bed.requested")
def asked_for(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """A bed was asked for where the case lies, above it or below it: the clinician owes the case none any more. What
    somebody of elsewhere asks for says nothing about another's case."""
    case = cause.body.case
    held = connection.execute("select place from ledger_row where noun = 'case' and key = %s", [case]).fetchone()
    if held is None:
        return []
    own = held[0] in lineage(connection, cause.place) or cause.place in lineage(connection, held[0])
    return [Effect("case.bed_settled", held[0], {"case": case, "how": "asked"}, f"case/{case}")] if own else []
