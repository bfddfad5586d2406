"""Gates as their desk and their phones see them: where they stand, their shifts, today's counts and cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import Connection
from psycopg.rows import dict_row

from tongzhou import keys
from tongzhou.gates import code, post
from tongzhou.gates.checking import Known
from tongzhou.gates.code import EPOCH, Pass
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day
from tongzhou.people.desks import local_telephones
from tongzhou.sites.drafts import Draft
from tongzhou.sites.named import stands
from tongzhou.sites.queries import Sought, list_on, page

GATE = ("gate",)
AHEAD, BEHIND = 1, 1  # days whose keys a phone has beside today's: a night, and a pass that goes into the next day


def gates(day: dt.date, covers: str) -> list[Draft]:
    """The gates of one's places on a day, in the order of their names."""
    return page(Sought(day, kinds=GATE, covers=covers), size=10**6).sites


def gate_of(ledger: Connection[Any], key: str, day: dt.date) -> Draft | None:
    """One gate, for whoever has no scope of their own."""
    return next((one for one in list_on(ledger, day, GATE) if one.key == key), None)


def telephone(ledger: Connection[Any], gate: Draft) -> str:
    """The number that is rung at a gate: its own, else that of the nearest desk; empty where nobody has one."""
    return next(iter(gate.details.telephones), "") or local_telephones(ledger, [gate.place]).get(gate.place, "")


@dataclass(frozen=True)
class Card:
    """A pass as its card has it. `id`: of the fact that issued it."""

    id: str
    told: Pass


_CARDS = """
select key, data from ledger_row where noun = 'pass' and state = 'given' and data ->> 'gate' = any(%s)
and (data ->> 'until')::timestamptz > %s and (data ->> 'starts')::timestamptz < %s
order by data ->> 'starts', data ->> 'number'
"""


def cards(ledger: Connection[Any], gates: Sequence[str], now: dt.datetime) -> list[Card]:
    """The passes of these gates that are good now or within a day, and those that ended within an hour: of these the
    gate says that their time is over."""
    rows = ledger.execute(_CARDS, [list(gates), now - dt.timedelta(hours=1), now + dt.timedelta(days=1)])
    return [Card(key, _pass(data)) for key, data in rows]


_TAKEN_BACK = """
select distinct f.body::jsonb ->> 'number' from ledger_row r
cross join lateral (
  select body, kind from ledger_fact where id = r.key::uuid
  union all select body, kind from ledger_fact where corrects = r.key::uuid
) f
join ledger_kind k on k.id = f.kind and k.name = 'pass.issued'
where r.noun = 'pass' and r.place = %(place)s
and (r.state = 'void' or (r.data ->> 'until')::timestamptz between %(over)s - interval '2 days' and %(over)s)
and f.body::jsonb ->> 'gate' = %(gate)s and (f.body::jsonb ->> 'until')::timestamptz > %(over)s
"""


def taken_back(ledger: Connection[Any], gate: str, now: dt.datetime) -> list[str]:
    """Numbers of passes of a gate that were taken back, or made to end earlier than their card says, until that end: a
    code that was printed says nothing of it."""
    place = stands(ledger, [gate]).get(gate)
    rows = ledger.execute(_TAKEN_BACK, {"place": place, "gate": gate, "over": now - dt.timedelta(hours=1)})
    return sorted(number for (number,) in rows)


def _pass(data: Mapping[str, Any]) -> Pass:
    starts, until = moment_in(data["starts"]), moment_in(data["until"])
    assert starts and until
    return Pass(data["number"], data["gate"], data["what"], starts, until, data.get("to") or "")


def public_keys(now: dt.datetime) -> dict[int, Any]:
    """The public keys of the days around a moment, by the number of their day."""
    today = local_day(now)
    days = (today + dt.timedelta(days=n) for n in range(-BEHIND, AHEAD + 1))
    return {(day - EPOCH).days: keys.pass_key(day).public_key() for day in days}


def known(ledger: Connection[Any], gate: str, now: dt.datetime) -> Known:
    """What the gate knows at a moment: the same as its phones fetch."""
    by_number = {one.told.number: one.told for one in cards(ledger, [gate], now)}
    spent = frozenset(post.spent(ledger, gate, local_day(now)))
    return Known(gate, by_number, spent, public_keys(now), frozenset(taken_back(ledger, gate, now)))


def coded(told: Pass) -> str:
    """The digits of a pass for phones that scan."""
    return code.signed(told, keys.pass_key(local_day(told.starts)))


_DAYS = "select key, state, place, data, effective_at from ledger_row where noun = %s and key = any(%s)"


def states(ledger: Connection[Any], gates: Iterable[str]) -> dict[str, dict[str, Any]]:
    """By gate what is told of its shifts and measures."""
    with ledger.cursor(row_factory=dict_row) as cursor:
        return {row["key"]: row for row in cursor.execute(_DAYS, ["gate", sorted(gates)])}


def counts(ledger: Connection[Any], gates: Iterable[str], day: dt.date) -> dict[str, dict[str, Any]]:
    """By gate what was counted on a day: by hour, and out and back in all."""
    with ledger.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_DAYS, ["gate_day", [f"{gate}/{day}" for gate in sorted(gates)]])
        return {row["key"].partition("/")[0]: row["data"] for row in rows}


def has(ledger: Connection[Any], noun: str, key: str) -> bool:
    """Is there such a row?"""
    row = ledger.execute("select 1 from ledger_row where noun = %s and key = %s and state <> 'void'", [noun, key])
    return row.fetchone() is not None


def kept_until(row: Mapping[str, Any] | None) -> dt.datetime | None:
    """Until when somebody keeps the gate, as was said."""
    return moment_in(row["data"].get("kept_until")) if row else None


_REGISTERED = """
select count(*), min(expires_at), max(expires_at) from people_vault_key
where owner like 'gate/%%' and wrapped is not null and place = %s
"""


def registered(ledger: Connection[Any], place: int) -> tuple[int, dt.datetime | None]:
    """How many entries of gates' registers are held at a place, and when the first of them is erased by itself."""
    row = ledger.execute(_REGISTERED, [place]).fetchone()
    return (row[0], row[1]) if row else (0, None)


@dataclass(frozen=True)
class Below:
    """A unit right below a desk, in numbers: gates that a measure has kept, those at which nobody stands, and what was
    counted today, None where no gate told anything. `deeper`: units lie below it, too."""

    place: int
    ordered: int
    unkept: int
    out: int | None
    back: int | None
    exceptions: int | None
    deeper: bool


_BELOW = """
with unit as (
  select place, covers from places_cover where tree = 'command' and valid_to is null and parent = %(place)s
)
select u.place, g.n, g.unkept, d.out, d.back, d.exceptions,
  exists (select from places_cover c join places_name n on n.place = c.place and n.valid_to is null
    and n.level <> 'grid' where c.tree = 'command' and c.valid_to is null and c.parent = u.place)
from unit u
left join lateral (
  select count(*) as n, count(*) filter (where r.state = 'unkept') as unkept from ledger_row r
  where r.noun = 'gate' and r.state in ('kept', 'unkept') and r.place <@ u.covers
) g on true
left join lateral (
  select sum((r.data ->> 'out')::int) as out, sum((r.data ->> 'back')::int) as back, sum((
    select sum(coalesce((h.value -> 'out' ->> 'exception')::int, 0) + coalesce((h.value -> 'back' ->> 'exception')::int,
      0)) from jsonb_each(r.data -> 'hours') h)) as exceptions
  from ledger_row r where r.noun = 'gate_day' and r.state = 'counted' and r.key like %(key)s and r.place <@ u.covers
) d on true
order by u.place
"""


def below(place: int, day: dt.date) -> list[Below]:
    """The units right below a place in official order, as far as the reader sees their counts."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"place": place, "key": f"%/{day}"})
        return [Below(*row) for row in cursor.fetchall()]
