"""What is done about contacts and calls, where it is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger.kinds import Said
from tongzhou.liaisons import forms, numbers, queries
from tongzhou.liaisons.plan import Proposal, propose
from tongzhou.pages.acts import Act, Given, acts
from tongzhou.people.scope import Holder
from tongzhou.problems import Stale
from tongzhou.workforce import queries as workforce


def proposed(place: int) -> dict[str, Proposal]:
    """What the plan proposes for everybody of a community, by person."""
    found, _left = propose(queries.people(place), workforce.team(place))
    return {one.liaison: one for one in found}


def signed(form: Any, one: Proposal, now: dt.datetime, place: int, n: int = 0) -> Said:
    """The lead signs one line of the proposal."""
    told = {"teammate": one.teammate} | ({"deputy": one.deputy} if one.deputy else {})
    said: Said = form.said(now, place, n=n, liaison=one.liaison, **told)
    return said


def _own(holder: Holder) -> list[int]:
    """The communities whose teams the holder leads."""
    return sorted({place for role, place in holder.places if role == "community_lead"})


def sign(given: Given) -> list[Said]:
    found = [line for place in _own(given.holder) if (line := proposed(place).get(given.one["key"]))]
    if not found:
        raise Stale()
    return [signed(forms.Proposed(given.form).checked(), found[0], given.now, given.at)]


def called(given: Given) -> list[Said]:
    form = forms.Called(given.form).checked()
    return [form.said(given.now, given.one["place"], liaison=given.one["key"])]


def plan(ones: Sequence[dict[str, Any]], holder: Holder, _now: dt.datetime) -> None:
    """On the line itself: whom the plan proposes."""
    told: dict[int, tuple[dict[str, Proposal], dict[str, int]]] = {}
    for place in _own(holder):
        told[place] = (proposed(place), queries.numbers(workforce.team(place)))
    for one in ones:
        for found, armbands in told.values():
            if line := found.get(one["key"]):
                one["told"], one["proposed"] = [words(line, armbands)], True


def words(one: Proposal, numbers: dict[str, int]) -> str:
    """A line of the proposal in words."""
    if one.deputy is None:
        return _("proposed: No. %(n)s") % {"n": numbers[one.teammate]}
    told = {"n": numbers[one.teammate], "deputy": numbers[one.deputy]}
    return _("proposed: No. %(n)s, deputy No. %(deputy)s") % told


def to_desk(_one: dict[str, Any]) -> str:
    return "/liaisons/"


def rung(one: dict[str, Any]) -> bool:
    """Can this call be made by whoever looks: is there a number, and is it their own armband's?"""
    return visited(one) and not one.get("no_number")


def visited(one: dict[str, Any]) -> bool:
    """With the armband of somebody else nothing is said of this door."""
    return not one.get("of_another")


def to_ring(_one: dict[str, Any]) -> str:
    return "/calls/"


def _call(name: str, label: str, how: str, outcome: str, *, grave: bool = False,
          when: Callable[[dict[str, Any]], bool] | None = None) -> Act:  # fmt: skip
    return Act(name, label, called, forms.Called, sends={"how": how, "outcome": outcome}, grave=grave, when=when)


SPOKE, SILENT = gettext_noop("Spoke with them"), gettext_noop("Nobody answered")
NO_CALLS = _call("refused", gettext_noop("They want no calls"), "call", "refused", grave=True, when=rung)
TO_DESK = _call("no_number", gettext_noop("No number: the desk rings"), "call", "no_number",
                when=lambda one: visited(one) and bool(one.get("no_number")))  # fmt: skip
WHOSE = Act("whose", gettext_noop("Whom to ring today"), page=to_ring, when=lambda one: not visited(one))
acts(
    "name_contact",
    Act("sign", gettext_noop("Sign this contact"), sign, forms.Proposed, when=lambda one: bool(one.get("proposed"))),
    Act("open", gettext_noop("Open the contacts"), page=to_desk),
    reads=plan,
)
acts(
    "ask_again",
    _call("reached", gettext_noop("They take calls again"), "call", "reached"),
    _call("refused", gettext_noop("Still no calls"), "call", "refused"),
)
acts(
    "call_today",
    _call("reached", SPOKE, "call", "reached", when=rung),
    _call("no_answer", SILENT, "call", "no_answer", when=rung),
    NO_CALLS,
    TO_DESK,
    WHOSE,
    reads=numbers.tell,
)
acts(
    "visit_week",
    _call("reached", gettext_noop("Went there, spoke with them"), "visit", "reached", when=visited),
    _call("no_answer", SILENT, "visit", "no_answer", when=visited),
    WHOSE,
    reads=numbers.tell,
)
acts("visit_missed", _call("reached", gettext_noop("Went there, spoke with them"), "visit", "reached"),
     _call("not_found", gettext_noop("Went there, not found"), "visit", "not_found", grave=True),
     reads=numbers.tell)  # fmt: skip
acts("find_person", _call("found", gettext_noop("Found, spoke with them"), "visit", "reached"),
     Act("open", gettext_noop("Open the contacts"), page=to_desk), reads=numbers.tell)  # fmt: skip
