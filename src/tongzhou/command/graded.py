"""Every published figure of a place and of those right below it: its grade, what it changed, where it was read; as CSV.

How well a figure is known, before somebody decides by it: read in a text, told alike by compilations, told
by one, or not told at all.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from tongzhou.command import queries
from tongzhou.command.asking import asked
from tongzhou.command.changes import MEASURES
from tongzhou.command.published import Published
from tongzhou.command.templatetags.board import GRADES

COLUMNS = (
    "day", "place", "name_zh", "name_en", "confirmed", "new", "revised", "definition_changed", "cured", "dead",
    *(f"grade_{name}" for name in MEASURES), "published_on", "restated", "source", "read", "figures_for",
)  # fmt: skip
DAYS = 400  # of a series that the table goes back


@dataclass(frozen=True)
class Measure:
    """One figure of a row: its value, or None where it was not told, and how well it is known."""

    name: str
    value: int | None
    grade: str


@dataclass(frozen=True)
class Row:
    line: queries.Line
    published: Published
    measures: list[Measure]

    @property
    def read(self) -> str:
        return self.published.read

    @property
    def restated(self) -> bool:
        return len(self.published.versions) > 1


def graded(line: queries.Line, one: Published) -> Row:
    return Row(line, one, [Measure(name, getattr(one, name), grade(one, name)) for name in MEASURES])


def grade(one: Published, name: str) -> str:
    if getattr(one, name) is None:
        return "not_told"
    return one.grades.get(name) or "ungraded"


@require_GET
def page(request: HttpRequest, place: int) -> HttpResponse:
    """The figures of a day with their grades, and how many of all figures so far have which grade."""
    day, at = asked(request, place)
    found = queries.board(place, day, at)
    lines = [line for line in (found.place, *found.below) if line.published]
    series = list(_series(found, day, at))
    count = {name: Counter(grade(one, name) for _line, one in series) for name in MEASURES}
    context: dict[str, Any] = {
        "section": "board",
        "line": found.place,
        "above": found.above,
        "day": day,
        "at": at,
        "query": request.GET.urlencode(),
        "english": translation.get_language() == "en",
        "rows": [graded(line, line.published) for line in lines if line.published],
        "days": [graded(line, one) for line, one in series if line.id == place],
        "grades": [
            (name, {m: count[m][name] for m in MEASURES}) for name in GRADES if any(count[m][name] for m in MEASURES)
        ],
        "previous": day - dt.timedelta(days=1),
        "next": day + dt.timedelta(days=1),
    }
    return render(request, "command/figures.html", context)


@require_GET
def table(request: HttpRequest, place: int) -> HttpResponse:
    """The published series of the place and of those right below it, up to the day; empty where nothing was told."""
    day, at = asked(request, place)
    found = queries.board(place, day, at)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(line, one) for line, one in _series(found, day, at))
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="figures-{found.place.key}-{day}.csv"'
    return answer


def _series(found: queries.Board, day: dt.date, at: dt.datetime | None) -> Iterator[tuple[queries.Line, Published]]:
    for line in (found.place, *found.below):
        if line.published:
            for one in queries.curve(line.id, day, DAYS, at):
                if isinstance(one, Published):
                    yield line, one


def _cells(line: queries.Line, one: Published) -> tuple[Any, ...]:
    grades = (one.grades.get(name, "") for name in MEASURES)
    return (
        one.day, line.key, line.name_zh, line.name_en, one.confirmed, _told(one.fresh), _told(one.revised),
        int(one.definition), _told(one.cured), _told(one.dead), *grades, one.published_on,
        int(len(one.versions) > 1), one.source, one.read, one.unit,
    )  # fmt: skip


def _told(figure: int | None) -> int | str:
    return "" if figure is None else figure
