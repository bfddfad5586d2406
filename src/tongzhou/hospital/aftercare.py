"""After discharge: fourteen days at home or in an isolation place, asked how they are, two visits to the hospital.

Seen by the community where they live: a door, days and temperatures; no mark on anybody, and it ends by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou import rules
from tongzhou.hospital import kinds
from tongzhou.ledger.fold import Row, folds
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.known import rows
from tongzhou.ledger.owed import Owed, after, on
from tongzhou.ledger.time import close_of, local_day
from tongzhou.persons.identity import person_of
from tongzhou.places.queries import official_code

LENGTHENED = dt.timedelta(days=60)  # by which an edition may have lengthened what runs already
AT_HOME = ("home", "isolation")


@folds(
    "aftercare",
    called=gettext_noop("aftercare"),
    settled={"over": "the days and the visits are over"},
    ending={"running": "with the last day and the last visit's week, whether they were asked or not"},
)
def fold_aftercare(key: str, facts: Sequence[Fact]) -> Row | None:
    """Whoever was discharged home or to an isolation place, where they live; nobody else has a row."""
    asked = next((fact for fact in reversed(facts) if fact.kind == "bed.requested"), None)
    left = next((fact for fact in reversed(facts) if fact.kind == "patient.left"), None)
    if asked is None or left is None or left.body.how != "discharged" or left.body.destination not in AT_HOME:
        return None
    told = [fact for fact in facts if fact.kind == "aftercare.recorded"]
    records = [
        {"at": fact.effective_at, "temp10": fact.body.temp10, "symptoms": sorted(fact.body.symptoms),
         "reached": fact.body.reached, "visit": fact.body.visit}
        for fact in told
    ]  # fmt: skip
    reached = [one for one in records if one["reached"]]
    state = "symptoms" if reached and reached[-1]["symptoms"] else "running"
    said: kinds.BedRequested = asked.body
    data = {"person": person_of("bed.requested", key, said), "household": said.household, "age": said.age,
            "sex": said.sex, "left_at": left.effective_at, "records": records,
            "destination": left.body.destination}  # fmt: skip
    owed = _owed(state, left, records, local_day(told[-1].effective_at) if told else None)
    if not owed:
        state = "over"
    ends = max((one.until for one in owed if one.until), default=left.effective_at)
    open_end = any(one.until is None for one in owed)
    return Row(asked.home or asked.place, left.effective_at, state, "care", data, owed=owed,
               ends=None if open_end else ends)  # fmt: skip


def _owed(state: str, left: Fact, records: Sequence[dict[str, Any]], last: dt.date | None) -> list[Owed]:
    """Asked every day at home, seen at the hospital in the weeks that the edition names, symptoms looked at the same
    day. It ends by itself with the last day and the last visit: what was not asked or made by then is owed no more."""
    gone = local_day(left.effective_at)
    pack = rules.in_force("AFTER", gone)
    days = int(pack.parameters["isolation_days"]) if pack else 14
    weeks = list(pack.parameters.get("hospital_visit_weeks", [])) if pack else []
    found = []
    if state == "symptoms":
        found.append(Owed("see_after_symptoms", records[-1]["at"]))
    opens = max(left.effective_at, after(on(last, 0), days=1)) if last else left.effective_at
    if opens < (ends := after(on(gone, 0), days=days + 1)):
        due = after(on(local_day(opens), 0), hours=18)
        found.append(Owed("ask_after", left.effective_at, opens=opens, due=due, until=ends))
    visits = sum(record["visit"] for record in records)
    if visits < len(weeks):
        first = after(on(gone, 8), days=7 * (weeks[visits] - 1))
        due = after(on(gone, 18), days=7 * weeks[visits])
        ends = after(on(gone, 0), days=7 * max(weeks) + 1)
        found.append(Owed("visit_hospital", left.effective_at, opens=max(first, left.effective_at), due=due,
                          until=ends))  # fmt: skip
    return found


def running(now: dt.datetime) -> list[dict[str, Any]]:
    """Those in one's places whose days are not over, symptoms first, then who was not asked today."""
    found, codes = [], cache(official_code)
    for row in rows("aftercare", running=now - LENGTHENED):
        one = {**row["data"], "key": row["key"], "place": row["place"], "state": row["state"]}
        one["left_at"] = dt.datetime.fromisoformat(one["left_at"])
        for record in one["records"]:
            record["at"] = dt.datetime.fromisoformat(record["at"])
        if judged(one, now, codes(one["place"])):
            found.append(one)
    return sorted(found, key=lambda one: (one["state"] != "symptoms", not one["due"], one["left_at"], one["key"]))


def judged(one: dict[str, Any], now: dt.datetime, code: str | None) -> bool:
    """Add day n, the last day, what is due by the edition at a place; False once the days and the visits are over and
    nobody has to look at symptoms.

    An edition that came into force meanwhile holds for those who still count.
    """
    left, today = local_day(one["left_at"]), local_day(now)
    pack = rules.in_force("AFTER", today, code)
    days = int(pack.parameters["isolation_days"]) if pack else None
    weeks = list(pack.parameters.get("hospital_visit_weeks", [])) if pack else []
    one["day"], one["days"] = (today - left).days, days
    one["ends"] = close_of(left + dt.timedelta(days=days)) if days is not None else None
    one["at_home"] = one["ends"] is None or now < one["ends"]
    seen = [record for record in one["records"] if local_day(record["at"]) == today and record["reached"]]
    one["due"] = one["at_home"] and not seen
    one["last"] = one["records"][-1] if one["records"] else None
    visits = sum(record["visit"] for record in one["records"])
    one["visit_week"] = weeks[visits] if visits < len(weeks) else None
    one["visit_due"] = one["visit_week"] is not None and one["day"] >= 7 * (one["visit_week"] - 1)
    last_week = max(weeks, default=0)
    waits = one["visit_week"] is not None and one["day"] <= 7 * last_week
    return bool(one["at_home"] or one["state"] == "symptoms" or waits)
