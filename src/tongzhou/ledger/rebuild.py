"""Every folded table again from nothing but facts, what they touch included.

Rows are folded beside the live ones; only subjects that differ are then folded again under their locks, so readers
never see a half-built table and appends go on meanwhile. Tallies are recounted from the rows under a share lock.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from tongzhou.ledger import derived, door, owing, refold, roll
from tongzhou.ledger.follow import Span
from tongzhou.ledger.roll import INDICATORS

# A mass kind's own comparison: (connection) → subjects whose row is not what its facts say.
MASS_DIFFERENCES: list[Callable[[Connection[Any]], list[int]]] = []


@dataclass
class Rebuilt:
    subjects: int = 0
    touches_restored: int = 0
    rows_changed: int = 0
    duties_restored: int = 0
    household_days_changed: int = 0
    tallies_changed: int = 0
    rolls_changed: int = 0
    by_noun: Counter[str] = field(default_factory=Counter)

    @property
    def unchanged(self) -> bool:
        return not (
            self.touches_restored
            or self.rows_changed
            or self.duties_restored
            or self.household_days_changed
            or self.tallies_changed
            or self.rolls_changed
        )


def rebuild(progress: Callable[[int, int], None] = lambda done, total: None, *, chunk: int = 500) -> Rebuilt:
    """Rebuild all rows and tallies; returns how many were not what the facts say (none, where all is well)."""
    result = Rebuilt()
    now = dt.datetime.now(dt.UTC)
    with door.ledger() as connection:
        result.touches_restored = derived.restore(connection)
    with door.ledger() as connection:
        subjects = [row[0] for row in connection.execute("select distinct subject from ledger_touch order by 1")]
    result.subjects = len(subjects)
    for start in range(0, len(subjects), chunk):
        part = subjects[start : start + chunk]
        with door.ledger() as connection:
            refold.lock(connection, part)
            result.rows_changed += refold.rows(connection, part, now)
        progress(min(start + chunk, len(subjects)), len(subjects))
    with door.ledger() as connection:
        result.duties_restored = owing.restore(connection, now)
    with door.ledger() as connection:
        for difference in MASS_DIFFERENCES:
            different = difference(connection)
            for start in range(0, len(different), chunk):
                for mass in refold.MASS_REFOLDS:
                    result.household_days_changed += mass(connection, different[start : start + chunk], now)
    with door.ledger() as connection:
        result.tallies_changed = recount(connection)
        result.rolls_changed = roll.roll(connection, Span(0, 2**62))
    return result


_NAMES = ", ".join(INDICATORS)
_RECOUNT = f"""
with counted as (
  select day, place, {", ".join(f"coalesce(sum({name}), 0)::integer as {name}" for name in INDICATORS)}
  from (
    select day, place, (state in (1, 2))::integer as heard, (state = 1)::integer as well, (state = 2)::integer as
    unwell,
      (state = 3)::integer as no_answer,
      (state in (1, 2) and channel = 1)::integer as by_page, (state in (1, 2) and channel = 2)::integer as by_phone,
      (state in (1, 2) and channel = 3)::integer as by_paper, (state in (1, 2) and channel = 4)::integer as by_door,
      0 as exceptions, 0 as fever, 0 as breathless, 0 as alone, 0 as newcomers, 0 as needs
    from community_household_day
    union all
    select (c ->> 1)::date, (c ->> 0)::integer, 0, 0, 0, 0, 0, 0, 0, 0,
      {", ".join(f"coalesce((c -> 2 ->> '{name}')::integer, 0)" for name in INDICATORS[8:])}
    from ledger_row, lateral jsonb_array_elements(counts) c
  ) x group by day, place
), different as (
  select coalesce(c.day, t.day) as day, coalesce(c.place, t.place) as place,
    {", ".join(f"coalesce(c.{name}, 0) - coalesce(t.{name}, 0) as {name}" for name in INDICATORS)}
  from counted c full join ledger_tally t on t.day = c.day and t.place = c.place
  where ({", ".join(f"coalesce(c.{name}, 0)" for name in INDICATORS)})
    is distinct from ({", ".join(f"coalesce(t.{name}, 0)" for name in INDICATORS)})
), moved as (
  insert into ledger_tally_move as m (day, place, hour, {_NAMES})
  select day, place, date_trunc('hour', clock_timestamp()) + interval '1 hour', {_NAMES} from different
  on conflict (place, day, hour) do update set {", ".join(f"{n} = m.{n} + excluded.{n}" for n in INDICATORS)}, xid
  = pg_current_xact_id()
)
insert into ledger_tally as t (day, place, {_NAMES}) select day, place, {_NAMES} from different
on conflict (place, day) do update set {", ".join(f"{n} = t.{n} + excluded.{n}" for n in INDICATORS)}
"""


def recount(connection: Connection[Any]) -> int:
    """Recount the tallies from the rows and put right those that differ; returns how many did."""
    connection.execute("lock table community_household_day, ledger_row, ledger_tally in share row exclusive mode")
    return connection.execute(_RECOUNT).rowcount
