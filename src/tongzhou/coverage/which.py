"""Which they are: what is missing at a community, each by its door or its site, and whom to ring about it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import get_language, gettext

from tongzhou.community.telling import items_said
from tongzhou.ledger import door, worded
from tongzhou.ledger.time import local_day
from tongzhou.people.desks import local_telephones
from tongzhou.places.queries import covers_of
from tongzhou.sites import addresses
from tongzhou.sites import queries as sites
from tongzhou.sites.doors import written

SHOWN = 4  # of each sort stand on the page; the others where the work is done

# What is owed there now, what is late first, as far as the reader may see the rows.
_OWED = """
select r.noun, r.data, min(o.due) as due from ledger_owed o
join ledger_row r on r.noun = o.noun and r.key = o.key
where o.step = 0 and o.what = any(%s) and o.place <@ %s::int4multirange
  and o.owes_from <= %s and (o.until is null or o.until > %s)
group by r.noun, r.key, r.data order by due, r.key limit %s
"""


def owed(place: int, duties: Sequence[str], now: dt.datetime) -> list[str]:
    """The first of what these duties ask for at a community, each in words."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED, [list(duties), covers_of(place), now, now, SHOWN])
        rows = [(noun, json.loads(data)) for noun, data, _due in cursor.fetchall()]
    doors = addresses.of(data.get("household") for _noun, data in rows)
    named = sites.names({data["site"] for _noun, data in rows if data.get("site")}, local_day(now))
    english = get_language() == "en"
    told = []
    for noun, data in rows:
        number, site = data.get("household"), named.get(data.get("site") or "")
        where = written(doors[number], english=english) if number in doors else ""
        if not where and number:
            where = gettext("Door %(n)s") % {"n": number}
        if not where and site:
            where = site.name_en if english and site.name_en else site.name_zh
        told.append(" ".join(part for part in (where, _what(noun, data)) if part))
    return [one for one in dict.fromkeys(told) if one]


def _what(noun: str, data: Mapping[str, Any]) -> str:
    """What it is of, where the line of its sort does not say so."""
    if noun == "need" and data.get("items"):
        return items_said(data["items"])
    if noun == "task" and data.get("what"):
        return worded.choice("task.set", "what", data["what"])
    if noun == "teammate":
        return gettext("No. %(n)s") % {"n": data["armband"]}
    return ""


# The nearest place, from a community up, at which somebody holds the post.
_HOLDS = """
select distinct on (w.at, w.role) w.at, w.role, c.place from unnest(%s::integer[], %s::text[]) w (at, role)
join places_cover c on c.tree = 'command' and c.valid_to is null and c.covers @> w.at
join people_held h on h.place = c.place and h.role = w.role
  and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now())
order by w.at, w.role, c.depth desc
"""


def rings(asked: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """By (place, post) the telephone to ring: of the desk at which that post is held, where that is not the community's
    own post; where nobody holds it, or its desk has none, the nearest one that has."""
    pairs = sorted(set(asked))
    if not pairs:
        return {}
    with door.ledger() as ledger:  # the desk that owes it may lie outside the reader's scope
        rows = ledger.execute(_HOLDS, [[place for place, _role in pairs], [role for _place, role in pairs]]).fetchall()
        held = {(at, role): place for at, role, place in rows}
        numbers = local_telephones(ledger, [*held.values(), *(place for place, _role in pairs)])
    found = {pair: numbers.get(held.get(pair, pair[0]), "") for pair in pairs}
    return {pair: number for pair, number in found.items() if number}
