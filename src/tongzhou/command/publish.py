"""A published figure as a fact of the ledger: the same publication is the same fact, however often it is said."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import msgspec

from tongzhou.ledger.kinds import Said
from tongzhou.ledger.story import stable_id
from tongzhou.places.bulletins import MEASURES, moment
from tongzhou.places.region_types import Bulletin, IndicatorFigure


def publication(one: Bulletin, place: int, zone: dt.tzinfo) -> Said:
    """What the bulletin says of the place with this number; in force from the close of its day, or from its moment."""
    told: dict[str, Any] = {name: getattr(one, name) for name in MEASURES}
    more = {name: getattr(one, name) for name in ("published_at", "note", "version", "new", "grades", "read")}
    body = {
        "unit": one.place,
        "day": str(one.day),
        "published_on": str(one.published_on),
        "source": one.source,
        **{name: figure for name, figure in told.items() if figure is not None},
        **{name: value for name, value in more.items() if value},
    }
    return _said("bulletin.published", one, body, place, zone)


def figure(one: IndicatorFigure, place: int, zone: dt.tzinfo) -> Said:
    """The same of a figure of a named series."""
    more = {name: getattr(one, name) for name in ("published_at", "note", "version", "grade", "read")}
    body = {
        "unit": one.place,
        "indicator": one.indicator,
        "day": str(one.day),
        "value": one.value,
        "published_on": str(one.published_on),
        "source": one.source,
        **{name: value for name, value in more.items() if value},
    }
    return _said("indicator.published", one, body, place, zone)


def _said(kind: str, one: Bulletin | IndicatorFigure, body: dict[str, Any], place: int, zone: dt.tzinfo) -> Said:
    at = moment(one, zone)
    close = dt.datetime.combine(one.day + dt.timedelta(days=1), dt.time(), zone)
    text = json.dumps(body, sort_keys=True)
    return Said(stable_id(at, f"{kind} {text}"), kind, min(close, at), msgspec.Raw(text.encode()), place)
