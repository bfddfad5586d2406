"""Reads of the line list, under the scope of whoever asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import Connection, Cursor

from tongzhou import rules
from tongzhou.cases import queries as cases
from tongzhou.cases.fold import CLOCKS
from tongzhou.ledger import known
from tongzhou.places.queries import covers_of


@dataclass(frozen=True)
class Filter:
    """What the line list is asked for; everything left out does not restrict."""

    state: str | None = None
    place: int | None = None  # the branch where the case is reported
    since: dt.datetime | None = None  # identified from … on
    until: dt.datetime | None = None
    keys: tuple[str, ...] | None = None  # found by name or number


_LIST = (
    "select r.key, r.place, r.effective_at, r.state, r.data from ledger_row r where r.noun = 'case'"
    " and r.state <> 'void'"
)
_STATE, _NOT_MERGED = " and r.state = %(state)s", " and r.state <> 'merged'"
_PLACE = (
    " and r.place <@ (select covers from places_cover where tree = 'command' and place = %(place)s"
    " and valid_to is null)"
)


def _list(wanted: Filter) -> str:
    """Only what is asked for stands in the question: an "or" would read the whole list to find one person, and a
    condition that holds for everything costs its planning."""
    return "".join(
        (
            _LIST,
            _STATE if wanted.state else _NOT_MERGED,
            _PLACE if wanted.place is not None else "",
            " and r.effective_at >= %(since)s" if wanted.since else "",
            " and r.effective_at < %(until)s" if wanted.until else "",
            " and r.key = any(%(keys)s)" if wanted.keys is not None else "",
        )
    )


PAGE = 100
MOST = 10_000  # cases that are counted; beyond it "more than"


def count(wanted: Filter, most: int = MOST) -> tuple[int, bool]:
    """How many cases match, and whether there are more than could be counted."""
    if wanted.keys is None:
        n = known.count("case", most, **_by_columns(wanted))
        return n, n == most
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from ({_list(wanted)} limit {most}) r", _asked(wanted))
        n = int(cursor.fetchone()[0])
    return n, n == most


def page(
    wanted: Filter, now: dt.datetime, after: tuple[dt.datetime, str] | None = None, limit: int = PAGE
) -> tuple[list[dict[str, Any]], bool]:
    """A page of the line list, newest first, and whether there are more. `after`: the last row of the page before, so
    that page 500 costs what page 1 costs."""
    book = rules.book()
    if wanted.keys is None:
        part = known.page("case", after=after, size=limit, **_by_columns(wanted))
        return [cases.with_clocks(cases.flat(row), now, book) for row in part.rows], part.more > 0
    sql = _list(wanted)
    if after:
        sql += " and (r.effective_at, r.key) < (%(at)s, %(key)s)"
    sql += " order by r.effective_at desc, r.key desc limit %(limit)s"
    at, key = after or (None, None)
    found = _fetch_prepared(sql, {**_asked(wanted), "at": at, "key": key, "limit": limit + 1})
    return [cases.with_clocks(row, now, book) for row in found[:limit]], len(found) > limit


def _by_columns(wanted: Filter) -> dict[str, Any]:
    """What a list is asked for, where no person is looked for by name or number."""
    states = {"states": [wanted.state]} if wanted.state else {"but": ["merged"]}
    return {
        **states,
        "since": wanted.since,
        "until": wanted.until,
        "covers": None if wanted.place is None else covers_of(wanted.place),
    }


RUNNING = 200  # cases with a clock on the first page


# Those that still wait for one of their steps are few among many, and lie in an index of their own: its condition is
# this sentence (cases/sql/0003_open.sql).
_CASES = (
    "select r.key, r.place, r.effective_at, r.state, r.data from ledger_row r where r.noun = 'case'"
    " and r.state not in ('void', 'merged', 'excluded') and not coalesce((r.data ->> 'past')::boolean, false)"
)
_OPEN = "(r.data ->> 'reported_at' is null or r.data ->> 'received_at' is null or r.data ->> 'investigated_at' is null)"
# A clock that has ended asks something only where it was missed, and none was that took less than the shortest edition
# of its rule gives. Moments of a row are text with their zone.
_TOOK_LONG = " or ".join(
    f"(r.data ->> '{ends}')::timestamptz - (r.data ->> '{starts}')::timestamptz > %({name})s"
    for name, (_rule, starts, ends, _what) in CLOCKS.items()
)


def _least(book: rules.RuleBook, rule: str) -> dt.timedelta:
    """The shortest time that any edition of a clock's rule gives; none where one does not say it."""
    hours = [float(pack.parameters.get("due_h") or 0) for pack in book.editions(rule)]
    return dt.timedelta(hours=min(hours, default=0))


def running(now: dt.datetime) -> tuple[list[dict[str, Any]], int]:
    """Cases whose clock runs or asks what blocked it, the longest known of them: those to say something of first, then
    the least time left. And how many further cases are open, of which that was not looked at."""
    book, looked = rules.book(), 0
    open_ones = cases.fetch(
        f"{_CASES} and {_OPEN} union all"
        f" {_CASES} and not {_OPEN} and r.effective_at > %(since)s and ({_TOOK_LONG}) order by effective_at, key",
        {"since": now - dt.timedelta(days=3), **{name: _least(book, rule) for name, (rule, *_) in CLOCKS.items()}},
    )
    told: list[dict[str, Any]] = []
    for row in open_ones:
        if len(told) == RUNNING:
            break
        one, looked = cases.with_clocks(row, now, book), looked + 1
        if any(c.asks or c.left is not None for c in one["clocks"]):
            told.append(one)
    return sorted(told, key=lambda one: (one["urgency"], one["effective_at"])), len(open_ones) - looked


def export(wanted: Filter) -> Iterator[dict[str, Any]]:
    """Every case that matches, newest first, without names; call inside a transaction with its scope set."""
    with connection.connection.cursor(name="line_list") as cursor:
        cursor.itersize = 2000
        cursor.execute(
            _list(wanted) + " order by r.effective_at desc, r.key desc",
            _asked(wanted),
        )
        for row in cursor:
            yield cases.flat_row(row)


def _asked(wanted: Filter) -> dict[str, Any]:
    return {"state": wanted.state, "place": wanted.place, "since": wanted.since, "until": wanted.until,
            "keys": None if wanted.keys is None else list(wanted.keys)}  # fmt: skip


def _fetch_prepared(sql: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    """As _fetch, planned once for each connection: to find one person, planning took longer than looking."""
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        cursor.execute(sql, given, prepare=True)
        return [cases.flat_row(row) for row in cursor.fetchall()]


def by_card(ledger: Connection[Any], card: str) -> Cursor[Any]:
    """Cases (key) with this number of the national card, whoever may see them: the list shows those in scope.

    Asked as the ledger role, because an expression index does not serve under a policy (->> is not leakproof: the
    whole list was read). In a pipeline nothing is waited for until the cursor is read.
    """
    return ledger.execute("select key from ledger_row where noun = 'case' and data ->> 'card' = %s limit 20", [card])


_OF_PERSONS = """
select distinct c.key from ({persons}) p (person) left join ledger_alias a on a.root = 'person/' || p.person
join ledger_row c on c.noun = 'case' and c.person in (p.person, split_part(a.subject, '/', 2)) limit 200
"""
_NUMBERED = _OF_PERSONS.format(persons="select persons_numbered(%s)")
_ENDING = _OF_PERSONS.format(
    persons="select key from ledger_row where noun = 'person' and right(data ->> 'handle', 4) = %s and state <> 'void'"
)
ENDING = 4  # digits by which people are called where they stand in line


def by_number(ledger: Connection[Any], digits: str) -> Cursor[Any]:
    """Cases (key) of whoever bears this number of twelve digits, or whose number ends in these four, whoever may see
    them: the list shows those in scope."""
    return ledger.execute(_NUMBERED if len(digits) > ENDING else _ENDING, [digits])
