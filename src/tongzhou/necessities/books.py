"""The orders and bags of an offer as the ledger holds them: read on its own connection, for what is asked before a fact
is taken, for reactors and for sheets. Whoever calls has asked whether the reader may."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from psycopg import Connection

from tongzhou.ledger.owed import moment_in
from tongzhou.necessities.money import Account, Told, bill
from tongzhou.necessities.money import account as reckoned

WITHOUT = ("withdrawn", "void")
_OF = """
select data || jsonb_build_object('state', state) from ledger_row
where noun = 'order' and data ->> 'offer' = %s and state <> all(%s)
order by (data ->> 'household')::integer
"""
_ONE = """
select data || jsonb_build_object('state', state) from ledger_row where noun = 'order' and key = %s and state <> all(%s)
"""
_BAGS = "select key, state, data from ledger_row where noun = 'basket' and data ->> 'offer' = %s and state <> 'void'"
ENDED = ("brought", "refused", "withdrawn", "nothing", "unpaid", "refund", "void")
BAGS_ENDED = ("counted", "explained", "void")
_OPEN = """
select (select count(*) from ledger_row where noun = 'order' and data ->> 'offer' = %(o)s and state <> all(%(d)s))
  + (select count(*) from ledger_row where noun = 'basket' and data ->> 'offer' = %(o)s and state <> all(%(b)s))
"""


def orders(connection: Connection[Any], offer: str) -> list[dict[str, Any]]:
    """Every order of an offer that counts, by door."""
    return [data for (data,) in connection.execute(_OF, [offer, list(WITHOUT)])]


def order(connection: Connection[Any], offer: str, door: int) -> dict[str, Any] | None:
    row = connection.execute(_ONE, [f"{offer}.{door}", list(WITHOUT)]).fetchone()
    return row[0] if row else None


def wanted(connection: Connection[Any], offer: str) -> dict[int, dict[int, int]]:
    """By door, units of each line."""
    return {one["household"]: {wish["line"]: wish["units"] for wish in one["lines"]}
            for one in orders(connection, offer)}  # fmt: skip


def totals(orders: Mapping[int, Mapping[int, int]]) -> dict[int, int]:
    """Units of each line, all doors together."""
    found = Counter[int]()
    for wishes in orders.values():
        found.update(wishes)
    return dict(sorted(found.items()))


def bags(connection: Connection[Any], offer: str) -> list[dict[str, Any]]:
    return [{**data, "key": key, "state": state} for key, state, data in connection.execute(_BAGS, [offer])]


def bag(connection: Connection[Any], key: str) -> dict[str, Any] | None:
    row = connection.execute(
        "select data from ledger_row where noun = 'basket' and key = %s and state <> 'void'", [key]
    ).fetchone()
    return row[0] if row else None


def bagged(connection: Connection[Any], offer: str, but: uuid.UUID | None = None) -> set[int]:
    """Doors that are in a bag; where nobody opened, it may be put into another one."""
    again = {one["household"] for one in orders(connection, offer) if one["outcome"] == "nobody"}
    return {door for one in bags(connection, offer) if one["key"] != str(but) for door in one["doors"]} - again


def brought(connection: Connection[Any], offer: str) -> bool:
    """Was anything brought to a door?"""
    return any(one["outcome"] for one in orders(connection, offer))


def unfinished(connection: Connection[Any], offer: str) -> int:
    """Doors and bags that have no end yet. What a household still has to pay is an end: somebody owes it."""
    row = connection.execute(_OPEN, {"o": offer, "d": list(ENDED), "b": list(BAGS_ENDED)}).fetchone()
    return int(row[0]) if row else 0


def billed(one: Mapping[str, Any]) -> Any:
    """The bill of an order as its row has it."""
    told = {int(line): Told(**said) for line, said in one["told"].items()}
    dealt = {int(line): units for line, units in one["dealt"].items()}
    return bill(one["lines"], dealt, told, one["fee"], taken=one["outcome"] not in ("refused", "nobody"))


def account(connection: Connection[Any], offer: str, data: Mapping[str, Any]) -> Account:
    """The account of an offer whose row holds `data`."""
    lines = {n: line for n, line in enumerate(data["lines"], 1)}
    came = {int(line): (units, grams) for line, (units, grams) in data["came"].items()}
    bills = [(billed(one), one["cash"], one["before"], one["evened"]) for one in orders(connection, offer)]
    return reckoned(lines, came, bills)


def offer(connection: Connection[Any], key: str) -> dict[str, Any]:
    """The row of an offer, for whoever carries a bag of it and sees no offers."""
    row = connection.execute("select data from ledger_row where noun = 'offer' and key = %s", [key]).fetchone()
    return row[0] if row else {"lines": []}


_SERVING = """
select distinct r.key, r.place, r.state, r.data from ledger_row r
join places_cover c on c.place = r.place and c.tree = 'command' and c.valid_to is null
join unnest(%s::integer[]) as near (place) on c.covers @> near.place
where r.noun = 'offer' and r.state = any(%s)
"""


def serving(connection: Connection[Any], places: Collection[int], states: Collection[str]) -> list[dict[str, Any]]:
    """Offers for the doors of these places, in some states; what closes first comes first. An offer lies at the
    community, and whoever lives or works at one of its grids orders from it."""
    rows = connection.execute(_SERVING, [sorted(places), sorted(states)]).fetchall()
    found = [{**data, "key": key, "place": place, "state": state, "closes": moment_in(data["closes"])}
             for key, place, state, data in rows]  # fmt: skip
    return sorted(found, key=lambda one: (str(one["closes"]), one["key"]))


def doors(connection: Connection[Any], offers: Collection[str]) -> dict[str, int]:
    """How many doors ordered from each of these offers."""
    rows = connection.execute(
        "select data ->> 'offer', count(*) from ledger_row where noun = 'order' and data ->> 'offer' = any(%s)"
        " and state <> all(%s) group by 1",
        [sorted(offers), list(WITHOUT)],
    )
    return dict(rows.fetchall())
