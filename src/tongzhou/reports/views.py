"""Reports to look at and to take along, and the registry of forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.forms import CharField, Textarea
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.api import say
from tongzhou.command.asking import asked as asked_day
from tongzhou.command.templatetags.board import grouped
from tongzhou.command.templatetags.sitrep import day as day_words
from tongzhou.directives.queries import names
from tongzhou.ledger.fold import CALLED
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.fields import Choice, Day, Moment
from tongzhou.pages.form import Filter, Form
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import named
from tongzhou.people import duties
from tongzhou.people.scope import Holder
from tongzhou.problems import NotFound
from tongzhou.reports import burden, excel, indicators, registry
from tongzhou.reports.definitions import FOLDER, Report, read, reports
from tongzhou.reports.rows import Rows

LISTED = 200  # rows of one figure on one page
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Elsewhere(Filter):
    """Another place or day, and as it was known when."""

    place = Choice(choices=lambda: [], number=True, label=gettext_lazy("Place"))
    day = Day(label=gettext_lazy("Day"))
    as_known_at = Moment(label=gettext_lazy("As known at"))

    def __init__(self, *args: Any, board: Any, line: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        english = get_language() == "en"
        above = [(str(id), en if english else zh) for id, zh, en in board.above]
        below = [(str(one.id), f"· {named(one)}") for one in board.below]
        self.fields["place"].choices = [*above, (str(line.id), named(line)), *below]  # type: ignore[attr-defined]


def _place(ask: Ask) -> int:
    """The place asked for, or the first at which the reader holds a role."""
    given = say.whole(ask.given("place"), 1, 2**31 - 1, "place")
    return given if given is not None else ask.holder.places[0][1]


@page("reports", sees="counts", answers=["GET"])
def index(ask: Ask) -> HttpResponse:
    """Which reports there are, for whom and when. None of them is typed."""
    found, refused = read(FOLDER)
    return ask.show("reports/index.html", table=_table(found), refused=refused)


def _table(found: Sequence[Report]) -> Table:
    def held(one: Report) -> str:
        return f"{sum(f.indicator is not None for f in one.fields)} / {len(one.fields)}"

    columns = (
        Column("report", gettext_noop("Report"), lambda one: one.title),
        Column("body", gettext_noop("Demanded by"), lambda one: one.body),
        Column("due", gettext_noop("Due"), lambda one: one.due),
        Column("held", gettext_noop("Fields held"), held, sort="number"),
    )
    return Table(_("Reports"), columns, found, href=lambda one: reverse("report", args=[one.id]))


@page("reports", sees="counts", answers=["GET"])
def report(ask: Ask, id: str) -> HttpResponse:
    """A report of a place and a day: every figure, and what is not held."""
    holder = ask.holder
    one = _find(id)
    place, (day, at) = _place(ask), asked_day(ask.request)
    given = indicators.asked(place, day, at)
    rows = _rows(one, holder, given, _owes(holder, one, given))
    context: dict[str, Any] = {
        "report": one,
        "line": given.line,
        "day": day,
        "at": at,
        "rows": rows,
        "table": _figures(one, rows, given.line.id, _when(ask, day)),
        "held": sum(row["figure"] is not None and row["figure"].value is not None for row in rows),
        "asks": one.asks(given.line.level, day),
        "english": translation.get_language() == "en",
        "sieve": ask.filter(Elsewhere, {"place": place, "day": day}, board=given.board, line=given.line),
        "when": _when(ask, day),
    }
    return ask.show("reports/report.html", **context)


def _figures(one: Report, rows: list[dict[str, Any]], place: int, when: str) -> Table:
    """Field by field, each figure with the way to where it comes from."""

    def field(row: dict[str, Any]) -> SafeString:
        why = format_html('<br><small class="sub">{}</small>', row["why"]) if row["why"] else ""
        return format_html("{}{}", row["field"].title, why)

    def figure(row: dict[str, Any]) -> SafeString:
        if row["why"]:
            return format_html('<span class="level outline">{}</span>', _("not held"))
        if row.get("by"):
            return format_html("{}", grouped(row["figure"].value))
        there = reverse("report_source", args=[one.id, row["field"].cell]) + f"?place={place}&{when}"
        there = there if row["figure"].rows else f"/board/{place}?{when}"
        old = format_html('<br><small class="sub">{}</small>', _old(of)) if (of := row["figure"].of) else ""
        return format_html('<a href="{}">{}</a>{}', there, grouped(row["figure"].value), old)

    def source(row: dict[str, Any]) -> SafeString | str:
        if row["why"]:
            return ""
        right = _("counted under the right of %(who)s") % {"who": row["by"]} if row.get("by") else ""
        return format_html('{} <small class="sub">{}</small>', _(row["name"]), right) if right else _(row["name"])

    columns = (
        Column("field", gettext_noop("Field"), field),
        Column("figure", gettext_noop("Figure"), figure, sort="number"),
        Column("source", gettext_noop("Where it comes from"), source, narrow=True),
    )
    return Table(str(one.title), columns, rows)


def _when(ask: Ask, day: dt.date) -> str:
    """The day and the moment of knowledge as an address carries them."""
    at = ask.given("as_known_at")
    return urlencode({"day": day.isoformat()} | ({"as_known_at": at} if at else {}))


@page("reports", sees="counts", answers=["GET"])
def source(ask: Ask, id: str, cell: str) -> HttpResponse:
    """What one figure of a report was counted from: the rows, each leading to its facts."""
    holder = ask.holder
    one = _find(id)
    field = next((field for field in one.fields if field.cell == cell and field.indicator), None)
    if field is None or field.indicator is None:
        raise NotFound()
    place, (day, at) = _place(ask), asked_day(ask.request)
    given = indicators.asked(place, day, at)
    figure = indicators.figure(field.indicator, holder, given)
    counted = indicators.INDICATORS[field.indicator]
    if figure.value is None or not isinstance(counted.compute, Rows):
        raise NotFound()
    found = counted.compute.which(given, LISTED)
    context: dict[str, Any] = {
        "report": one,
        "field": field,
        "name": counted.name,
        "noun": counted.compute.noun,
        "called": _(CALLED.get(counted.compute.noun, "")),
        "line": given.line,
        "day": day,
        "at": at,
        "when": _when(ask, day),
        "value": figure.value,
        "more": figure.value - len(found),
        "rows": found,
    }
    return ask.show("reports/source.html", **context)


@page("reports", sees="counts", answers=["GET"])
def workbook(ask: Ask, id: str) -> HttpResponse:
    """The report in the body's own workbook; what is not held is written as that, and listed on a sheet of its own."""
    holder = ask.holder
    one = _find(id)
    place, (day, at) = _place(ask), asked_day(ask.request)
    given = indicators.asked(place, day, at)
    with translation.override("zh-hans"):  # the bodies' workbooks are Chinese
        rows = _rows(one, holder, given, _owes(holder, one, given))
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


def _owes(holder: Holder, one: Report, given: indicators.Asked) -> bool:
    """Does the reader's desk owe this report, of its own place and day?"""
    mine = any(role in one.owed_by and place == given.place for role, place in holder.places)
    return mine and one.asks(given.line.level, given.day)


def _post(found: indicators.Figure) -> str:
    """The post that holds a figure, by its place."""
    if found.by is None:
        return ""
    zh, en = names([found.by.place]).get(found.by.place, ("", ""))
    return duties.post_at(found.by.role, en if translation.get_language() == "en" else zh)


def _why(found: indicators.Figure, one: Report) -> str:
    """Why a figure is not there: who holds it and by when they owe it."""
    if found.why == "not_yours" and found.by:
        return _("held by %(who)s, who owes it by %(at)s") % {"who": _post(found), "at": one.others}
    if found.why == "not_yours":
        return _("nobody holds this sort of data here")
    if found.why == "not_kept" and found.by:
        return _("%(who)s keeps no list of it here; owed by %(at)s") % {"who": _post(found), "at": one.others}
    return _("no list is kept here") if found.why else ""


def _rows(one: Report, holder: Holder, given: indicators.Asked, owed: bool) -> list[dict[str, Any]]:
    """Field by field: the figure, or why there is none and who owes it."""
    rows: list[dict[str, Any]] = []
    for field in one.fields:
        row: dict[str, Any] = {"field": field, "figure": None, "why": field.not_held, "shown": _("not held")}
        if field.indicator is not None:
            figure = indicators.figure(field.indicator, holder, given, owed=owed)
            name = indicators.INDICATORS[field.indicator].name
            row |= {"figure": figure, "name": name, "why": _why(figure, one), "by": _post(figure)}
            if not figure.why:
                row["shown"] = f"{figure.value} ({_old(figure.of)})" if figure.of else figure.value
        rows.append(row)
    return rows


def _old(day: dt.date) -> str:
    return _("of %(day)s, nothing newer here") % {"day": day_words(day)}


ASKS = gettext_lazy("form, owner, basis, purpose, every, issued, expires, seen_by, fields (name, use, means), as YAML")


class Propose(Form):
    """A form that somebody would like to add: judged, and kept nowhere."""

    text = CharField(max_length=20_000, widget=Textarea(attrs={"rows": 8}), label=ASKS)


@page("reports", sees="counts")
def forms(ask: Ask) -> HttpResponse:
    """The registry of forms, and what becomes of a form that somebody would like to add."""
    today = local_day(ask.now)
    held, refused = registry.registered(today)
    form = ask.form(Propose, "propose")
    judged = form.is_bound and form.is_valid()
    proposed, refusals = registry.judge(form.cleaned_data["text"], today, held) if judged else ({}, [])
    timed = burden.median()
    return ask.show(
        "reports/forms.html",
        forms=[{"form": one, "timed": timed.get(one.id), "ended": one.expires < today} for one in held],
        refused=refused,
        rule=registry.rule(),
        propose=form,
        proposed=proposed,
        refusals=refusals,
        share=round(100 * registry.limits()["share"]),
        english=translation.get_language() == "en",
    )
