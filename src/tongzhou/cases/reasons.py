"""What rules say of a case, and the clocks they start (DESIGN 3, explain)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from psycopg import Connection

from tongzhou import rules
from tongzhou.cases import clocks, criteria
from tongzhou.cases.fold import CLOCKS
from tongzhou.ledger.explain import Why, by_rule, reasons
from tongzhou.ledger.time import local_day


@reasons("case")
def of_a_case(connection: Connection[Any], key: str, row: dict[str, Any], now: dt.datetime) -> list[Why]:
    """The definition of the day of identification over the criteria noted and the test, and both clocks."""
    data, found = row["data"], []
    identified = clocks.moment(data.get("identified_at"))
    if identified is not None and any(data.get(name) for name in ("epi", "clinical", "denied")):
        told = rules.evaluate(
            rules.book(), "CASE-T7", criteria.asked(data, local_day(identified)), on=local_day(identified)
        )
        found.append(by_rule("definition", told))
    for clock in clocks.clocks(data, now):
        rule, starts, _ends, _what = CLOCKS[clock.name]
        start = clocks.moment(data.get(starts))
        if start is None or not clock.reason_en:
            continue
        pack = rules.in_force(rule, local_day(start))
        edition = pack.edition if pack else None
        found.append(Why(clock.name, clock.reason_en, clock.reason_zh, rule, edition, clock.due))
    return found
