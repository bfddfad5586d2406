"""Reads of directives, requests and desks, under the scope of whoever asks; clocks are judged when it is asked."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import connection

from tongzhou.directives.kinds import DESK
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import zone
from tongzhou.people.scope import Holder
from tongzhou.problems import NotFound

POLICY = Path(__file__).resolve().parents[3] / "rulebooks/policies/answer_clock.yaml"
AMBER = 0.75  # of the time used, as for every clock (RULEBOOK 1.3)


@cache
def hours() -> dict[str, float]:
    """Within how many hours a request of each urgency is answered."""
    values: dict[str, float] = yaml.safe_load(POLICY.read_text())["values"]
    return values


def desks(holder: Holder) -> list[int]:
    """The places whose desk the asker may speak for."""
    return sorted({place for role, place in holder.places if role in DESK})


def moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = dt.datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=zone())


def clock_state(start: dt.datetime, due: dt.datetime, now: dt.datetime) -> str:
    """open, amber or missed."""
    if now > due:
        return "missed"
    return "amber" if now - start > AMBER * (due - start) else "open"


def directives(now: dt.datetime, at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """Directives in scope with a line for each place they went to; what is overdue first."""
    found = [_directive(row, now) for row in rows("directive", at=at)]
    return sorted(found, key=lambda one: (one["state"] != "open", -one["silent_late"], one["due"], one["key"]))


def _directive(row: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    one = {**row["data"], "key": row["key"], "place": row["place"], "state": row["state"]}
    one["issued_at"], one["due"] = moment(one["issued_at"]), moment(one["due"])
    one["clock"] = clock_state(one["issued_at"], one["due"], now)
    lines = []
    for place in one["to"]:
        answer = one["answers"].get(str(place), {})
        line = {"place": place, **answer, "read_at": moment(answer.get("read_at")), "at": moment(answer.get("at"))}
        line["state"] = answer.get("outcome") or ("read" if line["read_at"] else "silent")
        line["late"] = one["state"] == "open" and line["state"] in ("silent", "read") and now > one["due"]
        lines.append(line)
    order = {"silent": 0, "read": 1, "not_ready": 2, "partly": 3, "done": 4}
    one["lines"] = sorted(lines, key=lambda line: (order[line["state"]], line["place"]))
    one["unanswered"] = sum(line["state"] in ("silent", "read") for line in lines)
    one["silent_late"] = sum(line["late"] for line in lines)
    return one


def directive(key: str, now: dt.datetime) -> dict[str, Any]:
    found = next((row for row in rows("directive") if row["key"] == key), None)
    if found is None:
        raise NotFound()
    return _directive(found, now)


def tasks_of(directive: str) -> dict[int, dict[str, int]]:
    """Named tasks that a directive was broken into: by place, how many are open, done and not ready."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select place, state, count(*) from ledger_row where noun = 'task' and data ->> 'about' = %s"
            " and state <> 'void' group by place, state",
            [f"directive/{directive}"],
        )
        found: dict[int, dict[str, int]] = {}
        for place, state, n in cursor.fetchall():
            found.setdefault(place, {})[state] = n
        return found


def requests(now: dt.datetime, at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """Requests for support in scope: those that wait first, by when their answer is due."""
    found = []
    for row in rows("support", at=at):
        one = {**row["data"], "key": row["key"], "place": row["place"], "state": row["state"]}
        one["asked_at"], one["answered_at"] = moment(one["asked_at"]), moment(one["answered_at"])
        one["due"] = one["asked_at"] + dt.timedelta(hours=float(hours()[one["urgency"]]))
        one["clock"] = clock_state(one["asked_at"], one["due"], one["answered_at"] or now)
        found.append(one)
    return sorted(found, key=lambda one: (one["state"] != "waiting", one["due"], one["key"]))


def telephones() -> dict[int, str]:
    """Duty telephones by place."""
    return {int(row["key"]): row["data"]["telephone"] for row in rows("desk", limit=5000)}


def duty(place: int) -> dict[str, Any] | None:
    """The last handover of a place's desk."""
    found = next((row for row in rows("duty") if row["key"] == str(place)), None)
    if found is None:
        return None
    one = {**found["data"], "state": found["state"]}
    one["given_at"], one["taken_at"] = moment(one["given_at"]), moment(one["taken_at"])
    return one


def decisions(place: int, day: dt.date, now: dt.datetime, at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """A desk's decisions of a day, and those of earlier days that are still open, oldest first."""
    found = []
    for row in rows("decision", at=at):
        one = {**row["data"], "key": row["key"], "place": row["place"], "state": row["state"]}
        if row["place"] != place or one["day"] > day.isoformat():
            continue
        one["earlier"] = one["day"] < day.isoformat()
        if one["earlier"] and row["state"] != "open":
            continue
        one["taken_at"], one["due"] = moment(one["taken_at"]), moment(one["due"])
        one["clock"] = clock_state(one["taken_at"], one["due"], now)
        found.append(one)
    return sorted(found, key=lambda one: (one["day"], one["number"]))


def below(place: int) -> list[tuple[int, str, str]]:
    """(id, zh, en) of the places right below a place in the command tree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select l.place, n.name_zh, n.name_en from places_link l join places_name n on n.place = l.place"
            " and n.valid_to is null where l.tree = 'command' and l.parent = %s and l.valid_to is null"
            " order by n.code, l.place",
            [place],
        )
        return [tuple(row) for row in cursor.fetchall()]


def above(place: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select parent from places_link where tree = 'command' and place = %s and valid_to is null", [place]
        )
        row = cursor.fetchone()
        return row[0] if row else None


def colleagues(place: int, but: int | None) -> list[tuple[int, str]]:
    """(id, name) of those who may hold this place's desk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct u.id, coalesce(nullif(u.first_name, ''), u.username) from auth_user u"
            " join people_holding h on h.staff = u.id where h.place = %s and h.role = any(%s) and u.is_active"
            " and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now()) order by 2",
            [place, DESK],
        )
        return [(id, name) for id, name in cursor.fetchall() if id != but]


def names(places: list[int]) -> dict[int, tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct on (place) place, name_zh, name_en from places_name where place = any(%s)"
            " order by place, valid_from desc",
            [[p for p in places if p]],
        )
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
