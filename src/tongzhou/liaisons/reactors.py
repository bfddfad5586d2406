"""A contact who cannot come moves the list by itself; whoever is left alone needs a name without anybody asking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.reactors import Cause, Effect, reacts
from tongzhou.tables.policy import shipped

_HELD = """
select key, place, data ->> 'contact', data ->> 'deputy', data ->> 'asks' from ledger_row
where noun = 'liaison' and place <@ (select c.covers from ledger_row t join places_cover c on c.place = t.place
  and c.tree = 'command' and c.valid_to is null where t.noun = 'teammate' and t.key = %s)
and state in ('unnamed', 'named', 'refused') order by key
"""
_LEFT = "select data -> 'dependants' from ledger_row where noun = 'home' and key = %s"
_KNOWN = "select data ->> 'stated' from ledger_row where noun = 'liaison' and data ->> 'stated' = any(%s)"
_AWAY = "select key from ledger_row where noun = 'teammate' and key = any(%s) and state in ('ended', 'absent', 'void')"


@reacts("LIAISON-MOVED", "teammate.absent", "teammate.ended")
def moved(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """Everybody whom they ask for is asked for by the deputy, up to as many as one person can; the rest need a name."""
    gone = cause.body.teammate
    held = connection.execute(_HELD, [gone]).fetchall()
    mates = {one for row in held for one in row[2:4] if one}
    away = {key for (key,) in connection.execute(_AWAY, [sorted(mates)])} | {gone}
    load = Counter(asks for _key, _place, _contact, _deputy, asks in held if asks and asks not in away)
    most = int(shipped("liaisons")["values"]["most"])
    effects = []
    for key, place, contact, deputy, asks in held:
        if asks != gone:
            continue
        other = next((one for one in (deputy, contact) if one and one not in away and load[one] < most), None)
        load[other] += 1
        body = {"liaison": key} | ({"teammate": other} if other else {})
        effects.append(Effect("liaison.moved", place, body, f"liaison/{key}"))
    return effects


@reacts("LIAISON-BACK", "teammate.came")
def back(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The same person as before: whoever was moved because a contact could not come is theirs again."""
    here = cause.body.teammate
    return [
        Effect("liaison.moved", place, {"liaison": key, "teammate": here}, f"liaison/{key}")
        for key, place, contact, _deputy, asks in connection.execute(_HELD, [here]).fetchall()
        if contact == here and asks != here
    ]


@reacts("LIAISON-NEEDED", "dependant.stated", "member.left")
def left(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """Whoever cared for them is away and nobody else is there. Of a child nothing is noted unless a guardian or civil
    affairs decided it: the carer is owed all the same."""
    row = connection.execute(_LEFT, [str(cause.body.household)]).fetchone()
    alone = [one for one in (row[0] if row else ()) if one["left"]]
    known = {stated for (stated,) in connection.execute(_KNOWN, [[one["fact"] for one in alone]])}
    effects = []
    for one in alone:
        if one["fact"] in known or (one["who"] == "child" and not one.get("agreed")):
            continue
        body = {"household": cause.body.household, "who": one["who"], "basis": "away", "stated": one["fact"]}
        body |= {name: one[name] for name in ("agreed", "person") if one.get(name)}
        effects.append(Effect("liaison.needed", cause.home or cause.place, body, f"liaison/{one['fact']}"))
    return effects
