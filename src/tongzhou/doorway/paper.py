"""The paper fallback: sheets to print, one for each stairwell, with the numbers the quick entry asks for."""

from __future__ import annotations

from itertools import groupby

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongzhou.api import asked
from tongzhou.community import queries
from tongzhou.doorway.access import at_the_door
from tongzhou.ledger import clock
from tongzhou.ledger.time import local_day
from tongzhou.places.queries import names

MOST_SHEETS = 40


@require_GET
def sheets(request: HttpRequest) -> HttpResponse:
    """Printable sheets of the asker's doors; `?grid=…&stair=…` narrows them."""
    at_the_door(request)
    connection.ensure_connection()
    now = clock.read(connection.connection)
    day = local_day(now.now)
    doors = queries.doors(day)
    choices = sorted({(row["place"], row["stair"]) for row in doors})
    grid, stair = request.GET.get("grid", ""), request.GET.get("stair", "")
    if grid:
        doors = [row for row in doors if row["place"] == asked.number(grid)]
    if stair:
        doors = [row for row in doors if row["stair"] == asked.number(stair)]
    places = names(sorted({place for place, _ in choices}))
    made = [
        {
            "place": places.get(place),
            "stair": number,
            "form": form_number(place, number, f"{day:%y%m%d}"),
            "doors": list(rows),
        }
        for (place, number), rows in groupby(doors, key=lambda row: (row["place"], row["stair"]))
    ]
    return render(
        request,
        "doorway/paper.html",
        {
            "sheets": made[:MOST_SHEETS],
            "more": len(made) > MOST_SHEETS,
            "day": day,
            "clock": now,
            "grids": sorted({(place, places[place]) for place, _ in choices if place in places}, key=lambda g: g[0]),
            "grid": grid,
            "stair": stair,
        },
    )


def form_number(place: int, stair: int, day: str) -> str:
    """D1 is the form of the daily round; the same number stands in the quick entry: D1-6-2-200310."""
    return f"D1-{place}-{stair}-{day}"
