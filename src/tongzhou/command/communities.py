"""Real communities as publications showed them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongzhou.command import queries


@dataclass(frozen=True)
class Community:
    """A real community as a publication showed it: confirmed in all, and at least how many days without a new one."""

    name_zh: str
    name_en: str
    key: str
    confirmed: int
    days: int


def published(day: dt.date) -> list[Community]:
    rows = (
        queries.raw()
        .execute(
            "select n.name_zh, n.name_en, r.key, (r.data ->> 'confirmed')::numeric, (r.data ->> "
            "'days_without_new_at_least')::numeric"
            " from ledger_row r join places_name n on n.place = r.place and n.valid_to is null"
            " where r.noun = 'published_community' and (r.data ->> 'as_of')::date <= %s",
            [day],
        )
        .fetchall()
    )
    return [Community(zh, en, key, int(confirmed), int(days)) for zh, en, key, confirmed, days in rows]
