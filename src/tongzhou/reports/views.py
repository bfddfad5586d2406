"""Reports to look at and to take along, and the registry of forms."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongzhou.api import say
from tongzhou.command import queries
from tongzhou.command.views import asked as asked_day
from tongzhou.ledger import clock
from tongzhou.ledger.time import local_day
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotFound
from tongzhou.reports import burden, excel, indicators, registry
from tongzhou.reports.definitions import FOLDER, Report, read, reports
from tongzhou.reports.rows import Rows

LISTED = 200  # rows of one figure on one page
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _holder(request: HttpRequest) -> Holder:
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.sees("counts"):
        raise NotFound()
    return holder


def _place(request: HttpRequest, holder: Holder) -> int:
    """The place asked for, or the first at which the reader holds a role."""
    given = say.whole(request.GET.get("place"), 1, 2**31 - 1, "place")
    return given if given is not None else holder.places[0][1]


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Which reports there are, for whom and when. None of them is typed."""
    _holder(request)
    found, refused = read(FOLDER)
    told = [{"report": one, "held": sum(f.indicator is not None for f in one.fields)} for one in found]
    return render(request, "reports/index.html", {"section": "reports", "reports": told, "refused": refused})


@require_GET
def report(request: HttpRequest, id: str) -> HttpResponse:
    """A report of a place and a day: every figure, and what is not held."""
    holder = _holder(request)
    one = _find(id)
    place, (day, at) = _place(request, holder), asked_day(request)
    given = indicators.asked(place, day, at)
    rows = _rows(one, holder, given)
    context = {
        "section": "reports",
        "report": one,
        "line": given.line,
        "day": day,
        "at": at,
        "rows": rows,
        "held": sum(row["figure"] is not None and row["figure"].value is not None for row in rows),
        "asks": one.asks(given.line.level, day),
        "english": translation.get_language() == "en",
        "above": given.board.above,
        "below": given.board.below,
        "when": _when(request, day),
    }
    return render(request, "reports/report.html", context)


def _when(request: HttpRequest, day: dt.date) -> str:
    """The day and the moment of knowledge as an address carries them."""
    at = request.GET.get("as_known_at")
    return urlencode({"day": day.isoformat()} | ({"as_known_at": at} if at else {}))


@require_GET
def source(request: HttpRequest, id: str, cell: str) -> HttpResponse:
    """What one figure of a report was counted from: the rows, each leading to its facts."""
    holder = _holder(request)
    one = _find(id)
    field = next((field for field in one.fields if field.cell == cell and field.indicator), None)
    if field is None or field.indicator is None:
        raise NotFound()
    place, (day, at) = _place(request, holder), asked_day(request)
    given = indicators.asked(place, day, at)
    figure = indicators.figure(field.indicator, holder, given)
    counted = indicators.INDICATORS[field.indicator]
    if figure.value is None or not isinstance(counted.compute, Rows):
        raise NotFound()
    found = counted.compute.which(given, LISTED)
    context = {
        "section": "reports",
        "report": one,
        "field": field,
        "name": counted.name,
        "noun": counted.compute.noun,
        "line": given.line,
        "day": day,
        "at": at,
        "when": _when(request, day),
        "value": figure.value,
        "more": figure.value - len(found),
        "rows": found,
    }
    return render(request, "reports/source.html", context)


@require_GET
def workbook(request: HttpRequest, id: str) -> HttpResponse:
    """The report in the body's own workbook; what is not held is written as that, and listed on a sheet of its own."""
    holder = _holder(request)
    one = _find(id)
    place, (day, at) = _place(request, holder), asked_day(request)
    given = indicators.asked(place, day, at)
    with translation.override("zh-hans"):  # the bodies' workbooks are Chinese
        rows = _rows(one, holder, given)
        values: dict[str, Any] = {"unit": given.line.name_zh, "day": day.isoformat()}
        values |= {row["field"].cell: row["shown"] for row in rows}
        left = [(str(row["field"].title), str(row["why"])) for row in rows if row["why"]]
        data = excel.filled(one.template, values, (_("Not held"), left))
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{one.id}-{given.line.key}-{day}.xlsx"'
    return answer


def _find(id: str) -> Report:
    found = next((one for one in reports() if one.id == id), None)
    if found is None:
        raise NotFound()
    return found


def _rows(one: Report, holder: Holder, given: indicators.Asked) -> list[dict[str, Any]]:
    """Field by field: the figure, or why there is none."""
    why = {
        "": "",
        "not_yours": _("held by another role: ask the county CDC"),
        "not_kept": _("no list is kept here"),
    }
    rows: list[dict[str, Any]] = []
    for field in one.fields:
        row: dict[str, Any] = {"field": field, "figure": None, "why": field.not_held, "shown": _("not held")}
        if field.indicator is not None:
            figure = indicators.figure(field.indicator, holder, given)
            row |= {"figure": figure, "name": indicators.INDICATORS[field.indicator].name, "why": why[figure.why]}
            if not figure.why:
                row["shown"] = figure.value
        rows.append(row)
    return rows


@require_http_methods(["GET", "POST"])
def forms(request: HttpRequest) -> HttpResponse:
    """The registry of forms, and what becomes of a form that somebody would like to add."""
    _holder(request)
    now = clock.read(queries.raw()).now
    text = request.POST.get("form", "")
    if len(text) > 20_000:
        raise Malformed(_("20,000 characters at most"), "form")
    held, refused = registry.registered(local_day(now))
    proposed, refusals = registry.judge(text, local_day(now), held) if text.strip() else ({}, [])
    timed = burden.median()
    context = {
        "section": "reports",
        "forms": [{"form": one, "timed": timed.get(one.id), "ended": one.expires < local_day(now)}
                  for one in held],
        "refused": refused,
        "rule": registry.rule(),
        "text": text,
        "proposed": proposed,
        "refusals": refusals,
        "share": round(100 * registry.limits()["share"]),
        "english": translation.get_language() == "en",
    }  # fmt: skip
    return render(request, "reports/forms.html", context)
