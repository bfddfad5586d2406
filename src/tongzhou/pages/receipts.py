"""Receipts: what was said, about what, at which minute, and how it is taken back; and who did what in the meantime."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongzhou.ledger import worded
from tongzhou.ledger.kinds import KINDS, Said
from tongzhou.ledger.time import stamp, zone
from tongzhou.pages.form import Became
from tongzhou.people.scope import names_of_staff

UNDO = "undo:"  # the receipt's tag holds the fact that is taken back


def give(request: HttpRequest, facts: Sequence[Said], now: dt.datetime, told: str = "", about: str = "") -> None:
    """Tell on the next page what was said, and how it is taken back, where all of it can be: by withdrawing it, or by
    the decision that its kind names."""
    if not facts:
        return
    first = facts[0]
    words = told or worded.said(first.kind, msgspec.json.decode(first.body))
    if len(facts) > 1 and not told:
        words = _("%(what)s and %(n)s more") % {"what": words, "n": len(facts) - 1}
    line = _("%(what)s. Received %(at)s.") % {"what": f"{words} · {about}" if about else words, "at": minute(now)}
    undone, stays = _together(facts)
    back = "" if any(_lasting(one) for one in undone) else UNDO + ",".join(str(one.id) for one in undone)
    if back and stays:
        kept = _("; ").join(worded.called(one.kind) for one in stays)
        line += " " + _("Where it is taken back, this stays: %(what)s.") % {"what": kept}
    messages.success(request, line, extra_tags=back)


def _together(facts: Sequence[Said]) -> tuple[Sequence[Said], Sequence[Said]]:
    """What one undo takes back, and what it leaves: where one of them holds what was said together with it (a call), it
    goes with that; else all of them go."""
    for one in facts:
        if parts := KINDS[one.kind].parts:
            held = {str(one.id), *parts(KINDS[one.kind].decode(one.body))}
            return [f for f in facts if str(f.id) in held], [f for f in facts if str(f.id) not in held]
    return facts, []


def _lasting(one: Said) -> bool:
    kind = KINDS[one.kind]
    undone = kind.undone(kind.decode(one.body)) if kind.undone else None
    return (kind.permanent and undone is None) or one.corrects is not None or one.kind.startswith("owed.")


def said_already(id: str) -> bool:
    """Was this very form taken before: a second tap?"""
    try:
        number = uuid.UUID(id)
    except ValueError:
        return False
    with connection.cursor() as cursor:
        cursor.execute("select 1 from ledger_fact where id = %s", [number])
        return cursor.fetchone() is not None


def minute(moment: dt.datetime) -> str:
    return moment.astimezone(zone()).strftime("%H:%M")


def became(subject: str) -> Became | None:
    """The last thing said of a subject that the reader may see."""
    with connection.cursor() as cursor:
        cursor.execute("select * from people_last_word(%s)", [subject])
        found: Sequence[tuple[int | None, dt.datetime, str, str]] = cursor.fetchall()
    if not found or found[0][2] not in KINDS:
        return None
    by, at, kind, body = found[0]
    who = names_of_staff({by}).get(by, "") if by else _("the program")
    return Became(who, worded.said(kind, msgspec.json.decode(body)), stamp(at))


def tell_what_became(request: HttpRequest, subject: str) -> None:
    """Nothing was said: by whom it was settled in the meantime, as far as that can be told."""
    last = became(subject) if subject else None
    if last is None:
        messages.warning(request, _("Nothing was said: this is not open here any more."))
        return
    told = {"who": last.who, "what": last.what, "at": last.at}
    messages.warning(request, _("Nothing was said: %(who)s said “%(what)s” at %(at)s.") % told)
