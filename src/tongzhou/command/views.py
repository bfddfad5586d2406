"""Pages of the board, the board as data and as a table."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongzhou.command import curves, figures, measured, plain, queries, ribbons
from tongzhou.command import rt as reproduction
from tongzhou.command.asking import Drawn, asked, drawn, not_due, query, times
from tongzhou.command.draw import Map, corners, draw, short
from tongzhou.command.lead import lead
from tongzhou.command.odd import NO_CONTRADICTION
from tongzhou.command.seen import Seen, seen
from tongzhou.directives import queries as desks
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotFound

SMALL = 90  # days of the small curves
EXTRA = ("per100k", "silent", "overdue", "cover")  # measures with a column of their own while the map shows them


def home(request: HttpRequest) -> HttpResponse:
    """Where somebody's work is: what they owe today; without a role, what they hold."""
    holder = request.holder  # type: ignore[attr-defined]
    if holder.by is None:
        return redirect("/login")
    return redirect("/today" if holder.roles else "/me")


def start(request: HttpRequest) -> HttpResponse:
    """The board of the highest place that somebody's roles cover."""
    if not request.holder.sees("counts"):  # type: ignore[attr-defined]
        raise NotFound()
    place = _highest(request.holder)  # type: ignore[attr-defined]
    if place is None:
        raise NotFound()
    return redirect(f"/board/{place}")


def _seen(request: HttpRequest, place: int) -> Seen:
    day, at = asked(request, place)
    return seen(place, day, at, not_due(request, day))


def board(request: HttpRequest, place: int) -> HttpResponse:
    context = _context(request, _seen(request, place), drawn(request))
    part = request.headers.get("HX-Request") == "true"
    return render(request, "command/now.html" if part else "command/board.html", context)


def rt(request: HttpRequest, place: int) -> HttpResponse:
    """Rt of a place's published series: fetched by the board after the page itself, so that the page need not wait."""
    day, at = asked(request, place)
    found = queries.board(place, day, at)
    breaks = set(queries.definition_changes())
    series = queries.curve(place, day, at=at) if found.place.published else []
    days = reproduction.ribbon(series, breaks)
    last = days[-1] if days else None
    drawings = [ribbons.draw(days, width=1080, height=240), ribbons.draw(days, width=330, height=200)]
    context = {
        "line": found.place, "day": day, "days": days[::-1], "drawn": drawings, "last": last, "breaks": sorted(breaks),
        "policy": reproduction.policy(), "said": any(one.mean is not None for one in days),
    }  # fmt: skip
    return render(request, "command/rt.html", context)


def board_json(request: HttpRequest, place: int) -> JsonResponse:
    """The board as data, under the same scope and as known at the same moment."""
    return JsonResponse(plain.whole(_seen(request, place)), json_dumps_params={"ensure_ascii": False})


@require_GET
def units_csv(request: HttpRequest, place: int) -> HttpResponse:
    """The table of units as a file: a cell is empty where the board shows a dash."""
    found = _seen(request, place)
    day, said = found.day, found.board.tallies_of
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("day", "place", "name_zh", "name_en", "new", *measured.BY_ID, "tallies_of"))
    for line in (found.board.place, *found.units):
        new = line.published.fresh if line.published and line.published.day == day else None
        told = (plain.figure(found.values[line.id][name]) for name in measured.BY_ID)
        cells = ("" if one is None else one for one in (new, *told))
        writer.writerow((day, line.key, line.name_zh, line.name_en, *cells, said))
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="units-{found.board.place.key}-{day}.csv"'
    return answer


def _context(request: HttpRequest, found: Seen, how: Drawn) -> dict[str, Any]:
    day, at, line = found.day, found.at, found.board.place
    english = translation.get_language() == "en"
    above_county = line.level in ("province", "prefecture", "urban_unit", "zone")
    levels = figures.levels_by_place(queries.raw(), day, at) if above_county or line.level == "county" else {}
    region = queries.region()
    earlier = [one for one in found.flags if one.day != day]
    odd = [one for one in found.odd if one.kind not in NO_CONTRADICTION]
    return {
        "section": "board", "seen": found, "board": found.board, "line": line, "day": day, "at": at,
        "not_due": not_due(request, day),
        "lead": lead(line, found.units, found.values, found.figures, day, len(odd)),
        "series": list(found.curve), "flags": earlier, "levels": levels, "level": levels.get(line.id),
        "published_levels": ("high", "medium", "low"),
        "published_counts": figures.published_counts(region, day) if line.id == region.get("root") else None,
        "above_county": above_county, "counts_only": above_county, "english": english,
        "map": _map(found, how, english), "switch": _switch(request, found, how),
        "extra": EXTRA, "curve": _curve(found, how), "how": how, "scales": _scales(request),
        "smalls": _smalls(found, english),
        "community": None if at else queries.community_published(line.id),
        "query": _kept_query(request), "asked": query(request),
        "told_above": _told_above(found, levels),
        "judged": any(one.id in levels or one.level_published for one in found.board.below),
        "times": times(request, day, at),
        "asks": _asks(found, request.holder),  # type: ignore[attr-defined]
    }  # fmt: skip


def _asks(found: Seen, holder: Holder) -> dict[int, str]:
    """Whom to ask for a figure that is missing or old: the telephone of the desk that tells it; nobody of the past, and
    nobody who sits at that desk."""
    asked = {one.asks for one in found.figures if one.state != "now" and one.asks}
    return desks.telephones(asked - set(desks.desks(holder))) if found.now else {}


def _kept_query(request: HttpRequest) -> str:
    """What an address of another place keeps: the day, the moment, the measure; not the days of this curve."""
    return query(request, **{"from": None, "to": None})


def _measure(found: Seen, how: Drawn) -> measured.Measure:
    return measured.BY_ID.get(how.measure) or measured.first_told(found.values[unit.id] for unit in found.units)


def _map(found: Seen, how: Drawn, english: bool) -> Map | None:
    if not found.units:
        return None
    tiles = corners(found.board.place, found.units, found.day)
    return draw(found.units, found.values, _measure(found, how), tiles, english)


def _switch(request: HttpRequest, found: Seen, how: Drawn) -> list[tuple[measured.Measure, str, bool]]:
    """The measures to choose from, each with its address; one that is known only as it stands now is not offered of
    another day."""
    chosen = _measure(found, how)
    return [(one, query(request, ind=one.id), one is chosen) for one in measured.MEASURES if found.now or not one.now]


def _scales(request: HttpRequest) -> dict[str, str]:
    return {"linear": query(request, scale=None), "log": query(request, scale="log"),
            "whole": query(request, **{"from": None, "to": None})}  # fmt: skip


def _curve(found: Seen, how: Drawn) -> dict[str, Any] | None:
    """The curve twice: for a wide page, and for a telephone a drawing of its own."""
    days = list(found.curve)[::-1]
    if not days:
        return None
    dates = [one if isinstance(one, dt.date) else one.day for one in days]
    first, last = max(how.first or dates[0], dates[0]), min(how.last or dates[-1], dates[-1])
    if first > last:
        raise Malformed(_("a day of the curve, %(first)s to %(last)s") % {"first": dates[0], "last": dates[-1]}, "from")
    a, b = dates.index(first), dates.index(last) + 1
    shown, before = days[a:b], days[max(0, a - curves.WEEK) : a]
    wide = curves.draw(shown, found.added, width=1080, height=300, log=how.log, before=before)
    narrow = curves.draw(shown, found.added, width=330, height=230, log=how.log, every=14, before=before)
    return {"wide": wide, "narrow": narrow, "first": first, "last": last, "all": (a, b) == (0, len(days)),
            "from": dates[0], "to": dates[-1]}  # fmt: skip


def _told_above(found: Seen, levels: Any) -> bool:
    """Whether the table of units says everything that one of the places below would."""
    below = found.board.below
    more = any(one.households or one.level_published or one.id in levels or one.invented for one in below)
    return found.units == below and not more and any(one.published for one in below)


def _smalls(found: Seen, english: bool) -> list[dict[str, Any]]:
    """A small curve of each unit that figures were published of, in the units' own order and over the same days."""
    told = [unit for unit in found.units if unit.id in found.curves]
    if len(told) < 2:
        return []
    first = max(found.day - dt.timedelta(days=SMALL), min(_first(found.curves[unit.id]) for unit in told))
    drawn_ones = ((unit, curves.small(found.curves[unit.id][::-1], first)) for unit in told)
    return [{"line": unit, "name": short(unit, english), "small": one, "values": found.values[unit.id]}
            for unit, one in drawn_ones if one]  # fmt: skip


def _first(curve: Any) -> dt.date:
    last = curve[-1]
    return last if isinstance(last, dt.date) else last.day


def _highest(holder: Holder) -> int | None:
    """The highest place that the reader's roles cover with counts: one of those that they hold."""
    row = queries.raw().execute(
        "select c.place from places_cover c where c.tree = 'command' and c.valid_to is null and c.place = any(%s)"
        " and c.place <@ (select tongzhou_scope('counts')) order by c.depth, c.place limit 1",
        [sorted({place for _role, place in holder.places})],
    )
    found = row.fetchone()
    return found[0] if found else None
