"""What is asked before a word about a certificate is taken: what the ledger knows, and who decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.freeplaces import shown
from tongzhou.freeplaces.application import Application, Around, around, reckon, unit_of
from tongzhou.freeplaces.kinds import COUNTED, DESK, key_of
from tongzhou.freeplaces.shares import counts
from tongzhou.ledger.append import ASKS, Context
from tongzhou.ledger.decided import while_open
from tongzhou.ledger.fold import Row, checks
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day
from tongzhou.problems import (
    AlreadyDecided,
    DecidedByYou,
    Malformed,
    NotEpidemicFree,
    NotFound,
    NotYours,
    Problem,
    Stale,
)

# What is asked of one fact, as of the moment from which it counts.
One = Callable[[Connection[Any], Checked, Around, str, dt.datetime], Problem | None]
RUNNING = ("proposed", "checked", "lacking", "certified", "suspended")


def _each(one: One) -> Callable[[Connection[Any], Context, Sequence[Checked]], dict[int, Problem]]:
    """Ask of each fact: is it a unit that is certified, and what is `one` against it?"""

    def ask(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
        refused: dict[int, Problem] = {}
        for fact in facts:
            body: Any = fact.body
            moment = context.counts_from(fact)
            unit = unit_of(connection, body.place, body.site, local_day(moment))
            where = around(connection, body.place) if unit else None
            if unit is None or where is None:
                refused[fact.n] = Malformed(_("a community, a village or a compound in it"), "place")
            elif problem := one(connection, fact, where, unit, moment):
                refused[fact.n] = problem
        return refused

    return ask


def _proposed(connection: Connection[Any], fact: Checked, where: Around, unit: str, now: dt.datetime) -> Problem | None:
    """To the desk above; and nothing of what is known may speak against it."""
    if fact.said.reporting != where.street:
        return Malformed(_("the desk above"), "reporting")
    found = reckon(connection, where, unit, now)
    return None if found.proposable else against(found)


def _looked(connection: Connection[Any], fact: Checked, where: Around, unit: str, now: dt.datetime) -> Problem | None:
    """By the desk above, which asks the county next."""
    if fact.said.reporting != where.county:
        return Malformed(_("the county that signs"), "reporting")
    return NotYours("", "place") if fact.said.place == where.place else None


def _decided(connection: Connection[Any], fact: Checked, where: Around, unit: str, now: dt.datetime) -> Problem | None:
    """By the county's own desk, and signed only where the rule says so at this minute."""
    body: Any = fact.body
    if body.county != where.county or fact.said.place != where.county:
        return NotYours("", "county")
    if body.outcome != "granted":
        return None
    held = connection.execute(
        "select data -> 'witnessed' from ledger_row where noun = 'certificate' and key = %s",
        [key_of(body.place, body.site)],
    ).fetchone()
    if held is None:
        return NotFound()
    found = reckon(connection, where, unit, now)
    return None if found.judged(held[0]).outcome == "certify" else against(found, held[0])


def _ended(connection: Connection[Any], fact: Checked, where: Around, unit: str, now: dt.datetime) -> Problem | None:
    return None if fact.said.place == where.county else NotYours("", "county")


def against(found: Application, seen: Sequence[str] = ()) -> NotEpidemicFree:
    """Why not: what speaks against it, and what nobody knows."""
    return NotEpidemicFree(reasons=[("", words) for words in shown.lacks(found, seen)])


def published(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A list of one's own places holds the counts that the ledger holds; that of somebody else names its source, and
    nobody names one for an area whose certificates they sign."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        if problem := _published(connection, context, fact):
            refused[fact.n] = problem
    return refused


def _published(connection: Connection[Any], context: Context, fact: Checked) -> Problem | None:
    body: Any = fact.body
    spoke = context.authority.standing()
    moment = moment_in(body.as_of)
    if moment is None or moment > fact.effective_at:
        return Malformed(_("a moment that is not later than the list"), "as_of")
    said = {name: pair for name in COUNTED if (pair := getattr(body, name)) is not None}
    if odd := next((name for name, (n, of_all) in said.items() if n > of_all), None):
        return Malformed(_("no more than there are in all"), odd)
    if body.source is not None:
        own = not spoke.system and spoke.covers(body.place, frozenset(DESK))
        return Malformed(_("no source: a desk that signs here publishes its own list"), "source") if own else None
    if fact.said.place != body.place:
        return NotYours("", "place")
    return None if said == counts(connection, body.place, moment) else Stale()


ASKS["certificate.proposed"] = _each(_proposed)
ASKS["certificate.checked"] = _each(_looked)
ASKS["certificate.decided"] = _each(_decided)
ASKS["certificate.ended"] = _each(_ended)
ASKS["free_list.published"] = published
while_open("certificate.proposed", "certificate", ["proposed", "checked", "lacking"])


@checks("certificate.proposed")
def proposes(row: Row | None, fact: Fact) -> None:
    if row is not None and row.state in RUNNING and row.state != "lacking":
        raise AlreadyDecided()


@checks("certificate.decided")
def decides(row: Row | None, fact: Fact) -> None:
    """A proposal that was looked at, by somebody who neither made it nor looked."""
    if row is None or "proposed_at" not in row.data:
        return  # it is the list that it begins
    if row.state not in ("checked", "proposed", "lacking"):
        raise AlreadyDecided()
    if fact.body.outcome == "granted" and row.state != "checked":
        raise Stale()
    if fact.by is not None and fact.by in (row.data["proposed_by"], row.data["checked_by"]):
        raise DecidedByYou()


@checks("certificate.ended")
def takes_back(row: Row | None, fact: Fact) -> None:
    if row is None or row.state not in ("certified", "suspended"):
        raise AlreadyDecided()
