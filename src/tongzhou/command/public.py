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
from tongzhou.command import queries, sitrep

_UNITS = """
select r.place, n.name_zh, n.name_en, n.level from
  (select distinct place from ledger_row where noun = 'bulletin' and state = 'published') r
  join places_name n on n.place = r.place and n.valid_from <= %(day)s and (n.valid_to is null or n.valid_to > %(day)s)
order by r.place
"""


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


def shown(count: int | None, level: str) -> int | str | None:
    """A count as the public may see it at a level: 1 to 4 below county level become "<5" (rule PRIV)."""
    if count is None or count <= 0:
        return count
    beside = {"urban_unit": "county", "zone": "county"}  # units of command that stand for counties or more
    answer = rules.evaluate(rules.book(), "PRIV", {"count": count, "level": beside.get(level, level)})
    return answer.outcome if isinstance(answer.outcome, int | str) else None


def page(request: HttpRequest) -> HttpResponse:
    """The newest published day, or the one asked for."""
    day = queries.newest_day()
    if given := request.GET.get("day"):
        day = min(asked.day(given), day) if day else None
    communities = sitrep.published_communities(day) if day else []
    context: dict[str, Any] = {
        "section": "public",
        "day": day,
        "units": units(day) if day else [],
        "communities": [(one, shown(one.confirmed, "community")) for one in communities],
        "previous": day - dt.timedelta(days=1) if day else None,
        "english": translation.get_language() == "en",
    }
    return render(request, "command/public.html", context)


def units(day: dt.date) -> list[Unit]:
    rows = queries.raw().execute(_UNITS, {"day": day}).fetchall()
    figures = queries.published([row[0] for row in rows], day)
    found = []
    for place, zh, en, level in rows:
        told = figures.get(place)
        counts = (told.confirmed, told.fresh, told.revised, told.cured, told.dead) if told else (None,) * 5
        found.append(Unit(zh, en, level, told, *(shown(count, level) for count in counts)))
    return found
