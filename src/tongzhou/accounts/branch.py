"""Who works in a branch and what they hold, and a place of it by its code or name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from tongzhou.people import signin
from tongzhou.places.queries import Name
from tongzhou.places.queries import names as place_names

MOST = 500
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
_NAMED = """
select distinct p.id, n.code from places_place p join places_name n on n.place = p.id and n.valid_to is null
where p.id <@ %(covers)s::int4multirange and %(text)s in (p.key, n.code, n.name_zh, n.name_en) limit 6
"""


@dataclass(frozen=True)
class Held:
    """A role at a place. `mine`: it lies in the keeper's branch."""

    id: int
    role: str
    place: Name | None
    since: dt.datetime
    until: dt.datetime | None
    mine: bool


@dataclass(frozen=True)
class Person:
    """A member of staff. `whole`: all that they hold lies in the branch, so the account is the keeper's, too."""

    id: int
    login: str
    name: str
    active: bool
    last: dt.datetime | None
    factor: bool
    whole: bool
    held: list[Held] = field(default_factory=list)

    @property
    def called(self) -> str:
        return self.name or self.login


def people(covers: str, *, one: int | None = None, like: str = "") -> list[Person]:
    """Who holds anything in the branch, or was made there; at most 500 of them."""
    with signin.cursor() as cursor:
        cursor.execute(_BRANCH, {"covers": covers, "one": one, "like": like, "most": MOST})
        found = {row[0]: Person(*row) for row in cursor.fetchall()}
        cursor.execute(_HELD, [covers, list(found)])
        held = cursor.fetchall()
    places = place_names(sorted({row[3] for row in held}))
    for staff, id, role, place, since, until, mine in held:
        found[staff].held.append(Held(id, role, places.get(place), since, until, mine))
    return list(found.values())


def places(text: str, covers: str) -> list[tuple[int, str]]:
    """Places of the branch by code, key or name, each with its code; at most six."""
    with signin.cursor() as cursor:
        cursor.execute(_NAMED, {"covers": covers, "text": text})
        return [(int(id), str(code)) for id, code in cursor.fetchall()]
