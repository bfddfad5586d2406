"""The paper fallback: sheets to print, one for each stairwell, with the numbers the quick entry asks for."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpResponse

from tongzhou.api import asked
from tongzhou.community import queries
from tongzhou.doorway.access import DOOR_ROLES
from tongzhou.ledger import door, worded
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.people.desks import local_telephones
from tongzhou.places.queries import names

MOST_SHEETS = 40
TICKED = ("breathless", "alone", "newcomer")  # a fever is written as a temperature, a need in words


@page("doorway", roles=DOOR_ROLES, answers=("GET",))
def sheets(ask: Ask) -> HttpResponse:
    """Printable sheets of the asker's doors; `?grid=…&stair=…` narrows them."""
    day = local_day(ask.now)
    doors = queries.doors(day)
    every = sorted({row["place"] for row in doors})
    grid, stair = ask.given("grid"), ask.given("stair")
    if grid:
        doors = [row for row in doors if row["place"] == asked.number(grid)]
    if stair:
        doors = [row for row in doors if row["stair"] == asked.number(stair)]
    places = names(every)
    with door.ledger() as ledger:
        telephones = local_telephones(ledger, every)
    made: list[dict[str, Any]] = [
        {
            "place": places.get(place),
            "stair": number,
            "form": form_number(place, number, f"{day:%y%m%d}"),
            "telephone": telephones.get(place, ""),
            "doors": list(rows),
        }
        for (place, number), rows in groupby(doors, key=lambda row: (row["place"], row["stair"]))
    ]
    return ask.show(
        "doorway/paper.html",
        sheets=made[:MOST_SHEETS],
        more=len(made) > MOST_SHEETS,
        day=day,
        states=worded.choices("household.heard", "state"),
        concerns=[(code, worded.choice("exception.raised", "concerns", code)) for code in TICKED],
        grids=[(place, places[place]) for place in every if place in places],
        grid=grid,
        stair=stair,
    )


def form_number(place: int, stair: int, day: str) -> str:
    """D1 is the form of the daily round; the same number stands in the quick entry: D1-6-2-200310."""
    return f"D1-{place}-{stair}-{day}"
