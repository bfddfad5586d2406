"""Reads of referrals and cases, under the scope of whoever asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from django.db import connection
from psycopg import Connection, Cursor

from tongzhou import rules
from tongzhou.cases.clocks import clocks, moment
from tongzhou.ledger.known import Page, mark, page, rows
from tongzhou.ledger.owed import LATEST
from tongzhou.ledger.time import local_day
from tongzhou.people.scope import Holder, names_of_staff
from tongzhou.problems import NotFound


def waiting(now: dt.datetime) -> list[dict[str, Any]]:
    """Exceptions at the doors that nobody reached yet, the longest waiting first."""
    found = [flat(row) for row in rows("exception", states=["open"])]
    for one in found:
        one["waited"] = now - one["effective_at"]
    return sorted(found, key=lambda one: one["effective_at"])


def in_care(now: dt.datetime) -> list[dict[str, Any]]:
    """Households that were called back and are not closed yet, with the days since, the longest first."""
    found = [flat(row) for row in rows("exception", states=["called_back"])]
    for one in found:
        one["days"] = (local_day(now) - local_day(one["called_back_at"])).days
    return sorted(found, key=lambda one: one["called_back_at"])


def warnings(
    at: dt.datetime | None = None, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> list[dict[str, Any]]:
    """All early warnings of clinicians in scope, newest first."""
    return [_warning(row) for row in rows("warning", since=since, until=until, at=at)]


def warnings_page(after: tuple[dt.datetime, str] | None = None) -> Page:
    """A page of them."""
    found = page("warning", after=after)
    return replace(found, rows=[_warning(row) for row in found.rows])


def _warning(row: dict[str, Any]) -> dict[str, Any]:
    return {**row["data"], "key": row["key"], "place": row["place"], "at": row["effective_at"]}


UNSEEN = ("made", "arrived")  # referrals that wait for the clinic's word


_BECAME = """
select distinct on (data ->> 'exception') data ->> 'exception', state from ledger_row
where noun = 'referral' and place = any(%s) and data ->> 'exception' = any(%s) and state <> 'void'
order by data ->> 'exception', effective_at desc
"""
AS_THE_DOOR_KNOWS = {
    "made": "sent",
    "arrived": "arrived",
    "did_not_come": "did_not_come",
    "sent_home": "home",
    "identified": "in_care",
    "emergency": "in_care",
}


def became_of(ledger: Connection[Any], exceptions: Mapping[str, int]) -> dict[str, str]:
    """What became of whoever was sent to a clinic from a door (exception → its place), as the door may know it: where
    they are. What was found there is not said: identified as a case and in emergency care are one word."""
    found = ledger.execute(_BECAME, [sorted(set(exceptions.values())), sorted(exceptions)]).fetchall()
    return {key: AS_THE_DOOR_KNOWS[state] for key, state in found}


def visits(ones: Sequence[dict[str, Any]]) -> dict[str, dt.datetime]:
    """By when somebody was asked to go to the doors of these exceptions and has not answered yet, by exception."""
    if not ones:
        return {}
    about = [f"exception/{one['key']}" for one in ones]
    with connection.cursor() as cursor:
        cursor.execute(_VISITS, [sorted({one["place"] for one in ones}), about])
        found = [(text.removeprefix("exception/"), moment(due)) for text, due in cursor.fetchall()]
    return {key: due for key, due in found if due is not None}


_VISITS = """
select data ->> 'about', data ->> 'due' from ledger_row
where noun = 'task' and place = any(%s) and state = 'open' and data ->> 'about' = any(%s) and data ->> 'due' is not null
"""


def referrals() -> list[dict[str, Any]]:
    """All referrals in scope that wait for the clinic's word, newest first."""
    return [flat(row) for row in rows("referral", states=UNSEEN)]


def seen(since: dt.datetime, after: tuple[dt.datetime, str] | None = None) -> Page:
    """Referrals in scope of which the clinic said what became of them, newest first: those that it said `since`, and
    behind them all that were before."""
    found = page("referral", but=UNSEEN, after=after)
    rows = [flat(row) for row in found.rows]
    if after is not None or not rows:
        return replace(found, rows=rows)
    n = max((n for n, one in enumerate(rows, 1) if one["seen_at"] >= since), default=0)
    left = len(rows) - n
    if not left:
        return replace(found, rows=rows)
    last = mark(rows[n - 1]["effective_at"], rows[n - 1]["key"]) if n else mark(LATEST, "")
    return replace(found, rows=rows[:n], more=found.more + left, after=last)


def fetch(sql: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [flat_row(row) for row in cursor.fetchall()]


def flat_row(row: Any) -> dict[str, Any]:
    data = msgspec.json.decode(row[4]) if isinstance(row[4], str) else row[4]
    return flat({"key": row[0], "place": row[1], "effective_at": row[2], "state": row[3], "data": data})


def case(key: str, now: dt.datetime) -> dict[str, Any]:
    """One case with its clocks. Raises NotFound outside the scope."""
    found = one_row("case", key)
    for history in found["history"]:
        history["at"] = moment(history["at"])
    return with_clocks(found, now, rules.book())


def one_row(noun: str, key: str) -> dict[str, Any]:
    """A folded row of a noun by its key. Raises NotFound where it is not there or not in scope."""
    found = rows(noun, key=key)
    if not found:
        raise NotFound()
    return flat(found[0])


def told(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Facts as a page tells them: with the name of whoever said each, and by whom and when it was corrected."""
    names = names_of_staff({fact["by_id"] for fact in facts if fact["by_id"]})
    by_id = {fact["id"]: fact for fact in facts}
    for fact in facts:
        fact["who"] = names.get(fact["by_id"], "")
        fact["correction"] = by_id.get(fact["corrected_by"])
    return facts


# An invented place deals with invented places only, a real one with real ones.
_AS_REAL = "n.invented = (select invented from places_name where place = %(place)s::integer and valid_to is null)"


def places_of(scope: str, levels: tuple[str, ...] = ("county", "zone")) -> list[tuple[int, str, str]]:
    """(id, zh, en) of the places that may receive a referral or a report, nearest to `scope` (a place) first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select n.place, n.name_zh, n.name_en from places_name n join places_cover c on c.place = n.place"
            " and c.tree = 'command' and c.valid_to is null where n.valid_to is null and n.level = any(%(levels)s)"
            f" and {_AS_REAL} order by (c.covers @> %(place)s::integer) desc, n.code, n.place",
            {"levels": list(levels), "place": scope},
        )
        return [tuple(row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Homes:
    """(id, zh, en) of where somebody met may live: the county itself, where nobody knows the community; its communities
    and grids; every other county and zone, so that nobody of elsewhere lacks a place."""

    county: list[tuple[int, str, str]]
    here: list[tuple[int, str, str]]
    elsewhere: list[tuple[int, str, str]]


# A grid's name begins with that of its community, unless it says it itself.
_OF_ITS_COMMUNITY = """
left join lateral (
  select k.name_zh as zh, k.name_en as en from places_cover o join places_name k on k.place = o.place
    and k.valid_to is null and k.level = 'community'
  where n.level = 'grid' and o.tree = 'command' and o.valid_to is null and o.covers @> n.place limit 1
) own on not starts_with(n.name_zh, own.zh)
"""
_ZH = "concat_ws(' ', own.zh, n.name_zh)"
_EN = "concat_ws(', ', n.name_en, own.en)"
_NAMES = (
    f"select distinct on (n.place) n.place, {_ZH}, {_EN} from places_name n {_OF_ITS_COMMUNITY}"
    " where n.place = any(%s) order by n.place, n.valid_from desc"
)


def names_of_all(connection: Connection[Any]) -> dict[int, tuple[str, str]]:
    """The same of every place there is, for a file of a whole list."""
    asked = f"select n.place, {_ZH}, {_EN} from places_name n {_OF_ITS_COMMUNITY} where n.valid_to is null"
    return {place: (zh, en) for place, zh, en in connection.execute(asked)}


def homes_about(place: int) -> Homes:
    """Seen from a place, the nearest first."""
    county = county_of(place)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select n.place, {_ZH}, {_EN}, n.level from places_name n join places_cover c on c.place = n.place"
            f" and c.tree = 'command' and c.valid_to is null {_OF_ITS_COMMUNITY} where n.valid_to is null"
            f" and {_AS_REAL}"
            " and (n.level in ('county', 'zone')"
            " or n.level in ('community', 'grid') and exists (select from places_cover k where k.place = %(county)s"
            " and k.tree = 'command' and k.valid_to is null and k.covers @> n.place))"
            " order by (c.covers @> %(place)s) desc, n.code, n.place",
            {"county": county, "place": place},
        )
        found = cursor.fetchall()
    counties = [(id, zh, en) for id, zh, en, level in found if level in ("county", "zone")]
    return Homes(
        [one for one in counties if one[0] == county],
        [(id, zh, en) for id, zh, en, level in found if level in ("community", "grid")],
        [one for one in counties if one[0] != county],
    )


def county_of(place: int | None) -> int | None:
    """The county or zone that a place lies in, by the command tree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null"
            " where c.tree = 'command' and c.valid_to is null and n.level in ('county', 'zone')"
            " and c.covers @> %s::integer order by c.depth desc limit 1",
            [place],
        )
        row = cursor.fetchone()
        return int(row[0]) if row else None


def in_places(place: int, holder: Holder, role: str) -> bool:
    """Does the place lie where this role is held?"""
    with connection.cursor() as cursor:
        cursor.execute("select %s::integer <@ %s::int4multirange", [place, holder.roles.get(role, "{}")])
        return bool(cursor.fetchone()[0])


def place_names(ids: list[int]) -> dict[int, tuple[str, str]]:
    """In Chinese and English; a grid with its community, since every community has a first grid."""
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        cursor.execute(_NAMES, [[id for id in ids if id]], prepare=True)
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def flat(row: dict[str, Any]) -> dict[str, Any]:
    told = {**row["data"], **{name: row[name] for name in ("key", "place", "effective_at", "state")}}
    for name in ("made_at", "arrived_at", "seen_at", "raised_at", "called_back_at", "identified_at", "reported_at",
                 "received_at", "investigated_at"):  # fmt: skip
        if name in told:
            told[name] = moment(told[name])
    return told


def with_clocks(case: dict[str, Any], now: dt.datetime, book: rules.RuleBook) -> dict[str, Any]:
    case["clocks"] = clocks(case, now, book)
    left = [c.left for c in case["clocks"] if c.left is not None]
    asks = any(c.asks for c in case["clocks"])
    case["urgency"] = (0 if asks else 1, min(left, default=dt.timedelta.max))
    return case
