"""What directives, requests and handovers come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.directives import kinds
from tongzhou.directives.shown import moment
from tongzhou.ledger.append import stands_in
from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after, day_in, moment_in, on
from tongzhou.ledger.shapes import reshaped
from tongzhou.ledger.work import WorkItem
from tongzhou.tables.policy import shipped


@folds(
    "directive",
    called=gettext_noop("directive"),
    settled={"ended": "nobody has to answer any more", "done": "every place says that it is done"},
)
def fold_directive(key: str, facts: Sequence[Fact]) -> Row | None:
    """What was asked, and by place: read, answered, passed on; the tasks it was broken into. Whether an answer is
    overdue depends on the moment; whether the tasks show it to be done is in `shown.py`, for they lie below."""
    issued = next((f for f in reversed(facts) if f.kind == "directive.issued" and f.body.parent != key), None)
    if issued is None:
        return None
    said: kinds.DirectiveIssued = issued.body
    answers: dict[str, dict[str, Any]] = {str(place): {} for place in said.to}
    for fact in facts:
        one = answers.get(str(fact.place))
        if one is None:
            continue
        if fact.kind == "directive.acknowledged":
            one.setdefault("read_at", fact.effective_at)
        elif fact.kind == "directive.reported" and fact.because is not None and fact.body.outcome != "done":
            _open_again(one)
        elif fact.kind == "directive.reported":
            one.setdefault("read_at", fact.effective_at)
            one |= {
                "outcome": fact.body.outcome,
                "figure": fact.body.figure,
                "reason": fact.body.reason,
                "text": fact.body.text,
                "at": fact.effective_at,
                "by": fact.by,
                "by_tasks": fact.because is not None,
            }
        elif fact.kind == "directive.issued":
            one.setdefault("read_at", fact.effective_at)
            one.setdefault("passed_on", []).append(str(fact.id))
    ended = next((f for f in reversed(facts) if f.kind == "directive.ended" and f.place == issued.place), None)
    done = all(one.get("outcome") == "done" for one in answers.values())
    data = {
        "what": said.what,
        "text": said.text,
        "to": list(said.to),
        "due": said.due,
        "evidence": said.evidence,
        "counted": said.counted,
        "task": said.task,
        "parent": said.parent,
        "decision": said.decision,
        "issued_at": issued.effective_at,
        "by": issued.by,
        "answers": answers,
        "tasks": _tasks(facts),
        "ended": ended.body.reason if ended else None,
    }
    state = "ended" if ended else "done" if done else "open"
    owed = _of_directive(issued, answers) if state == "open" else []
    return Row(issued.place, issued.effective_at, state, "counts", data, owed=owed)


def _open_again(one: dict[str, Any]) -> None:
    """A task came after the last one: what the tasks had answered does not hold any more."""
    if one.get("by_tasks"):
        for name in ("outcome", "figure", "reason", "text", "at", "by", "by_tasks"):
            del one[name]


def _of_directive(issued: Fact, answers: dict[str, dict[str, Any]]) -> list[Owed]:
    """Each place reads it and answers; whoever gave it ends it or asks again once all have answered."""
    due = moment_in(issued.body.due)
    found = []
    for place, one in answers.items():
        if "outcome" in one:
            continue
        what = "answer_directive" if "read_at" in one else "read_directive"
        found.append(Owed(what, issued.effective_at, due=due if "read_at" in one else None, place=int(place)))
    if not found:
        last = max(one["at"] for one in answers.values())
        found.append(Owed("end_directive", last))
    return found


def _tasks(facts: Sequence[Fact]) -> dict[str, dict[str, Any]]:
    """The tasks that were set for it, by the place where they are done: counts and moments, nothing of any door."""
    found: dict[str, dict[str, Any]] = {}
    for task in (fact for fact in facts if fact.kind == "task.set"):
        one = found.setdefault(str(task.place), {"open": 0, "done": 0, "not_ready": 0, "set_at": task.effective_at})
        answers = [fact for fact in facts if fact.kind == "task.done" and fact.body.task == str(task.id)]
        done = next((fact for fact in reversed(answers) if fact.body.outcome == "done"), None)
        one["done" if done else "not_ready" if answers else "open"] += 1
        if done:
            one["done_at"] = max(one.get("done_at", done.effective_at), done.effective_at)
    return found


def _urgent(data: Mapping[str, Any]) -> int:
    return {"emergency": 3, "urgent": 2}.get(data["urgency"], 0)


def _due(data: Mapping[str, Any]) -> dt.datetime:
    """By the answer clock: so many hours after it was asked, by its urgency; of the rest, after the part."""
    since = data["answered_at"] if data["state"] == "rest" else data["asked_at"]
    return after(since, hours=float(shipped("answer_clock")["values"][data["urgency"]]))


SUPPORT = WorkItem(
    "support",
    called=gettext_noop("request for support"),
    sees="counts",
    opened="support.requested",
    answered=["support.answered"],
    answers=lambda asked, answer: answer.place == asked.reporting,
    settled={
        "granted": "it was answered",
        "partly": "part was granted and the rest refused, and said so",
        "refused": "it was answered",
        "passed_up": "the request above owes",
    },
    owed="answer_support",
    owner=lambda asked: asked.reporting or asked.place,
    due=_due,
    urgency=_urgent,
    opening=lambda asked: (
        {name: getattr(asked.body, name) for name in ("what", "text", "urgency", "amount", "parent")}
        | {"to": asked.reporting}
    ),
    outcomes=lambda asked, told: outcome_of(asked.body.amount, [fact.body for fact in told]),
    rest="rest",
    answer=lambda told: {"answer": told.body.text if told else None, "passed_to": told.body.to if told else None},
    all_answers=lambda asked, told: {"granted": _granted(asked.body.amount, [fact.body for fact in told])},
)


def _granted(asked: int | None, told: Sequence[kinds.SupportAnswered]) -> int | None:
    """How many were granted in all; a plain yes without a figure grants all that was asked."""
    given = [one for one in told if one.outcome in ("granted", "partly")]
    if asked is not None and any(one.outcome == "granted" and one.amount is None for one in given):
        return asked
    amounts = [one.amount for one in given if one.amount is not None]
    return sum(amounts) if amounts else None


def outcome_of(asked: int | None, told: Sequence[kinds.SupportAnswered]) -> str:
    """The last answer; granted in part, the rest is owed until it is granted, refused or passed up as well."""
    last, before = str(told[-1].outcome), told[:-1]
    if last == "partly":
        whole = asked is not None and (_granted(asked, told) or 0) >= asked
        return "granted" if whole else "rest"
    part = any(one.outcome == "partly" for one in before)
    return "partly" if last == "refused" and part else last


def _own(key: str, facts: Sequence[Fact]) -> list[Fact]:
    """What a desk said of itself: others have no word in it."""
    return [fact for fact in facts if str(fact.place) == key.split("/")[0]]


@folds("desk", called=gettext_noop("desk"), settled={"numbered": "a number of an office asks nothing"})
def fold_desk(key: str, facts: Sequence[Fact]) -> Row | None:
    own = _own(key, facts)
    if not own:
        return None
    last = own[-1]
    return Row(last.place, last.effective_at, "numbered", "counts", {"telephone": last.body.telephone})


@folds("duty", called=gettext_noop("duty of a desk"), settled={"taken": "the next shift has the desk"})
def fold_duty(key: str, facts: Sequence[Fact]) -> Row | None:
    """Who has the desk: whoever took it over last; a handover that nobody took leaves it with the one before."""
    facts = _own(key, facts)
    given = latest(facts, "duty.handed_over")
    if given is None:
        return None
    taken = next((f for f in reversed(facts) if f.kind == "duty.taken_over" and f.body.handover == str(given.id)), None)
    data = {
        "handover": str(given.id),
        "from": given.by,
        "to": given.body.to,
        "open": list(given.body.open),
        "note": given.body.note,
        "given_at": given.effective_at,
        "taken_at": taken.effective_at if taken else None,
    }
    owed = [] if taken else [Owed("take_desk", given.effective_at)]
    return Row(given.place, given.effective_at, "taken" if taken else "given", "counts", data, owed=owed)


@folds(
    "decision",
    called=gettext_noop("decision of a morning"),
    settled={
        "done": "it was carried out",
        "partly": "it was settled in part, and said so",
        "dropped": "it was dropped, and said so",
        "sent": "the directive that it became owes",
    },
)
def fold_decision(key: str, facts: Sequence[Fact]) -> Row | None:
    """What was decided and what became of it. As a directive it is owed by whoever the directive went to."""
    taken = latest(_own(key, facts), "decision.taken")
    if taken is None:
        return None
    said: kinds.DecisionTaken = taken.body
    between = [fact for fact in facts if fact.place in (taken.place, said.at)]
    settled, sent = latest(between, "decision.settled"), latest(between, "directive.issued")
    data = {
        "day": said.day,
        "number": said.number,
        "text": said.text,
        "owner": said.owner,
        "at": said.at,
        "due": said.due,
        "about": list(said.about),
        "taken_at": taken.effective_at,
        "by": taken.by,
        "became": settled.body.text if settled else None,
        "settled_at": settled.effective_at if settled else None,
        "serial": said.serial,
        "copies": list(said.copies),
        "finds": list(said.finds),
        "signed_for": taken.behalf.role if taken.behalf else None,
        "signed_by": taken.behalf.channel if taken.behalf else None,
        "told": [_told(fact) for fact in _own(key, facts) if fact.kind == "decision.told"],
        "directive": str(sent.id) if sent else None,
        "sent_at": sent.effective_at if sent else None,
    }
    owed = [] if settled or sent else [
        Owed("carry_out", taken.effective_at, due=moment_in(said.due), place=said.at, role=_post(said.owner))
    ]  # fmt: skip
    day = day_in(said.day) if settled else None
    state = settled.body.outcome if settled else "sent" if sent else "open"
    return Row(taken.place, taken.effective_at, state, "counts", data, owed=owed,
               ends=after(on(day, 0), days=1) if day else None)  # fmt: skip


@reshaped("decision", 2)
def _with_lines(data: dict[str, Any]) -> dict[str, Any]:
    """Nobody had said which figures a decision finds out, and how its commander had said so was not kept."""
    return {"finds": [], "signed_by": None} | data


def _told(fact: Fact) -> dict[str, Any]:
    """A telephone notice as the paper has it."""
    return {"to": fact.body.to, "who": fact.body.who, "read_back": fact.body.read_back, "at": fact.effective_at,
            "by": fact.by}  # fmt: skip


def _post(role: str) -> str:
    """The post that owes: commander and duty officer share the desk."""
    return "desk" if role in kinds.DESK else role


@folds("ruling", called=gettext_noop("question for a ruling"), settled={"yes": "it was ruled", "no": "it was ruled"})
def fold_ruling(key: str, facts: Sequence[Fact]) -> Row | None:
    """A question that a rule could not answer, until somebody rules; "cannot say" leaves it open."""
    asked = latest(facts, "ruling.asked")
    if asked is None:
        return None
    given = latest(facts, "ruling.given")
    data = {
        "rule": asked.body.rule,
        "text": asked.body.text,
        "outcome": asked.body.outcome,
        "asked_at": asked.effective_at,
        "by": asked.by,
        "ruled_at": given.effective_at if given else None,
        "answer": given.body.text if given else None,
    }
    state = given.body.outcome if given else "asked"
    owed = (
        []
        if state in ("yes", "no")
        else [Owed("needs_ruling", asked.effective_at, place=asked.reporting or asked.place)]
    )
    return Row(asked.place, asked.effective_at, state, "counts", data, owed=owed)


@folds("stand_in", called=gettext_noop("desk stood in for"), settled={"back": "the desk answers for itself again"})
def fold_stand_in(key: str, facts: Sequence[Fact]) -> Row | None:
    """Who answers for a desk, and until when; whether that has come depends on the moment it is asked."""
    last = next((f for f in reversed(facts) if f.kind in ("desk.stood_in", "desk.handed_back")), None)
    stood = latest(facts, "desk.stood_in")
    if last is None or stood is None:
        return None
    data = {"place": stood.body.place, "above": stood.place, "by": stood.by, "since": stood.effective_at,
            "until": stood.body.until, "reason": stood.body.reason}  # fmt: skip
    state = "standing" if last is stood else "back"
    owed = [Owed("hand_back_desk", stood.effective_at, due=moment_in(stood.body.until), place=stood.place)]
    return Row(stood.body.place, stood.effective_at, state, "counts", data, owed=owed if last is stood else [])


@stands_in
def standing_in(connection: Connection[Any], place: int, at: dt.datetime) -> bool:
    """Does a level above answer for this desk at this moment?"""
    row = connection.execute(
        "select data ->> 'until', effective_at from ledger_row where noun = 'stand_in' and key = %s"
        " and state = 'standing'",
        [str(place)],
    ).fetchone()
    return row is not None and row[1] <= at < moment(row[0])
