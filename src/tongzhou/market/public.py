"""What everybody sees: the ten items that people ask for, what they cost in the county, and when that was told. No
account, no script, readable at 320 px and on paper. A figure that is old is not known: nobody walks to a shop for a
price of last week. No shop stands here: a price of a day is the median of its shops."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongzhou.api import asked, say
from tongzhou.ledger import door
from tongzhou.ledger.standing import EVERYWHERE
from tongzhou.market import policy, queries, shown, watch
from tongzhou.pages.templatetags.pages import named
from tongzhou.places.queries import names
from tongzhou.problems import NotFound


@dataclass(frozen=True)
class Line:
    """An item as everybody sees it. `price`: yuan for its unit, None where it is not known; `at`: when the newest of
    its prices was told; `gone`: so many of the shops that told of it today have none."""

    item: policy.Item
    quality: str
    price: float | None
    at: dt.datetime | None
    low: float | None
    high: float | None
    shops: int
    none: int
    told: int

    @property
    def called(self) -> str:
        return self.item.called

    @property
    def unit(self) -> str:
        return policy.market().unit[self.item.unit].called

    @property
    def yuan(self) -> str:
        return shown.money(self.price)

    @property
    def span(self) -> str:
        """From the cheapest to the dearest shop, where there are three or more: fewer would name one."""
        if self.low is None or self.high is None or self.shops < 3 or self.low == self.high:
            return ""
        return f"{shown.money(self.low)}–{shown.money(self.high)}"


def lines(place: int, now: dt.datetime, ledger: Any) -> list[Line]:
    """The ten items in a county, as they are known now."""
    oldest = now - dt.timedelta(hours=float(policy.market().values["public_hours"]))
    county = queries.county(place, now, ledger)
    found = {line.good: line for line in county.lines}
    return [_line(item, county.told, found.get((item.code, item.grades[0])), oldest) for item in policy.market().asked]


def _line(item: policy.Item, told: list[watch.Told], line: watch.Line | None, oldest: dt.datetime) -> Line:
    quality = shown.called((item.code, item.grades[0]))
    fresh = [one for one in told if one.good == (item.code, item.grades[0]) and one.at >= oldest]
    priced = [one for one in fresh if one.yuan is not None]
    if line is None or not fresh:
        return Line(item, quality, None, None, None, None, 0, 0, 0)
    day = [one.yuan for one in priced if one.yuan is not None and one.day == line.day]
    known = bool(day) and line.price is not None
    at = max((one.at for one in priced), default=None) if known else max(one.at for one in fresh)
    return Line(item, quality, line.price if known else None, at, min(day, default=None), max(day, default=None),
                line.shops, line.none, line.told_stock)  # fmt: skip


@require_GET
def prices(request: HttpRequest) -> HttpResponse:
    """The counties in which prices are told, and the ten items of the one that is asked for (?at=)."""
    now, wanted = say.now(), request.GET.get("at", "").strip()
    with door.ledger() as ledger:
        places = queries.counties(EVERYWHERE, ledger)
        place = asked.number(wanted) if wanted else places[0] if len(places) == 1 else None
        if place is not None and place not in places:
            raise NotFound()
        found = lines(place, now, ledger) if place is not None else []
    called = names(places)
    return render(request, "market/public.html", {
        "counties": sorted(((one, named(called.get(one))) for one in places), key=lambda pair: pair[1]), "place": place,
        "county": named(called.get(place)) if place else "", "lines": found, "now": now,
        "hours": policy.market().values["public_hours"],
    })  # fmt: skip


@require_GET
def as_data(request: HttpRequest) -> HttpResponse:
    """The same for programs: every county, or one (?at=)."""
    now, wanted = say.now(), request.GET.get("at", "").strip()
    with door.ledger() as ledger:
        places = queries.counties(EVERYWHERE, ledger)
        chosen = [one for one in places if not wanted or one == asked.number(wanted)]
        if wanted and not chosen:
            raise NotFound()
        told = [{"place": place, "items": [_as_data(one) for one in lines(place, now, ledger)]} for place in chosen]
    called = names(chosen)
    for one in told:
        one["county"] = called[one["place"]].name_zh  # type: ignore[index]
    return JsonResponse({"at": now.isoformat(), "counties": told}, json_dumps_params={"ensure_ascii": False})


def _as_data(one: Line) -> dict[str, Any]:
    yuan = None if one.price is None else round(one.price, 4)
    return {"item": one.item.code, "name": one.item.zh, "unit": one.item.unit, "yuan": yuan, "shops": one.shops,
            "told_at": one.at.isoformat() if one.at else None}  # fmt: skip
