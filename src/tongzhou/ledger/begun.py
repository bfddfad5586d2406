"""Nothing is done to a thing before the thing began: a look before what was proposed, a receipt before what was sent.

Asked of every fact where its subjects are locked, whatever its kind; only kinds that tell of before (`of_before`: a
sample, an exposure) may lie earlier. A thing begins with the fact that founds it, as that was said or put right; what
is named and not founded begins as its row tells (`folds(…, begins=…)`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger.fold import BEGINS
from tongzhou.ledger.form import SKEW, Checked
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.standing import Standing
from tongzhou.ledger.time import stamp
from tongzhou.ledger.touching import Asked
from tongzhou.ledger.ways import HOWS
from tongzhou.problems import Malformed, Problem

ACTS = frozenset({"holds", "invited", "offers", "accepts", "declines"})
# A start that was put right holds as the last word of whoever had the standing; what anybody else said of it, or took
# back, lowers nothing.
_FOUNDED = """
select t.subject, least(f.effective_at, (select c.effective_at from ledger_fact c
  where c.corrects = f.id and c.kind = f.kind and ledger_corrects(c.append, f.kind, f.place, f.body)
  order by c.append desc limit 1))
from ledger_touch t join ledger_fact f on f.id = t.fact
where t.subject = any(%s::text[]) and t.how = %s
"""
_NAMED = """
select r.noun || '/' || r.key, r.data ->> q.field from unnest(%s::text[], %s::text[], %s::text[]) q (noun, key, field)
join ledger_row r on r.noun = q.noun and r.key = q.key and r.state <> 'void'
"""
_SHOWN = """
select place from ledger_row where noun = %(noun)s and key = %(key)s
union select place from ledger_audience where noun = %(noun)s and key = %(key)s
"""


def too_early(
    connection: Connection[Any], spoke: Standing, facts: Sequence[Checked], asked: Asked, now: dt.datetime
) -> dict[int, Problem]:
    """Those of these facts that lie before what they are said of. What is said of this very moment cannot: nothing
    that is known began later. Of what its author does not hold nothing is told, also not when it began: the fact waits
    or is refused as that of an unknown subject is."""
    acts = {
        fact.n: [
            touch.subject
            for touch in asked.touches[fact.n]
            if touch.how in ACTS and touch.subject.partition("/")[2] != str(fact.said.corrects)
        ]
        for fact in facts
        if fact.effective_at < now and not fact.kind.of_before
    }
    subjects = {subject for touched in acts.values() for subject in touched}
    if not subjects:
        return {}
    began = _began(connection, subjects, facts, asked)
    told = _("a moment at which what it is said of had begun: %(at)s or later")
    refused: dict[int, Problem] = {}
    ids = {str(fact.said.id) for fact in facts}
    for fact in facts:
        early = [subject for subject in acts.get(fact.n, ()) if subject in began and fact.effective_at < began[subject]]
        told_now = [subject for subject in early if subject.partition("/")[2] in ids]
        if late := [began[one] for one in early if one in told_now or _known(connection, spoke, fact, one)]:
            refused[fact.n] = Malformed(told % {"at": stamp(max(late))}, "effective_at")
    return refused


def _known(connection: Connection[Any], spoke: Standing, fact: Checked, subject: str) -> bool:
    """Does the subject lie where its author may say this, or is it shown there?"""
    noun, _slash, key = subject.partition("/")
    roles = fact.kind.said_by | fact.kind.recorded_by if fact.said.behalf else fact.kind.said_by
    places = [place for (place,) in connection.execute(_SHOWN, {"noun": noun, "key": key})]
    return any(spoke.covers(place, roles) for place in places)


def _began(
    connection: Connection[Any], subjects: Collection[str], facts: Sequence[Checked], asked: Asked
) -> Mapping[str, dt.datetime]:
    """By subject: the earliest moment of an act upon it. Two telephones' clocks may differ by a little."""
    began = {
        touch.subject: fact.effective_at - SKEW
        for fact in facts
        for touch in asked.touches[fact.n]
        if touch.how == "founds"
    }
    for subject, at in connection.execute(_FOUNDED, [sorted(subjects), HOWS.index("founds")]):
        began[subject] = at - SKEW
    named = [(noun, key, BEGINS[noun]) for noun, _slash, key in (one.partition("/") for one in sorted(subjects))
             if noun in BEGINS]  # fmt: skip
    rows = connection.execute(_NAMED, [list(column) for column in zip(*named, strict=True)]) if named else ()
    began |= {subject: at for subject, text in rows if text and (at := moment_in(text))}
    return began
