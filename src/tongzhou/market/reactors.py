"""A price or a word about stock raises an alert for its county, moves it, or calms it: by facts of the system, each
because of the word that caused it, and taken back with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.owed import on
from tongzhou.ledger.reactors import Cause, Effect, reacts
from tongzhou.ledger.time import local_day
from tongzhou.market import policy, watch
from tongzhou.places.queries import official_code

RULE = policy.PRICE
_COUNTY = """
select c.place, c.covers::text from places_cover c join places_name n on n.place = c.place and n.valid_to is null
where c.tree = 'command' and c.valid_to is null and c.covers @> %s::integer and n.level in ('county', 'zone')
order by c.depth desc limit 1
"""
_RUNNING = """
select r.key, r.data ->> 'level' from ledger_row r where r.noun = 'market_alert' and r.place = %s
  and r.state in ('raised', 'looked', 'explained', 'decided') and r.data ->> 'item' = %s and r.data ->> 'grade' = %s
  and r.data ->> 'sort' = %s order by r.effective_at desc limit 1
"""
_NEWER = """
select exists (select from unnest(%s::int4multirange) g join ledger_row r on r.noun = 'price' and r.place >= lower(g)
  and r.place < upper(g) and r.effective_at >= %s where r.state <> 'void' and r.data ->> 'item' = %s
  and r.data ->> 'grade' = %s)
"""


_SAID = """
select f.place, f.effective_at, f.body from ledger_fact f
join ledger_kind k on k.id = f.kind and k.name = 'price.quoted' where f.id = %s
"""


@reacts(RULE, "price.quoted")
def quoted(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The item in the county on the day of the word; where it puts another right, also what that one spoke of."""
    found = _judged(connection, cause.place, cause.effective_at, (cause.body.item, cause.body.grade))
    return [*found, *_put_right(connection, cause, (cause.body.item, cause.body.grade))]


@reacts(RULE, "fact.withdrawn")
def withdrawn(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """What others say of the item stands without the word that is taken back."""
    return _put_right(connection, cause, None)


def _put_right(connection: Connection[Any], cause: Cause, now: watch.Good | None) -> list[Effect]:
    told = connection.execute(_SAID, [cause.corrects]).fetchone() if cause.corrects else None
    if told is None:
        return []
    place, at, body = told
    said = KINDS["price.quoted"].read(body)
    good = (said.item, said.grade)
    return [] if good == now else _judged(connection, place, at, good)


def _judged(connection: Connection[Any], place: int, at: dt.datetime, good: watch.Good) -> list[Effect]:
    """What the words of a day make of the alerts of an item. A list of old prices changes no alert of today."""
    around, day = connection.execute(_COUNTY, [place]).fetchone(), local_day(at)
    if around is None or _older(connection, around[1], day, good):
        return []
    county, covers = around
    code = official_code(county, connection)
    held, event = policy.limits(day, code), policy.market().event(code)
    if held is None:
        return []
    numbers, edition = held
    since = day - dt.timedelta(days=max(numbers.run_days, numbers.fresh_days))
    told = watch.words(connection, covers, event.first_day if event else None, since, day, numbers.baseline_days, good)
    found = watch.lines(told, event.first_day if event else None, day, code)
    return [
        effect
        for line in found
        for sort, level in (("price", line.level), ("stock", line.stock))
        for effect in _turned(connection, county, line, sort, level, edition)
    ]


def _older(connection: Connection[Any], covers: str, day: dt.date, good: watch.Good) -> bool:
    """Was something told of the item on a later day already?"""
    after = on(day, 0) + dt.timedelta(days=1)
    row = connection.execute(_NEWER, [covers, after, *good]).fetchone()
    return bool(row and row[0])


def _turned(
    connection: Connection[Any], county: int, line: watch.Line, sort: str, level: str, edition: str
) -> list[Effect]:
    """What the level of a price or of a stock makes of the alert that runs, if one does. What cannot be told turns
    nothing: an alert is not over because nobody said anything."""
    item, grade = line.good
    running = connection.execute(_RUNNING, [county, item, grade, sort]).fetchone()
    if level == "insufficient_data" or (running is None and level == "no_alert"):
        return []
    name = f"market_alert/{county}/{item}/{grade}/{sort}"
    if running is None:
        body = {"item": item, "grade": grade, "sort": sort, "level": level, **line.figures(edition)}
        return [Effect("market.alerted", county, body, name)]
    now = "calm" if level == "no_alert" else level
    if now == running[1]:
        return []
    return [Effect("market.moved", county, {"alert": running[0], "level": now, **line.figures(edition)}, name)]
