"""What is said on the pages of work to which a line of Today leads where no act can be pressed on the line itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from tongzhou.measures.gate import review_days
from tongzhou.play.chance import Chance

Line = Mapping[str, Any]
Filled = tuple[str, int, dict[str, Any]]  # kind, place, body


def _approved(line: Line, now: dt.datetime, chance: Chance) -> Filled:
    row = line["row"]
    body = {"measure": row["key"], "version": row["version"]}
    if chance.of("approves", line["subject"], line["since"]) < 0.1:
        return (
            "measure.declined",
            line["at"],
            body | {"text": "演练：依据不足 / Exercise: too little evidence"},
        )
    number = f"演练〔{now.year}〕{chance.whole(100, 999, 'number', line['subject'], line['since'])}号"
    return "measure.approved", line["at"], body | {"number": number}


def _reviewed(line: Line, now: dt.datetime, chance: Chance) -> Filled:
    row = line["row"]
    told = {"measure": row["key"], "evidence": "演练：仍有新发病例 / Exercise: there are new cases still"}
    again = now + dt.timedelta(days=review_days())
    until = dt.datetime.fromisoformat(row["until"]) if row["until"] else again
    return "measure.reviewed", row["place"], told | ({"review": again.isoformat()} if until > again else {})


def _settled(line: Line, now: dt.datetime, chance: Chance) -> Filled:
    told = {"measure": line["row"]["key"], "text": "演练：无依据，现予拆除 / Exercise: without basis, it is taken away"}
    return "measure.ended", line["row"]["place"], told


def _waits(line: Line, now: dt.datetime, chance: Chance) -> Filled:
    return "market.decided", line["at"], {"alert": line["row"]["key"], "action": "wait"}


def _sold(line: Line, now: dt.datetime, chance: Chance) -> Filled:
    return "produce.ended", line["row"]["place"], {"produce": line["row"]["key"], "outcome": "sold"}


PAGES: dict[str, Callable[[Line, dt.datetime, Chance], Filled]] = {
    "approve_measure": _approved,
    "review_measure": _reviewed,
    "settle_closure": _settled,
    "decide_market": _waits,
    "offer_produce": _sold,
}
