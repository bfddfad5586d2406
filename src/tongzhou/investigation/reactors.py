"""An ending that has lost its reason ends: whoever was released because a case was excluded is observed again when it
is confirmed after all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.reactors import Cause, Effect, reacts

_RELEASED = """
select key, place from ledger_row where noun = 'contact' and state = 'source_excluded'
and data ->> 'case' in (
  select %(case)s union select split_part(subject, '/', 2) from ledger_alias where root = 'case/' || %(case)s)
order by key
"""


@reacts("CC-RESUME", "case.classified")
def observed_again(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The case counts again: so do the days of those who were near it."""
    case = cause.body.case
    if cause.body.classification == "excluded":
        return []
    held = connection.execute("select state from ledger_row where noun = 'case' and key = %s", [case]).fetchone()
    if held is None or held[0] == "excluded":
        return []
    released = connection.execute(_RELEASED, {"case": case}).fetchall()
    body = {"case": case}
    return [Effect("contact.resumed", place, body | {"contact": key}, f"contact/{key}") for key, place in released]
