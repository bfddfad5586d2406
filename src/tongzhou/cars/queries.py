"""Who is driven and which drives there are, under the scope of whoever asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tongzhou.cars.asks import RUNNING
from tongzhou.cars.plan import Busy, Car
from tongzhou.ledger import door, known
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day
from tongzhou.sites import queries as sites
from tongzhou.sites.drafts import Draft
from tongzhou.sites.named import FOR_PEOPLE

MOMENTS = ("wanted_at", "since", "started_at", "ended_at", "starts")
OPEN = (*RUNNING, "failed", "nobody")


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    one = {**row["data"], **{name: row[name] for name in ("key", "place", "state")}}
    return one | {name: moment_in(one[name]) for name in MOMENTS if one.get(name)}


def lifts(covers: str) -> list[dict[str, Any]]:
    """Everybody who is driven, whose next drive is first, first."""
    found = [_flat(row) for row in known.rows("lift", covers=covers, states=["running", "urgent", "planned"])]
    return sorted(found, key=lambda one: (one["state"] != "urgent", one["next"] or "9", one["hour"] or "", one["key"]))


def drives(covers: str | None, now: dt.datetime) -> list[dict[str, Any]]:
    """Drives of today and to come, and all that are open, by their hour."""
    since = now - dt.timedelta(days=2)
    found = [_flat(row) for row in known.rows("drive", covers=covers, but=["void"], since=now - dt.timedelta(days=30))]
    day = str(local_day(now))
    kept = [one for one in found if one["state"] in OPEN or one["day"] >= day or (one["starts"] or since) > now]
    return sorted(kept, key=lambda one: (one["starts"] or now, one["key"]))


def lift(key: str) -> dict[str, Any] | None:
    found = known.rows("lift", key=key)
    return _flat(found[0]) if found else None


def near(place: int, day: dt.date) -> dict[str, tuple[Car, Draft]]:
    """Cars of the county, the nearest first, by key."""
    with door.ledger() as ledger:
        found = sites.near(ledger, place, day, FOR_PEOPLE)
    return {
        one.site.key: (Car(one.site.key, one.site.kind, rank, one.site.details.seats, one.site.details.stretchers),
                       one.site)
        for rank, one in enumerate(found)
    }  # fmt: skip


_BUSY = """
select data ->> 'car', (data ->> 'starts')::timestamptz from ledger_row
where noun = 'drive' and state = any(%s) and data ->> 'car' = any(%s)
"""


def busy(cars: list[str]) -> list[Busy]:
    """When these cars drive already, whoever planned it."""
    with door.ledger() as ledger:
        return [Busy(*row) for row in ledger.execute(_BUSY, [list(RUNNING), cars])]
