"""What is true of somebody who has a named contact, as the desk sees it (`liaison`) and as whoever calls (`call`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.form import SKEW
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after, on
from tongzhou.ledger.time import local_day
from tongzhou.tables.policy import shipped

OVER = "nobody has to ask for them any more"


@folds(
    "liaison",
    called=gettext_noop("person with a named contact"),
    settled={"named": "the contact owes the calls", "ended": OVER},
)
def fold_liaison(key: str, facts: Sequence[Fact]) -> Row | None:
    """unnamed (a name is owed) → named ⇄ refused (asked weekly) → ended. A contact who cannot come is moved by itself;
    where nobody is left, a name is owed anew."""
    needed = latest(facts, "liaison.needed")
    if needed is None:
        return None
    named, who, since = _asks(facts, needed)
    refused = _refused(facts)
    ended = latest(facts, "liaison.ended")
    data: dict[str, Any] = {
        "household": needed.body.household, "who": needed.body.who, "basis": needed.body.basis,
        "agreed": needed.body.agreed, "person": needed.body.person, "stated": needed.body.stated,
        "needed_at": needed.effective_at, "contact": named.body.teammate if named else None,
        "deputy": named.body.deputy if named else None, "asks": who, "since": since,
        "named_at": named.effective_at if named else None, "refused_at": refused.effective_at if refused else None,
    }  # fmt: skip
    if ended:
        return Row(needed.place, needed.effective_at, "ended", "care", data)
    if refused:
        days = _values()["ask_again_days"]
        owed = [Owed("ask_again", refused.effective_at, opens=after(refused.effective_at, days=days))]
        return Row(needed.place, needed.effective_at, "refused", "care", data, owed=owed)
    if who is None:
        return Row(needed.place, needed.effective_at, "unnamed", "care", data, owed=[Owed("name_contact", since)])
    return Row(needed.place, needed.effective_at, "named", "care", data)


@folds(
    "call",
    called=gettext_noop("call of a named contact"),
    settled={"none": "the desk owes a name, or asks again", "ended": OVER},
)
def fold_call(key: str, facts: Sequence[Fact]) -> Row | None:
    """The same as whoever calls sees it: a door, whose it is today, and what is due. Neither why nor how they are."""
    needed = latest(facts, "liaison.needed")
    if needed is None:
        return None
    _named, who, since = _asks(facts, needed)
    calls = [fact for fact in facts if fact.kind == "liaison.called"]
    reached = next((fact for fact in reversed(calls) if fact.body.outcome == "reached"), None)
    visited = next((f for f in reversed(calls) if f.body.outcome == "reached" and f.body.how == "visit"), None)
    missed = _missed(calls)
    data: dict[str, Any] = {
        "household": needed.body.household, "asks": who, "reached_at": reached.effective_at if reached else None,
        "visited_at": visited.effective_at if visited else None, "missed": len(missed),
        "last": calls[-1].body.outcome if calls else None,
    }  # fmt: skip
    if latest(facts, "liaison.ended"):
        return Row(needed.place, needed.effective_at, "ended", "households", data)
    if who is None or _refused(facts):
        return Row(needed.place, needed.effective_at, "none", "households", data)
    state, owed = _due(since, calls, reached, visited, missed, desk=_without_number(calls, _named))
    return Row(needed.place, needed.effective_at, state, "households", data, owed=owed)


def _asks(facts: Sequence[Fact], needed: Fact) -> tuple[Fact | None, str | None, dt.datetime]:
    """The signature that holds, who asks for them now, and since when that, or nobody, is so."""
    named = latest(facts, "liaison.named")
    if named is None:
        return None, None, needed.effective_at
    moved = max((f for f in facts if f.kind == "liaison.moved" and _when(f) > _when(named)), key=_when, default=None)
    if moved is None:
        return named, named.body.teammate, named.effective_at
    return named, moved.body.teammate, moved.effective_at


def _when(fact: Fact) -> tuple[dt.datetime, int]:
    """What follows by itself holds from the minute of its cause, and comes after whatever stood then."""
    return fact.effective_at, fact.append


def _refused(facts: Sequence[Fact]) -> Fact | None:
    """The refusal that still holds: whoever speaks with them again takes calls again."""
    calls = [fact for fact in facts if fact.kind == "liaison.called"]
    refusal = next((fact for fact in reversed(calls) if fact.body.outcome == "refused"), None)
    if refusal and any(fact.body.outcome == "reached" and _undoes(fact, refusal) for fact in calls):
        return None
    return refusal


def _undoes(reached: Fact, refusal: Fact) -> bool:
    """What was known before the refusal undoes it only where it is later by more than clocks differ."""
    later = reached.effective_at - refusal.effective_at
    if reached.append > refusal.append:
        return later >= dt.timedelta()
    return later > (SKEW if reached.append < refusal.append else dt.timedelta())


def _missed(calls: Sequence[Fact]) -> list[Fact]:
    """Tries in a row without an answer on one day, since they were last reached; one soon after another is the same."""
    found: list[Fact] = []
    apart = dt.timedelta(hours=float(_values()["tries_apart_h"]))
    for call in calls:
        if call.body.outcome == "reached":
            found = []
        elif call.body.outcome == "no_answer":
            day = local_day(call.effective_at)
            found = [one for one in found if local_day(one.effective_at) == day]
            if not found or call.effective_at - found[-1].effective_at >= apart:
                found.append(call)
    return found


def _without_number(calls: Sequence[Fact], named: Fact | None) -> bool:
    """Did whoever rings say that there is no number, since they were named? Then the desk rings."""
    told = next((fact for fact in reversed(calls) if fact.body.outcome == "no_number"), None)
    return told is not None and (named is None or _when(told) > _when(named))


def _due(since: dt.datetime, calls: Sequence[Fact], reached: Fact | None, visited: Fact | None,
         missed: Sequence[Fact], *, desk: bool) -> tuple[str, list[Owed]]:  # fmt: skip
    """A call a day and a visit a week; after two tries on a day somebody goes there the same day; who is not found is
    looked for, and the township owes it as well. `desk`: whoever would ring has no number, the lead rings."""
    values = _values()
    last = calls[-1] if calls else None
    if last and last.body.outcome == "not_found":
        return "lost", [Owed("find_person", last.effective_at)]
    if len(missed) >= values["tries"]:
        return "missed", [Owed("visit_missed", missed[-1].effective_at)]
    spoken = max((fact.effective_at for fact in (reached,) if fact), default=None)
    opens = on(local_day(after(spoken, days=1)), int(values["call_from"])) if spoken else since
    due = on(local_day(opens), int(values["call_by"]))
    due = due if due > opens else after(due, days=1)
    week = visited.effective_at if visited else since
    visit = after(week, days=float(values["visit_days"]))
    return "running", [
        Owed("call_today", spoken or since, opens=max(opens, since), due=due, role="community_lead" if desk else None),
        Owed("visit_week", week, opens=after(visit, days=-1), due=visit),
    ]


def _values() -> dict[str, Any]:
    values: dict[str, Any] = shipped("liaisons")["values"]
    return values
