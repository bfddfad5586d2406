"""What is true of somebody who is driven, and of one drive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou.cars import kinds, limits
from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after, day_in, moment_in
from tongzhou.ledger.time import local_day
from tongzhou.persons.identity import person_of

FAILED = frozenset({"not_ready", "no_car"})


def in_turn(facts: Sequence[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (fact.effective_at, fact.append, fact.id))


@folds(
    "lift",
    called=gettext_noop("somebody who is driven"),
    settled={
        "planned": "the drive owes it",
        "over": "its last day is over",
        "ended": "nobody has to be driven",
    },
)
def fold_lift(key: str, facts: Sequence[Fact]) -> Row | None:
    """running (the car of the next day is owed) ⇄ by itself; urgent → planned; over or ended."""
    facts = in_turn(facts)
    wanted = latest(facts, "lift.wanted")
    if wanted is None:
        return None
    said: kinds.Wanted = wanted.body
    ended = latest(facts, "lift.ended")
    done = {f.body.day for f in facts if f.kind in ("drive.planned", "lift.skipped")}
    day = _next(said, local_day(wanted.effective_at), done)
    urgent = said.at_once or said.hour is None
    planned = latest(facts, "drive.planned")
    if ended:
        state = "ended"
    elif urgent:
        state = "planned" if planned else "urgent"
    else:
        state = "running" if day else "planned" if said.once and planned else "over"
    data: dict[str, Any] = {
        "person": person_of("lift.wanted", key, said), "household": said.household, "to": said.to, "why": said.why,
        "seat": said.seat, "companion": said.companion, "days": [one for one in kinds.WEEK if one in said.days],
        "once": said.once, "hour": said.hour, "stays_h": said.stays_h, "at_once": urgent, "until": said.until,
        "wanted_at": wanted.effective_at, "next": day.isoformat() if day and not urgent else None,
        "skipped": sorted(f.body.day for f in facts if f.kind == "lift.skipped"),
        "ended_at": ended.effective_at if ended else None, "ended_why": ended.body.why if ended else None,
    }  # fmt: skip
    return Row(wanted.place, wanted.effective_at, state, "care", data, owed=_of_lift(state, day, wanted, facts))


def _of_lift(state: str, day: dt.date | None, wanted: Fact, facts: Sequence[Fact]) -> list[Owed]:
    if state == "urgent":
        return [Owed("send_car", wanted.effective_at)]
    if state != "running" or day is None:
        return []
    last = max((f.effective_at for f in facts if f.kind in ("drive.planned", "lift.skipped")), default=None)
    since = last or wanted.effective_at
    opens = max(limits.opens(day), since)
    due = limits.due(day)
    return [Owed("plan_car", since, opens=opens, due=due if due > opens else None)]


def _next(said: kinds.Wanted, since: dt.date, done: set[str]) -> dt.date | None:
    """The first day for which nobody planned a car or said that none is needed."""
    if said.once:
        return None if said.once in done else day_in(said.once)
    if not said.days:
        return None
    last = max((day for one in done if (day := day_in(one))), default=since)
    until = day_in(said.until)
    for n in range(1, 8):
        day = last + dt.timedelta(days=n)
        if kinds.WEEK[day.weekday()] in said.days:
            return day if until is None or day <= until else None
    return None


@folds(
    "drive",
    called=gettext_noop("drive of a community car"),
    settled={"there": "one way, and they are there", "home": "they are home again", "off": "not needed that day"},
)
def fold_drive(key: str, facts: Sequence[Fact]) -> Row | None:
    """planned → confirmed → started → arrived (there, where it was one way) → back → home; failed: another car is owed
    at once; nobody: somebody looks after them; off."""
    facts = in_turn(facts)
    planned = latest(facts, "drive.planned")
    if planned is None:
        return None
    said: kinds.Planned = planned.body
    words = [f for f in facts if f.kind in ("drive.answered", "drive.given")]
    last = words[-1] if words else planned
    given = next((f for f in reversed(facts) if f.kind == "drive.given"), planned)
    state = _state(said, last)
    began = next((f.effective_at for f in words if f.kind == "drive.answered" and f.body.answer == "started"), None)
    data: dict[str, Any] = {
        "lift": said.lift, "household": said.household, "day": said.day, "starts": said.starts, "to": said.to,
        "car": given.body.car, "seat": said.seat, "companion": said.companion, "stays_h": said.stays_h,
        "since": last.effective_at, "started_at": began, "cars": 1 + sum(f.kind == "drive.given" for f in facts),
        "reason": last.body.reason if last.kind == "drive.answered" else None,
    }  # fmt: skip
    starts = moment_in(said.starts) or planned.effective_at
    owed = _of_drive(state, last.effective_at, starts, said.stays_h)
    return Row(planned.place, planned.effective_at, state, "rides", data, owed=owed)


def _state(said: kinds.Planned, last: Fact) -> str:
    if last.kind != "drive.answered":
        return "planned"
    answer: str = last.body.answer
    if answer in FAILED:
        return "failed"
    return "there" if answer == "arrived" and said.stays_h is None else answer


def _of_drive(state: str, since: dt.datetime, starts: dt.datetime, stays_h: int | None) -> list[Owed]:
    values = limits.values()
    if state == "planned":
        due = after(starts, minutes=-float(values["confirm_min"]))
        return [Owed("confirm_drive", since, due=due if due > since else None, urgency=2 if due <= since else 0)]
    if state == "confirmed":
        opens = max(since, after(starts, minutes=-float(values["start_min"])))
        return [Owed("fetch_rider", since, opens=opens, due=starts if starts > opens else None)]
    if state == "started":
        return [Owed("arrive", since)]
    if state == "arrived":
        opens = after(since, hours=float(stays_h or 1))
        return [Owed("fetch_home", since, opens=opens, due=after(opens, minutes=float(values["home_min"])))]
    if state == "back":
        return [Owed("bring_home", since)]
    if state == "failed":
        return [Owed("replan_drive", since)]
    return [Owed("find_rider", since)] if state == "nobody" else []
