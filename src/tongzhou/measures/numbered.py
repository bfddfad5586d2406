"""The short number of an appeal or question, as it is read to whoever rang, 0310-48273: its day and five digits that
follow from its key. It is written into no fact, and nobody can count by it how many there were."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from typing import Any

from psycopg import Connection

from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import close_of, local_day
from tongzhou.measures.fold import APPEAL

_WRITTEN = re.compile(r"([0-9]{2})([0-9]{2})[-–—−－\s]*([0-9]{5})")
_OF_DAY = """
select key, place, state, data from ledger_row
where noun = 'appeal' and state = any(%s) and effective_at >= %s and effective_at < %s order by effective_at, key
"""


def number(key: str, asked_at: dt.datetime) -> str:
    rest = int.from_bytes(hashlib.sha256(str(key).encode()).digest()[:8]) % 100_000
    return f"{local_day(asked_at):%m%d}-{rest:05d}"


def written(text: str) -> str:
    """The number that somebody typed, as this program writes it; empty where it is none."""
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return f"{found[1]}{found[2]}-{found[3]}" if found else ""


def find(ledger: Connection[Any], wanted: str, covers: str, now: dt.datetime) -> list[dict[str, Any]]:
    """Those of this number that were taken down or are answered within an area, open or answered, of the last year.
    Asked as the ledger: whoever took it down reads the answer, too."""
    day = _day(wanted, local_day(now))
    if day is None:
        return []
    states = [*APPEAL.running, *APPEAL.settled]
    rows = ledger.execute(_OF_DAY, [states, close_of(day - dt.timedelta(days=1)), close_of(day)]).fetchall()
    told = [APPEAL.told({"key": key, "place": place, "state": state, "data": data}) for key, place, state, data in rows]
    return [one for one in told if number(one["key"], one["asked_at"]) == wanted
            and any(contains(covers, place) for place in (one["place"], one["to"]))]  # fmt: skip


def _day(wanted: str, today: dt.date) -> dt.date | None:
    """The latest day of this month and number that is not to come."""
    for year in (today.year, today.year - 1):
        try:
            day = dt.date(year, int(wanted[:2]), int(wanted[2:4]))
        except ValueError:
            continue
        if day <= today:
            return day
    return None
