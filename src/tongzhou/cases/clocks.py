"""The two clocks of a case, by the rules in force on the day they started (CLK-01, CLK-05)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tongzhou import rules
from tongzhou.cases.fold import CLOCKS, day_only
from tongzhou.ledger.time import zone


@dataclass(frozen=True)
class Clock:
    """One clock as it stands at a moment. `state`: waiting, open, amber, met, missed or no_rule."""

    name: str
    state: str
    due: dt.datetime | None = None
    left: dt.timedelta | None = None  # negative where it has run out; None once it ended
    late: dt.timedelta | None = None  # by how much it was missed
    blocked: str | None = None
    reason_zh: str = ""
    reason_en: str = ""
    past: bool = False  # taken in from a list afterwards: nobody here could have been quicker

    @property
    def asks(self) -> bool:
        """Should somebody say what blocked it?"""
        return self.state == "missed" and self.blocked is None and not self.past


def clocks(case: dict[str, Any], now: dt.datetime, book: rules.RuleBook | None = None) -> list[Clock]:
    """The clocks of a case's row at `now`. `book`: the rules, where many cases are asked about."""
    book = book or rules.book()
    return [_clock(name, case, now, book) for name in CLOCKS]


def _clock(name: str, case: dict[str, Any], now: dt.datetime, book: rules.RuleBook) -> Clock:
    _rule, starts, ends, _what = CLOCKS[name]
    start, end, past = moment(case.get(starts)), moment(case.get(ends)), bool(case.get("past"))
    blocked = (case.get("blocked") or {}).get(name)
    if start is None or (end is None and past):  # what ended it, if anything, happened in another system
        return Clock(name, "waiting")
    if case.get("source") and _of_a_list(name, case, start, end):
        return Clock(name, "waiting")
    if end is not None and now >= start:  # as it ended it stays, and a list asks of thousands
        return _ended(name, start, end, blocked, past, book)
    return _asked(name, start, end, blocked, past, now, book)


def _of_a_list(name: str, case: dict[str, Any], start: dt.datetime, end: dt.datetime | None) -> bool:
    """No clock runs of what a list brought without its hour, and none of a clinic that never saw the person: the card
    is linked later by whoever brought the list."""
    return day_only(start) or (name == "report" and (end is None or bool(case.get("linked"))))


@lru_cache(maxsize=8192)
def _ended(
    name: str, start: dt.datetime, end: dt.datetime, blocked: str | None, past: bool, book: rules.RuleBook
) -> Clock:
    return _asked(name, start, end, blocked, past, max(start, end), book)


def _asked(
    name: str, start: dt.datetime, end: dt.datetime | None, blocked: str | None, past: bool, now: dt.datetime,
    book: rules.RuleBook,
) -> Clock:  # fmt: skip
    """What the rule says of the clock."""
    rule = CLOCKS[name][0]
    given = {"start": _local(start), "now": _local(max(now, start))}
    if end is not None:
        given["action"] = _local(max(end, start))
    told = rules.evaluate(book, rule, given)
    hours = told.pack.parameters.get("due_h") if told.pack else None
    if hours is None:
        return Clock(name, "no_rule", reason_zh=told.reason_zh, reason_en=told.reason_en)
    due = start + dt.timedelta(hours=float(hours))
    late = (end or now) - due
    return Clock(
        name,
        str(told.outcome),
        due,
        None if end else due - now,
        late if told.outcome == "missed" else None,
        blocked,
        told.reason_zh,
        told.reason_en,
        past,
    )


def moment(value: Any) -> dt.datetime | None:
    """A moment as a row holds it (JSON text)."""
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value


def _local(value: dt.datetime) -> str:
    return value.astimezone(zone()).isoformat()
