"""What programs may read: kinds, places, folded rows page by page, one's own refusals. Under the asker's scope."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import msgspec
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls.converters import StringConverter
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongzhou.api import asked
from tongzhou.api.say import whole
from tongzhou.ledger import known
from tongzhou.ledger.kinds import KINDS
from tongzhou.people import sealed
from tongzhou.people.roles import only_carries
from tongzhou.people.scope import Holder
from tongzhou.places.queries import covers_of
from tongzhou.problems import Malformed, NotFound, NotSignedIn

MOST, PAGE = 500, 100
# noun → the fields of a row that are not told to whoever asks, with the asker and the row.
WITHHELD: dict[str, Callable[[Holder, dict[str, Any]], frozenset[str]]] = {}
NOUN = "[a-z][a-z_]{0,39}"


class Noun(StringConverter):
    """The name of a noun in an address."""

    regex = NOUN


class Me(msgspec.Struct):
    """Whoever asks: their number, and the roles they hold at places today."""

    staff: int
    roles: list[Held]
    opens: list[str]


class Held(msgspec.Struct):
    role: str
    place: int


class KindTold(msgspec.Struct):
    """A kind of fact: what it is, who may say it, and whether the asker may anywhere."""

    kind: str
    sort: str
    sees: str
    said_by: list[str]
    permanent: bool
    yours: bool


class Kinds(msgspec.Struct):
    kinds: list[KindTold]


class PlaceTold(msgspec.Struct):
    place: int
    key: str
    code: str
    name_zh: str
    name_en: str
    level: str
    parent: int | None


class Places(msgspec.Struct):
    places: list[PlaceTold]


class Row(msgspec.Struct):
    """A subject as it is folded from its facts."""

    noun: str
    key: str
    place: int
    state: str
    effective_at: dt.datetime
    data: dict[str, Any]


class Rows(msgspec.Struct):
    """Newest first; `next` is the `after` of the next page, absent on the last. `more`: how many follow, counted as
    far as 1,000."""

    rows: list[Row]
    next: str | None = None
    more: int = 0


class Refusal(msgspec.Struct):
    fact: uuid.UUID
    kind: str
    code: str
    at: dt.datetime


class Refusals(msgspec.Struct):
    refusals: list[Refusal]


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Who one is to the server, and what one holds."""
    holder = _holder(request)
    held = [Held(role, place) for role, place in holder.places]
    return answer(Me(holder.by or 0, held, sorted(sort for sort in holder.scopes if holder.sees(sort))))


@require_GET
def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of fact; their fields stand in the description."""
    holder = _holder(request)
    return answer(
        Kinds([KindTold(one.name, one.sort, one.sees, sorted(one.said_by), one.permanent, holder.may_say(one) != "{}")
               for one in KINDS.values()])
    )  # fmt: skip


_PLACES = """
select p.id, p.key, n.code, n.name_zh, n.name_en, n.level, l.parent from places_place p
join lateral (select * from places_name where place = p.id order by valid_from desc limit 1) n on true
left join places_link l on l.place = p.id and l.tree = 'command' and l.valid_to is null
where {} order by p.id limit %s
"""


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """A place by its code or key, or those directly below one."""
    _holder(request)
    below, code = number(request, "below", 1, 2**31 - 1), request.GET.get("code", "")
    if (below is None) == (not code):
        raise Malformed(_("either a code or the number of a place"), "code")
    where, what = ("l.parent = %s", below) if below else ("%s in (n.code, p.key)", code)
    with connection.cursor() as cursor:
        cursor.execute(_PLACES.format(where), [what, MOST])
        return answer(Places([PlaceTold(*row) for row in cursor.fetchall()]))


@require_GET
def rows(request: HttpRequest, noun: str) -> HttpResponse:
    """Folded rows of one noun, of a place and below it, or of all that the asker sees."""
    if only_carries(_holder(request).roles):
        raise NotFound()
    limit, place = number(request, "limit", 1, MOST) or PAGE, number(request, "place", 1, 2**31 - 1)
    state, after = request.GET.get("state"), asked.behind(request.GET.get("after", ""))
    covers = None if place is None else covers_of(place)
    found = known.page(noun, covers=covers, states=[state] if state else None, after=after, size=limit)
    open_ = sealed.sees(_holder(request))
    for row in found.rows if noun in WITHHELD else ():
        row["data"] = row["data"] | dict.fromkeys(WITHHELD[noun](_holder(request), row))
    told = [Row(**{name: row[name] for name in Row.__struct_fields__}) for row in found.rows]
    for one in told if not open_ and noun in sealed.FIELDS else ():
        one.data = sealed.row(noun, one.key, one.data)
    return answer(Rows(told, found.after or None, found.more))


@require_GET
def refusals(request: HttpRequest) -> HttpResponse:
    """What of one's own was refused, newest first; nobody sees another's."""
    holder = _holder(request)
    with connection.cursor() as cursor:
        cursor.execute(
            "select fact, kind, code, at from ledger_refusal where by_id = %s order by id desc limit %s",
            [holder.by, number(request, "limit", 1, MOST) or PAGE],
        )
        return answer(Refusals([Refusal(*row) for row in cursor.fetchall()]))


def answer(told: msgspec.Struct) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


def number(request: HttpRequest, field: str, least: int, most: int) -> int | None:
    """A number of the address; None where it is not there. Raises Malformed for what is none."""
    if field not in request.GET:
        return None
    found = whole(request.GET[field], least, most, field)
    if found is None:
        raise Malformed(_("a whole number from %(least)s to %(most)s") % {"least": least, "most": most}, field)
    return found


def _holder(request: HttpRequest) -> Holder:
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if holder.by is None:
        raise NotSignedIn()
    return holder
