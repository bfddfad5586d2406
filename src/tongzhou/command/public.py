"""What everybody may see without an account: published figures, with small counts hidden (RULEBOOK 16, rule PRIV)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from tongzhou import rules
from tongzhou.api import asked
from tongzhou.command import communities as shown_communities
from tongzhou.command import curves as pictures
from tongzhou.command import draw, measured, queries
from tongzhou.command.asking import drawn as drawn_as
from tongzhou.command.asking import query
from tongzhou.command.indicators import series
from tongzhou.command.seen import DAYS, added_of
from tongzhou.command.templatetags.board import was
from tongzhou.command.unchanged import kept

_UNITS = """
select r.place, n.name_zh, n.name_en, n.level from
  (select distinct place from ledger_row where noun = 'bulletin' and state = 'published') r
  join places_name n on n.place = r.place and n.valid_from <= %(day)s and (n.valid_to is null or n.valid_to > %(day)s)
order by r.place
"""


_BELOW = """
select c.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null
join places_name up on up.place = c.parent and up.valid_to is null and up.invented = n.invented
where c.tree = 'command' and c.parent = %(root)s and c.valid_from <= %(day)s
  and (c.valid_to is null or c.valid_to > %(day)s) order by c.place
"""
OFFERED = ("quiet", "new7", "active", "per100k", "confirmed", "cured", "dead")  # measures of what was published


@dataclass(frozen=True)
class Unit:
    """A unit's published figures as the public may see them: whole numbers, or words such as "<5"."""

    name_zh: str
    name_en: str
    level: str
    published: queries.Published | None
    confirmed: int | str | None
    fresh: int | str | None
    revised: int | str | None
    cured: int | str | None
    dead: int | str | None
    was: str = ""  # the old figure and the new one of a total that was restated


def shown(count: int | None, level: str) -> int | str | None:
    """A count as the public may see it at a level: 1 to 4 below county level become "<5" (rule PRIV)."""
    if count is None or count <= 0:
        return count
    beside = {"urban_unit": "county", "zone": "county"}  # units of command that stand for counties or more
    answer = rules.evaluate(rules.book(), "PRIV", {"count": count, "level": beside.get(level, level)})
    return answer.outcome if isinstance(answer.outcome, int | str) else None


def restated(told: queries.Published | None, level: str) -> str:
    return was(told, "confirmed", lambda n: shown(n, level)) if told else ""


def page(request: HttpRequest) -> HttpResponse:
    """The newest published day, or the one asked for: figures, map, curve, what changed in how cases are counted."""
    newest = queries.newest_day()
    day = newest
    if given := request.GET.get("day"):
        day = min(asked.day(given), newest) if newest else None
    communities = shown_communities.published(day) if day else []
    context: dict[str, Any] = {
        "section": "public",
        "day": day,
        "units": units(day) if day else [],
        "communities": [(one, shown(one.confirmed, "community")) for one in communities],
        "previous": day - dt.timedelta(days=1) if day else None,
        "next": day + dt.timedelta(days=1) if day and newest and day < newest else None,
        "english": translation.get_language() == "en",
        **(drawn(request, day) if day and queries.region() else {}),
    }
    return render(request, "command/public.html", context)


def drawn(request: HttpRequest, day: dt.date) -> dict[str, Any]:
    """The region's curve and the map of its units, by measures that follow from what was published alone."""
    region, raw, how = queries.region(), queries.raw(), drawn_as(request)
    root = int(region["root"])
    places = [place for (place,) in raw.execute(_BELOW, {"root": root, "day": day}).fetchall()]
    lines = {line.id: line for line in queries.lines([root, *places], day)}
    told = tuple(id for id, line in lines.items() if line.published)
    curves = (
        kept(raw, ("bulletin",), ("curves", told, day, None), lambda: queries.curves(told, day, DAYS)) if told else {}
    )
    people = measured.inhabitants(list(lines))
    values = {
        id: measured.of_published(one.published, curves.get(id, ()), day, people.get(id)) for id, one in lines.items()
    }
    below = [lines[place] for place in places if place in lines]
    measure = measured.BY_ID[how.measure if how.measure in OFFERED else OFFERED[0]]
    english = translation.get_language() == "en"
    more = added_of({one.id: one for one in series(f"{{[{root},{root}]}}", day).get(root, ())})
    days = list(curves.get(root, ()))[::-1]
    return {
        "whole": lines.get(root),
        "map": draw.draw(below, values, measure, draw.corners(lines[root], below, day), english) if below else None,
        "switch": [(measured.BY_ID[name], query(request, ind=name), name == measure.id) for name in OFFERED],
        "curve": {"wide": pictures.draw(days, more, width=1080, height=300, log=how.log),
                  "narrow": pictures.draw(days, more, width=330, height=230, log=how.log, every=14)}
        if days else None,
        "scales": {"linear": query(request, scale=None), "log": query(request, scale="log")}, "how": how,
        "series": days[::-1],
        "definitions": [one for one in region.get("definition_changes", ()) if str(one["day"]) <= str(day)],
    }  # fmt: skip


def units(day: dt.date) -> list[Unit]:
    rows = queries.raw().execute(_UNITS, {"day": day}).fetchall()
    figures = queries.published([row[0] for row in rows], day)
    found = []
    for place, zh, en, level in rows:
        told = figures.get(place)
        counts = (told.confirmed, told.fresh, told.revised, told.cured, told.dead) if told else (None,) * 5
        confirmed, fresh, revised, cured, dead = (shown(count, level) for count in counts)
        found.append(Unit(zh, en, level, told, confirmed, fresh, revised, cured, dead, restated(told, level)))
    return found
