"""Rounds: what is owed of everything in an area, again with each start. A query over roster, tallies and counts, never
a line for each door or ward (ADR 0038): what has not been said since the round began."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tongzhou.command.raw import raw
from tongzhou.ledger.owed import Rung, Turn, after, by_day, posts, table_on
from tongzhou.ledger.time import local_day, zone
from tongzhou.people import mine
from tongzhou.people.scope import Holder
from tongzhou.places.queries import covers_of


@dataclass(frozen=True)
class Round:
    """What is still owed of a round at a place: `n` of `of`. `doors`: the silent ones of a grid, in their order.
    `desk`: to which it came up, none where whoever goes there owes it."""

    what: str
    role: str
    place: int
    due: dt.datetime
    n: int
    of: int
    doors: tuple[int, ...] = ()
    desk: int | None = None


def rounds(holder: Holder, now: dt.datetime) -> list[Round]:
    """What the holder still owes of the rounds that run at a moment, what is due first before the rest."""
    return [one for one in running(holder, now) if one.n]


def running(holder: Holder, now: dt.datetime) -> list[Round]:
    """The rounds that run at a moment, also where nothing of them is owed any more (`n` is 0): by the holder's own post
    for each place of theirs; by the desks of the ladder, from the hour at which it came up to them, as numbers by
    place."""
    table, own = table_on(local_day(now)), mine.areas(holder)
    found: list[Round] = []
    for what, turn in table.rounds.items():
        began, due = turn.at(now)
        if what in OF_THE_DAY and local_day(began) < local_day(now):
            continue
        if turn.each:
            found += _unwell(holder, what, turn, now, table.quiet)
            continue
        _roles, starts, ends = mine.columns([one for one in own if one.role == turn.role])
        if starts:
            at = [place for role, place in holder.places if role == turn.role]
            found += [Round(what, turn.role, place, due, n, of, tuple(doors))
                      for place, n, of, doors in _asked(_QUERIES[what], began, starts, ends, at)]  # fmt: skip
        found += _come_up(holder, what, turn, now, table.quiet)
    return sorted(found, key=lambda one: (one.due, one.what, one.place))


def silent_below(place: int, day: dt.date) -> list[tuple[int, int, int]]:
    """(place, silent, of) for the places right below that have a list of households, in the reader's scope."""
    found = raw().execute(_BELOW, {"place": place, "day": day}).fetchall()
    return [(id, max(households - heard, 0), households) for id, households, heard in found]


# A branch's roll holds its own tally, too.
_BELOW = """
select c.place, roster.households, coalesce(r.heard, t.heard, 0)
from places_cover c
cross join lateral (
  select (value ->> 'households')::integer as households from places_fact f
  where f.place = c.place and f.name = 'roster'
  order by f.valid_from <= %(day)s desc, abs(f.valid_from - %(day)s) limit 1) roster
left join ledger_roll r on r.place = c.place and r.day = %(day)s
left join ledger_tally t on t.place = c.place and t.day = %(day)s
where c.tree = 'command' and c.parent = %(place)s and c.valid_from <= %(day)s
  and (c.valid_to is null or c.valid_to > %(day)s) and c.place <@ (select tongzhou_scope('counts'))
  and roster.households > 0
order by c.place
"""


def _come_up(holder: Holder, what: str, turn: Turn, now: dt.datetime, quiet: tuple[dt.time, dt.time]) -> list[Round]:
    """Numbers by place below, for the desks that owe the round as well by now: silent doors for each place right below,
    the others where they stand."""
    began, due = turn.at(now)
    come = [rung for rung in turn.ladder if by_day(after(due, hours=rung.hours), quiet) <= now]
    owing = {(rung.role, place) for rung, place in _on_ladder(holder, come)}
    found = []
    for role, desk in sorted(owing):
        told = silent_below(desk, local_day(now)) if what == "hear_doors" else _uncounted(what, began, desk)
        found += [Round(what, role, below, due, n, of, desk=desk) for below, n, of in told]
    return found


def _unwell(holder: Holder, what: str, turn: Turn, now: dt.datetime, quiet: tuple[dt.time, dt.time]) -> list[Round]:
    """Doors that said that somebody is unwell and were not asked yet. The hours run from the oldest of each place: by
    then its own post owes them, later the desks of the ladder, too."""
    own = [one.covers for one in mine.areas(holder) if one.role == turn.role]
    found = [Round(what, turn.role, place, by_day(after(since, hours=turn.due_h), quiet), n, of, tuple(doors))
             for covers in own for place, n, of, since, doors in unwell_doors(covers, now)]  # fmt: skip
    seen = {one.place for one in found}
    for rung, desk in _on_ladder(holder, turn.ladder):
        for place, n, of, since, doors in unwell_doors(covers_of(desk), now):
            due = after(since, hours=turn.due_h)
            if place not in seen and by_day(after(due, hours=rung.hours), quiet) <= now:
                seen.add(place)
                found.append(Round(what, rung.role, place, by_day(due, quiet), n, of, tuple(doors), desk))
    return found


def unwell_doors(covers: str, now: dt.datetime) -> list[tuple[int, int, int, dt.datetime, list[int]]]:
    """(place, not asked, of, since, doors) for the places of an area where somebody said today or yesterday that they
    are unwell. From the next day on the door is asked anew by whoever hears from silent doors."""
    asked = (
        "select place, n, total, since, doors from command_unwell(%s, %s::int4multirange) where n > 0 order by place"
    )
    return raw().execute(asked, [local_day(now) - dt.timedelta(days=1), covers]).fetchall()


def _uncounted(what: str, began: dt.datetime, desk: int) -> list[tuple[int, int, int]]:
    return raw().execute(_UNCOUNTED, {"what": what, "began": began, "desk": desk}).fetchall()


_UNCOUNTED = """
select place, n, total from command_uncounted(%(what)s, %(began)s, (
  select covers from places_cover where tree = 'command' and place = %(desk)s and valid_to is null limit 1))
order by place
"""


def _on_ladder(holder: Holder, ladder: Sequence[Rung]) -> list[tuple[Rung, int]]:
    """The rungs that the holder stands on, each with the desk. Most people hold no post of a ladder: nothing is asked
    for them."""
    held = [(rung, place) for rung in ladder for role, place in holder.places if role in posts(rung.role)]
    levels = _levels(sorted({place for _rung, place in held})) if held else {}
    return [(rung, place) for rung, place in held if levels.get(place) == rung.level]


def _levels(places: Sequence[int]) -> dict[int, str]:
    asked = "select place, level from places_name where place = any(%s) and valid_to is null"
    return dict(raw().execute(asked, [list(places)]).fetchall())


def _asked(
    query: str, began: dt.datetime, starts: list[int], ends: list[int], at: list[int]
) -> list[tuple[int, int, int, list[int]]]:
    midnight = dt.datetime.combine(local_day(began), dt.time(), zone())
    given = {"began": began, "midnight": midnight, "day": midnight.date(), "starts": starts, "ends": ends, "at": at}
    return raw().execute(query, given).fetchall()


# Doors of which nobody said today how they are (one that was tried in vain is silent still), wards whose staff were not
# counted since the shift began, goods of a store that nobody counted today (what was published of a whole place is no
# store that anybody could count) and the store of a post where none was ever counted, places that published lately and
# not yet the figures of yesterday; doors to be called that nobody reached today, and of whose contact and deputy nobody
# is here.
OF_THE_DAY = frozenset({"name_who_rings"})  # who is here is known of a day: the round ends with it
_OWN = "unnest(%(starts)s::integer[], %(ends)s::integer[]) own (first, after)"
_COUNTED = "(r.data ->> 'source' is null or r.data ->> 'house' is not null)"
_QUERIES = {
    "hear_doors": f"""
select h.place, count(*) filter (where d.household is null), count(*),
  coalesce(array_agg(h.id order by h.stair, h.id) filter (where d.household is null), '{{}}')
from {_OWN} join community_household h on h.place >= own.first and h.place < own.after
left join community_household_day d on d.day = %(day)s and d.household = h.id and d.state in (1, 2)
group by h.place""",
    "count_ward": f"""
with ward as materialized (
  select w.place, w.id::text as key from {_OWN} join hospital_ward w on w.place >= own.first and w.place < own.after)
select w.place, count(*) filter (where r.key is null), count(*), '{{}}'::integer[]
from ward w left join ledger_row r on r.noun = 'ward' and r.key = w.key and r.effective_at >= %(began)s
  and r.state <> 'void'
group by w.place""",
    "count_stock": f"""
select r.place, count(*) filter (where r.effective_at < %(began)s), count(*), '{{}}'::integer[]
from {_OWN} join ledger_row r on r.noun = 'stock' and r.place >= own.first and r.place < own.after
  and r.state <> 'void' and {_COUNTED}
group by r.place
union all
select own.first, 1, 1, '{{}}'::integer[] from {_OWN}
where own.first = any(%(at)s) and not exists (select from ledger_row r where r.noun = 'stock'
  and r.place = own.first and r.state <> 'void' and {_COUNTED})""",
    "name_who_rings": f"""
select r.place, count(*) filter (where not h.here), count(*),
  coalesce(array_agg((r.data ->> 'household')::integer order by r.key) filter (where not h.here), '{{}}')
from {_OWN} join ledger_row r on r.noun = 'call' and r.place >= own.first and r.place < own.after
  and r.state in ('running', 'missed') and coalesce((r.data ->> 'reached_at')::timestamptz < %(midnight)s, true)
left join ledger_row l on l.noun = 'liaison' and l.key = r.key
cross join lateral (select exists (select from ledger_row t where t.noun = 'teammate'
  and t.key in (r.data ->> 'asks', l.data ->> 'deputy') and t.state in ('here', 'busy', 'idle')) as here) h
group by r.place""",
    "tell_figures": f"""
select min(u.place), count(*) filter (where not u.told), count(*), '{{}}'::integer[]
from (
  select r.place, bool_or((r.data ->> 'day')::date = %(day)s::date - 1) as told
  from {_OWN} join ledger_row r on r.noun = 'bulletin' and r.place >= own.first and r.place < own.after
    and r.state = 'published' and r.effective_at > %(began)s::timestamptz - interval '9 days'
  group by r.place) u
having count(*) > 0""",
}
