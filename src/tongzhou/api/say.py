"""Saying facts from a page: in the name of whoever is signed in, with the ids that were made with the page."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.ledger import clock, door
from tongzhou.ledger.append import Receipt, append
from tongzhou.ledger.kinds import Said
from tongzhou.problems import Malformed, NotSignedIn


def said(kind: str, id: uuid.UUID, at: dt.datetime, place: int | None, body: dict[str, Any], **more: Any) -> Said:
    """A fact with its body as JSON; what is None is left out."""
    kept = {name: value for name, value in body.items() if value is not None}
    return Said(id=id, kind=kind, effective_at=at, place=place, body=msgspec.Raw(json.dumps(kept).encode()), **more)


WAITS = gettext_noop(
    "Kept, and it waits: nobody has told of this yet, or another desk holds it. It counts by itself when that changes; "
    "see “What waits”."
)


def say(request: HttpRequest, facts: Sequence[Said]) -> Receipt:
    """Append facts together. Raises the first refusal; pressing a button twice says it once. Where one was kept and
    does not count yet, the next page says so."""
    holder = request.holder  # type: ignore[attr-defined]
    if holder.by is None:
        raise NotSignedIn()

    def taken(connection: Connection[Any]) -> Receipt:
        receipt = append(connection, facts, holder, device="console")
        for problem in receipt.refused.values():
            raise problem  # and with it nothing of this form is kept
        return receipt

    receipt = door.again(taken)
    if receipt.waiting:
        messages.warning(request, _(WAITS), fail_silently=True)
    return receipt


def now() -> dt.datetime:
    """What time it is for this ledger: asked on the pages' own connection, which a request has open."""
    connection.ensure_connection()
    return clock.read(connection.connection).now


def form_id(text: str) -> uuid.UUID:
    """The id that was made with the page. Raises Malformed for anything but a UUIDv7."""
    try:
        id = uuid.UUID(text)
    except ValueError:
        raise Malformed(_("the number of the form; open the page again"), "id") from None
    if id.version != 7:
        raise Malformed(_("the number of the form; open the page again"), "id")
    return id


def next_id(id: uuid.UUID, n: int) -> uuid.UUID:
    """A further id of the same form, the same every time."""
    return uuid.UUID(int=id.int ^ n)


_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[,，\u00a0\u202f ][0-9]{3})+")


def ungrouped(text: str) -> str:
    """A whole number as the pages write it, 62,200, in digits; anything else as it is."""
    return re.sub(r"[^-0-9]", "", text) if _GROUPED.fullmatch(text) else text


def whole(text: str | None, least: int, most: int, field: str) -> int | None:
    """A whole number typed into a form; None where nothing was typed. Raises Malformed."""
    if not (text or "").strip():
        return None
    typed = ungrouped(str(text).strip())
    if not re.fullmatch("[0-9]{1,18}", typed) or not least <= int(typed) <= most:
        raise Malformed(_("a whole number from %(least)s to %(most)s") % {"least": least, "most": most}, field)
    return int(typed)


def tenths(text: str, field: str) -> int | None:
    """A body temperature typed into a form, in tenths of a degree Celsius; None where nothing was typed. Raises
    Malformed."""
    if not text.strip():
        return None
    try:
        found = round(float(text.replace(",", ".")) * 10)
    except (ValueError, OverflowError):
        found = 0
    if not 300 <= found <= 450:
        raise Malformed(_("a temperature from 30.0 to 45.0 °C"), field)
    return found
