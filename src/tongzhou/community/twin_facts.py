"""What was said in the invented community from January to March 2020, as plain dicts in order of receipt.

Each dict has the keys of a fact's envelope, ready for the fact door once `place` is an id:

`id` (UUIDv7 as text), `kind`, `place` (key of the grid), `by` (login, or "resident"), `effective_at`,
`recorded_at` (device clock, sometimes wrong), `received_at` (ISO with zone), `corrects` (id or None), `body`
(the fields of the kind; `household` is the local number from 1; `exception`, `need` and `task` are ids), and
`story`, never stored: "", "late", "corrected", "withdrawn", "contradicts", "skewed", "closed_twice",
"before_its_exception" or "last_evening", so that tests and tutorials find them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongzhou.community import twin_care, twin_needs, twin_rounds
from tongzhou.community.homes import Household
from tongzhou.community.twin import Twin
from tongzhou.community.twin_teller import Said, teller


def facts(twin: Twin, homes: Sequence[Household], seed: int, zone: str = "Asia/Shanghai") -> list[Said]:
    """Everything received by the close of the last day, in order; the same for the same arguments."""
    told, unwell = twin_care.exceptions(teller(twin, seed, "care", zone), homes)
    told += twin_rounds.rounds(teller(twin, seed, "rounds", zone), homes, unwell)
    told += twin_needs.needs(teller(twin, seed, "needs", zone), homes)
    told += twin_needs.tasks(teller(twin, seed, "tasks", zone), homes)
    end = teller(twin, seed, "end", zone).end()
    kept = [said for said in told if dt.datetime.fromisoformat(said["received_at"]) < end]
    return sorted(kept, key=lambda said: (said["received_at"], said["id"]))


def of_days(
    twin: Twin, homes: Sequence[Household], first: dt.date, last: dt.date, seed: int, zone: str = "Asia/Shanghai"
) -> list[Said]:
    """What was heard at the doors of a community of which no more is told, from a day until another."""
    mouth = teller(twin, seed, f"days {twin.key} {first}", zone)
    away = {home.number for home in homes if home.away}
    return list(twin_rounds.days(mouth, homes, set(), away, first, last))


def invented_cases(twin: Twin, homes: Sequence[Household], seed: int) -> tuple[twin_care.InventedCase, ...]:
    """The confirmed cases behind the fevers of `facts` with the same seed, in order of onset."""
    return twin_care.cases(teller(twin, seed, "care", "Asia/Shanghai"), homes)
