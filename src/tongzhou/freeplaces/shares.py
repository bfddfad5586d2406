"""How many places of each sort are certified, of all there are: counts, and the shares that EF-SHARE makes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tongzhou import rules
from tongzhou.freeplaces.application import VILLAGES
from tongzhou.freeplaces.holding import standing
from tongzhou.ledger import known
from tongzhou.ledger.time import local_day

_UNITS = """
select n.place, null::text, n.code from places_name n
where n.level = 'community' and n.valid_to is null and n.place <@ %(covers)s::int4multirange
union all
select s.place, s.site, null from sites_span s where s.kind = 'compound' and s.place <@ %(covers)s::int4multirange
and s.since <= %(day)s and (s.until is null or s.until > %(day)s)
"""
_COVERS = "select covers::text from places_cover where place = %s and tree = 'command' and valid_to is null"
_ROWS = """
select key, state, data, 'certificate' as noun, shape from ledger_row
where noun = 'certificate' and place <@ %s::int4multirange and data ->> 'since' is not null
"""
SORTS = {"compound": "compounds", "community": "communities", "village": "villages"}


def sort_of(site: str | None, code: str | None) -> str:
    """What sort of unit a place or a compound in it is."""
    if site:
        return "compound"
    return "village" if code and code[-3:].isdigit() and int(code[-3:]) in VILLAGES else "community"


def units(connection: Any, place: int, day: dt.date) -> list[tuple[int, str | None, str]]:
    """Every unit of an area that may be certified: place, compound, sort; in the order of their codes."""
    with connection.cursor() as cursor:
        cursor.execute(_COVERS, [place])
        covers = cursor.fetchone()
        if covers is None:
            return []
        cursor.execute(_UNITS, {"covers": covers[0], "day": day})
        found = [(one, site, sort_of(site, code)) for one, site, code in cursor.fetchall()]
    return sorted(found, key=lambda unit: (unit[0], unit[1] or ""))


def counts(connection: Any, place: int, moment: dt.datetime) -> dict[str, tuple[int, int]]:
    """Of each sort of which there is any: how many are certified at a moment, and how many there are."""
    everything = units(connection, place, local_day(moment))
    with connection.cursor() as cursor:
        cursor.execute(_COVERS, [place])
        covers = cursor.fetchone()
        cursor.execute(_ROWS, [covers[0] if covers else "{}"])
        names = [column[0] for column in cursor.description]
        rows = [known.told(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    holding = {row["key"] for row in rows if standing(row["state"], row["data"], moment) == "certified"}
    found: dict[str, list[int]] = {}
    for one, site, sort in everything:
        pair = found.setdefault(SORTS[sort], [0, 0])
        pair[0] += (f"{one}-{site}" if site else str(one)) in holding
        pair[1] += 1
    return {name: (found[name][0], found[name][1]) for name in SORTS.values() if name in found}


def shares(counted: Mapping[str, Any], day: dt.date, code: str | None) -> dict[str, float]:
    """Percent with one decimal, by EF-SHARE; nothing where the rule does not answer."""
    given = {name: list(pair) for name, pair in counted.items() if pair}
    told = rules.evaluate(rules.book(), "EF-SHARE", given, on=day, place_code=code)
    return dict(zip(given, told.outcome, strict=True)) if isinstance(told.outcome, list) else {}
