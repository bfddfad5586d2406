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
from tongzhou.sites.templatetags.sites import sitenamed

SHOWN = 4  # of each sort stand on the page; the others where the work is done

# What is owed there now, of each entry what presses most first (medicine before water), then what is late longest, as
# far as the reader may see the rows.
_OWED = """
select told.code, told.noun, told.data from (
  select w.code, r.noun, r.data,
    row_number() over (partition by w.code order by max(o.urgency) desc, min(o.due), r.key) as n
  from unnest(%s::int4multirange) g join ledger_owed o on o.place >= lower(g) and o.place < upper(g)
  join unnest(%s::text[], %s::text[]) w (code, what) on w.what = o.what
  join ledger_row r on r.noun = o.noun and r.key = o.key
  where o.step = 0 and o.owes_from <= %s and (o.until is null or o.until > %s)
  group by w.code, r.noun, r.key, r.data
) told where told.n <= %s order by told.code, told.n
"""


def owed(place: int, entries: Mapping[str, Sequence[str]], now: dt.datetime) -> dict[str, list[str]]:
    """By entry the first of what its duties ask for at a community, each in words."""
    pairs = [(code, what) for code, duties in entries.items() for what in duties]
    codes, whats = [code for code, _what in pairs], [what for _code, what in pairs]
    with connection.cursor() as cursor:
        cursor.execute(_OWED, [covers_of(place), codes, whats, now, now, SHOWN])
        rows = [(code, noun, json.loads(data)) for code, noun, data in cursor.fetchall()]
    doors = addresses.of(data.get("household") for _code, _noun, data in rows)
    named = sites.names({data["site"] for _code, _noun, data in rows if data.get("site")}, local_day(now))
    english = get_language() == "en"
    told: dict[str, dict[str, None]] = {}  # each in words once, in their order
    for code, noun, data in rows:
        number, site = data.get("household"), data.get("site")
        if number in doors:
            where = written(doors[number], english=english)
        else:
            where = gettext("Door %(n)s") % {"n": number} if number else sitenamed(named, site)
        if words := " ".join(part for part in (where, _what(noun, data)) if part):
            told.setdefault(code, {})[words] = None
    return {code: list(words) for code, words in told.items()}


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
