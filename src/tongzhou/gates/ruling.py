"""Whether a pass may be issued: by the measure in force at the gate and the order of the place and day
(OUTING). The stricter holds; what no edition answers is asked of the law desk, never permitted; an emergency needs no
pass at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou import rules
from tongzhou.freeplaces.holding import standing
from tongzhou.freeplaces.kinds import key_of
from tongzhou.gates import demand
from tongzhou.gates.demand import Demand
from tongzhou.ledger import door
from tongzhou.ledger.time import local_day
from tongzhou.places.queries import official_code

Said = Literal["issue", "not_needed", "not_yet", "nobody", "say_when", "needs_ruling", "too_long"]
PURPOSE = {"shopping": "shopping", "medical": "medical", "medicine": "dialysis", "care": "carers", "other": "errand"}
NEED = frozenset({"medical", "medicine", "care"})
STAFF = frozenset({"work", "service"})
UNREAD = frozenset({"local_edition_unread", "no_pack"})


@dataclass(frozen=True)
class May:
    """`said`, why in a sentence, from which day on (where that is known), and the edition that was asked. `hours`: for
    how long at most, where a rule says so."""

    said: Said
    why: str
    next: dt.date | None = None
    edition: str | None = None
    measure: str | None = None
    outcome: str = ""
    hours: int | None = None

    def within(self, hours: float) -> May:
        """The same for so many hours: never longer than the rule allows."""
        if self.said != "issue" or self.hours is None or hours <= self.hours:
            return self
        why = ngettext(
            "In an epidemic-free place for %(n)d hour at most.",
            "In an epidemic-free place for %(n)d hours at most.",
            self.hours,
        ) % {"n": self.hours}
        return replace(self, said="too_long", why=why)


@dataclass(frozen=True)
class Place:
    """Where a pass is asked for: its official code, and whether it is certified epidemic-free."""

    code: str | None
    certified: bool


def may(place: int, now: dt.datetime, what: str, last_out: dt.date | str | None = None, *, compound: str = "") -> May:
    """May a pass for this be issued at a gate of this place, or of a compound there? `last_out`: when somebody of the
    household was out last, as they say."""
    with door.ledger() as ledger:  # a gate's phone has no scope of its own, and the register is public
        return may_on(ledger, place, now, what, last_out, compound=compound)


def may_on(
    ledger: Connection[Any], place: int, now: dt.datetime, what: str, last_out: dt.date | str | None = None, *,
    compound: str = "",
) -> May:  # fmt: skip
    """The same over a connection of the ledger."""
    asked = demand.demanded(place, now, ledger)
    if asked.passes is None:
        return May("not_needed", _("No measure in force asks for passes here: everybody passes."))
    if what in STAFF:
        if asked.staff:
            why = _("The measure binds the staff of the place, too, and says nothing of their passes.")
            return May("needs_ruling", why, measure=asked.passes.key, outcome="needs_ruling")
        return May("issue", _("Staff with a work certificate are not bound by the measure."), measure=asked.passes.key)
    code = official_code(place, ledger)
    at = Place(code, certified(ledger, place, compound, now))
    return _outing(at, now, what, last_out, asked, asked.passes.key)


def certified(ledger: Connection[Any], place: int, compound: str, now: dt.datetime) -> bool:
    """Is the compound, or the community as a whole, certified epidemic-free at this moment?"""
    keys = [key_of(place, None), *([key_of(place, compound)] if compound else [])]
    rows = ledger.execute(
        "select state, data from ledger_row where noun = 'certificate' and state <> 'void' and key = any(%s)", [keys]
    )
    return any(standing(state, data, now) == "certified" for state, data in rows)


def _outing(at: Place, now: dt.datetime, what: str, last_out: Any, asked: Demand, measure: str) -> May:
    day = local_day(now)
    given: dict[str, Any] = {"ask": day.isoformat(), "purpose": PURPOSE[what], "certified": at.certified}
    if last_out is not None:
        given["last_out"] = last_out if last_out == "never" else last_out.isoformat()
    found = rules.evaluate(rules.book(), "OUTING", given, on=day, place_code=at.code)
    outcome, edition = str(found.outcome), found.edition
    why = found.reason_en if get_language() == "en" else found.reason_zh
    if outcome == "allowed" and what in NEED:
        return May("issue", why, edition=edition, measure=measure)
    if outcome.startswith("nobody"):
        return May("nobody", why, found.next_change, edition, measure)
    if outcome.startswith("not_yet"):
        return May("not_yet", why, found.next_change, edition, measure)
    if outcome == "allowed" and given["certified"] and what == "shopping":
        return _shopping(day, at.code, last_out, _by_measure(day, last_out, asked, why, edition, measure))
    unread = outcome in UNREAD or found.missing == ("place_code",)
    if outcome == "allowed" or (unread and asked.outing_days):
        return _by_measure(day, last_out, asked, why, edition, measure)
    if outcome == "insufficient_data" and found.missing == ("last_out",):
        return May("say_when", _("Say when somebody of the household was out last, or that nobody was."))
    return May("needs_ruling", why, edition=edition, measure=measure, outcome=outcome)


def _shopping(day: dt.date, code: str | None, last_out: Any, told: May) -> May:
    """In a certified place one person of a household goes shopping once a day, for so many hours (EF-PRIV)."""
    found = rules.evaluate(rules.book(), "EF-PRIV", {"ask": day.isoformat(), "certified": True, "purpose": "shopping"},
                           on=day, place_code=code)  # fmt: skip
    limit = found.outcome
    if told.said != "issue" or not isinstance(limit, dict):
        return told
    if last_out == day:
        why = _("Somebody of the household was out today: one person a day goes shopping.")
        return replace(told, said="not_yet", why=why, next=day + dt.timedelta(days=1))
    return replace(told, hours=limit["max_hours"])


def _by_measure(day: dt.date, last_out: Any, asked: Demand, why: str, edition: str | None, measure: str) -> May:
    """What the measure itself orders: approved for this place, it is the edition that is in force here."""
    every = asked.outing_days
    if every is None:
        return May("issue", why, edition=edition, measure=measure)
    if last_out is None:
        return May("say_when", _("Say when somebody of the household was out last, or that nobody was."))
    if last_out != "never" and last_out > day:
        return May("say_when", _("That day has not come yet."))
    told = _("By the measure: one person of a household once in %(n)d days.") % {"n": every}
    following = day if last_out == "never" else last_out + dt.timedelta(days=every)
    if following > day:
        return May("not_yet", told, following, edition, measure)
    return May("issue", told, edition=edition, measure=measure)
