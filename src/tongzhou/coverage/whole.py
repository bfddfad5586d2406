"""The five hundred per cent, computed from what is missing, and the six in place, as a certificate asks them: never
typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.coverage.queries import Unit
from tongzhou.freeplaces.application import around
from tongzhou.freeplaces.shown import measure
from tongzhou.freeplaces.six import in_place, seen_at, with_seen
from tongzhou.ledger import door
from tongzhou.ledger.missing import MISSING
from tongzhou.ledger.time import local_day
from tongzhou.measures import register
from tongzhou.tables.policy import shipped

State = Literal["complete", "missing", "unknown"]
CALLED = {
    "confirmed_admitted": gettext_noop("confirmed patients admitted"),
    "suspected_tested": gettext_noop("suspected patients tested"),
    "fever_tested": gettext_noop("patients with a fever tested"),
    "contacts_isolated": gettext_noop("close contacts in isolation, each asked today"),
    "compounds_closed": gettext_noop("compounds closed"),
}
MEASURE = "measure"  # asked of the register: does a measure that limits leaving hold here?
NO_MEASURE = gettext_noop("no measure that closes the compounds is in force")


@dataclass(frozen=True)
class Part:
    """One of the five. `lacks`: the entries that are missing; `unknown`: those that nothing tells."""

    code: str
    lacks: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def state(self) -> State:
        return "missing" if self.lacks else "unknown" if self.unknown else "complete"


def five(unit: Unit, now: dt.datetime) -> list[Part]:
    """Each of them at a community. Where nothing was heard nothing is complete, and what no entry tells is unknown."""
    closed = bool(register.in_force(unit.place, now, ["leaving"]))
    found = []
    for code, entries in shipped("coverage")["five"].items():
        lacks = [one for one in entries if one in unit.found and unit.found[one].n]
        unknown = [one for one in entries if one != MEASURE and one not in unit.found]
        if MEASURE in entries and not closed:
            lacks.append(MEASURE)
        if unit.word.silent:
            unknown += [one for one in entries if one not in unknown]
        found.append(Part(code, tuple(lacks), tuple(unknown)))
    return found


def six(place: int, now: dt.datetime) -> list[str]:
    """Each of the six of a community in words, as its certificate asks them: in place, not, or not known."""
    with door.ledger() as ledger:
        where = around(ledger, place)
        if where is None:
            return []
        told = with_seen(in_place(ledger, place, where.covers, now), seen_at(ledger, place))
    more = _asks(now)
    return [" · ".join(filter(None, (measure(code, held), more.get(code, "")))) for code, held in told.items()]


def _asks(now: dt.datetime) -> dict[str, str]:
    """Of which day a measure is told, and how much that is late it allows: else it contradicts what is missing now."""
    values = shipped("epidemic_free")["values"]
    doors, late = (f"{float(values[name]) * 100:g}" for name in ("screening_share", "late_needs_share"))
    yesterday = (local_day(now) - dt.timedelta(days=1)).isoformat()
    return {
        "screening": _("doors on %(day)s, %(p)s %% of them are enough") % {"day": yesterday, "p": doors},
        "supply": _("now, late needs at up to %(p)s %% of the doors are allowed") % {"p": late},
    }


def lacking(codes: Sequence[str]) -> list[str]:
    """The headings of these entries, as words of the catalogue."""
    called = {MEASURE: NO_MEASURE} | {code: one.called for code, one in MISSING.items()}
    return [called[code] for code in codes if code in called]
