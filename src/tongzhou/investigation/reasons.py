"""What rules say of a contact (DESIGN 3, explain)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from psycopg import Connection

from tongzhou.investigation import queries as investigation
from tongzhou.ledger.explain import Why, by_rule, reasons
from tongzhou.ledger.time import close_of


@reasons("contact")
@reasons("observation")
def of_a_contact(connection: Connection[Any], key: str, row: dict[str, Any], now: dt.datetime) -> list[Why]:
    """Until when a contact is observed: nobody has to release anybody."""
    if row["state"] == "general":
        return []
    last = dt.date.fromisoformat(row["data"]["last_day"])
    ends = investigation.last_observed(last, now)
    return [by_rule("observation", investigation.observation(last, now), close_of(ends) if ends else None)]
