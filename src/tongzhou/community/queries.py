"""Reads of the community's rows. Under the app role a query shows what the asker's roles cover;
functions that take a connection serve a household by its slip and must name the household."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection as app
from psycopg import Connection

from tongzhou.ledger.fold import SETTLED
from tongzhou.ledger.known import rows
from tongzhou.sites.doors import Door, written

LOOK_BACK = dt.timedelta(days=60)  # a door silent for longer shows no date
STATE_WORDS = {0: None, 1: "well", 2: "unwell", 3: "no_answer"}
CHANNEL_WORDS = {0: None, 1: "page", 2: "phone", 3: "paper", 4: "door"}

_DOORS = """
select h.id, h.place, h.stair, h.people, h.building, h.stairwell, h.floor, h.room, l.day, d.state, d.channel,
  case when d.state > 0 then d.effective_at end, case when d.state > 0 then d.fact end
from community_household h
left join community_household_day d on d.day = %(day)s and d.household = h.id
left join (
  select household, max(day) as day from community_household_day
  where day < %(day)s and day >= %(since)s and state in (1, 2) group by household
) l on l.household = h.id
order by h.place, h.stair, h.id
"""


def doors(day: dt.date) -> list[dict[str, Any]]:
    """Every household in scope: where it is, when it was last heard before `day`, and what it said that day."""
    with app.cursor() as cursor:
        cursor.execute(_DOORS, {"day": day, "since": day - LOOK_BACK})
        return [
            {
                "id": row[0],
                "place": row[1],
                "stair": row[2],
                "people": row[3],
                **address(Door(*row[4:8])),
                "last": row[8],
                "state": STATE_WORDS[row[9] or 0],
                "channel": CHANNEL_WORDS[row[10] or 0],
                "at": row[11],
                "fact": None if row[12] is None else str(row[12]),
            }
            for row in cursor.fetchall()
        ]


def place_in_scope(household: int) -> int | None:
    """Where a door is that the asker sees; None for every other."""
    with app.cursor() as cursor:
        cursor.execute("select place from community_household where id = %s", [household])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def address(door: Door) -> dict[str, Any]:
    """The door as people say it, and its floor; empty where nobody told."""
    said = {"zh": written(door), "en": written(door, english=True)}
    return {"door": said, "storey": door.storey, "house": door.house}


def open_rows(noun: str) -> list[dict[str, Any]]:
    """Tasks, needs or exceptions in scope that still wait for somebody."""
    waiting = ["open", "problem", "not_ready", "called_back"]
    return [
        {"key": row["key"], "place": row["place"], "state": row["state"], "at": row["effective_at"], **row["data"]}
        for row in rows(noun, states=waiting)
    ]


def household_place(connection: Connection[Any], household: int) -> int | None:
    row = connection.execute("select place from community_household where id = %s", [household]).fetchone()
    return int(row[0]) if row else None


def household_of(connection: Connection[Any], digest: bytes) -> tuple[int, int, int, int, dt.datetime | None] | None:
    """The household (id, place, stairwell, people, end of the slip) whose slip has this digest."""
    row = connection.execute(
        "select id, place, stair, people, token_until from community_household where token = %s", [digest]
    ).fetchone()
    return tuple(row) if row else None


def give_slip(connection: Connection[Any], household: int, digest: bytes, until: dt.datetime) -> None:
    """From now on this slip speaks for the household; the one before it no longer does."""
    give_slips(connection, {household: digest}, until)


def give_slips(connection: Connection[Any], digests: Mapping[int, bytes], until: dt.datetime) -> None:
    """The same for many households, each with its own."""
    connection.execute(
        "update community_household h set token = given.digest, token_until = %s"
        " from unnest(%s::integer[], %s::bytea[]) given (id, digest) where h.id = given.id",
        [until, list(digests), list(digests.values())],
    )


def slips_ending(connection: Connection[Any], households: list[int], before: dt.datetime) -> set[int]:
    """Which of these households hold a slip that has ended or ends before this moment."""
    rows = connection.execute(
        "select id from community_household where id = any(%s) and token is not null and token_until < %s",
        [households, before],
    )
    return {household for (household,) in rows}


_SAID_OF = """
select day, state, channel, effective_at, fact from community_household_day
where household = %(household)s and day >= %(since)s and state > 0
union
select w.day, w.state, w.channel, w.effective_at, w.fact from community_household_day_was w
where w.household = %(household)s and w.day >= %(since)s and w.state > 0
  and not exists (select from ledger_fact c where c.corrects = w.fact)
order by effective_at desc, fact desc
"""


def days_of(connection: Connection[Any], household: int, since: dt.date) -> list[dict[str, Any]]:
    """Each word of how one household is since a day that was not taken back, newest first."""
    found = connection.execute(_SAID_OF, {"household": household, "since": since}).fetchall()
    return [
        {"day": row[0], "state": STATE_WORDS[row[1]], "channel": CHANNEL_WORDS[row[2]], "at": row[3], "fact": row[4]}
        for row in found
    ]


def rows_of(connection: Connection[Any], household: int, place: int, noun: str) -> list[dict[str, Any]]:
    """Folded rows of a noun that concern one household, newest first: all that is open, and of the rest the last 30."""
    found = connection.execute(
        "select key, state, effective_at, data from (select key, state, effective_at, data,"
        " row_number() over (order by effective_at desc, key) as n from ledger_row where noun = %s and place = %s"
        " and (data ->> 'household')::integer = %s and state <> 'void') r"
        " where n <= 30 or state <> all(%s) order by n",
        [noun, place, household, list(SETTLED[noun])],
    ).fetchall()
    return [{**row[3], "key": row[0], "state": row[1], "at": row[2]} for row in found]


def unshown(connection: Connection[Any], household: int, place: int) -> set[str]:
    """Facts that a desk wrote down for this household and that never stand on its page: said under violence or in
    distress."""
    rows = connection.execute(
        "select jsonb_array_elements_text(data -> 'said') from ledger_row where noun = 'ring' and place = %s"
        " and state <> 'void' and (data ->> 'household')::integer = %s and (data ->> 'unshown')::boolean",
        [place, household],
    )
    return {fact for (fact,) in rows}


def shown_calls(connection: Connection[Any], household: int, place: int) -> list[str]:
    """Calls that a desk wrote down for this household, but for what is never shown on its page."""
    rows = connection.execute(
        "select key from ledger_row where noun = 'ring' and place = %s and state <> 'void'"
        " and (data ->> 'household')::integer = %s and not coalesce((data ->> 'unshown')::boolean, false)",
        [place, household],
    )
    return [key for (key,) in rows]


def said_by_slip(connection: Connection[Any], fact: str, household: int) -> bool:
    """Did this household say this fact itself, on its own page?"""
    row = connection.execute(
        "select 1 from ledger_fact f join ledger_append a on a.id = f.append where f.id = %s::uuid"
        " and a.by_id is null and a.device = 'slip' and (f.body::jsonb ->> 'household')::integer = %s",
        [fact, household],
    ).fetchone()
    return row is not None
