"""Reads of directives, requests and desks, under the scope of whoever asks; clocks are judged when it is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from tongzhou.directives.fold import SUPPORT
from tongzhou.directives.kinds import DESK
from tongzhou.directives.shown import Shown, moment
from tongzhou.ledger.known import Page, page, rows
from tongzhou.ledger.owed import on, table_on
from tongzhou.ledger.time import local_day
from tongzhou.people import clocks
from tongzhou.people.scope import Holder
from tongzhou.places.queries import desk_above as desk_above
from tongzhou.problems import NotFound
from tongzhou.tables.policy import shipped


def clock() -> dict[str, Any]:
    """The table of the answer clock."""
    return shipped("answer_clock")


def hours() -> dict[str, float]:
    """Within how many hours a request of each urgency is answered."""
    values: dict[str, float] = clock()["values"]
    return values


def desks(holder: Holder) -> list[int]:
    """The places whose desk the asker may speak for."""
    return sorted({place for role, place in holder.places if role in DESK})


STATES = {"late": "missed", "soon": "amber", "": "open"}


def clock_state(start: dt.datetime, due: dt.datetime, now: dt.datetime) -> str:
    """open, amber or missed."""
    return STATES[clocks.state(start, due, 0, now)]


def directives(now: dt.datetime, at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """Directives in scope that were not withdrawn, with a line for each place they went to; what is overdue first."""
    return _with_lines(rows("directive", but=["ended"], at=at), now)


def ended(desks: list[int], now: dt.datetime, after: tuple[dt.datetime, str] | None = None) -> Page:
    """What these desks gave and withdrew again, newest first."""
    found = page("directive", covers=exactly(desks), states=["ended"], after=after, size=20)
    beside = rows("directive", but=["ended"]) if found.rows else []
    return replace(found, rows=_with_lines(found.rows, now, beside))


def exactly(places: Collection[int]) -> str:
    """These places alone, not what lies below them."""
    return "{" + ",".join(f"[{place},{place}]" for place in places) + "}"


def _with_lines(
    held: list[dict[str, Any]], now: dt.datetime, beside: Sequence[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """`beside`: others that they may have been passed on as."""
    shown = Shown([*held, *beside], lies([*held, *beside]))
    owed = clocks.of((f"directive/{row['key']}" for row in held), now)
    found = [_directive(row, shown.of(row["key"]), owed[f"directive/{row['key']}"]) for row in held]
    return sorted(found, key=lambda one: (one["state"] != "open", -one["silent_late"], one["due"], one["key"]))


def lies(held: list[dict[str, Any]], ledger: Any = None) -> dict[int, set[int]]:
    """For places that directives went to: the places of their tasks that lie in them."""
    grids = sorted({int(grid) for row in held for grid in row["data"].get("tasks", {})})
    to = sorted({place for row in held for place in row["data"]["to"]})
    found: dict[int, set[int]] = {}
    if grids:
        with (ledger or connection).cursor() as cursor:
            cursor.execute(_LIES, [grids, to])
            for place, grid in cursor.fetchall():
                found.setdefault(place, set()).add(grid)
    return found


_LIES = """
select c.place, g from unnest(%s::int[]) g
join places_cover c on c.place = any(%s) and c.tree = 'command' and c.valid_to is null and g <@ c.covers
"""


def _directive(row: dict[str, Any], shown: dict[str, Any], owed: Sequence[clocks.Clock]) -> dict[str, Any]:
    one = {**row["data"], "key": row["key"], "place": row["place"], "state": shown["state"], "tasks": shown["tasks"]}
    one["issued_at"], one["due"] = moment(one["issued_at"]), moment(one["due"])
    lines = [{**line} for line in shown["lines"]]
    for line in lines:
        line["clock"] = next((clock for clock in owed if clock.at == line["place"]), None)
        waits = one["state"] == "open" and line["state"] in ("silent", "read")
        line["late"] = waits and line["clock"] is not None and line["clock"].state == "late"
    one["lines"] = sorted(lines, key=lambda line: line["place"])  # official order: silence ranks nobody
    one["unanswered"] = sum(line["state"] in ("silent", "read") for line in lines)
    one["silent_late"] = sum(line["late"] for line in lines)
    return one


def broken_down(lines: Iterable[Mapping[str, Any]]) -> set[int]:
    """Every place to which these lines were passed on, at whatever level."""
    below = [one for line in lines for one in line.get("below", ())]
    return {one["place"] for one in below} | (broken_down(below) if below else set())


def directive(key: str, now: dt.datetime) -> dict[str, Any]:
    found = next((one for one in directives(now) if one["key"] == key), None)
    if found is None:
        raise NotFound()
    return found


def requests(now: dt.datetime, at: dt.datetime | None = None, key: str | None = None) -> list[dict[str, Any]]:
    """All requests for support in scope that wait (or the one that is named), by when their answer is due."""
    return [_clocked(one, now) for one in SUPPORT.open(at, key)]


def answered(
    now: dt.datetime,
    *,
    to: list[int] | None = None,
    by: list[int] | None = None,
    after: tuple[dt.datetime, str] | None = None,
) -> Page:
    """Requests `to` or `by` some desks that have their answer, newest first."""
    found = SUPPORT.over(covers=None if by is None else exactly(by), invited=to, after=after)
    return replace(found, rows=[_clocked(one, now) for one in found.rows])


def left(one: Mapping[str, Any]) -> int | None:
    """How many of what was asked for are not granted yet; None where no figure was asked for."""
    return None if one["amount"] is None else max(0, one["amount"] - (one.get("granted") or 0))


def _clocked(one: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """With the clock of its answer: also for whoever asked, who may not see the duties of the desk above."""
    one = {"passed_to": None, **one, "left": left(one), "owes": one["to"]}
    if one["answered_at"] and one["state"] != SUPPORT.rest:
        one["owes"] = one["passed_to"] if one["state"] == "passed_up" else None
        late = clocks.state(one["asked_at"], one["due"], 0, one["answered_at"]) == "late"
        return one | {"clock": None, "answered_late": late}
    urgency = table_on(local_day(one["asked_at"])).entries["answer_support"].urgency
    since = one["answered_at"] or one["asked_at"]
    return one | {"clock": clocks.Clock("answer_support", one["to"], since, one["due"], urgency, now)}


def telephones(places: Iterable[int]) -> dict[int, str]:
    """The duty telephones of these places."""
    found = rows("desk", keys=[str(place) for place in places])
    return {int(row["key"]): row["data"]["telephone"] for row in found}


def duty(place: int) -> dict[str, Any] | None:
    """The last handover of a place's desk."""
    found = next(iter(rows("duty", key=str(place))), None)
    if found is None:
        return None
    one = {**found["data"], "state": found["state"]}
    one["given_at"], one["taken_at"] = moment(one["given_at"]), moment(one["taken_at"])
    return one


def decisions(place: int, day: dt.date, now: dt.datetime, at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """A desk's decisions of a day, and those of earlier days that are still open, oldest first."""
    found = [_decision(row, day, now) for row in rows("decision", covers=exactly([place]), running=on(day, 0), at=at)]
    shown = [one for one in found if not one["earlier"] or (one["running"] and one["day"] < day.isoformat())]
    seen = _seen([one for one in shown if one["state"] == "open"]) if at is None else {}
    for one in shown:
        one["seen"] = seen.get(one["key"])
    return sorted(shown, key=lambda one: (one["day"], one["number"]))


def decision(place: int, day: str, number: int, now: dt.datetime) -> dict[str, Any]:
    """One decision, as the desk that took it, its owner or whoever has a copy sees it. Raises NotFound."""
    row = next(iter(rows("decision", key=f"{place}/{day}/{number}")), None)
    if row is None or row["state"] == "void":
        raise NotFound()
    return _decision(row, local_day(now), now)


def _decision(row: dict[str, Any], day: dt.date, now: dt.datetime) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "serial": None,
        "copies": [],
        "finds": [],
        "signed_for": None,
        "signed_by": None,
        "told": [],
        "directive": None,
        "sent_at": None,
    }
    one = {**kept, **row["data"], "key": row["key"], "place": row["place"], "state": row["state"]}
    one["earlier"] = one["day"] != day.isoformat()
    one["running"] = row["state"] in ("open", "sent")
    for name in ("taken_at", "due", "sent_at", "settled_at"):
        one[name] = moment(one[name])
    one["told"] = [{**told, "at": moment(told["at"])} for told in one["told"]]
    one["clock"] = clock_state(one["taken_at"], one["due"], now)
    return one


def _seen(found: Iterable[dict[str, Any]]) -> dict[str, dt.datetime]:
    """When whoever carries it out opened each of these decisions; not there: not yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select key, seen from ledger_owed where noun = 'decision' and key = any(%s) and step = 0"
            " and seen is not null",
            [[one["key"] for one in found]],
        )
        return dict(cursor.fetchall())


def levels(places: Iterable[int]) -> set[str]:
    """The levels of these places in the tree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct level from places_name where place = any(%s) and valid_to is null", [sorted(set(places))]
        )
        return {level for (level,) in cursor.fetchall()}


def held(place: int, role: str) -> bool:
    """Does somebody hold this post at a desk now?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from people_held where place = %s and role = %s and valid_from <= now()"
            " and (valid_to is null or valid_to > now()))",
            [place, role],
        )
        return bool(cursor.fetchone()[0])


def standing(ours: list[int], now: dt.datetime) -> list[dict[str, Any]]:
    """Desks stood in for at this moment, from one of ours or at it; `speaks`: which of ours that is."""
    found = []
    for row in rows("stand_in", states=["standing"]) if ours else []:
        one = {**row["data"], "since": moment(row["data"]["since"]), "until": moment(row["data"]["until"])}
        speaks = next((desk for desk in (one["above"], one["place"]) if desk in ours), None)
        if speaks is not None and one["since"] <= now < one["until"]:
            found.append({**one, "speaks": speaks, "at_ours": one["place"] in ours})
    return found


def stood_in_for(ours: list[int], now: dt.datetime) -> set[int]:
    """The desks that ours answer for at this moment."""
    return {one["place"] for one in standing(ours, now) if one["above"] in ours}


def post_at(place: int) -> str:
    """The post of the desk at a place: the first of its roles that somebody holds there."""
    with connection.cursor() as cursor:
        cursor.execute("select distinct role from people_held where place = %s and role = any(%s)", [place, DESK])
        held = {role for (role,) in cursor.fetchall()}
    return next((role for role in ("duty_officer", "community_lead", "commander") if role in held), "duty_officer")


def post_of(staff: int | None, place: int, at: dt.datetime) -> str | None:
    """The one post of a desk that somebody held there at a moment, from which they signed; None where it was none, or
    more than one, so that it cannot be told which. What was entered as held only afterwards stands for the time
    before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select min(role) from people_held where staff = %s and place = %s and role = any(%s)"
            " and (valid_to is null or valid_to > %s) having count(distinct role) = 1",
            [staff, place, DESK, at],
        )
        row = cursor.fetchone()
    return row[0] if row else None


# A merged urban unit is a unit of figures (3 March 2020): no desk stands there, words pass through it.
_BELOW = """
with recursive down (place, level) as (
  select l.place, n.level from places_link l join places_name n on n.place = l.place and n.valid_to is null
  where l.tree = 'command' and l.parent = %s and l.valid_to is null
  union all
  select l.place, n.level from down join places_link l on l.parent = down.place and l.tree = 'command'
  and l.valid_to is null join places_name n on n.place = l.place and n.valid_to is null
  where down.level = 'urban_unit'
)
select n.place, n.name_zh, n.name_en from down join places_name n on n.place = down.place and n.valid_to is null
where down.level <> 'urban_unit' and (down.level = 'grid') = %s order by n.code, n.place
"""


def below(place: int, *, grids: bool = False) -> list[tuple[int, str, str]]:
    """(id, zh, en) of the places with a desk right below a place in the command tree; or of its grids, which have
    workers and no desk."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [place, grids])
        return [tuple(row) for row in cursor.fetchall()]


def colleagues(place: int, but: int | None) -> list[tuple[int, str]]:
    """(id, name) of those who may hold this place's desk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct u.id, coalesce(nullif(u.first_name, ''), u.username) from auth_user u"
            " join people_held h on h.staff = u.id where h.place = %s and h.role = any(%s) and u.is_active"
            " and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now()) order by 2",
            [place, DESK],
        )
        return [(id, name) for id, name in cursor.fetchall() if id != but]


def names(places: list[int], ledger: Any = None) -> dict[int, tuple[str, str]]:
    with (ledger or connection).cursor() as cursor:
        cursor.execute(
            "select distinct on (place) place, name_zh, name_en from places_name where place = any(%s)"
            " order by place, valid_from desc",
            [[p for p in places if p]],
        )
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
