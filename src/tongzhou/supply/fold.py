"""What counts of a store mean, and whose store it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context
from tongzhou.ledger.fold import Row, folds
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed
from tongzhou.ledger.shapes import reshaped
from tongzhou.ledger.time import local_day
from tongzhou.problems import Malformed, Problem
from tongzhou.supply import policy


@folds("stock", called=gettext_noop("stock of a store"), settled={"counted": "the alert of a short store owes"})
def fold_stock(key: str, facts: Sequence[Fact]) -> Row | None:
    """The newest count stands. Use is the mean over the days of the last week that told it, each day's last word."""
    counts = [fact for fact in facts if fact.kind == "stock.counted"]
    if not counts:
        return None
    last = counts[-1]
    asked = next((fact for fact in reversed(facts) if fact.kind == "stock.asked"), None)
    used: dict[dt.date, int] = {}
    for fact in counts:
        if fact.body.used is not None:
            used[local_day(fact.effective_at)] = fact.body.used
    since = local_day(last.effective_at) - dt.timedelta(days=policy.stock().mean_days)
    week = [n for day, n in used.items() if day > since]
    data: dict[str, Any] = {
        "item": last.body.item,
        "house": last.body.house,
        "usable": last.body.usable,
        "need": last.body.need,
        "used": sum(week) / len(week) if week else None,  # pieces a day
        "used_days": len(week),
        "source": last.body.source,
        "by": last.by,
        "asked": {"of": asked.body.of, "pieces": asked.body.pieces, "at": asked.effective_at} if asked else None,
    }
    owed = _of_stock(last, data["used"], asked)
    return Row(last.body.place, last.effective_at, "counted", "counts", data, owed=owed)


@reshaped("stock", 2)
def _with_asked(data: dict[str, Any]) -> dict[str, Any]:
    return {"asked": None, **data}


def _of_stock(last: Fact, used: float | None, asked: Fact | None) -> list[Owed]:
    """A store that holds nothing of what each day needs is owed more, until that was asked for after the count. What
    others published of a whole place is no store of ours."""
    demand = max(used or 0, last.body.need or 0)
    if last.body.usable or not demand or last.body.source or (asked and asked.effective_at >= last.effective_at):
        return []
    return [Owed("ask_for_stock", last.effective_at)]


def ask(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A count is of a store of the place it is said for: its own, or that of a house which stands there."""
    asked: list[tuple[int, Any, int | None]] = [(fact.n, fact.body, fact.said.place) for fact in facts]
    houses = sorted({body.house for _n, body, _place in asked if body.house})
    stand = set(
        connection.execute(
            "select distinct facility, place from hospital_ward where facility = any(%s)", [houses]
        ).fetchall()
    )
    refused: dict[int, Problem] = {}
    for n, body, place in asked:
        if body.place != place:
            refused[n] = Malformed(_("the place that the fact is said for"), "body.place")
        elif body.house and (body.house, body.place) not in stand:
            refused[n] = Malformed(_("no such house stands at this place"), "body.house")
        elif body.item not in policy.stock().by_code:
            refused[n] = Malformed(_("no such item in the table of goods"), "body.item")
    return refused


ASKS["stock.counted"] = ASKS["stock.asked"] = ask
