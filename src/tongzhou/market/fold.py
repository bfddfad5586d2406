"""What is true of a price, of an alert of the market, of produce and of what a delivery point was offered of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after, day_in, moment_in, on
from tongzhou.market import kinds, policy

LEVELS = ("watch", "warn", "act")
SETTLES = {"mistake", "expected"}  # what was found, and needs no decision


@folds("price", called=gettext_noop("price in a shop"), settled={"quoted": "it was told; the alert of its item owes"})
def fold_price(key: str, facts: Sequence[Fact]) -> Row | None:
    """What was told, and the price in yuan for the item's own unit."""
    told = latest(facts, "price.quoted")
    if told is None:
        return None
    said: kinds.PriceQuoted = told.body
    of = policy.market()
    own = of.item[said.item].unit if said.item in of.item else None
    yuan = of.reckoned(said.item, said.fen, said.unit or own or "") if said.fen else None
    cost = of.reckoned(said.item, said.cost, said.unit or own or "") if said.cost else None
    data: dict[str, Any] = {
        "site": said.site, "item": said.item, "grade": said.grade, "fen": said.fen, "unit": said.unit or own,
        "stock": said.stock, "days": said.days, "source": said.source, "yuan": yuan, "cost": cost, "by": told.by,
    }  # fmt: skip
    return Row(told.place, told.effective_at, "quoted", "counts", data)


@folds(
    "market_alert",
    called=gettext_noop("alert of the market"),
    settled={
        "explained": "somebody looked and it needs no decision",
        "decided": "the directive owes, or it was decided to wait; a higher level asks again",
        "over": "the price came down, or shops have it again",
    },
)
def fold_alert(key: str, facts: Sequence[Fact]) -> Row | None:
    """raised → looked (owes a decision) or explained → decided; over when it calms. A higher level than that which was
    looked at raises it again; a lower one asks nobody."""
    raised = latest(facts, "market.alerted")
    if raised is None:
        return None
    said: kinds.MarketAlerted = raised.body
    state, level, since, seen = "raised", said.level, raised.effective_at, 0
    data: dict[str, Any] = {
        "item": said.item, "grade": said.grade, "sort": said.sort, "raised_at": raised.effective_at, "looks": [],
        "decisions": [], "highest": said.level, **kinds.figures(said),
    }  # fmt: skip
    for fact in facts:
        body = fact.body
        if fact.kind == "market.moved":
            data |= kinds.figures(body)
            level = body.level
            if level == "calm":
                state, since = "over", fact.effective_at
            elif state == "over" or (LEVELS.index(level) > seen and state != "raised"):
                state, since = "raised", fact.effective_at
            data["highest"] = max(data["highest"], level, key=lambda one: ("calm", *LEVELS).index(one))
        elif fact.kind == "market.looked" and state != "over":
            data["looks"].append({"at": fact.effective_at, "by": fact.by, "finding": body.finding, "how": body.how})
            state = "explained" if body.finding in SETTLES else "looked"
            since, seen = fact.effective_at, LEVELS.index(level) if level in LEVELS else seen
        elif fact.kind == "market.decided":
            data["decisions"].append({"at": fact.effective_at, "by": fact.by, "action": body.action,
                                      "directive": body.directive})  # fmt: skip
            if state != "over":
                state, since, seen = "decided", fact.effective_at, LEVELS.index(level) if level in LEVELS else seen
    data |= {"level": level, "since": since}
    return Row(raised.place, raised.effective_at, state, "counts", data, owed=_of_alert(state, level, since, data))


def _of_alert(state: str, level: str, since: dt.datetime, data: dict[str, Any]) -> list[Owed]:
    """A look by the market desk, then a decision by the desk; the hours follow from the level."""
    hours = policy.market().values
    if state == "raised":
        within = (hours["stock_hours"] if data["sort"] == "stock" else hours["look_hours"])[level]
        return [Owed("look_at_market", since, due=after(since, hours=within), rule=_rule(data), urgency=_urgent(level),
                     edition=data["edition"])]  # fmt: skip
    if state == "looked":
        due = after(since, hours=hours["decide_hours"].get(level, 24))
        return [
            Owed("decide_market", since, due=due, rule=_rule(data), edition=data["edition"], urgency=_urgent(level))
        ]
    return []


def _rule(data: dict[str, Any]) -> str:
    return policy.STOCK if data["sort"] == "stock" else policy.PRICE


def _urgent(level: str) -> int:
    return {"warn": 1, "act": 2}.get(level, 0)


@folds(
    "produce",
    called=gettext_noop("farm produce that nobody bought"),
    settled={"placed": "delivery points take all of it", "ended": "what became of it was told"},
    ending={"reported": "it keeps until a day", "offered": "it keeps until a day"},
)
def fold_produce(key: str, facts: Sequence[Fact]) -> Row | None:
    """reported → offered (a part of it) → placed (points take all of it); ended where somebody says what became of it.
    What nobody took by the day until which it keeps is owed no more."""
    told = latest(facts, "produce.reported")
    if told is None:
        return None
    said: kinds.ProduceReported = told.body
    offered = {str(fact.id): fact.body.kg for fact in facts if fact.kind == "produce.offered"}
    answers = {fact.body.offer: fact.body for fact in facts
               if fact.kind == "produce.answered" and fact.body.offer in offered}  # fmt: skip
    taken = sum(_taken(answers[key], kg) for key, kg in offered.items() if key in answers)
    waiting = sum(kg for key, kg in offered.items() if key not in answers)
    ended = latest(facts, "produce.ended")
    left = max(0, said.kg - taken - waiting)
    state = "ended" if ended else "placed" if taken >= said.kg else "offered" if offered else "reported"
    keeps = day_in(said.until)
    over = after(on(keeps, 0), days=1) if keeps else None
    data: dict[str, Any] = {
        "item": said.item, "kg": said.kg, "until": said.until, "fen_kg": said.fen_kg, "site": said.site,
        "county": told.reporting, "reported_at": told.effective_at, "taken": taken, "waiting": waiting, "left": left,
        "ended": ended.body.outcome if ended else None,
    }  # fmt: skip
    owed = []
    if state in ("reported", "offered"):
        answered = [fact.effective_at for fact in facts if fact.kind == "produce.answered"]
        since = max([told.effective_at, *answered])
        owed = [Owed("offer_produce", since, place=told.reporting or told.place, until=over)]
    return Row(told.place, told.effective_at, state, "counts", data, owed=owed, ends=over)


def _taken(answer: kinds.ProduceAnswered, offered: int) -> int:
    return {"takes": offered, "part": min(offered, answer.kg or 0)}.get(answer.outcome, 0)


@folds(
    "produce_offer",
    called=gettext_noop("produce offered to a delivery point"),
    settled={
        "takes": "it takes it",
        "part": "it takes a part; the rest is the county's again",
        "no": "it cannot take it",
    },
)
def fold_offer(key: str, facts: Sequence[Fact]) -> Row | None:
    """waiting until the point has answered, by its hour."""
    told = latest(facts, "produce.offered")
    if told is None:
        return None
    said: kinds.ProduceOffered = told.body
    answer = latest(facts, "produce.answered")
    data: dict[str, Any] = {
        "produce": said.produce, "point": said.point, "at": said.at, "kg": said.kg, "due": said.due,
        "offered_at": told.effective_at, "taken": _taken(answer.body, said.kg) if answer else None,
        "why": answer.body.why if answer else None,
    }  # fmt: skip
    owed = [] if answer else [Owed("answer_produce", told.effective_at, due=moment_in(said.due), place=said.at)]
    return Row(told.place, told.effective_at, answer.body.outcome if answer else "waiting", "counts", data, owed=owed)
