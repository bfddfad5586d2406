"""Who goes to which door today: the liaison engine over what waits at the doors and the people who are there.

A visit is a household with everything that waits there. Within a community ways are short and not known to the metre,
so they are not weighed: urgency, the same person as last time, and how many doors a person can serve decide.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import yaml
from django.db import connection

from tongzhou.community import queries
from tongzhou.engines import liaison
from tongzhou.engines.certificate import Certificate, Provenance, Reason, Text, WhatIf, renamed
from tongzhou.engines.liaison.model import PRIORITIES
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import local_day
from tongzhou.tables.policy import read_policy

FOLDER = Path(__file__).resolve().parents[3] / "rulebooks/policies"
SKILL = "visit"
OWN_GRID = Text("本网格的人，还有余力。", "Holds this grid and has room.")
ANYWHERE = Text("可到全社区，还有余力。", "Goes anywhere in the community and has room.")
LOW, NORMAL, HIGH, URGENT = range(len(PRIORITIES))

_HELPERS = """
select h.staff, coalesce(nullif(u.first_name, ''), u.username), h.role, h.place,
  (select level from places_name where place = h.place order by valid_from desc limit 1)
from people_held h join auth_user u on u.id = h.staff
where h.role in ('grid_worker', 'volunteer')
  and h.place <@ (select covers from places_cover where place = %s and tree = 'command' and valid_to is null)
  and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now())
order by h.place, h.staff
"""
_USUAL = """
select distinct on (data ->> 'household') (data ->> 'household')::integer, (data ->> 'helper')::integer
from ledger_row where noun in ('need', 'task') and data ->> 'helper' is not null
order by data ->> 'household', effective_at desc, key
"""


_WITHIN = """
select id from places_place
where id <@ (select covers from places_cover where place = %s and tree = 'command' and valid_to is null)
"""


@dataclass(frozen=True)
class Helper:
    """Somebody who can go. Whoever holds several grids stands here once for each, with a share of the day."""

    key: str  # staff@place
    staff: int
    name: str
    role: str
    place: int
    everywhere: bool  # holds a place above the grids
    capacity: int


@dataclass
class Visit:
    """A household and everything that waits there, as subjects `need/…` and `task/…`."""

    household: int
    place: int
    stair: int
    abouts: list[str] = field(default_factory=list)
    items: dict[str, int] = field(default_factory=dict)
    tasks: list[str] = field(default_factory=list)
    last_dose: str | None = None
    since: dt.datetime | None = None
    priority: int = LOW
    usual: str = ""
    signed: bool = True  # everything that waits here was given to somebody for today

    @property
    def word(self) -> str:
        return PRIORITIES[self.priority]


@dataclass(frozen=True)
class Line:
    """One row of the plan: who goes (None: nobody), why in both languages."""

    visit: Visit
    helper: Helper | None
    usual: bool
    zh: str
    en: str
    n: int = 0  # its place on that person's way, 0 where there is none
    at: str = ""
    metres: int = 0  # what it adds to the way
    late: bool = False  # does not fit into the day any more


@dataclass(frozen=True)
class DayPlan:
    lines: tuple[Line, ...]
    certificate: Certificate
    tables: str
    each: int  # doors for one person at most, so that they are shared evenly
    asked: WhatIf | None = None

    @property
    def digest(self) -> str:
        """Whoever signs has seen this very plan."""
        return _digest(
            [[one.visit.household, one.helper.staff if one.helper else None, one.n, *one.visit.abouts]
             for one in self.lines]
        )  # fmt: skip

    def others(self, people: Sequence[Helper], line: Line) -> list[Helper]:
        """Who else could go there."""
        return [one for one in people if one != line.helper and (one.everywhere or one.place == line.visit.place)]

    @property
    def planned(self) -> list[Line]:
        return [line for line in self.lines if line.helper]

    @property
    def left(self) -> list[Line]:
        return [line for line in self.lines if not line.helper]


@cache
def weights() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((FOLDER / "visits.yaml").read_text())
    values: dict[str, Any] = told["values"]
    return values


@cache
def prices() -> liaison.Policy:
    return read_policy(None, "liaison", liaison.Policy, {})


def helpers(place: int) -> list[Helper]:
    """Grid workers and volunteers of a community, each with the usual number of doors."""
    with connection.cursor() as cursor:
        cursor.execute(_HELPERS, [place])
        everybody = [
            Helper(f"{staff}@{place}", staff, name, role, place, level != "grid", 0)
            for staff, name, role, place, level in cursor.fetchall()
        ]
    return here(everybody, {}, frozenset())


def here(everybody: Sequence[Helper], capacities: Mapping[int, int], absent: frozenset[int]) -> list[Helper]:
    """Those who are there. `capacities` by staff where the lead said another number of doors than the usual."""
    held = Counter(one.staff for one in everybody)
    return [
        replace(one, capacity=-(-capacities.get(one.staff, weights()["per_day"]) // held[one.staff]))
        for one in everybody
        if one.staff not in absent
    ]


def visits(now: dt.datetime, place: int) -> list[Visit]:
    """What waits at each door of a community, the most urgent first."""
    today, table = local_day(now), weights()
    with connection.cursor() as cursor:
        cursor.execute(_WITHIN, [place])
        within = {row[0] for row in cursor.fetchall()}
    doors = {row["id"]: row for row in queries.doors(today) if row["place"] in within}
    found: dict[int, Visit] = {}
    tasks = [row for row in queries.open_rows("task") if row["what"] in ("visit", "deliver", "notice", "slip")]
    calls = _calls(today, {row["about"] for row in tasks})
    for noun, waiting in (("need", queries.open_rows("need")), ("task", tasks), ("call", calls)):
        for row in waiting:
            door = doors.get(row.get("household"))
            if door is None:
                continue
            visit = found.setdefault(door["id"], Visit(door["id"], door["place"], door["stair"]))
            visit.abouts.append(row["subject"] if noun == "call" else f"{noun}/{row['key']}")
            visit.since = min(filter(None, (visit.since, row["at"])))
            visit.priority = max(visit.priority, _priority(noun, row, today, table))
            visit.signed = visit.signed and row.get("helper_day") == today.isoformat()
            if noun in ("task", "call"):
                visit.tasks.append(row["what"])
                continue
            visit.last_dose = min(filter(None, (visit.last_dose, row["medicine_last_dose"])), default=None)
            for item, n in row["items"].items():
                visit.items[item] = visit.items.get(item, 0) + n
    with connection.cursor() as cursor:
        cursor.execute(_USUAL)
        for household, staff in cursor.fetchall():
            if household in found:
                found[household].usual = str(staff)
    return sorted(found.values(), key=lambda one: (-one.priority, one.since, one.household))


def _calls(today: dt.date, tasks: set[str | None]) -> list[dict[str, Any]]:
    """Who is alone, has come new or has nobody left to care for them, and nobody was sent yet. A fever or short breath
    is the doctor's own call-back; where somebody went today already, the rest is for whoever closes it."""
    found = [
        {"subject": f"exception/{row['key']}", "what": concern, "household": row["household"], "at": row["at"]}
        for row in queries.open_rows("exception")
        for concern in sorted(set(row["concerns"]) & set(weights()["calls"]))[:1]
    ] + [
        {"subject": f"home/{row['key']}", "what": row["state"], "household": row["data"]["household"],
         "at": row["effective_at"]}
        for row in rows("home", states=["alone", "cared"])
    ]  # fmt: skip
    done = {
        row["data"]["about"]
        for row in rows("task", states=["done"])
        if local_day(dt.datetime.fromisoformat(row["data"]["done_at"])) == today
    }
    return [row for row in found if row["subject"] not in tasks | done]


def _priority(noun: str, row: dict[str, Any], today: dt.date, table: dict[str, Any]) -> int:
    if noun == "call":
        return PRIORITIES.index(table["calls"][row["what"]])
    if noun == "task":
        due = row["due"]
        return HIGH if due and local_day(dt.datetime.fromisoformat(due)) <= today else NORMAL
    dose = row["medicine_last_dose"]
    if dose and (dt.date.fromisoformat(dose) - today).days <= table["urgent_doses_days"]:
        return URGENT
    if row["items"].keys() <= set(table["low_items"]):
        return LOW
    return HIGH if row["items"].keys() & set(table["high_items"]) else NORMAL


def propose(
    people: Sequence[Helper], waiting: Sequence[Visit], now: dt.datetime, ask: tuple[int, str] | None = None
) -> DayPlan:
    """A person for every door, or why not. `ask` is (household, helper's key): what if that person went there?"""
    given, needs = _helpers(people), _needs(waiting, people, now)
    each = _even(given, needs)
    shared = replace(given, capacity=np.minimum(given.capacity, each))
    plan, problems = liaison.plan_liaison(shared, needs, prices(), fairness=True)
    reasons = {one.row: one for one in plan.certificate.reasons}
    unmet = {one.subject.removeprefix("need "): one.text for one in problems}
    names = {one.key: one.name for one in people}
    by_key = {one.key: one for one in people}
    by_need = {row.need: row for row in plan.rows}
    lines = []
    for visit in waiting:
        row = by_need.get(str(visit.household))
        helper = by_key.get(row.helper) if row else None
        usual = bool(row and row.usual)
        text = _why(helper, usual, reasons[str(visit.household)]) if helper else unmet.get(str(visit.household))
        zh, en = (renamed(text.zh, names), renamed(text.en, names)) if text else ("", "")
        lines.append(Line(visit, helper, usual, zh, en))
    asked = None
    if ask and ask[1] in by_key:
        change = liaison.Only(str(ask[0]), ask[1])
        asked = _told(liaison.what_if(given, needs, prices(), plan.rows, change), names)
    tables = [[one.key, one.capacity] for one in people], [[one.household, one.priority, one.abouts] for one in waiting]
    return DayPlan(tuple(lines), plan.certificate, _digest(tables), each, asked)


def _even(given: liaison.Helpers, needs: liaison.Needs) -> int:
    """The fewest doors that each can have at most without the plan costing anything more."""
    low, high = 1, int(given.capacity.max(initial=1))

    def cost(most: int) -> float:
        part = replace(given, capacity=np.minimum(given.capacity, most))
        return liaison.plan_liaison(part, needs, prices(), explain=False)[0].certificate.objective

    best = cost(high)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if cost(middle) <= best else (middle + 1, high)
    return high


def _why(helper: Helper, usual: bool, reason: Reason) -> Text:
    """The engine's reason where something binds or somebody is known there. Ways are not weighed: "the nearest" is
    none."""
    if usual or reason.chain:
        return reason.text
    return ANYWHERE if helper.everywhere else OWN_GRID


def _digest(told: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def _helpers(people: Sequence[Helper]) -> liaison.Helpers:
    return liaison.Helpers(
        ids=tuple(one.key for one in people),
        skills=(frozenset({SKILL}),) * len(people),
        area=tuple("" if one.everywhere else str(one.place) for one in people),
        xy=np.zeros((len(people), 2)),
        capacity=np.array([one.capacity for one in people], np.int64),
        remote=np.zeros(len(people), np.int64),
        provenance=Provenance("staff and roles of the ledger", 0.0),
    )


def _needs(waiting: Sequence[Visit], people: Sequence[Helper], now: dt.datetime) -> liaison.Needs:
    by_staff = {str(one.staff): one.key for one in people}
    own = {(str(one.staff), one.place): one.key for one in people}
    return liaison.Needs(
        ids=tuple(str(one.household) for one in waiting),
        skill=(SKILL,) * len(waiting),
        area=tuple(str(one.place) for one in waiting),
        xy=np.zeros((len(waiting), 2)),
        units=np.ones(len(waiting), np.int64),
        priority=np.array([one.priority for one in waiting], np.int64),
        waited=np.array([(now - one.since).total_seconds() / 86400 if one.since else 0.0 for one in waiting]),
        usual=tuple(own.get((one.usual, one.place), by_staff.get(one.usual, "")) for one in waiting),
        provenance=Provenance("needs and tasks of the ledger", 0.0),
    )


def _told(answer: WhatIf, names: Mapping[str, str]) -> WhatIf:
    changes = tuple(
        replace(one, before=renamed(one.before, names), after=renamed(one.after, names)) for one in answer.changes
    )
    problems = tuple(
        replace(one, text=replace(one.text, zh=renamed(one.text.zh, names), en=renamed(one.text.en, names)))
        for one in answer.problems
    )
    text = replace(answer.question, zh=renamed(answer.question.zh, names), en=renamed(answer.question.en, names))
    return replace(answer, question=text, changes=changes, problems=problems)
