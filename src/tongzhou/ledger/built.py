"""Nobody takes back what others have built on: they put right what is wrong in it, or have the others' word taken back
first. Asked where the subjects are locked, by whatever way it is said; Today's undo asks the same (ledger_built_on).

A correction of the same kind takes nothing away from a subject that it names still. Whoever parts two who were taken
for one takes back what others said since: that is what it is for.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection
from psycopg.rows import class_row

from tongzhou.ledger import worded
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import KINDS, Kind
from tongzhou.ledger.standing import Standing
from tongzhou.ledger.time import stamp
from tongzhou.ledger.touching import Asked
from tongzhou.problems import BuiltOn, Problem

_SAID = "select f.id, k.name from ledger_fact f join ledger_kind k on k.id = f.kind where f.id = any(%s)"
_BUILT = "select * from ledger_built_on(%s, %s) order by at, fact, subject"


@dataclass(frozen=True)
class Built:
    """A word that stands on a fact: on which subject, whose, of which kind, where and when."""

    fact: uuid.UUID
    subject: str
    by_id: int
    called: str
    kind: str
    place: int
    at: dt.datetime


def on(
    connection: Connection[Any], spoke: Standing, by: int | None, facts: Sequence[Checked], asked: Asked
) -> dict[int, Problem]:
    """Those of these facts that take back what somebody else has built on, told whose word it is."""
    back = [fact for fact in facts if fact.said.corrects]
    if not back:
        return {}
    kinds: dict[uuid.UUID | None, str] = dict(
        connection.execute(_SAID, [[fact.said.corrects for fact in back]]).fetchall()
    )
    gone = [id for id, kind in kinds.items() if kind in KINDS and KINDS[kind].merges is None]
    with connection.cursor(row_factory=class_row(Built)) as cursor:
        found = cursor.execute(_BUILT, [gone, by]).fetchall() if gone else []
    refused: dict[int, Problem] = {}
    for fact in back:
        named = {touch.subject for touch in asked.touches.get(fact.n, ())}
        again = fact.kind.name == kinds.get(fact.said.corrects)
        stands = (one for one in found if one.fact == fact.said.corrects and not (again and one.subject in named))
        if one := next(stands, None):
            refused[fact.n] = BuiltOn(_told(spoke, one, KINDS[kinds[one.fact]]), "corrects")
    return refused


def _told(spoke: Standing, one: Built, own: Kind) -> str:
    """Who built on it and when, to a household when alone; what they said only to whoever says such words or words of
    that sort themselves."""
    theirs = KINDS.get(one.kind)
    told = {"who": one.called, "at": stamp(one.at)}
    if spoke.slip is not None:
        return _("somebody sees to it since %(at)s: tell them by telephone") % told
    if theirs is None or (theirs.sees != own.sees and not spoke.covers(one.place, theirs.said_by)):
        return _("%(who)s has built on it at %(at)s") % told
    return _("%(who)s has built on it: %(what)s, %(at)s") % {**told, "what": worded.called(one.kind)}
