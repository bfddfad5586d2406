"""As known at: any list or board as somebody would have seen it at a moment.

`rows` gives all that is asked for, `page` a page of it that says how many more there are: nothing is cut in silence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection

from tongzhou.ledger import shapes
from tongzhou.ledger.wanted import COLUMNS, Wanted, count_sql, page_sql, whole_sql

PAGE = 50
COUNTED = 1000  # so many rows behind a page are counted; where there are more, the page says "more than"
_FIELDS = tuple(COLUMNS.split(", "))


@dataclass(frozen=True)
class Page:
    """Some rows of a list. `more`: how many follow (more than that, where `least`); `after`: where they begin."""

    rows: list[dict[str, Any]]
    more: int = 0
    least: bool = False
    after: str = ""
    behind: bool = False  # not the first page


def rows(
    noun: str,
    *,
    key: str | None = None,
    keys: Iterable[str] | None = None,
    covers: str | None = None,
    states: Collection[str] | None = None,
    but: Collection[str] | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    running: dt.datetime | None = None,
    invited: Collection[int] | None = None,
    at: dt.datetime | None = None,
) -> list[dict[str, Any]]:
    """All folded rows of a noun under the current scope, newest first: by key, within places, in some `states` or in
    all `but` some, with their moment in `since` ≤ … < `until`, without what was over by itself before `running`, shown
    to one of the places `invited` though they lie elsewhere, as known at `at`. None is left out."""
    named = (key,) if key is not None else None if keys is None else tuple(sorted(set(keys)))
    wanted = Wanted(noun, named, covers, states, but, since, until, running, invited, at)
    with connection.cursor() as cursor:
        cursor.execute(*whole_sql(wanted, _near(wanted)))
        return [told(dict(zip(_FIELDS, row, strict=True))) for row in cursor.fetchall()]


def page(
    noun: str,
    *,
    covers: str | None = None,
    states: Collection[str] | None = None,
    but: Collection[str] | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    invited: Collection[int] | None = None,
    at: dt.datetime | None = None,
    after: tuple[dt.datetime, str] | None = None,
    size: int = PAGE,
) -> Page:
    """The newest of the folded rows of a noun, or those that follow `after`; filtered as in `rows`."""
    wanted = Wanted(noun, None, covers, states, but, since, until, None, invited, at)
    with connection.cursor() as cursor:
        cursor.execute(*page_sql(wanted, _near(wanted), after, size, size + COUNTED + 1))
        found = cursor.fetchall()
    shown = [told(dict(zip(_FIELDS, row[1:], strict=True))) for row in found]
    more = found[0][0] - len(found) if found else 0
    last = mark(shown[-1]["effective_at"], shown[-1]["key"]) if more else ""
    return Page(shown, min(more, COUNTED), more > COUNTED, last, after is not None)


def mark(at: dt.datetime, key: str) -> str:
    """The place in a list behind a row, as an address names it (`Page.after`)."""
    return f"{at.isoformat()}~{key}"


def count(
    noun: str,
    most: int,
    *,
    covers: str | None = None,
    states: Collection[str] | None = None,
    but: Collection[str] | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> int:
    """How many folded rows of a noun there are, counted up to `most`; filtered as in `rows`."""
    wanted = Wanted(noun, None, covers, states, but, since, until)
    with connection.cursor() as cursor:
        cursor.execute(*count_sql(wanted, _near(wanted), most))
        return int(cursor.fetchone()[0])


WIDE = 0.1  # of all places: whoever covers more is served in the order of time, others by their places
_SCOPE = """
select near::text, (select sum(upper(g) - lower(g)) from unnest(near) g) <= %s * (select max(id) from places_place)
from (select nullif(current_setting('tongzhou.any', true), '')::int4multirange
        * coalesce(%s::int4multirange, '{(,)}')) x (near)
"""


def _near(wanted: Wanted) -> str | None:
    """The places whose rows are looked up one range after the other; None where that would be most of them, or where
    other words than the place lead to the rows."""
    if wanted.keys is not None or wanted.invited is not None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_SCOPE, [WIDE, wanted.covers])
        near, small = cursor.fetchone()
        return str(near) if small or near == "{}" else None


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as today's folds would write its fields. Django hands jsonb back as text on raw cursors."""
    data = row["data"]
    data = msgspec.json.decode(data) if isinstance(data, str | bytes) else data
    return {**row, "data": shapes.upcast(row["noun"], row["shape"], data)}
