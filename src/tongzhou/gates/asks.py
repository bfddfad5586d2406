"""What the ledger asks of facts about gates beyond the right to speak of the place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.gates import limits, number, post, register, ruling
from tongzhou.gates.queries import taken_back
from tongzhou.ledger.append import ASKS, Ask, Context, fresh, together
from tongzhou.ledger.ending import at_most, ends_within
from tongzhou.ledger.form import Checked
from tongzhou.ledger.furniture import furnishes
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.turns import take_turns
from tongzhou.problems import Malformed, NotYours, Problem
from tongzhou.sites.named import PLACES, names_site, standing, stands

GATES = frozenset({"gate"})


@furnishes("gate")
def gates(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    return stands(connection, keys)


@furnishes("gate_phone")
def phones(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    """A phone lies where its gate stands."""
    return _of_gates(connection, {key: key.rpartition("-")[0] for key in keys})


@furnishes("gate_register")
def registers(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    return _of_gates(connection, {key: key[: -len("-2020-03-10")] for key in keys})


def _of_gates(connection: Connection[Any], gates: Mapping[str, str]) -> dict[str, int]:
    places = stands(connection, sorted(set(gates.values())))
    return {key: places[gate] for key, gate in gates.items() if gate in places}


@furnishes("gate_day")
def days(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    """The counts of a day lie where the gate stands."""
    return _of_gates(connection, {key: key.partition("/")[0] for key in keys})


def _own_gate(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A gate's phone speaks of its gate alone; and whoever holds it is not signed in: it adds, and changes nothing that
    was said."""
    who = context.authority
    if not isinstance(who, post.GatePost):
        return {}
    refused: dict[int, Problem] = {}
    for fact in facts:
        body: Any = fact.body
        if body.gate != who.gate:
            refused[fact.n] = NotYours("", "gate")
        elif fact.said.corrects:
            refused[fact.n] = NotYours("", "corrects")
    return refused


def _own_phone(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A gate's phone counts and stands there under its own number; anybody else names one that was lent to the gate."""
    bodies: dict[int, Any] = {fact.n: fact.body for fact in facts}
    if isinstance(context.authority, post.GatePost):
        own = context.authority.phone
        return {n: NotYours("", "phone") for n, body in bodies.items() if body.phone != own}
    named = {(body.gate, body.phone) for body in bodies.values() if body.phone is not None}
    lent = post.lent_to(connection, named)
    words = _("a phone that was lent to this gate")
    return {n: Malformed(words, "phone") for n, body in bodies.items()
            if body.phone is not None and (body.gate, body.phone) not in lent}  # fmt: skip


def _card(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """At most so long as the table says, soon, and check digits that fit."""
    refused: dict[int, Problem] = {}
    longest = limits.hours("pass_h")
    for fact in fresh(connection, facts):
        body: Any = fact.body
        starts, until = moment_in(body.starts), moment_in(body.until)
        if starts is None or until is None or not starts < until:
            refused[fact.n] = Malformed(_("it ends after it begins"), "until")
        elif until - starts > longest:
            refused[fact.n] = Malformed(at_most(longest), "until")
        elif abs(starts - context.known_at) > longest:
            refused[fact.n] = Malformed(_("a pass is issued for today or tomorrow"), "starts")
        elif not number.fits(body.number):
            refused[fact.n] = Malformed(_("the check digits do not fit"), "number")
    return refused


def _span(body: Any) -> dt.timedelta:
    starts, until = moment_in(body.starts), moment_in(body.until)
    assert starts and until  # _card refused any other
    return until - starts


def _allowed(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """The measure in force at the gate asks for passes and the order of the day lets one be issued: both are named, as
    whoever issued it was told. When the household was out last stands in no fact: that was asked before."""

    @cache
    def may(gate: str, what: str) -> ruling.May:
        where = standing(connection, [gate])[gate][0]
        compound = where.details.get("part_of") or ""
        return ruling.may_on(connection, where.place, context.known_at, what, "never", compound=compound)

    refused: dict[int, Problem] = {}
    for fact in fresh(connection, facts):
        body: Any = fact.body
        told = may(body.gate, body.what).within(_span(body).total_seconds() / 3600)
        if told.said != "issue":
            refused[fact.n] = Malformed(told.why, "until" if told.said == "too_long" else "what")
        elif body.measure != told.measure:
            refused[fact.n] = Malformed(_("the measure in force that asks for passes at this gate"), "measure")
        elif body.edition != told.edition:
            refused[fact.n] = Malformed(_("the edition of the rule that holds there on this day"), "edition")
    return refused


def _numbered(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A number that no other pass of the gate has on those days, nor one that was taken back and is about; a corrected
    pass keeps its number and its gate, because they stand on the card."""
    back = cache(lambda gate: frozenset(taken_back(connection, gate, context.known_at)))
    refused: dict[int, Problem] = {}
    given: set[tuple[str, str]] = set()
    new = fresh(connection, facts)
    take_turns(connection, (f"gate/{fact.body.gate}" for fact in new))  # type: ignore[attr-defined]
    for fact in new:
        body: Any = fact.body
        key = str(fact.said.corrects or fact.said.id)
        before = connection.execute(_BEFORE, [key]).fetchone()
        taken = connection.execute(_TAKEN, [key, body.gate, body.number, moment_in(body.starts)]).fetchone()
        gone = before is None and body.number in back(body.gate)
        if before is not None and before != (body.gate, body.number):
            refused[fact.n] = Malformed(_("a card keeps its number and its gate: take it back and issue another"),
                                        "number")  # fmt: skip
        elif taken or gone or (body.gate, body.number) in given:
            refused[fact.n] = Malformed(_("another pass of this gate has this number"), "number")
        given.add((body.gate, body.number))
    return refused


_BEFORE = "select data ->> 'gate', data ->> 'number' from ledger_row where noun = 'pass' and key = %s"
_TAKEN = """
select 1 from ledger_row where noun = 'pass' and state <> 'void' and key <> %s and data ->> 'gate' = %s
and data ->> 'number' = %s and (data ->> 'until')::timestamptz > %s - interval '24 hours' limit 1
"""


def _erased(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Nobody says that names are gone which lie there still."""
    bodies: dict[int, Any] = {fact.n: fact.body for fact in facts}
    lie = {n: register.living(connection, fact_place, body.day) for n, body in bodies.items()
           if (fact_place := stands(connection, [body.gate]).get(body.gate)) is not None}  # fmt: skip
    return {n: Malformed(_("names that are erased: these lie there still"), "day") for n, keys in lie.items() if keys}


def _gate(*further: Ask) -> Ask:
    return together(names_site("gate", GATES, own=True), _own_gate, *further)


ASKS["gate.shift_began"] = _gate(_own_phone, ends_within("until", lambda: limits.hours("shift_h")))
ASKS["gate.shift_ended"] = ASKS["gate.counted"] = _gate(_own_phone)
ASKS["gate_list.taken_in"] = ASKS["gate_register.begun"] = _gate()
ASKS["gate_phone.lent"] = _gate(_own_phone, ends_within("until", lambda: limits.hours("lend_h")))
ASKS["gate_phone.fetched"] = ASKS["gate_phone.ended"] = _gate(_own_phone)
ASKS["gate_register.erased"] = _erased
ASKS["pass.issued"] = _gate(names_site("to", PLACES), _card, _allowed, _numbered)
