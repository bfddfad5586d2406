"""A published figure as a fact: the same publication is the same fact, however often it is said; what may be said."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.story import stable_id
from tongzhou.ledger.time import zone
from tongzhou.places.bulletins import MEASURES, ahead, moment
from tongzhou.places.region_types import Bulletin, IndicatorFigure
from tongzhou.problems import Malformed, Problem


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


def ask(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A publication speaks of the place that it is said for, and nobody can know it before it is out."""
    keys = dict(
        connection.execute(
            "select id, key from places_place where id = any(%s)", [[fact.said.place for fact in facts]]
        ).fetchall()
    )
    now = context.received_at.astimezone(zone())
    refused: dict[int, Problem] = {}
    for fact in facts:
        body: Any = fact.body
        if body.unit != keys.get(fact.said.place):
            refused[fact.n] = Malformed(_("the place that the fact is said for"), "body.unit")
        elif ahead(body, now):
            refused[fact.n] = Malformed(
                _("lies ahead of this ledger's clock; nobody can know it yet"), "body.published_on"
            )
    return refused


ASKS["bulletin.published"] = ASKS["indicator.published"] = ask


def _said(kind: str, one: Bulletin | IndicatorFigure, body: dict[str, Any], place: int, zone: dt.tzinfo) -> Said:
    at = moment(one, zone)
    close = dt.datetime.combine(one.day + dt.timedelta(days=1), dt.time(), zone)
    text = json.dumps(body, sort_keys=True)
    return Said(stable_id(at, f"{kind} {text}"), kind, min(close, at), msgspec.Raw(text.encode()), place)
