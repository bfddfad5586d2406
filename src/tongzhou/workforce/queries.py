"""The members of a community's team as its desk sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from tongzhou.ledger import known
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day

HERE = ("here", "busy", "idle")


def team(place: int) -> list[dict[str, Any]]:
    """Everybody who belongs to the team of a community, by number."""
    rows = known.rows("teammate", covers=f"{{[{place},{place}]}}", states=["away", "absent", *HERE])
    found = [{**row["data"], **{name: row[name] for name in ("key", "place", "state")}} for row in rows]
    for one in found:
        one |= {name: moment_in(one[name]) for name in ("since", "until")}
    return sorted(found, key=lambda one: (one["armband"], one["key"]))


def today(members: Iterable[dict[str, Any]], now: dt.datetime) -> list[dict[str, Any]]:
    """The stays of today, in the order in which people came: who, from when to when, with which duties."""
    day = local_day(now)
    stays = [
        {**one, "came": moment_in(stay["came"]), "went": moment_in(stay["went"]), "duties": stay["duties"]}
        for one in members
        for stay in one["stays"]
        if (came := moment_in(stay["came"])) and local_day(came) == day
    ]
    return sorted(stays, key=lambda one: (one["came"], one["armband"]))


def hours(stays: Sequence[dict[str, Any]], now: dt.datetime) -> float:
    """Hours of help so far; of whoever is still here, until now."""
    seconds = sum(((one["went"] or now) - one["came"]).total_seconds() for one in stays)
    return float(max(0.0, seconds) / 3600)
