"""Whom a number in the vault may ring: given with consent, opened by whoever rings today, each look written down.

Whoever calls says once a day which number of the team they wear; only then is their own list theirs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection
from psycopg.errors import UniqueViolation

from tongzhou.ledger import door
from tongzhou.ledger.time import local_day, zone
from tongzhou.liaisons import queries
from tongzhou.people import erasing, vault
from tongzhou.people.scope import Holder
from tongzhou.persons import showing
from tongzhou.problems import NotYours

Ledger = Connection[Any]


def owners(ledger: Ledger, liaisons: Collection[str]) -> dict[str, str]:
    """Under what the number of each is kept. What was erased is never used again: whoever agrees once more has the
    next."""
    found: dict[str, str] = {}
    left, turn = {key: f"call/{key}" for key in liaisons}, 1
    while left:
        erased, turn = erasing.gone(ledger, list(left.values())), turn + 1
        found |= {key: owner for key, owner in left.items() if owner not in erased}
        left = {key: f"call/{key}/{turn}" for key, owner in left.items() if owner in erased}
    return found


def keep(ledger: Ledger, liaison: str, number: str, place: int) -> None:
    """Seal the number on which somebody agreed to be rung."""
    vault.put(ledger, owners(ledger, [liaison])[liaison], {"telephone": number}, place=place, sees="care")


def keep_all(ledger: Ledger, numbers: Mapping[str, tuple[str, int]]) -> None:
    """The same of everybody on a list, number and place by person; what is kept already stays."""
    of, held = owners(ledger, numbers), kept(ledger, numbers)
    new = [vault.Held(of[key], {"telephone": number}, place)
           for key, (number, place) in numbers.items() if key not in held]  # fmt: skip
    vault.put_many(ledger, new, sees="care")


def forget(ledger: Ledger, liaison: str) -> None:
    """Nobody is to ring them on it any more."""
    erasing.erase(ledger, "withdrawn", owners=owners(ledger, [liaison]).values())


def kept(ledger: Ledger, liaisons: Collection[str]) -> set[str]:
    """Of whom a number is kept."""
    of = {owner: key for key, owner in owners(ledger, liaisons).items()}
    return {of[owner] for owner in erasing.known(ledger, list(of))}


_MATES = """
select t.key, (t.data ->> 'armband')::integer from ledger_row t join places_cover c on c.place = t.place
  and c.tree = 'command' and c.valid_to is null
where t.noun = 'teammate' and t.state not in ('ended', 'absent', 'void') and c.covers && %s::int4multirange
order by 2, 1
"""


def mates(ledger: Ledger, covers: str) -> dict[str, int]:
    """The members of the teams there who can come, by key: the number on the armband, and nothing else."""
    return dict(ledger.execute(_MATES, [covers]).fetchall())


def worn(ledger: Ledger, staff: int | None, now: dt.datetime) -> str | None:
    """The member whose number somebody wears today; None where they have not said it."""
    asked = "select teammate from liaisons_worn where day = %s and staff = %s"
    row = ledger.execute(asked, [local_day(now), staff]).fetchone()
    return row[0] if row else None


def all_worn(ledger: Ledger, now: dt.datetime) -> dict[str, int]:
    """Who of the staff wears which member's number today, as far as they said it."""
    asked = "select teammate, staff from liaisons_worn where day = %s"
    return dict(ledger.execute(asked, [local_day(now)]).fetchall())


def wear(ledger: Ledger, staff: int, teammate: str, now: dt.datetime) -> None:
    """Once a day: another one only while nothing was opened with the first. Raises NotYours where somebody else wears
    it today, or where a number was opened already."""
    day = local_day(now)
    began = dt.datetime.combine(day, dt.time(), zone())
    before = worn(ledger, staff, now)
    looked = "select 1 from people_reading where staff = %s and owner like 'call/%%' and at >= %s limit 1"
    if before not in (None, teammate) and ledger.execute(looked, [staff, began]).fetchone():
        raise NotYours(_("A telephone was opened with the first number already: the lead decides who rings."))
    ledger.execute("delete from liaisons_worn where day < %s or (day = %s and staff = %s)", [day, day, staff])
    try:
        ledger.execute("insert into liaisons_worn (day, teammate, staff) values (%s, %s, %s)", [day, teammate, staff])
    except UniqueViolation:
        raise NotYours(_("Somebody else wears this number today.")) from None


_CALLED = """
select c.key, c.data ->> 'asks', l.data ->> 'deputy', t.state, d.state from ledger_row c
join ledger_row l on l.noun = 'liaison' and l.key = c.key
left join ledger_row t on t.noun = 'teammate' and t.key = c.data ->> 'asks'
left join ledger_row d on d.noun = 'teammate' and d.key = l.data ->> 'deputy'
where c.noun = 'call' and c.key = any(%s)
"""


def ringing(ledger: Ledger, liaisons: Collection[str], now: dt.datetime) -> dict[str, str | None]:
    """Who rings each of them today, by member: the contact, or the deputy where that one is not here."""
    found = {}
    for key, asks, deputy, here, there in ledger.execute(_CALLED, [sorted(liaisons)]).fetchall():
        members = {asks: {"state": here}, deputy: {"state": there}}
        found[key] = queries.stand_in({"asks": asks, "deputy": deputy}, members, now)
    return found


CALLERS = frozenset({"volunteer", "grid_worker"})  # several owe the same call: the armband tells whose it is


def opens(holder: Holder, mine: str | None, rings: str | None) -> bool:
    """Does the holder, who owes it, ring them: as the desk, or with the number of whoever rings today?"""
    return not holder.roles.keys() <= CALLERS or (mine is not None and mine == rings)


def may(holder: Holder, row: Mapping[str, Any], now: dt.datetime) -> bool:
    key = row["key"]
    with door.ledger() as ledger:
        return opens(holder, worn(ledger, holder.by, now), ringing(ledger, [key], now).get(key))


showing.only("call", may)
showing.keeps("call", lambda ledger, key: owners(ledger, [key])[key])


def tell(ones: Sequence[dict[str, Any]], holder: Holder, now: dt.datetime) -> None:
    """On the line itself: whose call it is, and where nobody may ring them that the desk does. `sealed`: the number is
    not opened from here."""
    keys = [one["key"] for one in ones]
    with door.ledger() as ledger:
        today, held, mine = ringing(ledger, keys, now), kept(ledger, keys), worn(ledger, holder.by, now)
        numbers = queries.armbands(ledger, {one for one in today.values() if one})
    caller = holder.roles.keys() <= CALLERS
    for one in ones:
        rings = today.get(one["key"])
        told = [_("No. %(n)s rings them") % {"n": numbers[rings]}] if rings in numbers else []
        if one["key"] not in held:
            told.append(no_number())
        elif caller and mine is None:
            told.append(_("Say which number you wear to open the telephone: Whom to ring today."))
        one["told"] = [*one.get("told", ()), *told]
        one["of_another"] = caller and mine is not None and rings != mine
        one["no_number"] = caller and one["key"] not in held
        one["sealed"] = one["key"] not in held or not opens(holder, mine, rings)


def no_number() -> str:
    return _("no telephone given with consent: the desk rings")
