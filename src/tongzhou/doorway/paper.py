"""The paper fallback: sheets to print, one for each stairwell, with the numbers the quick entry asks for."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.community import queries
from tongzhou.doorway.access import DOOR_ROLES
from tongzhou.ledger import door, worded
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.fields import Choice, Whole
from tongzhou.pages.form import Filter
from tongzhou.pages.templatetags.pages import named
from tongzhou.people.desks import local_telephones
from tongzhou.places.queries import names

MOST_SHEETS = 40
TICKED = ("breathless", "alone", "newcomer")  # a fever is written as a temperature, a need in words


class Sheets(Filter):
    """Which sheets: of one grid, of one stairwell."""

    grid = Choice(choices=lambda: [], number=True, label=gettext_lazy("Grid"))
    stair = Whole(least=0, most=999, label=gettext_lazy("Stairwell"))

    def __init__(self, *args: Any, grids: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["grid"].choices = [("", _("all")), *grids]  # type: ignore[attr-defined]


@page("doorway", roles=DOOR_ROLES, answers=("GET",))
def sheets(ask: Ask) -> HttpResponse:
    """Printable sheets of the asker's doors; `?grid=…&stair=…` narrows them."""
    day = local_day(ask.now)
    doors = queries.doors(day)
    every = sorted({row["place"] for row in doors})
    places = names(every)
    sieve = ask.filter(Sheets, grids=[(str(one), named(places[one])) for one in every if one in places])
    for name, of in (("grid", "place"), ("stair", "stair")):
        if wanted := sieve.told(name):
            doors = [row for row in doors if row[of] == wanted]
    with door.ledger() as ledger:
        telephones = local_telephones(ledger, every)
    made: list[dict[str, Any]] = []
    for (place, number), found in groupby(doors, key=lambda row: (row["place"], row["stair"])):
        rows = list(found)
        made.append({
            "place": places.get(place),
            "stair": number,
            "houses": rows[0]["house"],
            "form": form_number(place, number, f"{day:%y%m%d}"),
            "telephone": telephones.get(place, ""),
            "doors": rows,
        })  # fmt: skip
    return ask.show(
        "doorway/paper.html",
        sheets=made[:MOST_SHEETS],
        more=len(made) > MOST_SHEETS,
        day=day,
        states=worded.choices("household.heard", "state"),
        concerns=[(code, worded.choice("exception.raised", "concerns", code)) for code in TICKED],
        sieve=sieve,
    )


def form_number(place: int, stair: int, day: str) -> str:
    """D1 is the form of the daily round; the same number stands in the quick entry: D1-6-2-200310."""
    return f"D1-{place}-{stair}-{day}"
