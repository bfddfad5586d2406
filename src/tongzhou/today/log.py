"""What somebody said today, each with whether it can be taken back; and the last word on a subject."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
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


Row = tuple[Any, ...]  # fact, kind, place, at, body, subjects, permanent, withdrawn, built_on


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
    """What the holder said since midnight, newest first. What stands under it is undone first; what was said together
    is one."""
    found = _said(holder, now)
    held = {part for row in found for part in parts(row)}
    inside = {row[0]: row for row in _said(holder, now, held)} if held else {}
    return _done([row for row in found if row[0] not in held], inside, holder)


def named(holder: Holder, now: dt.datetime, facts: Iterable[uuid.UUID]) -> list[Done]:
    """Of these, and of what was said together with them, what the holder said since midnight, newest first."""
    wanted = set(facts)
    found = _said(holder, now, wanted)
    if held := {part for row in found for part in parts(row)} - wanted:
        found = sorted([*found, *_said(holder, now, held)], key=lambda row: row[0], reverse=True)
    return _done(found, {}, holder)


def parts(row: Row) -> list[uuid.UUID]:
    """The facts that were said together with this one, which are taken back with it."""
    of = KINDS[row[1]].parts
    return [uuid.UUID(one) for one in of(KINDS[row[1]].decode(row[4]))] if of else []


def _said(holder: Holder, now: dt.datetime, facts: Iterable[uuid.UUID] | None = None) -> list[Row]:
    start = dt.datetime.combine(local_day(now), dt.time(), zone())
    since = min(start, dt.datetime.now(dt.UTC))
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from today_said(%s, %s, %s)", [holder.by, since, facts if facts is None else list(facts)]
        )
        found: list[Row] = cursor.fetchall()
    return [row for row in found if row[1] in KINDS and row[1] not in QUIET and row[3] >= start]


def _done(found: Sequence[Row], inside: Mapping[uuid.UUID, Row], holder: Holder) -> list[Done]:
    """`inside`: the words that were said together with one of these."""
    import uuid_utils.compat as uuids

    of = {row[0]: about(row[1], row[5]) for row in found}
    ill = holder.beside_carrying().sees("beds") or not CARRYING & holder.roles.keys()
    called = words.called({subject for subject in of.values() if subject}, ill=ill, band=True)
    with_ = {row[0]: [inside[part] for part in parts(row) if part in inside] for row in found}
    who = names_of_staff({row[8] for row in (*found, *inside.values()) if row[8]})
    done = []
    for row in found:
        fact, kind, place, at, body, _subjects, permanent, withdrawn, built = row
        built = next((one[8] for one in (row, *with_[fact]) if one[8] and not one[7]), built)
        built = None if KINDS[kind].merges else built  # whoever parts two takes back what was said of them as one
        told = [worded.said(one[1], msgspec.json.decode(one[4])) for one in (row, *with_[fact])]
        done.append(Done(
            fact, at, place, " · ".join(told),
            _of(called[of[fact]].text if of[fact] else "", msgspec.json.decode(body), withdrawn), withdrawn,
            _why_not(permanent and not _undone(kind, body), who.get(built, "") if built else ""),
            str(uuids.uuid7()), _undone(kind, body),
        ))  # fmt: skip
    return done


def _of(text: str, body: dict[str, Any], withdrawn: bool) -> str:
    """What it was about. The row of a first word that was taken back is gone: its door stands in the word."""
    door = _("Door %(n)s") % {"n": body["household"]} if withdrawn and body.get("household") else ""
    return " · ".join(filter(None, [text, door if door not in text else ""]))


def _undone(kind: str, body: str) -> tuple[str, dict[str, Any]] | None:
    undone = KINDS[kind].undone
    return undone(KINDS[kind].decode(body)) if undone else None


def about(kind: str, subjects: Sequence[str] | None) -> str:
    """Of the subjects that a word touches, the one that it speaks of: of a bed, not of who goes home from it; of one
    that bears another name, the first that its kind names."""
    nouns = [kind.partition(".")[0], *(way.noun for way in KINDS[kind].ways)]
    order = {noun: n for n, noun in reversed([*enumerate(nouns)])}
    return min(subjects or [""], key=lambda one: order.get(one.partition("/")[0], len(nouns)))


def _why_not(permanent: bool, built_on: str) -> str:
    if permanent:
        return _("cannot be taken back: a further decision changes it")
    return _("%(who)s has built on it") % {"who": built_on} if built_on else ""
