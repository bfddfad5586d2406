"""What is asked before a word between desks is taken: that it goes down one's own branch, names the next number, agrees
with what was asked for, and speaks of what is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import Connection

from tongzhou.directives import kinds
from tongzhou.directives.fold import SUPPORT, outcome_of
from tongzhou.ledger.append import ASKS, CORRECTED, Context, fresh, together
from tongzhou.ledger.form import Checked
from tongzhou.ledger.gone import GONE
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.standing import Standing
from tongzhou.ledger.time import stamp
from tongzhou.ledger.touching import lineage
from tongzhou.ledger.turns import take_turns
from tongzhou.problems import AlreadyDecided, Malformed, NotFound, NotYours, Problem

Refused = dict[int, Problem]
DESKS = frozenset(kinds.DESK)
IN_WORDS = gettext_lazy("What it came to, in words: this directive is shown by an answer.")


def below(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> Refused:
    """A directive goes to desks of one's own branch, by an hour that is still to come; broken down, never to one's own
    desk and not later than the desk above asks for. A list of old ones is not asked about its hours."""
    refused: Refused = {}
    system = context.authority.standing().system
    new = fresh(connection, facts)
    above = _due_above(connection, [fact.body.parent for fact in new])  # type: ignore[attr-defined]
    for fact in facts:
        body: kinds.DirectiveIssued = fact.body  # type: ignore[assignment]
        covered = context.authority.may_say(fact.kind)
        if not all(contains(covered, place) for place in body.to):
            refused[fact.n] = NotYours("", "to")
        elif fact in new and not system and (wrong := _sent_wrongly(fact, body, above)):
            refused[fact.n] = wrong
    return refused


def shown(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> Refused:
    """What tasks show names the task: else nothing could show it done. Passed on, it is as the desk above asked."""
    return {
        fact.n: Malformed(_("which task shows it: the last of these tasks closes the directive"), "task")
        for fact in facts
        if fact.body.evidence == "tasks" and not fact.body.task and not fact.body.parent  # type: ignore[attr-defined]
    }


def _sent_wrongly(fact: Checked, body: kinds.DirectiveIssued, above: Mapping[str, str]) -> Problem | None:
    due, last = moment_in(body.due), moment_in(above.get(body.parent or ""))
    if body.parent and fact.said.place in body.to:
        return Malformed(_("desks below one's own"), "to")
    if due is None or due <= fact.effective_at:
        return Malformed(_("a moment that is still to come"), "due")
    if last is not None and fact.effective_at < last < due:
        return Malformed(_("not later than the desk above asks for: %(t)s") % {"t": stamp(last)}, "due")
    return None


def _due_above(connection: Connection[Any], keys: Sequence[str | None]) -> dict[str, str]:
    asked = "select key, data ->> 'due' from ledger_row where noun = 'directive' and key = any(%s)"
    return dict(connection.execute(asked, [[key for key in keys if key]]).fetchall())


def next_serial(connection: Connection[Any], place: int, year: str) -> int:
    """The number of a desk's next decision of a year: after every one that was ever given, also to what was withdrawn
    since."""
    row = connection.execute(_SERIALS, {"place": place, "year": f"{year}-"}).fetchone()
    return int(row[0]) + 1 if row else 1


_SERIALS = """
select coalesce(max((data ->> 'serial')::integer), 0) from (
  select data from ledger_row where noun = 'decision' and place = %(place)s
  union all
  select data from ledger_row_was where noun = 'decision' and place = %(place)s
) held where starts_with(data ->> 'day', %(year)s)
"""
_OWN_SERIAL = "select data ->> 'serial' from ledger_row where noun = 'decision' and key = %s"


def numbered(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> Refused:
    """A decision that is a paper has the next number of its issuer and year, or keeps its own. Two desks that sign at
    once take turns."""
    refused: Refused = {}
    given: dict[tuple[int, str], dict[str, int]] = {}  # in this batch, which is written after all of it was asked
    papers: list[tuple[Checked, kinds.DecisionTaken]] = [
        (fact, fact.body)  # type: ignore[misc]
        for fact in facts
        if fact.body.serial is not None  # type: ignore[attr-defined]
    ]
    take_turns(connection, (f"serial/{body.place}/{body.day[:4]}" for _fact, body in papers))
    for fact, body in papers:
        key, year = f"{body.place}/{body.day}/{body.number}", body.day[:4]
        own = connection.execute(_OWN_SERIAL, [key]).fetchone()
        new = given.setdefault((body.place, year), {})
        wanted = int(own[0]) if own and own[0] else new.get(key, next_serial(connection, body.place, year) + len(new))
        if body.serial == wanted:
            if not (own and own[0]):
                new[key] = wanted
        else:
            refused[fact.n] = Malformed(_("the next number is %(n)s") % {"n": wanted}, "body.serial")
    return refused


def in_branch(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> Refused:
    """A decision is carried out in one's own branch: no desk lays a duty on one that is not below it."""
    refused: Refused = {}
    if context.authority.standing().system:
        return refused
    for fact in facts:
        body: kinds.DecisionTaken = fact.body  # type: ignore[assignment]
        may = context.authority.may_record if fact.said.behalf else context.authority.may_say
        if not contains(may(fact.kind), body.at):
            refused[fact.n] = NotYours("", "at")
    return refused


_BY_ANSWER = "select key from ledger_row where noun = 'directive' and key = any(%s) and data ->> 'evidence' = 'answer'"


def answered(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> Refused:
    """What an answer shows is not done before it is said in words what it came to."""
    silent = [fact for fact in fresh(connection, facts) if fact.body.outcome == "done" and not fact.body.text]  # type: ignore[attr-defined]
    keys = sorted({fact.body.directive for fact in silent})  # type: ignore[attr-defined]
    asked = {key for (key,) in connection.execute(_BY_ANSWER, [keys])}
    return {fact.n: Malformed(str(IN_WORDS), "text") for fact in silent if fact.body.directive in asked}  # type: ignore[attr-defined]


_FINDS = "select key from ledger_row where noun = 'decision' and key = any(%s) and data -> 'finds' <> '[]'"


def found_out(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> Refused:
    """A decision that somebody finds something out is not carried out before it is said what was found."""
    if context.authority.standing().system:
        return {}
    silent = [fact for fact in fresh(connection, facts) if fact.body.outcome == "done" and not fact.body.text]  # type: ignore[attr-defined]
    asked = {key for (key,) in connection.execute(_FINDS, [sorted({_key(fact.body) for fact in silent})])}
    return {fact.n: Malformed(_("What was found, in words."), "text") for fact in silent if _key(fact.body) in asked}


_TOLD_TO = """
select key, array[(data ->> 'at')::integer] || array(select jsonb_array_elements_text(data -> 'copies')::integer)
from ledger_row where noun = 'decision' and key = any(%s) and state <> 'void'
"""


def to_whom(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> Refused:
    """A decision is read by telephone to the desk that carries it out, or to one that has a copy. Of another desk's
    decision nothing is told, not even whether there is one: the ledger refuses it by its right."""
    standing = context.authority.standing()
    keys = {fact.n: _key(fact.body) for fact in facts}
    held = dict(connection.execute(_TOLD_TO, [sorted(set(keys.values()))]).fetchall())
    refused: Refused = {}
    for fact in facts:
        body: kinds.DecisionTold = fact.body  # type: ignore[assignment]
        if not standing.covers(body.place, fact.kind.said_by):
            continue
        if (desks := held.get(keys[fact.n])) is None:
            refused[fact.n] = NotFound("", "number")
        elif body.to not in desks:
            refused[fact.n] = Malformed(_("the desk that carries it out, or one that has a copy"), "to")
    return refused


def _key(body: Any) -> str:
    return f"{body.place}/{body.day}/{body.number}"


def from_above(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> Refused:
    """A desk is taken over by one that lies above it, not by itself and not by its neighbour."""
    asked: list[tuple[int, int, int | None]] = [
        (fact.n, fact.body.place, fact.said.place)  # type: ignore[attr-defined]
        for fact in facts
    ]
    return {
        n: NotYours("", "place")
        for n, place, above in asked
        if above == place or above not in lineage(connection, place)
    }


def for_beds(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> Refused:
    """Whoever holds no desk asks for beds, and for nothing else."""
    standing = context.authority.standing()
    return {
        fact.n: Malformed(_("beds: everything else is asked for by the desk"), "what")
        for fact in facts
        if fact.body.what != "beds" and not standing.covers(fact.said.place or 0, DESKS)  # type: ignore[attr-defined]
    }


_OTHERS = """
select f.id, f.place from ledger_fact f join ledger_kind k on k.id = f.kind and k.name = 'support.requested'
where f.id = any(%s) and f.body::jsonb ->> 'what' <> 'beds'
"""


def of_the_desk(connection: Connection[Any], spoke: Standing, facts: Sequence[Checked]) -> Refused:
    """What the desk asked for is corrected and withdrawn by the desk: not by whoever asks for beds alone."""
    found = dict(connection.execute(_OTHERS, [[fact.said.corrects for fact in facts]]).fetchall())
    return {
        fact.n: NotYours("", "corrects")
        for fact in facts
        if fact.said.corrects in found and not spoke.covers(found[fact.said.corrects], DESKS)
    }


_ASKED = """
select key, (data ->> 'amount')::bigint, (data ->> 'to')::integer from ledger_row
where noun = 'support' and key = any(%s) and state <> 'void'
"""
_ANSWERS = f"""
select split_part(t.subject, '/', 2), f.body, f.place from ledger_touch t join ledger_fact f on f.id = t.fact
join ledger_kind k on k.id = f.kind and k.name = 'support.answered'
where t.subject = any(%s) and not f.id = any(%s)
  and not exists (select from ledger_pending p where p.fact = f.id) and not {GONE}
order by f.effective_at, f.received_at, f.id
"""
_decode = msgspec.json.Decoder(kinds.SupportAnswered).decode


def agrees(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> Refused:
    """An answer is given to what is still open, and what it grants agrees with what is left: a part is less than that,
    a plain yes not less; more only where it says that more is meant. Two that answer at once take turns."""
    refused: Refused = {}
    new: list[tuple[Checked, kinds.SupportAnswered]] = [(fact, fact.body) for fact in fresh(connection, facts)]  # type: ignore[misc]
    keys = sorted({body.request for _fact, body in new})
    take_turns(connection, (f"answer/{key}" for key in keys))
    wanted = {key: (amount, to) for key, amount, to in connection.execute(_ASKED, [keys])}
    corrected = [fact.said.corrects for fact, _body in new if fact.said.corrects]
    told: dict[str, list[kinds.SupportAnswered]] = {}
    for key, text, place in connection.execute(_ANSWERS, [[f"support/{key}" for key in keys], corrected]):
        if key in wanted and place == wanted[key][1]:
            told.setdefault(key, []).append(_decode(text))
    for fact, body in new:
        if body.request not in wanted or fact.said.place != wanted[body.request][1]:
            continue  # unknown, elsewhere, or no answer of the desk that was asked: the ledger says what becomes of it
        before = told.setdefault(body.request, [])
        if wrong := _answered_wrongly(body, wanted[body.request][0], before):
            refused[fact.n] = wrong
        else:
            before.append(body)  # in this batch, which is written after all of it was asked
    return refused


def _answered_wrongly(
    body: kinds.SupportAnswered, asked: int | None, before: Sequence[kinds.SupportAnswered]
) -> Problem | None:
    if before and outcome_of(asked, before) != SUPPORT.rest:
        return AlreadyDecided()
    if body.outcome in ("refused", "passed_up"):
        return Malformed(_("An amount is said only of what is granted."), "amount") if body.amount is not None else None
    if asked is None:
        return None
    left = asked - sum(one.amount or 0 for one in before)
    told = {"asked": left, "amount": body.amount}
    if body.outcome == "partly":
        if body.amount is None:
            return Malformed(_("How many of the %(asked)s that are asked for?") % told, "amount")
        if body.amount >= left:
            return Malformed(_("%(asked)s are asked for: %(amount)s is all of it, not a part.") % told, "amount")
    elif body.amount is not None and body.amount < left:
        words = _("%(asked)s are asked for: %(amount)s is a part. Grant it in part; the rest stays owed.")
        return Malformed(words % told, "amount")
    elif body.amount is not None and body.amount > left and not body.more:
        words = _("%(asked)s are asked for and %(amount)s would be granted. If more is meant, tick it.")
        return Malformed(words % told, "amount")
    return None


ASKS["directive.issued"] = together(below, shown)
ASKS["decision.taken"] = together(in_branch, numbered)
ASKS["decision.told"] = to_whom
ASKS["decision.settled"] = found_out
ASKS["directive.reported"] = answered
ASKS["desk.stood_in"] = from_above
ASKS["support.requested"] = for_beds
ASKS["support.answered"] = agrees
CORRECTED.append(of_the_desk)
