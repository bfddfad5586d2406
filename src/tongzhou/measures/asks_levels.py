"""What is asked before the level of an area is signed: by a desk above it, and from today on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context, together
from tongzhou.ledger.form import Checked
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day, zone
from tongzhou.measures import gate
from tongzhou.measures.asked_of import in_words
from tongzhou.problems import Malformed, NotYours, Problem

UNITS = frozenset({"county", "urban_unit", "zone"})  # what has a level


def from_above(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A level is one of a county or urban area, and signed by a desk above it: a county that signed levels of its
    streets would sign its own. A list of old levels is not asked."""
    refused: dict[int, Problem] = {}
    if context.authority.standing().system:
        return refused
    for fact in facts:
        unit = fact.body.unit  # type: ignore[attr-defined]
        known = gate.stands(connection, [unit], fact.effective_at).get(unit)
        if known is None or known.level not in UNITS:
            refused[fact.n] = Malformed(_("a county or urban area"), "unit")
        elif fact.said.place not in gate.others_above(connection, unit):
            refused[fact.n] = NotYours("", "unit")
        elif (since := moment_in(fact.body.since)) is None or since < _today(context.counts_from(fact)):  # type: ignore[attr-defined]
            told = _("a moment from the beginning of today on: nobody signs what held before")
            refused[fact.n] = Malformed(told, "since")
    return refused


def _today(now: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(local_day(now), dt.time(), zone())


ASKS["level.signed"] = together(in_words, from_above)
