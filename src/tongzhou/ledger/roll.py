"""The follower that keeps tallies of whole branches: own tally + the children's, from the bottom up.

It recomputes what its children say instead of adding differences, so a crash or a repeated step changes nothing.
What was touched goes there and back as columns: a table made and dropped each step has every statement of the
connection planned anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.follow import Span, follower

INDICATORS = (
    "heard",
    "well",
    "unwell",
    "no_answer",
    "by_page",
    "by_phone",
    "by_paper",
    "by_door",
    "exceptions",
    "fever",
    "breathless",
    "alone",
    "newcomers",
    "needs",
)
_SUMS = ", ".join(f"coalesce(sum(x.{name}), 0)" for name in INDICATORS)
_NAMES = ", ".join(INDICATORS)
_SET = ", ".join(f"{name} = excluded.{name}" for name in INDICATORS)
_DIFFERS = (
    f"({', '.join(f'r.{n}' for n in INDICATORS)}) is distinct from ({', '.join(f'excluded.{n}' for n in INDICATORS)})"
)


def _level(own: str, roll: str, keys: str, touched: str) -> str:
    """One level: the places of one depth that have a touched descendant, for the touched days (and hours)."""
    on = " and ".join(f"x.{key} = t.{key}" for key in keys.split(", "))
    columns = f"place, {keys}, {_NAMES}"
    picked = ", ".join(f"t.{key}" for key in keys.split(", "))
    return f"""
    insert into {roll} as r ({columns})
    select t.place, {picked}, {_SUMS}
    from unnest(%s::integer[], {touched}) t (place, {keys})
    join lateral (
      select {keys}, {_NAMES} from {own} o where o.place = t.place and {on.replace("x.", "o.")}
      union all
      select {", ".join("o." + k for k in keys.split(", "))}, {", ".join("o." + n for n in INDICATORS)}
      from places_cover c join {own} o on o.place = c.place and {on.replace("x.", "o.")}
      where c.tree = 'command' and c.parent = t.place and c.valid_to is null and c.leaf
      union all
      select {", ".join("o." + k for k in keys.split(", "))}, {", ".join("o." + n for n in INDICATORS)}
      from places_cover c join {roll} o on o.place = c.place and {on.replace("x.", "o.")}
      where c.tree = 'command' and c.parent = t.place and c.valid_to is null and not c.leaf
    ) x on true
    group by t.place, {picked}
    order by t.place, {picked}
    on conflict (place, {keys}) do update set {_SET} where {_DIFFERS}
    """


_LEVELS = (
    _level("ledger_tally_move", "ledger_roll_move", "day, hour", "%s::date[], %s::timestamptz[]"),
    _level("ledger_tally", "ledger_roll", "day", "%s::date[]"),
)
# Branches with depth, day and hour, and without these every place that is to be told of.
_TOUCHED = """
with recursive up as (
  select distinct m.place, m.day, m.hour from ledger_tally_move m
  where m.xid >= %s::text::xid8 and m.xid < %s::text::xid8
  union
  select c.parent, up.day, up.hour from up
  join places_cover c on c.tree = 'command' and c.place = up.place and c.valid_to is null
  where c.parent is not null
)
select up.place, c.depth, up.day, up.hour from up
join places_cover c on c.tree = 'command' and c.place = up.place and c.valid_to is null and not c.leaf
union all
select distinct place, null::smallint, null::date, null::timestamptz from up
"""


def _moved(connection: Connection[Any], span: Span) -> bool:
    row = connection.execute(
        "select exists (select from ledger_tally_move where xid >= %s::text::xid8 and xid < %s::text::xid8)",
        [span.after, span.before],
    ).fetchone()
    return bool(row and row[0])


@follower("roll_up", wants=_moved)
def roll_up(connection: Connection[Any], appends: Sequence[int], span: Span) -> None:
    roll(connection, span)


def roll(connection: Connection[Any], span: Span) -> int:
    """Recompute all branches that hold a tally moved in these transactions; return how many sums changed."""
    touched: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    told: set[int] = set()
    for place, depth, day, hour in connection.execute(_TOUCHED, [span.after, span.before]):
        if depth is None:
            told.add(place)
        else:
            touched[depth].add((place, day, hour))
    changed = 0
    for _depth, branches in sorted(touched.items(), reverse=True):
        days: set[tuple[Any, ...]] = {(place, day) for place, day, _hour in branches}
        for level, moved in zip(_LEVELS, (branches, days), strict=True):
            changed += connection.execute(level, [list(column) for column in zip(*moved, strict=True)]).rowcount
    places = sorted(told)
    for start in range(0, len(places), 700):  # a notice holds 8,000 bytes, an id ten digits at most
        connection.execute("select pg_notify('board', %s)", [",".join(map(str, places[start : start + 700]))])
    return changed
