"""The number beside Today on everybody's screen: whether something new is owed, never what."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence

from tongzhou.ledger import door
from tongzhou.ledger.owed import table_on
from tongzhou.ledger.ranges import parse
from tongzhou.ledger.time import local_day
from tongzhou.play.routine import ROUNDS
from tongzhou.play.town import Member


class Bell:
    """Since when something has been owed at each place, by post, as it stands at a moment."""

    def __init__(self, now: dt.datetime, mornings: Sequence[tuple[str, dt.datetime]] = ()) -> None:
        """`mornings`: posts that begin their day at a moment, whatever is owed."""
        day, table = local_day(now), table_on(local_day(now))
        with door.ledger() as ledger:
            rows = ledger.execute(_NEWEST, {"now": now, "since": day - dt.timedelta(days=1)}).fetchall()
        rounds = [turn for what, turn in table.rounds.items() if what in ROUNDS and not turn.each]
        self.began = [*((turn.role, turn.at(now)[0]) for turn in rounds), *(one for one in mornings if one[1] <= now)]
        self.places: dict[str, list[int]] = defaultdict(list)
        self.since: dict[str, list[dt.datetime]] = defaultdict(list)
        for role, place, at in rows:  # in the order of places
            self.places[role].append(place)
            self.since[role].append(at)

    def news(self, one: Member, since: dt.datetime) -> bool:
        """Has something come to somebody's posts since a moment, or has a round of theirs begun?"""
        if any(role in one.roles and began > since for role, began in self.began):
            return True
        return any(
            at >= since  # what came in the moment of the last look came after it
            for area in one.areas
            for at in self._at(area.role, area.covers)
        )

    def _at(self, post: str, covers: str) -> list[dt.datetime]:
        places, since = self.places[post], self.since[post]
        return [
            at
            for first, after in zip(*parse(covers), strict=True)
            for at in since[bisect_left(places, first) : bisect_left(places, after)]
        ]


def silent(now: dt.datetime) -> Callable[[Member], bool]:
    """Whether the number of silent doors beside somebody's name is more than none, as it stands at a moment."""
    with door.ledger() as ledger:
        places = [place for (place,) in ledger.execute(_SILENT, [local_day(now)]).fetchall()]

    def rings(one: Member) -> bool:
        return any(
            bisect_left(places, after) > bisect_left(places, first)
            for area in one.areas
            if area.role == "grid_worker"
            for first, after in zip(*parse(area.covers), strict=True)
        )

    return rings


# Grids with a door of which nobody said today how they are.
_SILENT = """
select distinct h.place from community_household h
where not exists (select from community_household_day d where d.day = %s and d.household = h.id and d.state in (1, 2))
order by 1
"""
# What is owed on a row, and the doors that said that somebody is unwell, whom the doctor's round asks after.
_NEWEST = """
select role, place, max(at) from (
  select role, place, greatest(known_from, owes_from) as at from ledger_owed
  where owes_from <= %(now)s and step = 0
  union all
  select 'community_doctor', place, received_at from community_household_day where day >= %(since)s and state = 2
) news group by 1, 2 order by 2, 1
"""
