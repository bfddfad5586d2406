"""The case register: one table with its views, filters, order and exports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from django.db import connection
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.api import asked, say
from tongzhou.cases import queries as cases
from tongzhou.cases.kinds import CARE
from tongzhou.cases.views import place_held
from tongzhou.ledger import clock, door, worded
from tongzhou.ledger.time import local_day, zone
from tongzhou.linelist import export as exports
from tongzhou.linelist import queries, saved, tables
from tongzhou.linelist.mapping import MappingError
from tongzhou.pages.ask import Ask, page
from tongzhou.people import vault
from tongzhou.people.scope import Holder
from tongzhou.persons import handles
from tongzhou.persons import queries as persons
from tongzhou.problems import Malformed

Row = dict[str, Any]
STATES = (*dict.fromkeys((*worded.codes("case.identified", "classification"),
                          *worded.codes("case.classified", "classification"))), "merged")  # fmt: skip
FILTERS = ("q", "state", "place", "since", "until")  # each is a chip that closes
EXCEL = 20_000  # rows of a workbook; longer lists go as CSV


@page("cases", sees="cases")
def register(ask: Ask) -> HttpResponse:
    """The line list in scope, page by page; found by name, number or card."""
    connection.ensure_connection()
    ask.request.clock = clock.read(connection.connection)  # type: ignore[attr-defined]  # the shell asks no second time
    ask.now = ask.request.clock.now  # type: ignore[attr-defined]
    if done := _views(ask):
        return done
    asked, wanted, after = ask.request.GET, wanted_of(ask.request, ask.holder), _after(ask.request)
    part = ask.request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in ask.request.headers
    running, unlooked = queries.running(ask.now) if not part and not after else ([], 0)
    total = queries.count(wanted)
    if ask.given("view") == "running":
        found, more = running, False
        total = (len(running), bool(unlooked))
    else:
        found, more = queries.page(wanted, ask.now, after)
    due = not more and not after
    if due:
        found = sorted(found, key=lambda one: one["urgency"])
    persons.attach(found)
    names = cases.place_names([place for one in found for place in (one["place"], one["home"]) if place])
    columns = saved.columns(asked) if asked.getlist("column") else list(tables.USUAL)
    kept = _without(asked, "after")
    context: Row = {
        "section": "cases",
        "now": ask.now,
        "table": tables.cases(found, columns, names, _("Line list")),
        "found": found,
        "total": total,
        "more": f"{found[-1]['effective_at'].isoformat()},{found[-1]['key']}" if more else None,
        "per_page": queries.PAGE,
        "due": due and any(one["clocks"] for one in found),
        "unlooked": unlooked,
        "query": kept,
        "asked": {name: asked.get(name, "") for name in FILTERS},
        "chips": _chips(ask, wanted),
        "instead": _instead(ask, wanted) if not found else [],
    }
    # The search box fetches its answer alone: what stands around it is there already.
    if part:
        return render(ask.request, "linelist/found.html", context)
    view = saved.views() if wanted.keys is None else []
    return ask.show(
        "linelist/register.html",
        **context | {
            "tabs": _tabs(ask, view, running, after, total),
            "asks": sum(any(c.asks for c in one["clocks"]) for one in running),
            "states": [(code, tables._class(code)) for code in STATES],
            "columns": columns,
            "all_columns": saved.COLUMNS,
            "keeps": bool(set(ask.holder.roles) & set(CARE)) and bool(asked) and not asked.get("q"),
            "mine": next((one for one in view if one["query"] == kept), None),
        },
    )  # fmt: skip


def _views(ask: Ask) -> HttpResponse | None:
    """Save the view on the screen, or drop one."""
    role = next((role for role in CARE if role in ask.holder.roles), None)
    if not ask.sent or role is None:
        return None
    place = place_held(ask.holder, role)
    drop = ask.form(saved.Drop, "drop")
    keep = ask.form(saved.Keep, "keep")
    return ask.take(drop, lambda: [drop.said(ask.now, place)], to="/cases/") or ask.take(
        keep, lambda: [saved.save(keep, ask.request.GET, place, ask.now)]
    )


def _tabs(ask: Ask, views: Sequence[Row], running: Sequence[Row], after: Any, total: tuple[int, bool]) -> list[Row]:
    """The views as tabs: what they are called, their address, how many cases they hold."""
    today, given = local_day(ask.now).isoformat(), ask.given("view")
    bare = {name for name in ask.request.GET if name != "after"}
    everything = queries.count(queries.Filter()) if bare else total
    tabs = [
        {"name": _("all"), "query": "", "count": everything, "here": not bare},
        {"name": _("clocks that run"), "query": "view=running", "here": given == "running",
         "count": (len(running), False) if not after else None,
         "late": any(tables.mark(one["clocks"]) == "now" for one in running)},
        {"name": _("new today"), "query": f"since={today}", "here": ask.request.GET.urlencode() == f"since={today}",
         "count": queries.count(queries.Filter(since=_day(today, "since")))},
    ]  # fmt: skip
    kept = _without(ask.request.GET, "after")
    return tabs + [{"name": v["name"], "query": v["query"], "here": v["query"] == kept, "count": None} for v in views]


CHIPS = {
    "q": gettext_noop("search: %(value)s"),
    "state": gettext_noop("classification: %(value)s"),
    "place": gettext_noop("reported in: %(value)s"),
    "since": gettext_noop("identified from %(value)s"),
    "until": gettext_noop("identified until %(value)s"),
}


def _chips(ask: Ask, wanted: queries.Filter) -> list[tuple[str, str]]:
    """Every filter in words, with the address without it."""
    asked = ask.request.GET
    return [(_worded(name, asked[name], wanted), _without(asked, name, "after")) for name in FILTERS if asked.get(name)]


def _worded(name: str, value: str, wanted: queries.Filter) -> str:
    if name == "state" and value in STATES:
        value = tables._class(value)
    if name == "place" and wanted.place:
        from tongzhou.cases.templatetags.cases import placed

        value = placed(cases.place_names([wanted.place]), wanted.place)
    return _(CHIPS[name]) % {"value": value}


def _instead(ask: Ask, wanted: queries.Filter) -> list[tuple[str, str, tuple[int, bool]]]:
    """Where nothing matches: each filter that can be dropped, and how many cases that gives."""
    asked, found = ask.request.GET, []
    for name in FILTERS:
        if asked.get(name):
            fewer = QueryDict(_without(asked, name, "after"))
            count = queries.count(_filter(fewer, None if name == "q" else wanted.keys))
            if count[0]:
                found.append((_worded(name, asked[name], wanted), fewer.urlencode(), count))
    return found


def _without(asked: QueryDict, *names: str) -> str:
    return urlencode(
        [(name, value) for name, values in asked.lists() if name not in names for value in values if value]
    )


@page("cases", sees="cases", answers=("GET",))
def export(ask: Ask) -> HttpResponseBase:
    """The line list for other programs, as CSV, row by row as it is read, under the asker's scope; it holds no names.

    `layout`: the headings and words of another system.
    """
    wanted = wanted_of(ask.request, ask.holder)
    layout = ask.given("layout") or None
    try:
        lines = exports.lines(ask.holder, wanted, layout)
    except MappingError as error:
        raise Malformed(str(error), "layout") from None
    return _file(StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), f"{layout or 'cases'}.csv")


@page("cases", sees="cases", answers=("GET",))
def as_shown(ask: Ask, kind: str) -> HttpResponseBase:
    """The line list in the words and columns of the page: for Excel, or as CSV."""
    wanted = wanted_of(ask.request, ask.holder)
    columns = saved.columns(ask.request.GET) if ask.request.GET.getlist("column") else list(tables.USUAL)
    name = _("line list")
    if kind == "csv":
        lines = exports.shown(ask.holder, wanted, columns, ask.now)
        return _file(StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), f"{name}.csv")
    n, _least = queries.count(wanted, EXCEL)
    if n >= EXCEL:
        raise Malformed(_("more than %(n)s cases: take the CSV, or filter them") % {"n": EXCEL - 1}, "state")
    sheet = exports.workbook(ask.holder, wanted, columns, ask.now)
    return _file(HttpResponse(sheet, content_type=exports.XLSX), f"{name}.xlsx")


def _file(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def wanted_of(request: HttpRequest, holder: Holder) -> queries.Filter:
    """The filter in the address. A search looks the words up by their keyed digests: the ledger holds no names."""
    text = request.GET.get("q", "").strip()
    return _filter(request.GET, _search(text, holder) if text else None)


def _filter(given: QueryDict, keys: tuple[str, ...] | None) -> queries.Filter:
    since, until = _day(given.get("since", ""), "since"), _day(given.get("until", ""), "until")
    state = given.get("state") or None
    if state and state not in STATES:
        raise Malformed(_("one of the classifications"), "state")
    place = say.whole(given.get("place"), 1, 2**31 - 1, "place")
    return queries.Filter(state, place, since, until and until + dt.timedelta(days=1), keys)


def _day(text: str, field: str) -> dt.datetime | None:
    """The beginning of a day in the region's time; None where nothing was typed."""
    return dt.datetime.combine(asked.day(text, field), dt.time(), zone()) if text else None


def _search(text: str, holder: Holder) -> tuple[str, ...]:
    """Cases by the person's number or its last four digits, card number, telephone, identity number or name. A number
    is no name, and a name holds no number."""
    numbers = any(char.isdigit() for char in text)
    fields = ("telephone", "identity") if numbers else ("name",)
    digits = handles.digits(text)
    with door.ledger() as ledger, ledger.pipeline():
        asked = [queries.by_card(ledger, text)]
        asked += [queries.by_number(ledger, digits)] if handles.fits(digits) or len(digits) == queries.ENDING else []
        owners = vault.find_any(ledger, fields, text, holder)
        found = {key for cursor in asked for (key,) in cursor}
    found |= {owner.removeprefix("case/") for owner in owners if owner.startswith("case/")}
    return tuple(sorted(found))


def _after(request: HttpRequest) -> tuple[dt.datetime, str] | None:
    at, _comma, key = request.GET.get("after", "").partition(",")
    if not key:
        return None
    try:
        return dt.datetime.fromisoformat(at), key
    except ValueError:
        raise Malformed(_("open the list again"), "after") from None
