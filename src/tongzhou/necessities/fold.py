"""What is true of an offer, of a door's order and of a carrier's bag."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.furniture import furnishes, numbers
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after, day_in, moment_in, on
from tongzhou.ledger.work import WorkItem
from tongzhou.necessities import kinds, kinds_door
from tongzhou.necessities.money import Told, bill

DOORS_DONE = frozenset({"brought", "refused", "withdrawn", "nothing"})
OF_DAY = 18  # hour by which what is brought on a day has been brought


@folds(
    "offer",
    called=gettext_noop("offer"),
    settled={
        "stopped": "nothing of it comes, and each order that was paid owes its money back",
        "settled": "the supplier is paid to the fen",
    },
)
def fold_offer(key: str, facts: Sequence[Fact]) -> Row | None:
    """drawn → (returned) → open → sent → received → settled; or stopped. It closes by its hour, said by nobody."""
    drawn = latest(facts, "offer.drawn")
    if drawn is None:
        return None
    said: kinds.Drawn = drawn.body
    by_kind = {name: latest(facts, f"offer.{name}") for name in
               ("opened", "returned", "stopped", "sent", "received", "settled")}  # fmt: skip
    lines = [msgspec.to_builtins(line) for line in said.lines]
    for fact in facts:
        if fact.kind == "offer.changed" and fact.body.line <= len(lines):
            lines[fact.body.line - 1]["stock"] = fact.body.stock
    state = _state(by_kind, drawn)
    came, sent = by_kind["received"], by_kind["sent"]
    data: dict[str, Any] = {
        "supplier": said.supplier, "point": said.point, "lines": lines, "closes": said.closes,
        "delivers": said.delivers, "fee": said.fee, "desk": said.desk, "drawn_by": drawn.by,
        "drawn_at": drawn.effective_at, "opened_at": _at(by_kind["opened"]), "sent_at": _at(sent),
        "received_at": _at(came), "settled_at": _at(by_kind["settled"]),
        "reason": _reason(by_kind["stopped"] or (by_kind["returned"] if state == "returned" else None)),
        "orders": sent.body.orders if sent else None,
        "came": {str(one.line): [one.units, one.grams] for one in came.body.lines} if came else {},
        "bagged": len({door for fact in facts if fact.kind == "basket.made" for door in fact.body.doors}),
        "fen": by_kind["settled"].body.fen if by_kind["settled"] else None,
    }  # fmt: skip
    return Row(drawn.place, drawn.effective_at, state, "counts", data, owed=_of_offer(state, data, by_kind, drawn))


def _at(fact: Fact | None) -> dt.datetime | None:
    return fact.effective_at if fact else None


def _reason(fact: Fact | None) -> str | None:
    return fact.body.reason if fact else None


def _state(by_kind: Mapping[str, Fact | None], drawn: Fact) -> str:
    for name in ("settled", "stopped", "received", "sent"):
        if by_kind[name]:
            return name
    if by_kind["opened"]:
        return "open"
    returned = by_kind["returned"]
    return "returned" if returned and returned.append > drawn.append else "drawn"


def _of_offer(state: str, data: Mapping[str, Any], by_kind: Mapping[str, Fact | None], drawn: Fact) -> Sequence[Owed]:
    """What comes next, by whom: the sheet when it closes, the receipt on its day, the bags, the money on the day
    after."""
    day = day_in(data["delivers"])
    closes = moment_in(data["closes"]) or drawn.effective_at
    last = max((fact.effective_at for fact in by_kind.values() if fact), default=drawn.effective_at)
    if state == "drawn":
        signs = "community_lead" if data["desk"] == "supply" else "supply_officer"
        return [Owed("open_offer", drawn.effective_at, role=signs)]
    if state == "returned":
        writes = "supply_officer" if data["desk"] == "supply" else "community_lead"
        return [Owed("mend_offer", last, role=writes)]
    if state == "open":
        return [Owed("send_sheet", drawn.effective_at, opens=max(closes, drawn.effective_at))]
    if state == "sent":
        return [Owed("receive_offer", last, due=_later(day, 12, last))]
    if state == "received":
        if data["bagged"] < (data["orders"] or 0):
            return [Owed("make_bags", last)]
        return [Owed("settle_offer", last, due=_later(day, 24 + OF_DAY, last))]
    return ()


def _later(day: dt.date | None, hour: int, since: dt.datetime) -> dt.datetime | None:
    """An hour counted from the start of a day, where it lies ahead of what is owed since then."""
    due = after(on(day, 0), hours=hour) if day else None
    return due if due and due > since else None


@furnishes("order")
def stands(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    """An order lies where its door stands."""
    doors = {key: key.rpartition(".")[2] for key in keys}
    found = connection.execute("select id, place from community_household where id = any(%s)",
                               [numbers(list(doors.values()))])  # fmt: skip
    place = {str(id): place for id, place in found}
    return {key: place[door] for key, door in doors.items() if door in place}


@folds(
    "order",
    called=gettext_noop("order"),
    settled={
        "ordered": "what the offer needs next is owed on the offer and on the carrier's bag",
        "withdrawn": "the door wants nothing",
        "nothing": "there was nothing for the door, and it pays nothing",
        "brought": "it was taken and paid",
        "refused": "the door did not want it, and pays nothing",
    },
    begins="ordered_at",
)
def fold_order(key: str, facts: Sequence[Fact]) -> Row | None:
    """ordered → brought, refused; nobody and neighbour are owed still, and so is what is unpaid or to go back."""
    placed = [fact for fact in facts if fact.kind == "order.placed"]
    if not placed:
        return None
    first, last = placed[0], placed[-1]
    wishes = _wishes(facts)
    dealt_fact = latest(facts, "order.dealt")
    dealt = {one.line: one.units for one in dealt_fact.body.lines} if dealt_fact else {}
    visits = [fact for fact in facts if fact.kind == "order.brought"]
    visit = visits[-1] if visits else None
    outcome = visit.body.outcome if visit else None
    withdrawn = not wishes
    told = {one.line: _told(one) for one in visit.body.lines} if visit else {}
    found = bill(wishes, dealt, told, last.body.fee, taken=outcome not in ("refused", "nobody"))
    as_ordered = bill(wishes, {}, {}, last.body.fee, taken=True)
    before = as_ordered.due if last.body.pays == "before" and wishes else _paid_before(placed) if withdrawn else 0
    cash = sum({fact.body.basket: fact.body.cash for fact in visits}.values())
    evened = sum(-one.body.fen if one.body.what == "refunded" else one.body.fen
                 for one in facts if one.kind == "order.evened")  # fmt: skip
    over = withdrawn or outcome in ("taken", "refused") or (not visit and bool(dealt) and found.due == 0)
    balance = found.due - before - cash - evened if over else 0
    state = _of_door(withdrawn, outcome, over, balance)
    data: dict[str, Any] = {
        "offer": last.body.offer, "household": last.body.household, "lines": wishes,
        "swaps": sorted(last.body.swaps), "channel": last.body.channel, "paper": last.body.paper,
        "pays": last.body.pays, "fee": last.body.fee, "times": len(placed), "ordered_at": first.effective_at,
        "placed_at": last.effective_at, "dealt": {str(line): n for line, n in sorted(dealt.items())},
        "outcome": outcome, "told": {str(line): msgspec.to_builtins(one) for line, one in sorted(told.items())},
        "basket": visit.body.basket if visit else None, "visited_at": visit.effective_at if visit else None,
        "due": found.due, "refund": as_ordered.due - found.due, "before": before, "cash": cash, "evened": evened,
        "balance": balance,
    }  # fmt: skip
    since = max(fact.effective_at for fact in facts)
    return Row(last.place, first.effective_at, state, "households", data, owed=_of_order(state, since))


def _wishes(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """What the door wants in the end: a later order takes the place of an earlier one, or is added to it."""
    wanted: dict[int, dict[str, Any]] = {}
    for fact in facts:
        if fact.kind == "order.withdrawn":
            wanted = {}
        elif fact.kind == "order.placed":
            if fact.body.how != "add":
                wanted = {}
            for one in fact.body.lines:
                kept = wanted.get(one.line)
                line = msgspec.to_builtins(one)
                wanted[one.line] = line | {"units": line["units"] + (kept["units"] if kept else 0)}
    return [wanted[line] for line in sorted(wanted)]


def _paid_before(placed: Sequence[Fact]) -> int:
    """What was paid for an order that was withdrawn."""
    last = placed[-1].body
    if last.pays != "before":
        return 0
    return int(sum(one.units * one.price for one in last.lines) + last.fee)


def _told(one: kinds_door.AtDoor) -> Told:
    return Told(one.missing, one.rotten, one.short, one.swapped, one.instead, one.price or 0, one.grams or 0)


def _of_door(withdrawn: bool, outcome: str | None, over: bool, balance: int) -> str:
    if outcome in ("nobody", "neighbour") and not withdrawn:
        return outcome
    if balance:
        return "unpaid" if balance > 0 else "refund"
    if withdrawn:
        return "withdrawn"
    if outcome == "refused":
        return "refused"
    if outcome == "taken":
        return "brought"
    return "nothing" if over else "ordered"


OWED_AT_DOOR = {"nobody": "bring_again", "neighbour": "ask_neighbour", "unpaid": "collect_money", "refund": "pay_back"}


def _of_order(state: str, since: dt.datetime) -> Sequence[Owed]:
    return [Owed(OWED_AT_DOOR[state], since)] if state in OWED_AT_DOOR else ()


@folds(
    "basket",
    called=gettext_noop("bag of a carrier"),
    settled={
        "counted": "two people counted what was taken at the doors",
        "explained": "why it differs is written down",
    },
)
def fold_bag(key: str, facts: Sequence[Fact]) -> Row | None:
    """out until every door has an outcome, back until two people counted the same, then counted; or it differs."""
    made = latest(facts, "basket.made")
    if made is None:
        return None
    said: kinds_door.BagMade = made.body
    visits = {fact.body.household: fact for fact in facts if fact.kind == "order.brought"
              and fact.body.household in said.doors}  # fmt: skip
    cash = sum(fact.body.cash for fact in visits.values())
    counts = [fact for fact in facts if fact.kind == "basket.counted"]
    agreed, explained = _agreed(counts), latest(facts, "basket.explained")
    back = len(visits) == len(set(said.doors))
    state = "out"
    if back:
        state = "back" if cash and agreed is None else "counted"
        if agreed is not None and agreed != cash:
            state = "explained" if explained else "differs"
    last = max(fact.effective_at for fact in [made, *visits.values(), *counts])
    data: dict[str, Any] = {
        "offer": said.offer, "carrier": said.carrier, "doors": list(said.doors), "day": said.day,
        "told": {str(door): fact.body.outcome for door, fact in sorted(visits.items())}, "cash": cash,
        "counts": [[fact.by, fact.body.fen] for fact in _last_of_each(counts)], "counted": agreed,
        "why": explained.body.why if explained else None, "made_at": made.effective_at,
    }  # fmt: skip
    day = day_in(said.day)
    owed = {
        "out": [
            Owed(
                "carry_basket",
                made.effective_at,
                due=_later(day, OF_DAY, made.effective_at),
                to=said.carrier,
                role=said.role,
                place=None if said.role == "community_lead" else made.reporting,
            )
        ],
        "back": [Owed("count_money", last)],
        "differs": [Owed("explain_cash", last)],
    }.get(state, [])
    return Row(made.place, made.effective_at, state, "households", data, owed=owed)


def _last_of_each(counts: Sequence[Fact]) -> list[Fact]:
    """What each of those who counted said last, in the order in which they said it."""
    found: dict[int | None, Fact] = {}
    for fact in counts:
        found.pop(fact.by, None)
        found[fact.by] = fact
    return list(found.values())


def _agreed(counts: Sequence[Fact]) -> int | None:
    """The sum that the last two who counted both found: never one person alone."""
    two = [fact for fact in _last_of_each(counts) if fact.by is not None][-2:]
    return two[0].body.fen if len(two) == 2 and two[0].body.fen == two[1].body.fen else None


CHANGE = WorkItem(
    noun="change",
    called=gettext_noop("change of an order after it closed"),
    sees="households",
    opened="change.asked",
    answered=["change.answered"],
    settled={"promised": "the household knows", "refused": "the household knows why not"},
    owed="answer_change",
    do=gettext_noop("Answer whoever thinks otherwise after closing"),
    page="/necessities/",
)
