"""What became of a measure, and of an appeal. Whether one is in force depends on the moment: `register.py` says it, so
that a restriction ends by itself, also while nothing runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext_noop

from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after, moment_in
from tongzhou.ledger.work import WorkItem
from tongzhou.tables.policy import shipped

# Of these something stands on the spot that somebody has to take away.
STANDS = frozenset({
    "closed_management", "place_isolation", "closure", "road_checkpoint", "trunk_road_checkpoint", "trunk_road_block",
    "motorway_entrance_closure", "motorway_mainline_checkpoint", "rural_road_block", "border_checkpoint",
})  # fmt: skip
LOOKS = dt.timedelta(hours=24)  # before its hour a review is on the desk's list


@folds(
    "measure",
    called=gettext_noop("measure that restricts"),
    settled={
        "dropped": "whoever proposed it has read why it was declined; a new proposal is a new measure",
        "ended": "nothing of it stands on the spot",
        "gone": "somebody saw that it is gone",
    },
    ending={"approved": "it is off by itself at its end"},
)
def fold_measure(key: str, facts: Sequence[Fact]) -> Row | None:
    """The measure with all that was said of it. `approved`: nothing stands on the spot; `on_site`: something does, and
    that it is gone is owed after the end. A version that was changed after it was approved is a proposal again."""
    drafted = latest(facts, "measure.drafted")
    if drafted is None:
        return _in_fact(key, facts)
    version = str(drafted.id)
    said = [fact for fact in facts if fact.kind in ("measure.approved", "measure.declined")
            and fact.body.version == version]  # fmt: skip
    decided = said[-1] if said else None
    data: dict[str, Any] = msgspec.to_builtins(drafted.body) | {
        "version": version,
        "by": drafted.by,
        "drafted_at": drafted.effective_at,
        "approver": drafted.reporting,
        "decided_at": decided.effective_at if decided else None,
        "decided_by": decided.by if decided else None,
        "number": getattr(decided.body, "number", None) if decided else None,
        "reason": getattr(decided.body, "text", None) if decided else None,
        "gone": {},
    }
    if decided is None:
        owed = [Owed("approve_measure", drafted.effective_at, due=_before(drafted.body.start, drafted.effective_at),
                     place=drafted.reporting)]  # fmt: skip
        return _row(drafted, "drafted", "counts", data, owed)
    if decided.kind == "measure.declined":
        return _declined(drafted, decided, latest(facts, "measure.dropped"), data)
    data |= _since(data, [fact for fact in facts if fact.effective_at >= decided.effective_at])
    off = data["ended_at"] or moment_in(data["until"]) or drafted.effective_at
    data["gone"] = _gone(facts, lambda place: min(off, data["freed_at"].get(place, off)))
    return _approved(drafted, data)


def _declined(drafted: Fact, decided: Fact, dropped: Fact | None, data: dict[str, Any]) -> Row:
    """Owed until whoever proposed it has read why."""
    if dropped is None or dropped.effective_at < decided.effective_at:
        return _row(drafted, "declined", "counts", data, [Owed("take_up_declined", decided.effective_at)])
    return _row(drafted, "dropped", "counts", data | {"again": dropped.body.again})


def _approved(drafted: Fact, data: dict[str, Any]) -> Row:
    """Owed: the next review while it is on, and, where something stands, a look at each place after it is off."""
    until = moment_in(data["until"]) or drafted.effective_at
    off = data["ended_at"] or until
    stands = data["type"] in STANDS
    open_places = [place for place in data["places"] + data["freed"] if str(place) not in data["gone"]]
    if stands and not open_places:
        return _row(drafted, "gone", "public", data, ends=off)
    owed = []
    review = moment_in(data["review"])
    if not data["ended_at"] and review is not None and review < until:
        since = data["decided_at"]
        owed.append(Owed("review_measure", since, due=review, opens=max(review - LOOKS, since), until=until))
    if stands:
        owed += [
            Owed("see_measure_gone", off, opens=data["freed_at"].get(str(place), off), place=place)
            for place in open_places
        ]
        return _row(drafted, "ended" if data["ended_at"] and not owed else "on_site", "public", data, owed, ends=off)
    return _row(drafted, "ended" if data["ended_at"] else "approved", "public", data, owed, ends=off)


def _since(data: Mapping[str, Any], facts: Sequence[Fact]) -> dict[str, Any]:
    """What was made lighter after the approval, in turn: never heavier."""
    now: dict[str, Any] = {"until": data["until"], "limits": list(data["limits"]), "places": list(data["places"]),
                           "outing_days": data.get("outing_days"), "freed": [], "freed_at": {}, "ended_at": None,
                           "review": data["review"], "changes": []}  # fmt: skip
    for fact in facts:
        if fact.kind == "measure.reviewed":
            now["review"] = fact.body.review
        elif fact.kind == "measure.ended" and now["ended_at"] is None:
            now["ended_at"] = fact.effective_at
        elif fact.kind == "measure.eased":
            _ease(now, fact)
        else:
            continue
        told = msgspec.to_builtins(fact.body) | {"kind": fact.kind, "at": fact.effective_at, "by": fact.by}
        now["changes"].append({name: value for name, value in told.items() if name != "measure"})
    if not now["limits"] and now["ended_at"] is None and now["changes"]:
        now["ended_at"] = now["changes"][-1]["at"]
    return now


def _ease(now: dict[str, Any], fact: Fact) -> None:
    earlier = moment_in(fact.body.until)
    if earlier is not None and earlier < (moment_in(now["until"]) or earlier):
        now["until"] = fact.body.until
    now["limits"] = [limit for limit in now["limits"] if limit not in fact.body.lifts]
    for place in [place for place in now["places"] if place in fact.body.frees]:
        now["places"].remove(place)
        now["freed"].append(place)
        now["freed_at"][str(place)] = fact.effective_at
    if fact.body.outing_days is not None and fact.body.outing_days < (now["outing_days"] or 99):
        now["outing_days"] = fact.body.outing_days
    if not now["places"] and now["ended_at"] is None:
        now["ended_at"] = fact.effective_at


def _in_fact(key: str, facts: Sequence[Fact]) -> Row | None:
    """A closure that was found: open until somebody saw at every place that it is gone."""
    found = latest(facts, "measure.found")
    if found is None:
        return None
    gone = _gone(facts)
    data = msgspec.to_builtins(found.body) | {"found_at": found.effective_at, "by": found.by, "gone": gone}
    left = [place for place in found.body.places if str(place) not in gone]
    owed = [Owed("settle_closure", found.effective_at)]
    owed += [
        Owed("see_measure_gone", found.effective_at, opens=until, place=place)
        for place in left
        if (until := moment_in(found.body.until)) is not None
    ]
    state = "in_fact" if left else "gone"
    return _row(found, state, "public", data, owed if left else [])


def _gone(facts: Sequence[Fact], off: Callable[[str], dt.datetime] | None = None) -> dict[str, dict[str, Any]]:
    """By place: who saw that nothing stands there any more, and when. Seen standing again, it is not gone. Who looked
    before it was `off` there has not seen that it is gone, however far ahead their clock ran."""
    found: dict[str, dict[str, Any]] = {}
    for fact in facts:
        looked = min(fact.effective_at, fact.received_at)
        if fact.kind == "measure.checked" and (off is None or looked >= off(str(fact.body.place))):
            if fact.body.gone:
                found[str(fact.body.place)] = {"by": fact.by, "at": fact.effective_at}
            else:
                found.pop(str(fact.body.place), None)
    return found


def _before(start: str, at: dt.datetime) -> dt.datetime | None:
    """An approval is due before the measure starts, or by the table where that is past."""
    begins = moment_in(start)
    return begins if begins is not None and begins > at else None


def _row(first: Fact, state: str, sees: str, data: dict[str, Any], owed: Sequence[Owed] = (), **more: Any) -> Row:
    return Row(first.place, first.effective_at, state, sees, data, owed=owed, **more)


@folds("level", called=gettext_noop("level of an area"), settled={"signed": "a level asks nothing by itself"})
def fold_level(key: str, facts: Sequence[Fact]) -> Row | None:
    """Every level that was signed, in the order in which they begin; the one that holds depends on the moment."""
    signed = [fact for fact in facts if fact.kind == "level.signed"]
    if not signed:
        return None
    told = [
        {"level": fact.body.level, "since": fact.body.since, "text": fact.body.text, "by": fact.by,
         "from": fact.place, "at": fact.effective_at}
        for fact in signed
    ]  # fmt: skip
    last = signed[-1]
    return Row(last.body.unit, last.effective_at, "signed", "public", {"signed": told, "level": last.body.level})


@folds(
    "listed_measure",
    called=gettext_noop("measure as somebody else lists it"),
    settled={"listed": "it is what others say, and asks nothing"},
)
def fold_listed(key: str, facts: Sequence[Fact]) -> Row | None:
    last = latest(facts, "measure.listed")
    if last is None:
        return None
    data = msgspec.to_builtins(last.body)
    return Row(last.body.place, last.effective_at, "listed", "public", data)


def answer_by(data: Mapping[str, Any]) -> dt.datetime:
    """By when an appeal is answered: soonest where somebody is held up, then where it cannot wait."""
    sort = "held_up_h" if data.get("held_up") else "urgent_h" if data["urgent"] else "other_h"
    asked = data["asked_at"]
    asked = asked if isinstance(asked, dt.datetime) else moment_in(asked)
    assert asked is not None
    return after(asked, hours=float(shipped("appeals")["values"][sort]))


APPEAL = WorkItem(
    "appeal",
    called=gettext_noop("appeal"),
    sees="audit",
    opened="appeal.made",
    answered=["appeal.answered"],
    settled={outcome: "it was answered" for outcome in ("changed", "excepted", "stays", "told")},
    owed="answer_appeal",
    owner=lambda made: made.reporting or made.place,
    due=answer_by,
    urgency=lambda data: 3 if data.get("held_up") else 2 if data["urgent"] else 1,
    opening=lambda made: (
        {name: getattr(made.body, name) for name in ("about", "sort", "text", "urgent", "held_up", "channel")}
        | {"to": made.reporting or made.place}
    ),
    answer=lambda told: {"answer": told.body.text if told else None, "answered_by": told.by if told else None},
)
