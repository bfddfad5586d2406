"""What published figures mean: of each figure the last publication that tells it holds; the earlier stay beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.command.changes import MEASURES, moment
from tongzhou.command.kinds import BulletinPublished, IndicatorPublished, SitrepSigned
from tongzhou.ledger.append import ASKS, Context, fresh
from tongzhou.ledger.fold import Row, folds
from tongzhou.ledger.form import Checked
from tongzhou.ledger.furniture import furnishes
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import day_in, moment_in
from tongzhou.ledger.time import zone
from tongzhou.ledger.turns import take_turns
from tongzhou.places.queries import by_key
from tongzhou.problems import Malformed, NotFound, Problem


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


_EDITIONS = """
select (data ->> 'number')::numeric, jsonb_array_length(data -> 'editions') from ledger_row
where noun = 'sitrep' and key = %s and state <> 'void'
"""
_LAST = "select coalesce(max((data ->> 'number')::numeric), 0) from ledger_row where noun = 'sitrep' and place = %s"


def in_turn(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A report has the next number of its place, or its own with the next edition; it is of what was known between the
    day that it tells and now. Two desks that sign at once take turns."""
    refused: dict[int, Problem] = {}
    given: dict[str, tuple[int, int]] = {}  # in this batch, which is written after all of it was asked
    new = fresh(connection, facts)
    take_turns(connection, (f"sitrep/{fact.said.place}" for fact in new))
    for fact in new:
        body: SitrepSigned = fact.body  # type: ignore[assignment]
        key, place = f"{body.unit}/{body.day}", fact.said.place
        number, editions = given.get(key) or connection.execute(_EDITIONS, [key]).fetchone() or (0, 0)
        if not editions:
            last = connection.execute(_LAST, [place]).fetchone()
            number = int(last[0] if last else 0) + 1 + len(given)
        known, day = moment_in(body.known_at), day_in(body.day)
        begun = dt.datetime.combine(day, dt.time(), zone()) if day else None
        if known is None or begun is None or not begun <= known <= context.received_at:
            told = _("a moment from the day that it tells on, and not after now")
            refused[fact.n] = Malformed(told, "body.known_at")
        elif (body.number, body.edition) != (number, editions + 1):
            told = _("number %(n)s, edition %(edition)s comes next") % {"n": number, "edition": editions + 1}
            refused[fact.n] = Malformed(told, "body.edition" if body.number == number else "body.number")
        elif not _says_so(context, body, place, known):
            refused[fact.n] = Malformed(_("the digest of the report as it was known at that moment"), "body.digest")
        else:
            given[key] = (int(number), editions + 1)
    return refused


def _says_so(context: Context, body: SitrepSigned, place: int | None, known: dt.datetime) -> bool:
    """Is the digest that of the report which whoever signs could read? Nobody signs what was never shown."""
    from django.db import transaction

    from tongzhou.command import sitrep  # drawn from every part of the program, whose folds come first
    from tongzhou.people.scope import Holder, set_scope

    signer, day = context.authority, day_in(body.day)
    if not isinstance(signer, Holder):
        return signer.standing().system  # what is taken in from a list was signed elsewhere
    if place is None or day is None:
        return False
    with transaction.atomic():
        set_scope(signer)
        try:
            return sitrep.report(place, day, context.received_at, known).digest == body.digest
        except NotFound:
            return False


ASKS["sitrep.signed"] = in_turn


def vars_of(body: BulletinPublished | IndicatorPublished) -> dict[str, Any]:
    return {name: getattr(body, name) for name in ("published_on", "published_at", "version")}


def _version(fact: Fact) -> dict[str, Any]:
    """One publication as the row keeps it; what it does not tell is left out."""
    body: BulletinPublished = fact.body
    told = {name: getattr(body, name) for name in MEASURES}
    kept = {name: figure for name, figure in told.items() if figure is not None}
    more = {"new": body.new, "published_at": body.published_at, "version": body.version}
    return {"published_on": body.published_on, **kept, **{name: one for name, one in more.items() if one}}
