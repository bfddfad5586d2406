"""A case that is identified has its home disinfected; where it turns out to be none, that is called off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.reactors import Cause, Effect, reacts
from tongzhou.ledger.time import local_day
from tongzhou.sanitation import rule

_CASE = """
select c.data ->> 'home', coalesce((c.data ->> 'past')::boolean, false), r.data ->> 'household'
from ledger_row c left join ledger_row r on r.noun = 'referral' and r.key = c.data ->> 'referral'
where c.noun = 'case' and c.key = %s and c.state not in ('void', 'merged', 'excluded')
"""
# Was it disinfected because of the words that this one corrects? It is not done a second time.
_DONE_BEFORE = """
select from ledger_fact f join ledger_touch t on t.subject = 'disinfection/' || f.id
join ledger_fact d on d.id = t.fact join ledger_kind k on k.id = d.kind and k.name = 'disinfection.done'
where f.because = %s::uuid and d.body::jsonb ->> 'outcome' = 'done'
  and not exists (select from ledger_fact c where c.corrects = d.id) limit 1
"""
_OPEN = """
select d.key, d.place from ledger_fact f join ledger_row d on d.noun = 'disinfection' and d.key = f.id::text
where f.because = %s::uuid and d.state in ('waiting', 'not_done')
"""


@reacts(rule.RULE, "case.identified")
def order(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The home of whoever was identified, by the rule of that day. What a list brings long afterwards is history; where
    nobody knows the home there is none to disinfect: whoever investigates looks for it."""
    edition = rule.in_force(local_day(cause.effective_at))
    case = str(cause.corrects or cause.id)
    found = connection.execute(_CASE, [case]).fetchone()
    if edition is None or found is None or cause.home is None:
        return []
    if cause.corrects and connection.execute(_DONE_BEFORE, [cause.corrects]).fetchone() is not None:
        return []
    _home, past, household = found
    if past or cause.body.classification not in edition.after:
        return []
    body = {"what": "home", "edition": edition.edition} | ({"household": int(household)} if household else {})
    return [Effect("disinfection.ordered", cause.home, body, f"case/{case}")]


@reacts(rule.RULE, "case.classified")
def call_off(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """Excluded: whoever lives there was no case, and what is not done yet need not be."""
    if cause.body.classification != "excluded":
        return []
    return [
        Effect("disinfection.done", place, {"disinfection": key, "outcome": "off"}, f"disinfection/{key}")
        for key, place in connection.execute(_OPEN, [cause.body.case]).fetchall()
    ]
