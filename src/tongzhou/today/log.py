"""What somebody said today, each with whether it can be taken back; and the last word on a subject."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from tongzhou.ledger import worded
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.time import local_day, zone
from tongzhou.people.roles import CARRYING
from tongzhou.people.scope import Holder, names_of_staff
from tongzhou.waiting import words

# Said of what is owed, or for looking only: nothing that anybody takes back.
QUIET = frozenset({"owed.seen", "fact.withdrawn"})


@dataclass(frozen=True)
class Done:
    """A word of today. `why_not`: why it cannot be taken back, empty where it can."""

    fact: uuid.UUID
    at: dt.datetime
    place: int
    words: str
    about: str
    withdrawn: bool
    why_not: str
    form: str = ""
    undone: tuple[str, dict[str, Any]] | None = None  # what takes it back, where it is not simply withdrawn

    @property
    def undoable(self) -> bool:
        return not self.withdrawn and not self.why_not


def today(holder: Holder, now: dt.datetime) -> list[Done]:
    """What the holder said since midnight, newest first. What stands under it is undone first."""
    import uuid_utils.compat as uuids

    start = dt.datetime.combine(local_day(now), dt.time(), zone())
    with connection.cursor() as cursor:
        cursor.execute("select * from today_said(%s, %s)", [holder.by, min(start, dt.datetime.now(dt.UTC))])
        found = [row for row in cursor.fetchall() if row[1] in KINDS and row[1] not in QUIET]
    found = [row for row in found if row[3] >= start]
    of = {row[0]: about(row[1], row[5]) for row in found}
    ill = holder.beside_carrying().sees("beds") or not CARRYING & holder.roles.keys()
    called = words.called({subject for subject in of.values() if subject}, ill=ill)
    who = names_of_staff({row[8] for row in found if row[8]})
    return [
        Done(fact, at, place, worded.said(kind, msgspec.json.decode(body)),
             _of(called[of[fact]].text if of[fact] else "", msgspec.json.decode(body), withdrawn), withdrawn,
             _why_not(permanent and not KINDS[kind].undone, who.get(built, "") if built else ""),
             str(uuids.uuid7()), _undone(kind, body))
        for fact, kind, place, at, body, subjects, permanent, withdrawn, built in found
    ]  # fmt: skip


def _of(text: str, body: dict[str, Any], withdrawn: bool) -> str:
    """What it was about. The row of a first word that was taken back is gone: its door stands in the word."""
    door = _("Door %(n)s") % {"n": body["household"]} if withdrawn and body.get("household") else ""
    return " · ".join(filter(None, [text, door if door not in text else ""]))


def _undone(kind: str, body: str) -> tuple[str, dict[str, Any]] | None:
    undone = KINDS[kind].undone
    return undone(KINDS[kind].decode(body)) if undone else None


def about(kind: str, subjects: Sequence[str] | None) -> str:
    """Of the subjects that a word touches, the one that it speaks of: of a bed, not of who goes home from it."""
    own = [one for one in subjects or () if one.partition("/")[0] == kind.partition(".")[0]]
    return next(iter([*own, *(subjects or ())]), "")


def _why_not(permanent: bool, built_on: str) -> str:
    if permanent:
        return _("cannot be taken back: a further decision changes it")
    return _("%(who)s has built on it") % {"who": built_on} if built_on else ""
