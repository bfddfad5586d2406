"""Reads of referrals and cases, under the scope of whoever asks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from tongzhou.cases.clocks import clocks, moment
from tongzhou.ledger.known import rows
from tongzhou.problems import NotFound


def waiting(now: dt.datetime) -> list[dict[str, Any]]:
    """Exceptions at the doors that nobody reached yet, the longest waiting first."""
    found = [_flat(row) for row in rows("exception", states=["open"])]
    for one in found:
        one["waited"] = now - one["effective_at"]
    return sorted(found, key=lambda one: one["effective_at"])


def referrals(states: list[str] | None = None, limit: int = 200) -> list[dict[str, Any]]:
    """Referrals in scope, newest first."""
    return [_flat(row) for row in rows("referral", states=states, limit=limit)]


def cases(now: dt.datetime, states: list[str] | None = None, at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """Cases in scope with their clocks; those whose clock has run out first, then the least time left."""
    found = [_with_clocks(_flat(row), now) for row in rows("case", states=states, at=at)]
    return sorted(found, key=lambda one: (one["urgency"], one["effective_at"]))


def case(key: str, now: dt.datetime) -> dict[str, Any]:
    """One case with its clocks. Raises NotFound outside the scope."""
    found = one_row("case", key)
    for history in found["history"]:
        history["at"] = moment(history["at"])
    return _with_clocks(found, now)


def one_row(noun: str, key: str) -> dict[str, Any]:
    """A folded row of a noun by its key. Raises NotFound where it is not there or not in scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select key, place, effective_at, state, data from ledger_row where noun = %s and key = %s"
            " and state <> 'void'",
            [noun, key],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    import msgspec

    data = msgspec.json.decode(row[4]) if isinstance(row[4], str) else row[4]
    return _flat({"key": row[0], "place": row[1], "effective_at": row[2], "state": row[3], "data": data})


def places_of(scope: str, levels: tuple[str, ...] = ("county", "zone")) -> list[tuple[int, str, str]]:
    """(id, zh, en) of the places that may receive a referral or a report, nearest to `scope` (a place) first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select n.place, n.name_zh, n.name_en from places_name n join places_cover c on c.place = n.place"
            " and c.tree = 'command' and c.valid_to is null where n.valid_to is null and n.level = any(%s)"
            " order by (c.covers @> %s::integer) desc, n.code, n.place",
            [list(levels), scope],
        )
        return [tuple(row) for row in cursor.fetchall()]


def place_names(ids: list[int]) -> dict[int, tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct on (place) place, name_zh, name_en from places_name where place = any(%s)"
            " order by place, valid_from desc",
            [[id for id in ids if id]],
        )
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    told = {**row["data"], **{name: row[name] for name in ("key", "place", "effective_at", "state")}}
    for name in ("made_at", "arrived_at", "seen_at", "raised_at", "called_back_at", "identified_at", "reported_at",
                 "received_at", "investigated_at"):  # fmt: skip
        if name in told:
            told[name] = moment(told[name])
    return told


def _with_clocks(case: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    case["clocks"] = clocks(case, now)
    left = [c.left for c in case["clocks"] if c.left is not None]
    asks = any(c.asks for c in case["clocks"])
    case["urgency"] = (0 if asks else 1, min(left, default=dt.timedelta.max))
    return case
