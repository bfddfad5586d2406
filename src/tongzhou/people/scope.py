"""Who speaks or looks, and what the database will show them.

Row-level security reads one setting for each sort of data, `tongzhou.<sort>`, holding the ids of the places
in scope as an int4multirange. It is set inside the transaction; where it is not set, nothing is shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tongzhou.ledger.kinds import Kind
from tongzhou.ledger.standing import EVERYWHERE as EVERYWHERE
from tongzhou.ledger.standing import Standing
from tongzhou.ledger.standing import System as System
from tongzhou.people import owed, signin
from tongzhou.people.roles import CARRYING, ROLES, SORTS

NOWHERE = "{}"


@dataclass(frozen=True)
class Holder:
    """A member of staff with the places each of their roles covers today, as int4multirange text."""

    by: int | None
    roles: dict[str, str] = field(default_factory=dict)  # role → covers
    scopes: dict[str, str] = field(default_factory=dict)  # sort of data → covers
    places: tuple[tuple[str, int], ...] = ()  # (role, place) as held

    def may_say(self, kind: Kind) -> str:
        if "*" in kind.said_by:
            return union(list(self.roles.values()))
        return union([covers for role, covers in self.roles.items() if role in kind.said_by])

    def may_record(self, kind: Kind) -> str:
        """Where one may write down what a post said that is not one's own."""
        return union([self.may_say(kind), *(self.roles[role] for role in sorted(kind.recorded_by & self.roles.keys()))])

    def standing(self) -> Standing:
        return Standing(self.roles, self.places)

    def sees(self, sort: str) -> bool:
        return self.scopes.get(sort, NOWHERE) != NOWHERE

    def beside_carrying(self) -> Holder:
        """The same without what is opened for bringing people alone, whatever else is held beside it."""
        held = {role: covers for role, covers in self.roles.items() if role not in CARRYING}
        return replace(self, scopes=_scopes(held)) if len(held) < len(self.roles) else self


@dataclass(frozen=True)
class Resident:
    """A household speaking of itself, by the slip it was given."""

    place: int
    household: int | None = None
    by: int | None = None

    def may_say(self, kind: Kind) -> str:
        return f"{{[{self.place},{self.place}]}}" if "resident" in kind.said_by else NOWHERE

    def may_record(self, kind: Kind) -> str:
        return NOWHERE

    def standing(self) -> Standing:
        return Standing({"resident": f"{{[{self.place},{self.place}]}}"}, slip=self.household)


def union(ranges: list[str]) -> str:
    parts = [r.strip("{}") for r in ranges if r.strip("{}")]
    return "{" + ",".join(parts) + "}"


_HELD = """
from people_held h
join auth_user u on u.id = h.staff and u.is_active
join places_cover c on c.place = h.place and c.tree = 'command' and c.valid_to is null
where h.valid_from <= now() and (h.valid_to is null or h.valid_to > now())
"""
_HOLDINGS = f"select h.role, h.place, c.covers::text {_HELD} and h.staff = %s order by h.role, h.place"
_BY_TOKEN = f"""
select d.staff, d.used_at is null or d.used_at < now() - interval '1 hour', x.role, x.place, x.covers
from people_device d
join auth_user a on a.id = d.staff and a.is_active
left join lateral (select h.role, h.place, c.covers::text as covers {_HELD} and h.staff = d.staff) x on true
where d.token = %s and d.revoked_at is null and (d.expires_at is null or d.expires_at > now())
order by x.role, x.place
"""
_USED = "update people_device set used_at = now() where token = %s and revoked_at is null"


def holder_of(staff: int | None) -> Holder:
    """Read today's roles of a member of staff; nobody holds nothing."""
    if staff is None:
        return Holder(None)
    with signin.cursor() as cursor:
        cursor.execute(_HOLDINGS, [staff])
        return _holder(staff, cursor.fetchall())


def holder_in(session: SessionBase, staff: int) -> tuple[Holder, str]:
    """Whoever is signed in in this session, and what their account owes: until it is settled their roles wait."""
    holder = holder_of(staff)
    owes = owed.of(session, holder.roles)
    return (Holder(staff) if owes else holder), owes


def holder_by_token(token: str) -> Holder:
    """Whoever's device this bearer token is, with today's roles: in one question; once an hour its use is marked."""
    digest = hashlib.sha256(token.encode()).digest()
    found = signin.ask(_BY_TOKEN, [digest])
    if not found:
        return Holder(None)
    if found[0][1]:
        with signin.cursor() as cursor:
            cursor.execute(_USED, [digest])
    holder = _holder(found[0][0], [row[2:] for row in found if row[2] is not None])
    return Holder(holder.by) if owed.by_program(found[0][0], holder.roles) else holder


def _holder(staff: int, held: list[tuple[str, int, str]]) -> Holder:
    by_role: dict[str, list[str]] = {}
    for role, _place, covers in held:
        by_role.setdefault(role, []).append(covers)
    roles = {role: union(covers) for role, covers in by_role.items() if role in ROLES}
    return Holder(staff, roles, _scopes(roles), tuple((role, place) for role, place, _ in held))


def _scopes(roles: dict[str, str]) -> dict[str, str]:
    return {sort: union([covers for role, covers in roles.items() if sort in ROLES[role]]) for sort in SORTS}


def set_scope(holder: Holder) -> None:
    """Set what the current transaction of the app role may see. Must run inside the transaction."""
    anything = union([*holder.scopes.values(), *holder.roles.values()])
    with connection.cursor() as cursor:
        cursor.execute(
            "select " + ", ".join(["set_config(%s, %s, true)"] * (len(SORTS) + 2)),
            [value for sort in SORTS for value in (f"tongzhou.{sort}", holder.scopes.get(sort, NOWHERE))]
            + [
                "tongzhou.any",
                anything,
                "tongzhou.staff_id",
                str(holder.by or 0),
            ],
        )


@contextmanager
def under(sort: str, covers: str) -> Iterator[None]:
    """Within, the transaction sees one sort of data in these places as well: for counts that somebody owes to another
    desk and another role holds. Whoever uses it hands on numbers, never rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"select current_setting('tongzhou.{sort}', true), current_setting('tongzhou.any', true)")
        before, anything = (one or NOWHERE for one in cursor.fetchone())
        wider = "select set_config(%s, %s, true), set_config('tongzhou.any', %s, true)"
        cursor.execute(wider, [f"tongzhou.{sort}", union([before, covers]), union([anything, covers])])
        try:
            yield
        finally:
            cursor.execute(wider, [f"tongzhou.{sort}", before, anything])


def whoever(request: HttpRequest) -> Holder:
    """Who is behind a request: a device's bearer token, or the session."""
    authorization = request.headers.get("Authorization", "")
    if authorization.startswith("Bearer "):
        return holder_by_token(authorization.removeprefix("Bearer "))
    user = getattr(request, "user", AnonymousUser())
    if not user.is_authenticated or user.pk is None:
        return Holder(None)
    holder, request.owes = holder_in(request.session, user.pk)  # type: ignore[attr-defined]
    return holder


# What is read and written here goes through the ledger's own connection: a transaction of the pages' role would be
# opened, scoped and ended for nothing, once for each fact. Without a scope that role sees no row.
LEDGER_ALONE = frozenset({"/api/facts"})
# Where a trip is told, in words of its own: nothing else is opened by the role of those who bring people.
TRIPS = ("/today", "/api/today")
SLIPS = "/h/"  # what a household says by its slip is said in the ledger alone, too; its page is read as others are


class ScopeMiddleware:
    """Answers every request in one transaction of the app role, scoped to whoever asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in LEDGER_ALONE or (request.method == "POST" and request.path_info.startswith(SLIPS)):
            request.holder = whoever(request)  # type: ignore[attr-defined]
            return self.get_response(request)
        with transaction.atomic():
            holder = whoever(request)
            if not request.path_info.startswith(TRIPS):
                holder = holder.beside_carrying()
            request.holder = holder  # type: ignore[attr-defined]
            set_scope(holder)
            if way := owed.way(request):
                return redirect(way)
            return self.get_response(request)


def names_of_staff(ids: Iterable[int]) -> dict[int, str]:
    """What members of staff are called on pages."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, coalesce(nullif(first_name, ''), username) from auth_user where id = any(%s)", [sorted(ids)]
        )
        return dict(cursor.fetchall())


def explain(holder: Holder) -> dict[str, Any]:
    """What somebody may see, for the page `my roles` and for tests."""
    return {"by": holder.by, "roles": holder.roles, "scopes": holder.scopes}
