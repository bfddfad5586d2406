"""What is asked before a word about a measure that runs is taken: it becomes lighter, and whoever looked was there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context, together
from tongzhou.ledger.fold import Row, checks
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.touching import lineage
from tongzhou.measures import gate
from tongzhou.measures.asked_of import held, in_words
from tongzhou.problems import AlreadyDecided, Malformed, NotFound, NotYours, Problem


def lighter(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """An easing makes something lighter, and never heavier; a review lies before the end."""
    found = held(connection, [fact.body.measure for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in facts:
        row = found.get(fact.body.measure)  # type: ignore[attr-defined]
        if row is not None and (problem := _lighter(fact, row["data"], context.counts_from(fact))):
            refused[fact.n] = problem
    return refused


def _lighter(fact: Checked, data: dict[str, Any], now: dt.datetime) -> Problem | None:
    body: Any = fact.body
    until = moment_in(data.get("until"))
    if fact.kind.name == "measure.reviewed":
        again = moment_in(body.review)
        latest = now + dt.timedelta(days=gate.review_days())
        if again is not None and until is not None and not now < again <= min(until, latest):
            return Malformed(_("a moment within %(n)d days and before the end") % {"n": gate.review_days()}, "review")
        if again is None and until is not None and until > latest:
            told = _("the next review: the measure runs for more than another %(n)d days")
            return Malformed(told % {"n": gate.review_days()}, "review")
        return None
    earlier = moment_in(body.until)
    if body.until and (earlier is None or until is None or not now <= earlier < until):
        return Malformed(_("a moment before the present end"), "until")
    if not set(body.lifts) <= set(data.get("limits", ())):
        return Malformed(_("something that is limited now"), "lifts")
    if not set(body.frees) <= set(data.get("places", ())):
        return Malformed(_("a place where it holds now"), "frees")
    if body.outing_days is not None and not body.outing_days < (data.get("outing_days") or 0):
        return Malformed(_("fewer days than now"), "outing_days")
    if not (body.until or body.lifts or body.frees or body.outing_days):
        return Malformed(_("what becomes lighter"), "lifts")
    return None


def there(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A look is at a place of the measure that its author covers."""
    found = held(connection, [fact.body.measure for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in facts:
        body: Any = fact.body
        row = found.get(body.measure)
        if row is None:
            refused[fact.n] = NotFound("", "measure")
            continue
        places = {*row["data"]["places"], *row["data"].get("freed", ())}
        if body.place not in places or not contains(context.authority.may_say(fact.kind), body.place):
            refused[fact.n] = Malformed(_("one of the measure's places that you cover"), "place")
    return refused


def found(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A closure that was found stands at places of one's own, and a desk there or above answers appeals."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        body: Any = fact.body
        if not all(contains(context.authority.may_say(fact.kind), one) for one in body.places):
            refused[fact.n] = NotYours("", "places")
        elif not all(body.appeal in lineage(connection, one) for one in body.places):
            refused[fact.n] = Malformed(_("a desk at these places or above them"), "appeal")
    return refused


ASKS["measure.reviewed"] = ASKS["measure.eased"] = together(in_words, lighter)
ASKS["measure.ended"] = in_words
ASKS["measure.checked"] = there
ASKS["measure.found"] = together(in_words, found)


@checks("measure.dropped")
def check_declined(row: Row | None, fact: Fact) -> None:
    """A measure that was declined, and nobody has taken that up."""
    if row is not None and row.state != "declined":
        raise AlreadyDecided()


@checks("measure.reviewed")
@checks("measure.eased")
@checks("measure.ended")
def check_running(row: Row | None, fact: Fact) -> None:
    """A measure that was approved and has not ended."""
    if row is not None and (row.state not in ("approved", "on_site", "in_fact") or row.data.get("ended_at")):
        raise AlreadyDecided()
