"""What follows from words of an investigation: whoever was released because a case was excluded is observed again when
it is confirmed after all; another county in which a contact lives is owed a letter, and one in which a case lives is
offered it."""

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


# The county or zone of each of two places, by the command tree; none for what lies above all counties.
_COUNTIES = """
select (select c.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null
  where c.tree = 'command' and c.valid_to is null and n.level in ('county', 'zone') and c.covers @> p.place
  order by c.depth desc limit 1) from unnest(%s::integer[]) with ordinality p (place, n) order by p.n
"""


@reacts("CASE-OFFER", "case.identified")
def home_elsewhere(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """A case whose home lies in another county than that which reports it: that county is to take it over. Of a list
    nobody hands over line by line."""
    if cause.home is None or cause.body.source is not None:
        return []
    (lives,), (ours,) = connection.execute(_COUNTIES, [[cause.home, cause.place]]).fetchall()
    if lives is None or lives == ours:
        return []
    case = str(cause.corrects or cause.id)
    return [Effect("case.elsewhere", cause.place, {"case": case, "county": lives}, f"case/{case}")]


@reacts("CC-LETTER", "contact.named")
def lives_elsewhere(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """A close contact who lives in another county than that which investigates."""
    if not cause.body.close or cause.home is None:
        return []
    (lives,), (ours,) = connection.execute(_COUNTIES, [[cause.home, cause.place]]).fetchall()
    if lives is None or lives == ours:
        return []
    contact = str(cause.corrects or cause.id)
    return [Effect("contact.elsewhere", cause.place, {"contact": contact, "county": lives}, f"contact/{contact}")]


@reacts("CC-LETTER", "letter.sent")
def written_to(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """Those whom a letter tells of are not owed another one to that county."""
    held = connection.execute(_OF_LETTER, [list(cause.body.contacts), cause.body.case]).fetchall()
    body = {"county": cause.reporting, "letter": str(cause.corrects or cause.id)}
    return [
        Effect("contact.elsewhere", place, {"contact": key, **body}, f"contact/{key}")
        for key, place in held
        if cause.reporting is not None
    ]


_OF_LETTER = """
select key, place from ledger_row where noun = 'contact' and key = any(%s) and data ->> 'case' = %s order by key
"""
