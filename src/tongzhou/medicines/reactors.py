"""What follows at the pharmacy and at the door: a request for what was asked, one for the rest, none for what ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.reactors import Cause, Effect, reacts

_REMEDY = "select place, data, state from ledger_row where noun = 'remedy' and key = %s and state <> 'void'"
_SITE = "select place from sites_span where site = %s and until is null limit 1"
_SCRIPT = """
select s.place, f.body::jsonb, f.home from ledger_row s join ledger_fact f on f.id = s.key::uuid
where s.noun = 'script' and s.key = %s
"""
_OPEN = """
select key, place from ledger_row where noun = 'script' and data ->> 'remedy' = %s
and state in ('waiting', 'allowed', 'brand') order by key
"""
COPIED = ("quantity", "of", "lasts", "medicine", "text", "cold", "person", "household")


@reacts("REMEDY-ASKED", "remedy.asked")
def asked(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The pharmacy gets the request, the door its bag; what another one has not filled is called off."""
    found = connection.execute(_REMEDY, [cause.body.remedy]).fetchone()
    stands = connection.execute(_SITE, [cause.body.pharmacy]).fetchone()
    if found is None or stands is None:
        return []
    home, data, _state = found
    body = {name: data[name] for name in COPIED if data.get(name)}
    body |= {"remedy": cause.body.remedy, "pharmacy": cause.body.pharmacy, "last_dose": data["last_dose"]}
    came = Effect("script.came", stands[0], body, f"remedy/{cause.body.remedy}", home=home)
    return [*_called_off(connection, cause.body.remedy, f"{cause.id}"), came]


@reacts("SCRIPT-REST", "script.answered")
def rest(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """What was not filled stays owed, as a request of its own with its own bag."""
    said = cause.body
    found = connection.execute(_SCRIPT, [said.script]).fetchone()
    if said.outcome != "partly" or found is None:
        return []
    place, body, home = found
    left = body["quantity"] - (said.given or 0)
    if left <= 0:
        return []
    lasts = max(1, body["lasts"] * left // body["quantity"])
    body |= {"quantity": left, "lasts": lasts, "rest": True} | ({"due": said.there_on} if said.there_on else {})
    return [Effect("script.came", place, body, f"script/{said.script}", home=home)]


@reacts("REMEDY-ENDED", "remedy.ended")
def ended(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    return _called_off(connection, cause.body.remedy, "")


def _called_off(connection: Connection[Any], remedy: str, because: str) -> list[Effect]:
    """Open requests, but for those that follow from this very word."""
    rows = connection.execute(_OPEN, [remedy]).fetchall()
    own = set()
    if because:
        told = "select id::text from ledger_fact where because = %s::uuid"
        own = {key for (key,) in connection.execute(told, [because])}
    return [
        Effect("script.dropped", place, {"script": key, "remedy": remedy}, f"script/{key}")
        for key, place in rows
        if key not in own
    ]
