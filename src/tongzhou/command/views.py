"""Pages of the board and the sources behind its figures."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation

from tongzhou.api.asked import day as a_day
from tongzhou.api.asked import moment
from tongzhou.command import figures, queries
from tongzhou.command import rt as reproduction
from tongzhou.command.draw import boundaries, cartogram
from tongzhou.ledger import clock
from tongzhou.ledger.time import local_day
from tongzhou.problems import NotFound


def home(request: HttpRequest) -> HttpResponse:
    """Where somebody's work is: what they owe today; without a role, what they hold."""
    holder = request.holder  # type: ignore[attr-defined]
    if holder.by is None:
        return redirect("/login")
    return redirect("/today" if holder.roles else "/me")


def start(request: HttpRequest) -> HttpResponse:
    """The board of the highest place that somebody's roles cover."""
    holder = request.holder  # type: ignore[attr-defined]
    if not holder.sees("counts"):
        raise NotFound()
    row = (
        queries.raw()
        .execute(
            "select c.place from places_cover c where c.tree = 'command' and c.valid_to is null and c.place <@ "
            "tongzhou_scope('counts')"
            " order by c.depth, c.place limit 1"
        )
        .fetchone()
    )
    if row is None:
        raise NotFound()
    return redirect(f"/board/{row[0]}")


def board(request: HttpRequest, place: int) -> HttpResponse:
    context = _context(request, place)
    part = request.headers.get("HX-Request") == "true"
    return render(request, "command/now.html" if part else "command/board.html", context)


def rt(request: HttpRequest, place: int) -> HttpResponse:
    """Rt of a place's published series: fetched by the board after the page itself, so that the page need not wait."""
    day, at = asked(request)
    found = queries.board(place, day, at)
    breaks = set(queries.definition_changes())
    series = queries.curve(place, day, at=at) if found.place.published else []
    days = reproduction.ribbon(series, breaks)
    last = days[-1] if days else None
    context = {"line": found.place, "day": day, "days": days[::-1], "last": last, "policy": reproduction.policy(),
               "breaks": sorted(breaks), "said": any(one.mean is not None for one in days)}  # fmt: skip
    return render(request, "command/rt.html", context)


def board_json(request: HttpRequest, place: int) -> JsonResponse:
    """The board as data, under the same scope and as known at the same moment."""
    day, at = asked(request)
    found = queries.board(place, day, at)
    return JsonResponse(
        {
            "day": day.isoformat(),
            "as_known_at": at.isoformat() if at else None,
            "place": _plain(found.place),
            "below": [_plain(line) for line in found.below],
        },
        json_dumps_params={"ensure_ascii": False},
    )


def asked(request: HttpRequest) -> tuple[dt.date, dt.datetime | None]:
    """The day and the moment of knowledge in the address; the newest published day where none is named."""
    at = moment(given, "as_known_at") if (given := request.GET.get("as_known_at")) else None
    if given := request.GET.get("day"):
        return a_day(given), at
    return queries.newest_day(at) or local_day(clock.read(queries.raw()).now), at


def _context(request: HttpRequest, place: int) -> dict[str, Any]:
    day, at = asked(request)
    found = queries.board(place, day, at)
    region = queries.region()
    line = found.place
    above_county = line.level in ("province", "prefecture", "urban_unit", "zone")
    levels = figures.levels_by_place(queries.raw(), day, at) if above_county or line.level == "county" else {}
    series = queries.curve(place, day, at=at) if line.published else []
    flags = figures.flags_of(queries.raw(), region, line.published.unit, day, at) if line.published else []
    english = translation.get_language() == "en"
    zones = {True: "name_en", False: "name_zh"}[english]
    return {
        "section": "board",
        "board": found,
        "line": line,
        "day": day,
        "at": at,
        "series": series,
        "flags": flags,
        "days_without": queries.days_without_new(series) if series else None,
        "levels": levels,
        "level": levels.get(place),
        "published_levels": ("high", "medium", "low"),
        "published_counts": figures.published_counts(region, day) if place == region.get("root") else None,
        "above_county": above_county,
        "english": english,
        "name": zones,
        "map": boundaries(found, english) or cartogram(found, levels, english),
        "community": queries.community_published(place),
        "query": request.GET.urlencode(),
        "counts_only": above_county,
        "judged": any(one.id in levels or one.level_published for one in found.below),
        "previous": day - dt.timedelta(days=1),
        "next": day + dt.timedelta(days=1),
    }


def _plain(line: queries.Line) -> dict[str, Any]:
    """A line of the board as data: null wherever the board shows a dash, so that a gap is never read as nought."""
    one, listed = line.published, bool(line.households)
    return {
        "id": line.id,
        "key": line.key,
        "name_zh": line.name_zh,
        "name_en": line.name_en,
        "level": line.level,
        "invented": line.invented,
        "households": line.households or None,
        **{name: count if listed else None for name, count in line.tally.items()},
        "level_published": line.level_published,
        "confirmed": one.confirmed if one else None,
        "cured": one.cured if one else None,
        "dead": one.dead if one else None,
        "new": one.fresh if one else None,
        "revised": one.revised if one else None,
        "grades": one.grades if one else None,
        "figures_of": one.day.isoformat() if one else None,
        "figures_for": one.unit if one else None,
    }
