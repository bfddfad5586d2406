"""What the ledger asks of facts about gates beyond the right to speak of the place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.gates import number
from tongzhou.ledger.append import ASKS, Ask, Context, fresh, together
from tongzhou.ledger.form import Checked
from tongzhou.ledger.furniture import furnishes
from tongzhou.ledger.owed import moment_in
from tongzhou.problems import Malformed, NotYours, Problem
from tongzhou.sites.named import PLACES, names_site, stands

GATES = frozenset({"gate"})
LONGEST = dt.timedelta(hours=24)


@furnishes("gate")
def gates(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    return stands(connection, keys)


@furnishes("gate_day")
def days(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    """The counts of a day lie where the gate stands."""
    places = stands(connection, [key.partition("/")[0] for key in keys])
    return {key: places[gate] for key in keys if (gate := key.partition("/")[0]) in places}


def _own_gate(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A gate's phone speaks of its gate alone."""
    own = getattr(context.authority, "gate", None)
    return {} if own is None else {fact.n: NotYours("", "gate") for fact in facts if fact.body.gate != own}  # type: ignore[attr-defined]


def _card(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """At most a day, check digits that fit, and a number that no other pass of the gate has on those days."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        body: Any = fact.body
        starts, until = moment_in(body.starts), moment_in(body.until)
        if starts is None or until is None or not starts < until:
            refused[fact.n] = Malformed(_("it ends after it begins"), "until")
        elif until - starts > LONGEST:
            refused[fact.n] = Malformed(_("a pass is good for a day at most"), "until")
        elif not number.fits(body.number):
            refused[fact.n] = Malformed(_("the check digits do not fit"), "number")
    given: set[tuple[str, str]] = set()
    for fact in fresh(connection, [one for one in facts if one.n not in refused]):
        body = fact.body
        if fact.said.corrects:
            continue
        connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"gate/{body.gate}"])
        taken = connection.execute(_TAKEN, [body.gate, body.number, moment_in(body.starts)]).fetchone()
        if (body.gate, body.number) in given or taken:
            refused[fact.n] = Malformed(_("another pass of this gate has this number"), "number")
        given.add((body.gate, body.number))
    return refused


_TAKEN = """
select 1 from ledger_row where noun = 'pass' and state <> 'void' and data ->> 'gate' = %s and data ->> 'number' = %s
and (data ->> 'until')::timestamptz > %s - interval '24 hours' limit 1
"""


def _gate(*further: Ask) -> Ask:
    return together(names_site("gate", GATES, own=True), _own_gate, *further)


for kind in ("gate.shift_began", "gate.shift_ended", "gate.counted", "gate_list.taken_in"):
    ASKS[kind] = _gate()
ASKS["pass.issued"] = _gate(names_site("to", PLACES), _card)
