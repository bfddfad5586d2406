"""Who needs a contact and who has one, as the desk reads it; and what is to be called, as whoever calls does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg import Connection

from tongzhou.ledger import known
from tongzhou.ledger.owed import moment_in, on
from tongzhou.ledger.time import local_day
from tongzhou.places.queries import covers_of
from tongzhou.tables.policy import shipped
from tongzhou.workforce.queries import HERE

OPEN = ("unnamed", "named", "refused")
CALLED = ("running", "missed", "lost")
_OWED = """
select key, what, due from ledger_owed where noun = 'call' and step = 0 and key = any(%s) and owes_from <= %s
order by urgency desc, due
"""


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row["data"], **{name: row[name] for name in ("key", "place", "state")}}


def people(place: int) -> list[dict[str, Any]]:
    """Everybody of a community who needs a contact or has one; who has none yet stands first."""
    found = [_flat(row) for row in known.rows("liaison", covers=covers_of(place), states=OPEN)]
    for one in found:
        one |= {name: moment_in(one[name]) for name in ("needed_at", "since", "refused_at")}
    return sorted(found, key=lambda one: (one["state"] != "unnamed", one["household"], one["key"]))


def calls(covers: str, now: dt.datetime) -> list[dict[str, Any]]:
    """Every door that is called, with what is due now, if anything: whose it is, and neither why nor how they are."""
    found = [_flat(row) for row in known.rows("call", covers=covers, states=CALLED)]
    with connection.cursor() as cursor:
        cursor.execute(_OWED, [[one["key"] for one in found], now])
        due: dict[str, tuple[str, dt.datetime]] = {}
        for key, what, when in cursor.fetchall():
            due.setdefault(key, (what, when))
    for one in found:
        one["what"], one["due"] = due.get(one["key"], ("", None))
        one["reached_at"] = moment_in(one["reached_at"])
    return sorted(found, key=lambda one: (one["asks"] or "", one["household"], one["key"]))


def stand_in(one: Mapping[str, Any], members: Mapping[str, Mapping[str, Any]], now: dt.datetime) -> str | None:
    """Who calls today: the contact; past the hour at which everybody has come, the deputy where the contact is not
    here and the deputy is. Nothing is written down by it."""
    asks: str | None = one["asks"]
    deputy: str | None = one.get("deputy")
    by = on(local_day(now), int(shipped("liaisons")["values"]["here_by"]))
    if asks is None or now < by or members.get(asks, {}).get("state") in HERE:
        return asks
    return deputy if deputy and members.get(deputy, {}).get("state") in HERE else asks


def nobody_here(one: Mapping[str, Any], members: Mapping[str, Mapping[str, Any]], now: dt.datetime) -> bool:
    """Past that hour, is neither the contact nor the deputy here? Then they need a name for today."""
    by = on(local_day(now), int(shipped("liaisons")["values"]["here_by"]))
    both = (one["asks"], one.get("deputy"))
    return one["asks"] is not None and now >= by and not any(
        members.get(key or "", {}).get("state") in HERE for key in both)  # fmt: skip


def numbers(members: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The number on the armband by member."""
    return {one["key"]: one["armband"] for one in members}


def armbands(ledger: Connection[Any], members: Collection[str]) -> dict[str, int]:
    """The number on the armband of these members, for whoever sees no team."""
    asked = "select key, (data ->> 'armband')::integer from ledger_row where noun = 'teammate' and key = any(%s)"
    return dict(ledger.execute(asked, [sorted(members)]).fetchall())
