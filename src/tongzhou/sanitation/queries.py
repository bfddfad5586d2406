"""What is to be disinfected, what was handed to the lorry, what is cleaned: under the scope of whoever asks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from tongzhou.ledger import known
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day
from tongzhou.sanitation.fold import CLEANUP

DAYS = 7  # for which what is done stands on the page
MOMENTS = ("ordered_at", "done_at", "reopens_at", "collected_at", "received_at", "first_at")


def _told(row: dict[str, Any]) -> dict[str, Any]:
    one = {**row["data"], **{name: row[name] for name in ("key", "place", "state")}}
    return one | {name: moment_in(one[name]) for name in MOMENTS if name in one}


def to_disinfect(covers: str) -> list[dict[str, Any]]:
    """What waits, oldest first."""
    found = [_told(row) for row in known.rows("disinfection", covers=covers, states=["waiting", "not_done"])]
    return sorted(found, key=lambda one: (one["ordered_at"], one["key"]))


def disinfected(covers: str, now: dt.datetime) -> list[dict[str, Any]]:
    """What was disinfected in the last days, what is closed still first."""
    since = now - dt.timedelta(days=DAYS)
    found = [_told(row) for row in known.rows("disinfection", covers=covers, states=["done"])]
    found = [one for one in found if one["done_at"] and one["done_at"] >= since]
    return sorted(found, key=lambda one: one["done_at"], reverse=True)


def manifests(covers: str, now: dt.datetime) -> list[dict[str, Any]]:
    """Manifests of the last days and all that are not settled, the newest first."""
    since = now - dt.timedelta(days=DAYS)
    rows = known.rows("manifest", covers=covers, but=["void"])
    found = [_told(row) for row in rows]
    open_ = ("made", "differs")
    return [one for one in found if one["state"] in open_ or one["collected_at"] >= since]


def cleanups(covers: str) -> list[dict[str, Any]]:
    """Clean-ups that are called and not told of as done."""
    inside = {row["key"] for row in known.rows("cleanup", covers=covers, states=CLEANUP.running)}
    return [one for one in CLEANUP.open() if one["key"] in inside]


def read_today(place: int, now: dt.datetime) -> dict[str, Any] | None:
    """When the text of the day was first read out at a community today."""
    found = known.rows("announcement", key=f"{place}/{local_day(now)}", states=["read"])
    return _told(found[0]) if found else None


_COUNTY = """
select c.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null
where c.tree = 'command' and c.valid_to is null and c.covers @> %s::integer and n.level in ('county', 'zone')
order by c.depth desc limit 1
"""


def county(place: int) -> int | None:
    """The county of a community: its plant receives what the lorry takes."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTY, [place])
        row = cursor.fetchone()
    return int(row[0]) if row else None
