"""Clocks of what is owed, for every page that shows one: read from the duties, as Today reads them, and said in the
same words (ADR 0038)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongzhou.people.mine import HOLDS

AMBER = 0.75  # of the time used, as for every clock (RULEBOOK 1.3)


def state(since: dt.datetime, due: dt.datetime, urgency: int, now: dt.datetime) -> str:
    """ "late", "soon" or nothing. Soon: most of the time is used, or it is a danger to life."""
    if now > due:
        return "late"
    return "soon" if urgency >= 3 or now - since > AMBER * (due - since) else ""


@dataclass(frozen=True)
class Clock:
    """What is owed first about a subject, by when, seen at a moment."""

    what: str
    at: int
    since: dt.datetime
    due: dt.datetime
    urgency: int
    now: dt.datetime

    @property
    def state(self) -> str:
        return state(self.since, self.due, self.urgency, self.now)

    @property
    def left(self) -> dt.timedelta:
        return abs(self.due - self.now)

    @property
    def order(self) -> tuple[int, dt.datetime]:
        """As Today orders: what is urgent, then what is due first."""
        return -self.urgency, self.due


# What whoever owes first owes by now; further steps are the same duty.
_OF = f"""
select o.noun || '/' || o.key, o.what, o.at, o.since, o.due, o.urgency from ledger_owed o
where (o.noun, o.key) in (select * from unnest(%(nouns)s::text[], %(keys)s::text[])) and o.step = 0 and {HOLDS}
order by o.urgency desc, o.due, o.what, o.at
"""


def of(subjects: Iterable[str], now: dt.datetime) -> dict[str, list[Clock]]:
    """The clocks that run about these subjects, in the reader's places, the most urgent first."""
    pairs = [one.split("/", 1) for one in sorted(set(subjects))]
    found: dict[str, list[Clock]] = {"/".join(pair): [] for pair in pairs}
    if pairs:
        with connection.cursor() as cursor:
            nouns, keys = [noun for noun, _key in pairs], [key for _noun, key in pairs]
            cursor.execute(_OF, {"nouns": nouns, "keys": keys, "now": now})
            for subject, *told in cursor.fetchall():
                what, at, since, due, urgency = told
                found[subject].append(Clock(what, at, since, due, urgency, now))
    return found


def attach(noun: str, rows: Iterable[dict[str, Any]], now: dt.datetime) -> None:
    """Give each row of a noun its clocks as `clocks`, and the most urgent as `clock`: None where nothing is owed."""
    held = list(rows)
    found = of((f"{noun}/{one['key']}" for one in held), now)
    for one in held:
        one["clocks"] = found[f"{noun}/{one['key']}"]
        one["clock"] = next(iter(one["clocks"]), None)
