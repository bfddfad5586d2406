"""What is true of a standing medicine, of what a pharmacy was asked for, of a sealed bag and of a card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after, day_in, on
from tongzhou.medicines import kinds, limits
from tongzhou.medicines.supply import Supply, followed, in_turn
from tongzhou.people import sealed
from tongzhou.persons.identity import person_of

UNSEEN: frozenset[int] = frozenset()  # whoever is invited to answer does not see the row


@folds(
    "remedy",
    called=gettext_noop("medicine taken every day"),
    settled={"ended": "nobody has to see that it comes"},
)
def fold_remedy(key: str, facts: Sequence[Fact]) -> Row | None:
    """enough → asked → (brand | out) → ready → on_way → enough with a later last dose; or ended. Days before the last
    dose somebody owes that it comes, in whatever state it is."""
    facts = in_turn(facts)
    wanted = latest(facts, "remedy.wanted")
    if wanted is None:
        return None
    said: kinds.Wanted = wanted.body
    ended = latest(facts, "remedy.ended")
    now = followed(facts, wanted)
    state = "ended" if ended else now.state
    data: dict[str, Any] = {
        "person": person_of("remedy.wanted", key, said), "household": said.household, "medicine": said.medicine,
        "text": said.text, "quantity": said.quantity, "of": said.of, "lasts": said.lasts, "cold": said.cold,
        "pharmacy": now.pharmacy or said.pharmacy, "last_dose": now.last.isoformat(), "need": said.need,
        "wanted_at": wanted.effective_at, "since": now.since, "script": now.script, "bag": now.bag,
        "brand": now.brand, "elsewhere": now.elsewhere, "back_on": now.back_on, "problem": now.problem,
        "rest": now.rest, "brought_at": now.brought_at, "ended_at": ended.effective_at if ended else None,
        "why": ended.body.why if ended else None,
    }  # fmt: skip
    owed = [] if ended else _of_remedy(now)
    return Row(wanted.place, wanted.effective_at, state, "care", data, audience=UNSEEN, owed=owed)


def _of_remedy(now: Supply) -> list[Owed]:
    alarm = limits.alarm(now.last)
    owed = [Owed("last_dose_near", now.base, opens=max(alarm, now.base), due=limits.by(now.last, now.base, "late_h"))]
    if now.state == "enough":
        opens = max(limits.asks(now.last), now.since)
        owed.append(
            Owed("ask_pharmacy", now.since, opens=opens, due=max(alarm, after(opens, hours=limits.values()["ask_h"])))
        )
    elif now.state == "brand":
        owed.append(Owed("judge_brand", now.since))
    elif now.state == "out":
        owed.append(Owed("ask_another", now.since, urgency=2 if now.since >= alarm else 0))
    return owed


@folds(
    "script",
    called=gettext_noop("request to a pharmacy"),
    settled={
        "ready": "the bag is carried",
        "partly": "the bag is carried, and the rest is a request of its own",
        "brand": "a doctor says whether it will do",
        "out": "the desk asks another pharmacy",
        "declined": "the desk asks another pharmacy",
        "dropped": "it need not be filled",
    },
)
def fold_script(key: str, facts: Sequence[Fact]) -> Row | None:
    """waiting → ready | partly | brand → allowed | declined | out; or dropped. Allowed, the pharmacy answers again."""
    facts = in_turn(facts)
    came = latest(facts, "script.came")
    if came is None:
        return None
    said: kinds.Came = came.body
    last = latest(facts, "script.answered")
    word = latest(facts, "remedy.judged")
    state, since = _of_script(came, last, word, latest(facts, "script.dropped"))
    day = day_in(said.last_dose) or came.effective_at.date()
    data: dict[str, Any] = {
        name: getattr(said, name) for name in ("remedy", "pharmacy", "medicine", "text", "quantity", "of", "cold",
                                               "person", "rest", "due", "last_dose")
    } | {
        "came_at": came.effective_at, "since": since, "number": sealed.bag(key),
        "answered_at": last.effective_at if last else None, "given": last.body.given if last else None,
        "there_on": last.body.there_on if last else None, "brand": last.body.brand if last else None,
        "fen": last.body.fen if last else 0, "card": _card(facts),
    }  # fmt: skip
    owed = []
    if state in ("waiting", "allowed"):
        promised = day_in(said.due)
        due = on(promised, 18) if promised else limits.by(day - dt.timedelta(days=1), since, "fill_h")
        soon = since >= limits.alarm(day)
        owed = [Owed("fill_script", since, due=due if due > since else None, urgency=2 if soon else 0)]
    return Row(came.place, came.effective_at, state, "scripts", data, audience=UNSEEN, owed=owed)


def _of_script(came: Fact, last: Fact | None, word: Fact | None, dropped: Fact | None) -> tuple[str, dt.datetime]:
    if dropped:
        return "dropped", dropped.effective_at
    if last is None:
        return "waiting", came.effective_at
    if last.body.outcome != "other_brand":
        return last.body.outcome, last.effective_at
    if word and (word.effective_at, word.append) > (last.effective_at, last.append):
        return "allowed" if word.body.outcome == "yes" else "declined", word.effective_at
    return "brand", last.effective_at


def _card(facts: Sequence[Fact]) -> dict[str, Any] | None:
    """The card that lies with the pharmacy, or comes there: its key, the receipt's number, what the pharmacy said."""
    taken = latest(facts, "card.taken")
    if taken is None:
        return None
    said = [f"{f.body.step}.{f.body.side}" for f in facts if f.kind == "card.passed" and f.body.card == str(taken.id)]
    return {"key": str(taken.id), "receipt": taken.body.receipt, "household": taken.body.household, "said": said}


@folds(
    "bag",
    called=gettext_noop("sealed bag"),
    settled={
        "empty": "the pharmacy fills it",
        "taken": "it was taken over, and paid",
        "returned": "it is back at the pharmacy: the desk asks anew",
        "dropped": "it need not be filled",
    },
)
def fold_bag(key: str, facts: Sequence[Fact]) -> Row | None:
    """empty → packed → carried → taken | not_opened | seal_broken | refused | unpaid. Carriers see a number, a door,
    cold or not, by when."""
    facts = in_turn(facts)
    came = latest(facts, "script.came")
    if came is None:
        return None
    home = came.home or came.place
    answer = latest(facts, "script.answered")
    packed = answer if answer and answer.body.outcome in ("ready", "partly") else None
    said: kinds.Came = came.body
    handed = latest(facts, "bag.handed")
    state, since = _of_bag(came, packed, facts)
    due = limits.by(
        day_in(said.last_dose) or came.effective_at.date(), packed.effective_at if packed else since, "bag_h"
    )
    owes = packed.body.fen if packed else 0
    paid = sum(f.body.paid or 0 for f in facts if f.kind in ("bag.handed", "bag.paid"))
    if state == "taken" and paid < owes:
        state = "unpaid"
    data: dict[str, Any] = {
        "household": said.household, "number": sealed.bag(key), "cold": said.cold, "by": due, "since": since,
        "pharmacy": said.pharmacy, "remedy": said.remedy, "fen": owes, "paid": paid,
        "carrier": _carrier(facts, state), "handed_at": handed.effective_at if handed else None,
        "outcome": handed.body.outcome if handed else None,
    }  # fmt: skip
    return Row(home, came.effective_at, state, "households", data, audience=UNSEEN, owed=_of_door(state, since, due))


def _of_bag(came: Fact, packed: Fact | None, facts: Sequence[Fact]) -> tuple[str, dt.datetime]:
    if packed is None:
        dropped = latest(facts, "script.dropped")
        return ("dropped", dropped.effective_at) if dropped else ("empty", came.effective_at)
    last = next((f for f in reversed(facts) if f.kind in ("bag.fetched", "bag.handed", "bag.settled")), packed)
    if last.kind == "bag.fetched":
        return "carried", last.effective_at
    if last.kind == "bag.settled":
        return "packed" if last.body.outcome == "again" else "returned", last.effective_at
    return (last.body.outcome if last.kind == "bag.handed" else "packed"), last.effective_at


def _carrier(facts: Sequence[Fact], state: str) -> int | None:
    fetched = latest(facts, "bag.fetched")
    return fetched.by if fetched and state in ("carried", "not_opened") else None


def _of_door(state: str, since: dt.datetime, due: dt.datetime) -> list[Owed]:
    if state == "packed":
        return [Owed("fetch_bag", since, due=due if due > since else None)]
    if state in ("carried", "not_opened"):
        return [Owed("carry_bag", since, due=due if due > since else None)]
    if state in ("seal_broken", "refused"):
        return [Owed("settle_bag", since)]
    return [Owed("collect_bag", since)] if state == "unpaid" else []


@folds(
    "card",
    called=gettext_noop("insurance card on its way"),
    settled={"back": "it is back at its door, and both sides of each moment at the door said so"},
)
def fold_card(key: str, facts: Sequence[Fact]) -> Row | None:
    """out (it is owed back) → unsigned (back, and one side has not said so) → back."""
    facts = in_turn(facts)
    taken = latest(facts, "card.taken")
    if taken is None:
        return None
    said = {"taken.received": taken.effective_at} | {
        f"{f.body.step}.{f.body.side}": f.effective_at for f in facts if f.kind == "card.passed"
    }
    returned = max((said[one] for one in ("returned.handed", "returned.received") if one in said), default=None)
    lacks = [f"{step}.{side}" for step in ("taken", "returned") for side in ("handed", "received")
             if f"{step}.{side}" not in said]  # fmt: skip
    state = "out" if returned is None else "unsigned" if lacks else "back"
    at = "pharmacy" if "left.received" in said and "fetched.received" not in said else "carrier"
    data: dict[str, Any] = {
        "household": taken.body.household, "receipt": taken.body.receipt, "bag": taken.body.bag,
        "pharmacy": taken.body.pharmacy, "who": taken.body.who, "taken_at": taken.effective_at,
        "said": said, "lacks": lacks, "at": "door" if returned else at, "returned_at": returned,
    }  # fmt: skip
    owed = []
    if state == "out":
        owed = [Owed("return_card", taken.effective_at)]
    elif state == "unsigned":
        assert returned is not None
        owed = [Owed("sign_card", returned)]
    return Row(taken.place, taken.effective_at, state, "households", data, audience=UNSEEN, owed=owed)
