"""The dated numbers of medicines (rulebooks/policies/medicines.yaml)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tongzhou.ledger.owed import after, on
from tongzhou.tables.policy import shipped


def values() -> dict[str, Any]:
    found: dict[str, Any] = shipped("medicines")["values"]
    return found


def alarm(last: dt.date) -> dt.datetime:
    """From when on somebody is owed who sees that the medicine comes: days before the last dose."""
    return on(last - dt.timedelta(days=int(values()["alarm_days"])), int(values()["alarm_hour"]))


def asks(last: dt.date) -> dt.datetime:
    """From when on the pharmacy is to be asked."""
    return on(last - dt.timedelta(days=int(values()["ask_days"])), int(values()["alarm_hour"]))


def needed(last: dt.date) -> dt.datetime:
    """By when it is at the door: on the day of the last dose."""
    return on(last, int(values()["door_hour"]))


def by(last: dt.date, since: dt.datetime, hours: str) -> dt.datetime:
    """By when something is done that began at a moment: as the last dose asks, or where that is too soon or past,
    within so many hours of the table."""
    return max(needed(last), after(since, hours=float(values()[hours])))
