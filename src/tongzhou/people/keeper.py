"""The page of the keeper of staff: who works in the branch, what they hold from when to when, and its ends.

A keeper gives and ends what is held at places of the own branch, of everybody but themselves. What concerns a whole
account (password, second factor, sessions, tokens, switching it off) is theirs where all that the person holds lies
in the branch.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.ledger.time import zone
from tongzhou.people import signin, staff
from tongzhou.people.proof import ask_again
from tongzhou.people.roles import NAMES
from tongzhou.people.scope import Holder
from tongzhou.places.queries import names as place_names
from tongzhou.problems import Malformed, NotFound, NotYours, Problem

ROLE = "staff_keeper"
MOST = 500
WORDS = {
    "made": gettext_noop("account made"),
    "role_given": gettext_noop("role given"),
    "role_ended": gettext_noop("role ended"),
    "password_given": gettext_noop("one-time password given"),
    "password_set": gettext_noop("password changed"),
    "second_on": gettext_noop("second factor switched on"),
    "second_off": gettext_noop("second factor switched off"),
    "second_reset": gettext_noop("second factor reset"),
    "switched_off": gettext_noop("account switched off"),
    "switched_on": gettext_noop("account switched on"),
    "device_made": gettext_noop("token made"),
    "device_revoked": gettext_noop("token revoked"),
    "sessions_ended": gettext_noop("sessions ended"),
}
_BRANCH = """
with mine as (
  select h.staff from people_held h where h.place <@ %(covers)s::int4multirange
  union select e.staff from people_account_event e where e.what = 'made' and e.place <@ %(covers)s::int4multirange)
select u.id, u.username, u.first_name, u.is_active, u.last_login,
  exists (select from otp_totp_totpdevice d where d.user_id = u.id and d.confirmed),
  not exists (select from people_held o where o.staff = u.id and (o.valid_to is null or o.valid_to > now())
    and not o.place <@ %(covers)s::int4multirange)
from auth_user u where u.id in (select staff from mine) and (%(one)s::integer is null or u.id = %(one)s)
  and (%(like)s = '' or u.username ilike %(like)s or u.first_name ilike %(like)s)
order by u.is_active desc, u.username limit %(most)s
"""
_HELD = """
select h.staff, h.id, h.role, h.place, h.valid_from, h.valid_to, h.place <@ %s::int4multirange
from people_held h where h.staff = any(%s) and (h.valid_to is null or h.valid_to > now()) order by h.role, h.place
"""


class ChangedMeanwhile(Problem):
    """Two keepers at one account, or one button pressed twice: the second has not seen what the first did."""

    code, status = "changed_meanwhile", 409
    sentence = gettext_noop("This account was changed after you opened its page.")
    next_step = gettext_noop("Open it again: its history says what was done and by whom.")


def everybody(request: HttpRequest) -> HttpResponse:
    """Who works in the branch; the form makes somebody, and shows their one-time password this once."""
    covers = _keeper(request)
    made: dict[str, str] = {}
    wrong: Malformed | None = None
    if request.method == "POST":
        try:
            made = _make(request, covers)
        except Malformed as found:  # what was typed stays
            wrong = found
    sought = request.GET.get("q", "").strip()[:60]
    people = _branch(covers, like="%" + re.sub(r"([\\%_])", r"\\\1", sought) + "%" if sought else "")
    context = {"section": "staff", "people": people, "roles": _roles(), "made": made, "q": sought, "most": MOST}
    return _shown(request, "people/staff.html", context, wrong)


def person(request: HttpRequest, number: int) -> HttpResponse:
    """One member of staff: what they hold, and all that the keeper may do about it."""
    covers = _keeper(request)
    found = next(iter(_branch(covers, one=number)), None)
    if found is None:
        raise NotFound()
    given = ""
    wrong: Malformed | None = None
    if request.method == "POST":
        try:
            given = _act(request, covers, found)
        except Malformed as mistake:
            wrong = mistake
        if not given and not wrong:
            return redirect("staff_person", number=number)
    connection = signin.connection()
    context = {
        "section": "staff",
        "one": found,
        "own": found["id"] == _by(request),
        "roles": _roles(),
        "given": given,
        "saw": staff.last_event(connection, number),
        "sessions": staff.sessions(connection, number) if found["whole"] else [],
        "devices": staff.devices(connection, number) if found["whole"] else [],
        "events": told(staff.events(connection, number)),
    }
    return _shown(request, "people/person.html", context, wrong)


def _shown(request: HttpRequest, page: str, context: dict[str, Any], wrong: Malformed | None) -> HttpResponse:
    """The page; after a mistake with the form as it was typed, and what is wrong with it."""
    if wrong is None:
        return render(request, page, context)
    return render(request, page, context | {"wrong": wrong.as_page(), "typed": request.POST}, status=wrong.status)


def told(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "what": _(WORDS.get(one["what"], one["what"]))} for one in events]


def _keeper(request: HttpRequest) -> str:
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if ROLE not in holder.roles:
        raise NotFound()
    if request.method == "POST":
        ask_again(request)
    return holder.roles[ROLE]


def _by(request: HttpRequest) -> int:
    holder: Holder = request.holder  # type: ignore[attr-defined]
    assert holder.by is not None
    return holder.by


def _branch(covers: str, *, one: int | None = None, like: str = "") -> list[dict[str, Any]]:
    with signin.cursor() as cursor:
        cursor.execute(_BRANCH, {"covers": covers, "one": one, "like": like, "most": MOST})
        keys = ("id", "login", "name", "active", "last", "factor", "whole")
        people = [dict(zip(keys, row, strict=True)) | {"held": []} for row in cursor.fetchall()]
        cursor.execute(_HELD, [covers, [one["id"] for one in people]])
        held = cursor.fetchall()
    places = place_names(sorted({row[3] for row in held}))
    by_staff = {one["id"]: one["held"] for one in people}
    for id, holding, role, place, since, until, mine in held:
        by_staff[id].append(
            {"id": holding, "role": NAMES.get(role, role), "place": places.get(place), "since": since, "until": until,
             "mine": mine}
        )  # fmt: skip
    return people


def _make(request: HttpRequest, covers: str) -> dict[str, str]:
    form, by = request.POST, _by(request)
    login, name = form.get("login", "").strip(), " ".join(form.get("name", "").split())
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.@+-]{1,59}", login):
        raise Malformed(_("2 to 60 letters, digits and . _ - + @, beginning with a letter or digit"), "login")
    if not 1 <= len(name) <= 60:
        raise Malformed(_("the name shown on screen, at most 60 letters"), "name")
    role, place, since, until = _wanted(request, covers)
    password = staff.one_time_password()
    with transaction.atomic(using=signin.ALIAS):
        connection = signin.connection()
        staff.alone_with(connection, login)
        if staff.find(connection, login) is not None:
            raise Malformed(_("there is an account with this name already; choose another"), "login")
        id = staff.enrol(connection, login, name, "", hashed="!", by=by, place=place)
        staff.set_password(connection, id, password, one_time=True, by=by)
        staff.give(connection, id, role, place, by=by, since=since, until=until)
    return {"login": login, "name": name, "password": password}


def _act(request: HttpRequest, covers: str, found: dict[str, Any]) -> str:
    """Do what the form says; returns a password to be shown once, or nothing."""
    by, say = _by(request), request.POST.get("say", "")
    if found["id"] == by:
        raise NotYours(_("your own account is kept by another keeper"))
    with transaction.atomic(using=signin.ALIAS):
        connection = signin.connection()
        staff.alone_with(connection, found["login"])
        if say == "give":
            role, place, since, until = _wanted(request, covers)
            staff.give(connection, found["id"], role, place, by=by, since=since, until=until)
        elif say == "end":
            holding = next((one for one in found["held"] if str(one["id"]) == request.POST.get("number")), None)
            if holding is None or not holding["mine"]:
                raise NotYours()
            staff.end_holding(connection, holding["id"], by)
        elif say in ACTS:
            if not found["whole"]:
                raise NotYours(_("this person holds roles outside your branch, too"))
            if request.POST.get("saw") != str(staff.last_event(connection, found["id"])):
                raise ChangedMeanwhile()
            return ACTS[say](connection, found, by, request.POST.get("number", ""))
        else:
            raise Malformed(field="say")
    return ""


def _reset(connection: Connection[Any], found: dict[str, Any], by: int, _number: str) -> str:
    """A new one-time password; whoever knew the old one may have made tokens, so they end as the sessions do."""
    for device in staff.devices(connection, found["id"]):
        staff.revoke_device(connection, found["id"], device["id"], by)
    password = staff.one_time_password()
    staff.set_password(connection, found["id"], password, one_time=True, by=by)
    return password


def _factor(connection: Connection[Any], found: dict[str, Any], by: int, _number: str) -> str:
    staff.reset_second_factor(connection, found["login"], by)
    return ""


def _off(connection: Connection[Any], found: dict[str, Any], by: int, _number: str) -> str:
    staff.switch(connection, found["id"], False, by)
    return ""


def _on(connection: Connection[Any], found: dict[str, Any], by: int, _number: str) -> str:
    staff.switch(connection, found["id"], True, by)
    return ""


def _sessions(connection: Connection[Any], found: dict[str, Any], by: int, _number: str) -> str:
    if staff.end_sessions(connection, found["id"]):
        staff.note(connection, found["id"], "sessions_ended", by)
    return ""


def _revoke(connection: Connection[Any], found: dict[str, Any], by: int, number: str) -> str:
    if number.isascii() and number.isdigit() and len(number) < 10:
        staff.revoke_device(connection, found["id"], int(number), by)
    return ""


ACTS: dict[str, Callable[[Connection[Any], dict[str, Any], int, str], str]] = {
    "reset": _reset, "factor": _factor, "off": _off, "on": _on, "sessions": _sessions, "revoke": _revoke,
}  # fmt: skip


def _roles() -> list[tuple[str, str]]:
    return [(role, _(name)) for role, name in NAMES.items()]


def _wanted(request: HttpRequest, covers: str) -> tuple[str, int, dt.datetime | None, dt.datetime | None]:
    """The role, place and days that a form gives. Raises Malformed, or NotYours for a place outside the branch."""
    form = request.POST
    role = form.get("role", "")
    if role not in NAMES:
        raise Malformed(_("a role of the list"), "role")
    place = _place(form.get("place", "").strip(), covers)
    since, until = _day(form.get("since", ""), "since"), _day(form.get("until", ""), "until")
    if until:
        until += dt.timedelta(days=1)  # the last day is whole
        if until <= (since or dt.datetime.now(dt.UTC)):
            raise Malformed(_("the last day lies before the first, or is over"), "until")
    return role, place, since, until


def _place(text: str, covers: str) -> int:
    """A place of the branch by its code, key or name."""
    with signin.cursor() as cursor:
        cursor.execute(
            "select distinct p.id, n.code from places_place p"
            " join places_name n on n.place = p.id and n.valid_to is null where p.id <@ %(covers)s::int4multirange"
            " and %(text)s in (p.key, n.code, n.name_zh, n.name_en) limit 6",
            {"covers": covers, "text": text},
        )
        found = cursor.fetchall()
    if not found:
        raise Malformed(_("no place of your branch has this code or name"), "place")
    if len(found) > 1:
        raise Malformed(_("several places have this name; give the code: %(codes)s")
                        % {"codes": ", ".join(code for _id, code in found)}, "place")  # fmt: skip
    return int(found[0][0])


def _day(text: str, field: str) -> dt.datetime | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if not 2000 <= day.year < 2200:
        raise Malformed(_("a day, as in 2020-03-10"), field)
    return dt.datetime.combine(day, dt.time(), zone())
