"""Who met whom, by what was stated: rides, places, households and contacts as events in time, searched by the engine.

A day is all that an interview knows, so an event stands at noon of each day that both stated. Who was reached, over how
many meetings and why: forward from when a case could pass it on, backward from its onset.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from tongzhou import rules
from tongzhou.engines.certificate import Text
from tongzhou.engines.chains import index_events, reach
from tongzhou.engines.chains.reasons import reason
from tongzhou.ledger.known import rows
from tongzhou.outlook.chains import Stated
from tongzhou.places.queries import names

ORIGIN = dt.datetime(2019, 1, 1)  # noqa: DTZ001 (local days)
DAY = 1440
HOPS, DAYS, MOST = 3, 14, 200  # a crowd of more than MOST at one place on one day names nobody
SETTINGS = {"household": "household", "hospital": "hospital", "work": "work", "market": "market"}
KINDS = {"household": "household", "care": "care", "meal": "meal", "visitor": "visit", "close_setting": "work"}


@dataclass(frozen=True)
class Met:
    """Somebody joined to a case by meetings in the order of time; a contact is no case (yet)."""

    key: str
    noun: str  # case or contact
    row: dict[str, Any]
    hop: int
    day: dt.date
    why: Text


@dataclass(frozen=True)
class Event:
    a: str
    b: str
    day: int
    zh: str
    en: str


def meetings(key: str, stated: Stated) -> tuple[list[Met], list[Met]]:
    """Whom a case may have infected, and where its infection may come from, within what the reader may see."""
    people, events = _events(stated)
    ids = sorted(people)
    number = {one: n for n, one in enumerate(ids)}
    case = people.get(f"case/{key}")
    if case is None or not case["data"]["onset"] or not events:
        return [], []
    a, b, days = (np.array(column) for column in zip(*((number[e.a], number[e.b], e.day) for e in events), strict=True))
    index = index_events(a.astype(np.int32), b.astype(np.int32), days.astype(np.int64) * DAY + DAY // 2, len(ids))
    onset = (dt.date.fromisoformat(case["data"]["onset"]) - ORIGIN.date()).days
    look_back = _look_back(case["data"]["onset"])
    labels = {(*sorted((e.a, e.b)), e.day): e for e in events}
    found = []
    for backward in (False, True):
        since = (onset + 1) * DAY - 1 if backward else (onset - look_back) * DAY
        until = since - DAYS * DAY if backward else since + (DAYS + look_back) * DAY
        reached = reach(index, [number[f"case/{key}"]], since, until=until, hops=HOPS, backward=backward)
        told = []
        for i in range(reached.person.size):
            who, source, day = ids[reached.person[i]], ids[reached.source[i]], int(reached.minute[i]) // DAY
            noun, _, own = who.partition("/")
            event, hop = labels[(*sorted((who, source)), day)], int(reached.hop[i])
            why = _why(event, people[source], source == f"case/{key}", hop)
            told.append(Met(own, noun, people[who], hop, ORIGIN.date() + dt.timedelta(day), why))
        found.append(sorted(told, key=lambda one: (one.hop, one.noun, one.day, one.key)))
    return found[0], found[1]


def _look_back(onset: str) -> int:
    """Days before onset from which contacts count, by the edition in force (CC-E6)."""
    pack = rules.in_force("CC-E6", dt.date.fromisoformat(onset))
    return pack.whole("look_back_days") if pack else 2


def _why(event: Event, source: dict[str, Any], itself: bool, hop: int) -> Text:
    minute = event.day * DAY + DAY // 2
    data = source["data"]
    card = data.get("card") or data.get("onset") or data.get("last_day") or ""
    zh = reason("本病例" if itself else str(card), event.zh, minute, hop=hop, origin=ORIGIN).zh
    return Text(zh, reason("this case" if itself else str(card), event.en, minute, hop=hop, origin=ORIGIN).en)


def _events(stated: Stated) -> tuple[dict[str, dict[str, Any]], list[Event]]:
    """Cases and contacts in scope by subject, and every pair of them that met."""
    people = {f"case/{key}": one for key, one in stated.cases.items()}
    contacts = [one for one in rows("contact", at=stated.at) if one["data"]["case"] in stated.cases]
    people |= {f"contact/{one['key']}": one for one in contacts}
    events = list(_shared(people, stated.interviews))
    for one in contacts:
        data = one["data"]
        kind = KINDS.get(data["category"], "")
        pair = (f"contact/{one['key']}", f"case/{data['case']}")
        events += [Event(*pair, day, kind, kind) for day in _days(data)]
    return people, events


def _shared(people: dict[str, dict[str, Any]], interviews: list[dict[str, Any]]) -> Iterator[Event]:
    """Cases that stated the same ride, or the same place of the tree, on the same day."""
    rides: dict[tuple[str, int], dict[str, int | None]] = defaultdict(dict)
    places: dict[tuple[int, str, int], set[str]] = defaultdict(set)
    for one in interviews:
        who = f"case/{one['key']}"
        for stated in one["data"]["exposures"] if who in people else ():
            for day in _days(stated):
                if stated.get("ride"):
                    rides[stated["ride"], day][who] = stated.get("carriage")
                elif stated["about"]:
                    places[stated["about"], stated["setting"], day].add(who)
            if stated["source"] and f"case/{stated['source']}" in people:
                last = (dt.date.fromisoformat(stated["last_day"]) - ORIGIN.date()).days
                kind = SETTINGS.get(stated["setting"], "")
                yield Event(who, f"case/{stated['source']}", last, kind, kind)
    for (ride, day), aboard in rides.items():
        for a, b in _pairs(aboard):
            if aboard[a] is not None and aboard[b] is not None and aboard[a] != aboard[b]:
                continue  # another carriage of the same train
            near = aboard[a] if aboard[a] == aboard[b] else None
            zh, en = (f" {near} 车厢", f" carriage {near}") if near else ("", "")
            yield Event(a, b, day, f"train:{ride}{zh}", f"train:{ride}{en}")
    named = names(sorted({place for place, _setting, _day in places}))
    for (place, setting, day), there in places.items():
        kind, name = SETTINGS.get(setting, ""), named.get(place)
        zh, en = (name.name_zh, name.name_en) if name else ("", "")
        for a, b in _pairs(there):
            yield Event(a, b, day, f"{kind}:{zh}", f"{kind}:{en}")


def _pairs(there: Iterable[str]) -> Iterable[tuple[str, str]]:
    people = sorted(there)
    return combinations(people, 2) if len(people) <= MOST else ()


def _days(stated: dict[str, Any]) -> range:
    first, last = (dt.date.fromisoformat(stated[name]) for name in ("first_day", "last_day"))
    start = (first - ORIGIN.date()).days
    return range(start, min((last - ORIGIN.date()).days, start + 60) + 1)
