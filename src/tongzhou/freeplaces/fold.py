"""What is true of a certificate: how far its proposal came, since when it holds, when it was suspended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext_noop

from tongzhou.freeplaces.holding import standing, turned
from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after, moment_in
from tongzhou.ledger.shapes import reshaped
from tongzhou.tables.policy import shipped

SETTLED = {
    "certified": "it holds until a clinic finds something",
    "suspended": "the clinic owes what becomes of the finding",
    "cancelled": "it may be proposed anew",
    "declined": "it may be proposed anew",
    "ended": "it may be proposed anew",
}


@folds("certificate", called=gettext_noop("epidemic-free place"), settled=SETTLED, begins="proposed_at")
def fold_certificate(key: str, facts: Sequence[Fact]) -> Row | None:
    """proposed → (the street looks) checked or lacking → (the county signs) certified ⇄ suspended → cancelled or ended.
    A new proposal begins anew. Kept are spans of suspension, never what was found."""
    proposed = latest(facts, "certificate.proposed")
    if proposed is None:
        return None
    run = [fact for fact in facts if fact.order >= proposed.order]
    looked, decided = latest(run, "certificate.checked"), latest(run, "certificate.decided")
    granted = decided if decided and decided.body.outcome == "granted" else None
    ended = latest(run, "certificate.ended") if granted else None
    turns = [fact for fact in facts if fact.kind == "certificate.turned" and _counts(fact, proposed)]
    spans, cancelled = turned(turns, granted.effective_at if granted else proposed.effective_at)
    data: dict[str, Any] = {
        "at": proposed.body.place,
        "site": proposed.body.site,
        "proposed_at": proposed.effective_at,
        "proposed_by": proposed.by,
        "street": proposed.reporting,
        "checked_at": looked.effective_at if looked else None,
        "checked_by": looked.by if looked else None,
        "witnessed": sorted(looked.body.witnessed) if looked else [],
        "county": decided.body.county if decided else looked.reporting if looked else None,
        "decided_at": decided.effective_at if decided else None,
        "decided_by": decided.by if decided else None,
        "since": granted.effective_at if granted else None,
        "spans": [list(span) for span in spans] if granted else [],
        "cancelled_at": cancelled if granted else None,
        "ended_at": ended.effective_at if ended else None,
        "why": ended.body.why if ended else None,
        "matters": sorted({fact.body.matter for fact in turns}),
    }
    freed = _put_right(turns, granted) if granted else None
    data["put_right_at"] = freed.effective_at if freed else None
    state, owed = _stage(proposed, looked, decided)
    if granted:
        state, owed = standing("certified", data, facts[-1].effective_at), []
        if looked and looked.order > granted.order and looked.body.outcome == "lacking" and state == "certified":
            state, owed = "certified", [Owed("mend_measure", looked.effective_at)]
        elif freed and state == "certified" and (looked is None or looked.received_at < freed.received_at):
            owed = [Owed("check_place", freed.effective_at, place=proposed.reporting)]
    return Row(proposed.place, proposed.effective_at, state, "public" if granted else "counts", data, owed=owed)


def _counts(turn: Fact, proposed: Fact) -> bool:
    """What was known before a proposal was judged with it; what happened or became known later turns it."""
    return turn.order > proposed.order or turn.received_at > proposed.received_at


@reshaped("certificate", 2)
def _with_corrections(data: dict[str, Any]) -> dict[str, Any]:
    return {"put_right_at": None, **data}


def _put_right(turns: Sequence[Fact], granted: Fact) -> Fact | None:
    """That a finding which had turned it was moved to another place, or never was: it holds again by nobody's word, and
    somebody looks."""
    return next((fact for fact in reversed(turns)
                 if fact.body.outcome == "elsewhere" and fact.received_at > granted.received_at), None)  # fmt: skip


def _stage(proposed: Fact, looked: Fact | None, decided: Fact | None) -> tuple[str, list[Owed]]:
    """How far a proposal came, and who owes what next."""
    if decided:
        return "declined", []
    if looked is None:
        return "proposed", [Owed("check_place", proposed.effective_at, place=proposed.reporting)]
    if looked.body.outcome == "lacking":
        return "lacking", [Owed("mend_measure", looked.effective_at)]
    return "checked", [Owed("sign_certificate", looked.effective_at, place=looked.reporting)]


@folds(
    "free_list",
    called=gettext_noop("list of epidemic-free places"),
    settled={"listed": "somebody else publishes it"},
)
def fold_list(key: str, facts: Sequence[Fact]) -> Row | None:
    """The list of an area: as it was last published, and by when the next one is owed."""
    published = [fact for fact in facts if fact.kind == "free_list.published"]
    own = [fact for fact in published if fact.body.source is None]
    granted = next((fact for fact in facts if fact.kind == "certificate.decided"), None)
    last = published[-1] if published else None
    told = [msgspec.to_builtins(fact.body) | {"at": fact.effective_at} for fact in published]
    data = {
        "published": told,
        "as_of": moment_in(last.body.as_of) if last else None,
        "begun": granted.effective_at if granted else None,
    }
    here = own[-1] if own else granted
    if here is None:
        return Row(facts[-1].place, facts[-1].effective_at, "listed", "public", data)
    since = here.effective_at
    days = float(shipped("epidemic_free")["values"]["publish_days"])
    opens = after(since, days=days, hours=-12) if own else since
    owed = [Owed("publish_list", since, opens=opens, due=after(since, days=days))]
    return Row(int(key), facts[-1].effective_at, "running", "public", data, owed=owed)
