"""Named series that are published beside the bulletins, read back: what is held of each, since when, how well known.

What nobody here holds is *not held here*: that says nothing of whether it was reported elsewhere.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from tongzhou.command import queries
from tongzhou.command.asking import asked
from tongzhou.command.changes import less
from tongzhou.command.published import decoded
from tongzhou.command.raw import raw
from tongzhou.ledger.time import close_of
from tongzhou.places.queries import covers_of

_COLUMNS = "r.place, data"
_WITHIN = "noun = 'indicator' and r.place <@ %(covers)s::int4multirange and effective_at <= %(until)s"
_NOW = f"select {_COLUMNS} from ledger_row r where {_WITHIN} and state = 'published'"
_THEN = f"""{_NOW} and known_from <= %(at)s union all
select {_COLUMNS} from ledger_row_was r where {_WITHIN} and known_from <= %(at)s and known_to > %(at)s"""
CELLS = (
    "day",
    "place",
    "indicator",
    "value",
    "first_value",
    "definition_changed",
    "published_on",
    "grade",
    "source",
    "read",
)


@dataclass(frozen=True)
class Told:
    """One figure of a series as it stands. `first`: as it was published first, where that was another figure;
    `definition`: what is counted changed on this day, so that it does not compare with the days before."""

    day: dt.date
    value: int
    first: int | None
    definition: bool
    published_on: str
    grade: str
    source: str
    read: str


@dataclass(frozen=True)
class Series:
    """A named series of a place, newest day first; `told` is empty where nothing of it is held here."""

    id: str
    name_zh: str
    name_en: str
    unit: str
    kind: str  # stock, flow, or "" where the region does not say
    told: Sequence[Told] = ()

    @property
    def last(self) -> Told | None:
        return self.told[0] if self.told else None


@dataclass(frozen=True)
class Reading:
    """The last figure of a series that tells of a place, `of` the place that it was told for; `change` against the eve
    of its own day, None where that was not told or what is counted changed."""

    series: Series
    of: int
    last: Told
    change: int | None

    def href(self, board: queries.Board) -> str:
        """Where it comes from."""
        key = next(one.key for one in (board.place, *board.below) if one.id == self.of)
        return source_of(key, self.series.id, self.last.day)


def source_of(key: str, name: str, day: dt.date) -> str:
    """Where a figure of a series comes from."""
    return f"/source/indicator/{key}/{name}/{day}"


def reading(name: str, place: int, held: Mapping[int, Mapping[str, Series]], below: Iterable[int]) -> Reading | None:
    """Who tells a series of a place: itself, or the only one right below it that tells it, where that one told it of a
    newer day or the place never did; None where nobody does."""
    own = held.get(place, {}).get(name)
    told = [(id, one) for id in below if (one := held.get(id, {}).get(name)) and one.told]
    if own and own.told and (len(told) != 1 or told[0][1].told[0].day <= own.told[0].day):
        told = [(place, own)]
    if len(told) != 1:
        return None
    of, found = told[0]
    last = found.told[0]
    before = next((one.value for one in found.told if one.day == last.day - dt.timedelta(days=1)), None)
    return Reading(found, of, last, None if last.definition else less(last.value, before))


def by_name(held: Mapping[int, Sequence[Series]]) -> dict[int, dict[str, Series]]:
    """The series of each place by their names."""
    return {place: {one.id: one for one in found} for place, found in held.items()}


def series(covers: str, day: dt.date, at: dt.datetime | None = None) -> dict[int, list[Series]]:
    """The series held for each place in a branch, of days up to `day`, as known now or at `at`."""
    given = {"covers": covers, "until": close_of(day), "at": at}
    rows = raw().execute(_NOW if at is None else _THEN, given).fetchall()
    held: dict[int, dict[str, list[Mapping[str, Any]]]] = {}
    for place, text in rows:
        data = decoded(text)
        held.setdefault(place, {}).setdefault(data["indicator"], []).append(data)
    known = {one["id"]: one for one in queries.region().get("indicators", [])}
    return {place: [_series(name, known.get(name), days) for name, days in sorted(by_name.items())]
            for place, by_name in held.items()}  # fmt: skip


def expected(found: Iterable[Series]) -> list[Series]:
    """What is held of a place's series, and each series that the region knows of and nobody holds here."""
    held = {one.id: one for one in found}
    known = [_series(one["id"], one, []) for one in queries.region().get("indicators", [])]
    order = [one.id for one in known]
    return [held.get(one.id, one) for one in known] + [one for id, one in held.items() if id not in order]


SUMS = {"severe_and_critical": ("severe", "critical")}  # told apart, they add up


def sums_ahead(held: Mapping[str, Series]) -> list[str]:
    """Sums whose parts were not told, or last on an earlier day: they are read before their parts."""
    last = {name: one.last.day for name, one in held.items() if one.last}
    return [name for name, parts in SUMS.items()
            if name in last and all(part not in last or last[part] < last[name] for part in parts)]  # fmt: skip


def lying(found: Iterable[Series]) -> dict[dt.date, int]:
    """Who was told to lie in hospital, by day: of the series that the region takes for it."""
    stands = {one["id"] for one in queries.region().get("indicators", ()) if one.get("measure") == "lying"}
    return {told.day: told.value for one in found if one.id in stands for told in one.told}


def _series(name: str, known: Mapping[str, Any] | None, days: Iterable[Mapping[str, Any]]) -> Series:
    about = known or {"name_zh": name, "name_en": name, "unit": "", "kind": "", "changes": ()}
    marked = {str(change["day"]) for change in about["changes"]}
    told = [
        Told(
            dt.date.fromisoformat(one["day"]),
            one["value"],
            first if (first := one["versions"][0]["value"]) != one["value"] else None,
            one["day"] in marked,
            one["published_on"],
            one["grade"] or "ungraded",
            one["source"],
            one["read"],
        )
        for one in sorted(days, key=lambda one: str(one["day"]), reverse=True)
    ]
    return Series(name, about["name_zh"], about["name_en"], about["unit"], about["kind"], told)


def _asked(request: HttpRequest, place: int) -> tuple[queries.Board, dict[int, list[Series]]]:
    day, at = asked(request, place)
    found = queries.board(place, day, at)
    return found, series(covers_of(place), day, at)


@require_GET
def page(request: HttpRequest, place: int) -> HttpResponse:
    """What is held of every series for a place, and what of the places in it."""
    found, held = _asked(request, place)
    inside = sorted(set(held) - {place})
    names = _names(inside)
    context: dict[str, Any] = {
        "section": "board",
        "line": found.place,
        "above": found.above,
        "day": found.day,
        "at": found.at,
        "query": request.GET.urlencode(),
        "english": translation.get_language() == "en",
        "series": expected(held.get(place, [])),
        "inside": [(id, *names[id], one) for id in inside for one in held[id]],
        "previous": found.day - dt.timedelta(days=1),
        "next": found.day + dt.timedelta(days=1),
    }
    return render(request, "command/indicators.html", context)


def _names(places: Sequence[int]) -> dict[int, tuple[str, str]]:
    rows = raw().execute(
        "select distinct on (place) place, name_zh, name_en from places_name where place = any(%s)"
        " order by place, valid_from desc",
        [list(places)],
    )
    return {place: (zh, en) for place, zh, en in rows.fetchall()}


@require_GET
def data(request: HttpRequest, place: int) -> JsonResponse:
    """The same as data: `held` false and null values where nothing is held here."""
    found, held = _asked(request, place)
    told = {
        "day": found.day.isoformat(),
        "as_known_at": found.at.isoformat() if found.at else None,
        "place": found.place.key,
        "indicators": [_plain(one) for one in expected(held.get(place, []))],
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def _plain(one: Series) -> dict[str, Any]:
    last = one.last
    return {
        "id": one.id, "name_zh": one.name_zh, "name_en": one.name_en, "unit": one.unit or None,
        "kind": one.kind or None, "held": last is not None, "value": last.value if last else None,
        "day": last.day.isoformat() if last else None, "published_on": last.published_on if last else None,
        "series": [{"day": told.day.isoformat(), "value": told.value, "first_value": told.first,
                    "definition_changed": told.definition, "published_on": told.published_on, "grade": told.grade,
                    "source": told.source} for told in one.told],
    }  # fmt: skip


@require_GET
def table(request: HttpRequest, place: int) -> HttpResponse:
    """Every figure of every series held for the place and the places in it."""
    found, held = _asked(request, place)
    keys = dict(raw().execute("select id, key from places_place where id = any(%s)", [list(held)]).fetchall())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CELLS)
    for id in sorted(held):
        for one in held[id]:
            for told in one.told:
                first = "" if told.first is None else told.first
                writer.writerow((told.day, keys[id], one.id, told.value, first, int(told.definition),
                                 told.published_on, told.grade, told.source, told.read))  # fmt: skip
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="indicators-{found.place.key}-{found.day}.csv"'
    return answer
