"""What is asked before somebody gets a contact: a guardian's decision for a child, members of the same team, not more
people than one person can ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.community import doors
from tongzhou.ledger.append import ASKS, CORRECTED, Context, fresh, together
from tongzhou.ledger.fold import Row, checks
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.standing import Standing
from tongzhou.ledger.turns import take_turns
from tongzhou.liaisons import numbers
from tongzhou.problems import AlreadyDecided, Malformed, NotYours, Problem
from tongzhou.tables.policy import shipped

_TEAM = """
select t.key, c.covers::text, t.state, (select count(*) from ledger_row l where l.noun = 'liaison'
  and l.place <@ c.covers and l.state in ('named', 'refused') and l.data ->> 'asks' = t.key)
from ledger_row t join places_cover c on c.place = t.place and c.tree = 'command' and c.valid_to is null
where t.noun = 'teammate' and t.key = any(%s)
"""
_OF = """
select key, place, case when state in ('named', 'refused') then data ->> 'asks' end, (data ->> 'since')::timestamptz
from ledger_row where noun = 'liaison' and key = any(%s)
"""


def needed(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Of a child nothing is noted without somebody's decision who may take it."""
    return {
        fact.n: Malformed(_("a guardian or civil affairs decides whether it is noted for a child"), "agreed")
        for fact in facts
        if fact.body.who == "child" and fact.body.agreed is None  # type: ignore[attr-defined]
    }


def named(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Both belong to the team of the place, are two, and ask for no more people than one can."""
    bodies: list[Any] = [fact.body for fact in facts]
    asked = sorted({one for body in bodies for one in (body.teammate, body.deputy) if one})
    take_turns(
        connection, (f"teammate/{key}" for key in asked)
    )  # for how many somebody asks is counted by one at a time
    team = {key: (covers, state, n) for key, covers, state, n in connection.execute(_TEAM, [asked])}
    held = {key: told for key, *told in connection.execute(_OF, [[body.liaison for body in bodies]])}
    most = int(shipped("liaisons")["values"]["most"])
    load = Counter({key: n for key, (_covers, _state, n) in team.items()})
    refused: dict[int, Problem] = {}
    for fact, body in zip(facts, bodies, strict=True):
        place, before, since = held.get(body.liaison, (0, None, None))
        for field, key in (("teammate", body.teammate), ("deputy", body.deputy)):
            if key and (key not in team or team[key][1] == "ended" or not contains(team[key][0], place)):
                refused[fact.n] = Malformed(_("somebody of the community's own team"), field)
        if body.deputy == body.teammate:
            refused[fact.n] = Malformed(_("somebody else than the contact"), "deputy")
        more = before != body.teammate
        if load[body.teammate] + more > most:
            words = _("nobody who asks for %(n)d people already") % {"n": most}
            refused[fact.n] = Malformed(words, "teammate")
        if more and fact.n not in refused:
            load[body.teammate] += 1
            if before is None or fact.effective_at >= since:  # else the one that holds stays
                held[body.liaison] = [place, body.teammate, fact.effective_at]
                if before in load:
                    load[before] -= 1
    return refused


def called(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Whom they did not want to ring them does not say that they were reached, nor in the request that says so: the
    lead asks them again. Two who speak of one person at once take turns."""
    bodies: list[Any] = [fact.body for fact in facts]
    keys = sorted({body.liaison for body in bodies})
    take_turns(connection, (f"liaison/{key}" for key in keys))
    spoke = context.authority.standing()
    found = {key: (place, state == "refused") for key, place, state in connection.execute(_STATE, [keys])}
    said = [(body.liaison, fact.effective_at) for fact, body in zip(facts, bodies, strict=True)
            if body.outcome == "refused"]  # fmt: skip
    return {
        fact.n: Malformed(_("they did not want to be rung: the lead asks them again"), "outcome")
        for fact, body in zip(facts, bodies, strict=True)
        if body.outcome == "reached" and body.liaison in found and not spoke.covers(found[body.liaison][0], LEADS)
        and (found[body.liaison][1] or any(key == body.liaison and at <= fact.effective_at for key, at in said))
    }  # fmt: skip


def own_armband(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Whoever wears an armband today speaks of its doors, and of nobody else's; the desk of all."""
    spoke, by = context.authority.standing(), context.authority.by
    if spoke.system or by is None:
        return {}
    fresh_ones = fresh(connection, facts)
    mine = numbers.worn(connection, by, context.received_at) if fresh_ones else None
    if mine is None:
        return {}
    keys = sorted({fact.body.liaison for fact in fresh_ones})  # type: ignore[attr-defined]
    rings = numbers.ringing(connection, keys, context.received_at)
    places = {key: place for key, place, _state in connection.execute(_STATE, [keys])}
    told = _("this door is another armband's today")
    return {
        fact.n: NotYours(told, "liaison")
        for fact in fresh_ones
        if (key := fact.body.liaison) in places  # type: ignore[attr-defined]
        and rings.get(key) != mine
        and not spoke.covers(places[key], LEADS)
    }


def takes_back(connection: Connection[Any], spoke: Standing, facts: Sequence[Checked]) -> dict[int, Problem]:
    """That somebody wants no calls is corrected and taken back by the lead alone."""
    told = connection.execute(_SAID, {"corrected": [fact.said.corrects for fact in facts]}).fetchall()
    held = {id for *ids, place in told if not spoke.covers(place, LEADS) for id in ids}
    return {fact.n: NotYours("", "corrects") for fact in facts if fact.said.corrects in held}


LEADS = frozenset({"community_lead"})
_STATE = "select key, place, state from ledger_row where noun = 'liaison' and key = any(%s)"
_SAID = """
select f.id, f.corrects, r.place from ledger_fact f join ledger_kind k on k.id = f.kind and k.name = 'liaison.called'
join ledger_row r on r.noun = 'liaison' and r.key = f.body::jsonb ->> 'liaison'
where (f.id = any(%(corrected)s) or f.corrects = any(%(corrected)s)) and f.body::jsonb ->> 'outcome' = 'refused'
"""
CORRECTED.append(takes_back)
ASKS["liaison.called"] = together(called, own_armband)
ASKS["liaison.needed"] = together(needed, doors.there)
ASKS["liaison.named"] = named


@checks("liaison.named")
def names(row: Row | None, fact: Fact) -> None:
    if row is not None and row.state == "ended":
        raise AlreadyDecided()
