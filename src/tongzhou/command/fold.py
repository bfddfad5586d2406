"""What published figures mean: of each figure the last publication that tells it holds; the earlier stay beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.command.changes import MEASURES, moment
from tongzhou.command.kinds import BulletinPublished, IndicatorPublished
from tongzhou.ledger.fold import Row, folds
from tongzhou.ledger.furniture import furnishes
from tongzhou.ledger.kinds import Fact
from tongzhou.places.queries import by_key


@furnishes("bulletin")
@furnishes("indicator")
@furnishes("sitrep")
def units(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    """A publication or a report of a unit's day lies where the unit does."""
    places = by_key(connection, sorted({key.partition("/")[0] for key in keys}))
    return {key: places[unit] for key in keys if (unit := key.partition("/")[0]) in places}


@folds("bulletin", called=gettext_noop("bulletin"), settled={"published": "a published figure asks nothing of anybody"})
def fold_bulletin(key: str, facts: Sequence[Fact]) -> Row | None:
    ordered = sorted(facts, key=lambda fact: (*moment(vars_of(fact.body)), fact.order))
    latest = ordered[-1]
    said: BulletinPublished = latest.body
    figures: dict[str, Any] = dict.fromkeys(MEASURES)
    grades: dict[str, str] = {}
    for fact in ordered:
        for name in MEASURES:
            if (figure := getattr(fact.body, name)) is not None:
                figures[name] = figure
                grades[name] = fact.body.grades.get(name, "")
    return Row(
        latest.place,
        latest.effective_at,
        "published",
        "public",
        {
            "unit": said.unit,
            "day": said.day,
            **figures,
            "published_on": said.published_on,
            "source": said.source,
            "note": said.note,
            "read": said.read,
            "grades": {name: grade for name, grade in grades.items() if grade},
            "fact": str(latest.id),
            "versions": [_version(fact) for fact in ordered],
        },
    )


@folds(
    "indicator",
    called=gettext_noop("published indicator"),
    settled={"published": "a published figure asks nothing of anybody"},
)
def fold_indicator(key: str, facts: Sequence[Fact]) -> Row | None:
    """The last publication holds; all of them stay as versions."""
    ordered = sorted(facts, key=lambda fact: (*moment(vars_of(fact.body)), fact.order))
    latest = ordered[-1]
    said: IndicatorPublished = latest.body
    names = ("unit", "indicator", "day", "value", "published_on", "source", "note", "grade", "read")
    versions = [{name: getattr(fact.body, name) for name in ("published_on", "published_at", "value", "version") if
                 getattr(fact.body, name) != ""} for fact in ordered]  # fmt: skip
    data = {name: getattr(said, name) for name in names} | {"fact": str(latest.id), "versions": versions}
    return Row(latest.place, latest.effective_at, "published", "public", data)


@folds(
    "sitrep",
    called=gettext_noop("situation report"),
    settled={"signed": "a signed report asks nothing of anybody; another edition is another signature"},
)
def fold_sitrep(key: str, facts: Sequence[Fact]) -> Row | None:
    """Every edition as it was signed, the newest last."""
    ordered = sorted(facts, key=lambda fact: fact.order)
    latest = ordered[-1]
    names = ("edition", "known_at", "digest", "signs_for", "why")
    editions = [{name: getattr(fact.body, name) for name in names}
                | {"by": fact.by, "at": fact.effective_at, "fact": str(fact.id)} for fact in ordered]  # fmt: skip
    data = {"unit": latest.body.unit, "day": latest.body.day, "number": ordered[0].body.number, "editions": editions}
    return Row(latest.place, latest.effective_at, "signed", "counts", data)


def vars_of(body: BulletinPublished | IndicatorPublished) -> dict[str, Any]:
    return {name: getattr(body, name) for name in ("published_on", "published_at", "version")}


def _version(fact: Fact) -> dict[str, Any]:
    """One publication as the row keeps it; what it does not tell is left out."""
    body: BulletinPublished = fact.body
    told = {name: getattr(body, name) for name in MEASURES}
    kept = {name: figure for name, figure in told.items() if figure is not None}
    more = {"new": body.new, "published_at": body.published_at, "version": body.version}
    return {"published_on": body.published_on, **kept, **{name: one for name, one in more.items() if one}}
