"""The register as other programs read it: every public measure at a moment, as it was known at one, in plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import connection

from tongzhou.ledger.time import zone
from tongzhou.measures import register
from tongzhou.measures.entry import Measure

FIELDS = ("type", "limits", "buildings", "groups", "exposure", "exposed_from", "exposed_to", "outing_days", "passes",
          "support", "collects", "data_end", "basis", "number", "telephone", "text", "translation")  # fmt: skip


def told(now: dt.datetime, at: dt.datetime | None = None) -> dict[str, Any]:
    """What stood in the register at `now`, as known at `at` (as known now, where that is None)."""
    found = register.measures(now, at=at)
    keys = _keys(sorted({place for one in found for place in _places(one)}))
    counts = register.counted([one.key for one in found], at)
    return {
        "at": _moment(now),
        "known_at": _moment(at) if at else None,
        "in_force": sum(one.phase == "in_force" for one in found),
        "measures": [_one(one, keys, counts.get(one.key)) for one in found],
    }


def _one(one: Measure, keys: Mapping[int, str], counts: register.Counts | None) -> dict[str, Any]:
    data = one.data
    return {
        "key": one.key,
        "phase": one.phase,
        "decided_by": keys.get(one.place),
        "approved_by": keys.get(data.get("approver") or 0),
        "appeals_to": keys.get(data["appeal"]),
        "places": [keys.get(place) for place in data["places"]],
        "freed": [keys.get(place) for place in data.get("freed", ())],
        **{name: None if name in one.words else data.get(name) for name in FIELDS},
        **{name: _moment(data.get(name)) for name in ("start", "review", "decided_at", "ended_at", "found_at")},
        "ends": _moment(one.ends),
        "lacks": one.lacks,
        "gone": {keys.get(int(place), place): _moment(register.moment(seen["at"]))
                 for place, seen in data["gone"].items()},
        "appeals": asdict(counts or register.Counts(0, 0, 0, 0, 0)),
    }  # fmt: skip


def _places(one: Measure) -> list[int]:
    return [place for place in (one.place, one.data.get("approver"), one.data["appeal"], *one.data["places"],
                                *one.data.get("freed", ())) if place]  # fmt: skip


def _keys(places: list[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("select id, key from places_place where id = any(%s)", [places])
        return dict(cursor.fetchall())


def _moment(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(zone()).isoformat(timespec="minutes") if moment else None
