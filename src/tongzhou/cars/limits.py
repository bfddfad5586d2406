"""The dated numbers of community cars (rulebooks/policies/cars.yaml)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tongzhou.ledger.owed import on
from tongzhou.tables.policy import shipped


def values() -> dict[str, Any]:
    found: dict[str, Any] = shipped("cars")["values"]
    return found


def opens(day: dt.date) -> dt.datetime:
    """From when on the car of a day is planned: on the day before."""
    return on(day - dt.timedelta(days=1), int(values()["plan_from"]))


def due(day: dt.date) -> dt.datetime:
    return on(day - dt.timedelta(days=1), int(values()["plan_by"]))


def drive() -> dt.timedelta:
    """For how long a car is away on one drive."""
    return dt.timedelta(minutes=float(values()["drive_min"]))
