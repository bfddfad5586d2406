"""What is true of a gate, of its phones, of its counts of a day, of a pass, and of names sealed and on paper."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, day_in, moment_in
from tongzhou.ledger.time import close_of, local_day
from tongzhou.people import terms


@folds(
    "gate",
    called=gettext_noop("gate"),
    settled={"free": "no measure in force asks that anybody stands there"},
)
def fold_gate(key: str, facts: Sequence[Fact]) -> Row:
    """free → unkept (a measure holds there: somebody is owed) → kept until the last shift ends (then somebody is owed
    again) → free, when the last measure is over. By `phone`: each shift, of the sheet under none."""
    measures: dict[str, Any] = {}
    shifts: dict[int | None, dict[str, Any]] = {}
    since = facts[0].effective_at
    for fact in sorted(facts, key=_at_once):
        if fact.kind == "gate.ordered":
            since = since if measures or shifts else fact.effective_at
            measures[fact.body.measure] = fact.body.until
        elif fact.kind == "gate.freed":
            measures.pop(fact.body.measure, None)
        elif fact.kind == "gate.shift_began":
            shifts[fact.body.phone] = {"from": fact.effective_at, "until": fact.body.until}
        elif shifts.pop(fact.body.phone, None):
            since = fact.effective_at
    ends = [at for one in shifts.values() if (at := moment_in(one["until"]))]
    last = max(ends, default=None)
    data = {"measures": measures, "shifts": [{"phone": phone, **one} for phone, one in shifts.items()],
            "kept_until": last}  # fmt: skip
    state = "free" if not measures else "unkept" if last is None else "kept"
    place = facts[-1].place
    return Row(place, facts[-1].effective_at, state, "counts", data, owed=_owed(state, since, last))


def _at_once(fact: Fact) -> tuple[dt.datetime, dt.datetime, bool]:
    """Of one moment's words a gate is first ordered and then freed: a measure that is over asks nothing, whichever
    number its two words have."""
    return fact.effective_at, fact.received_at, fact.kind == "gate.freed"


def _owed(state: str, since: dt.datetime, last: dt.datetime | None) -> list[Owed]:
    if state == "free":
        return []
    return [Owed("keep_gate", last or since, opens=last)]


@folds("gate_phone", called=gettext_noop("phone of a gate"), settled={"back": "it is no gate's any more"})
def fold_phone(key: str, facts: Sequence[Fact]) -> Row:
    """lent (each day its keys are owed, and at the end the phone itself) → back."""
    lent, ended = latest(facts, "gate_phone.lent"), latest(facts, "gate_phone.ended")
    days = [day for fact in facts if fact.kind == "gate_phone.fetched" and (day := day_in(fact.body.day))]
    until = moment_in(lent.body.until) if lent else None
    over = ended is not None and (lent is None or ended.order > lent.order)
    data = {"gate": facts[-1].body.gate, "phone": facts[-1].body.phone, "until": until,
            "keys_day": max(days, default=None), "how": ended.body.how if ended and over else None}  # fmt: skip
    owed = [] if over else _of_phone(lent or facts[-1], until, max(days, default=None))
    return Row(facts[-1].place, facts[-1].effective_at, "back" if over else "lent", "counts", data, owed=owed)


def _of_phone(lent: Fact, until: dt.datetime | None, keys: dt.date | None) -> list[Owed]:
    """Its keys from the midnight on at which those that it has are over, while it is the gate's; then the phone."""
    stale = close_of(keys) if keys else lent.effective_at
    over = until or lent.effective_at
    fetch = [Owed("fetch_keys", lent.effective_at, opens=stale, until=over)] if stale < over else []
    return [*fetch, Owed("get_phone_back", lent.effective_at, opens=over)]


@folds(
    "gate_register",
    called=gettext_noop("names that a gate wrote down"),
    settled={"erased": "nothing of them is left"},
)
def fold_register(key: str, facts: Sequence[Fact]) -> Row:
    """They lie sealed for the days of the table of terms and are erased by themselves; where they were not, somebody
    owes it."""
    gone = latest(facts, "gate_register.erased")
    day = day_in(facts[-1].body.day) or local_day(facts[-1].effective_at)
    ends = close_of(day) + terms.days("gate_record")
    data = {"gate": facts[-1].body.gate, "day": str(day), "ends": ends,
            "erased_at": gone.effective_at if gone else None}  # fmt: skip
    owed = [] if gone else [Owed("erase_register", facts[0].effective_at, opens=ends)]
    return Row(facts[-1].place, facts[-1].effective_at, "erased" if gone else "lies", "counts", data, owed=owed)


@folds("gate_day", called=gettext_noop("counts of a gate"), settled={"counted": "counts are told, nothing follows"})
def fold_day(key: str, facts: Sequence[Fact]) -> Row:
    """Of each count of a phone the last word of each hour; together by hour and over the day."""
    last: dict[tuple[int | None, str | None, dt.datetime | None], Any] = {}
    for body in (fact.body for fact in facts):
        told = (body.phone, body.tally, moment_in(body.hour))
        last[told] = body if told not in last or body.n >= last[told].n else last[told]
    hours: dict[str, dict[str, Counter[str]]] = {}
    for (_phone, _tally, hour), body in last.items():
        one = hours.setdefault(hour.isoformat() if hour else "", {"out": Counter(), "back": Counter(),
                                                                  "reasons": Counter()})  # fmt: skip
        for way in one:
            one[way].update(getattr(body, way))
    by_hour = {hour: {way: dict(sorted(n.items())) for way, n in one.items()} for hour, one in sorted(hours.items())}
    data = {
        "gate": facts[-1].body.gate, "hours": by_hour,
        **{way: sum(sum(one[way].values()) for one in hours.values()) for way in ("out", "back")},
    }  # fmt: skip
    return Row(facts[-1].place, facts[-1].effective_at, "counted", "counts", data)


@folds("pass", called=gettext_noop("pass"), settled={"given": "it ends by itself at its hour"})
def fold_pass(key: str, facts: Sequence[Fact]) -> Row | None:
    issued = latest(facts, "pass.issued")
    if issued is None:
        return None
    body = issued.body
    data = {name: getattr(body, name) for name in ("gate", "number", "what", "starts", "until", "to", "measure",
                                                   "edition")}  # fmt: skip
    return Row(issued.place, issued.effective_at, "given", "passes", data, ends=moment_in(body.until))


@folds("gate_list", called=gettext_noop("paper list of a gate"), settled={"destroyed": "nothing of it is left"})
def fold_list(key: str, facts: Sequence[Fact]) -> Row | None:
    """It lies there for the days of the table of terms, and then somebody owes that it goes."""
    taken, gone = latest(facts, "gate_list.taken_in"), latest(facts, "gate_list.destroyed")
    if taken is None:
        return None
    day = dt.date.fromisoformat(taken.body.day) if taken.body.day else local_day(taken.effective_at)
    due = max(close_of(day) + terms.days("gate_record"), taken.effective_at)
    data = {"gate": taken.body.gate, "day": taken.body.day, "sheets": taken.body.sheets, "due": due,
            "destroyed_at": gone.effective_at if gone else None, "how": gone.body.by if gone else None}  # fmt: skip
    owed = [] if gone else [Owed("destroy_list", taken.effective_at, due=due)]
    return Row(taken.place, facts[-1].effective_at, "destroyed" if gone else "lies", "households", data, owed=owed)
