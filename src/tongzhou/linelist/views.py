"""The case register: the line list with its clocks, and the page of one case."""

from __future__ import annotations

import datetime as dt

import uuid_utils.compat as uuids
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongzhou.api import say
from tongzhou.cases import forms
from tongzhou.cases import queries as cases
from tongzhou.cases.kinds import CARE
from tongzhou.cases.views import place_held
from tongzhou.ledger import clock, door
from tongzhou.linelist import export as exports
from tongzhou.linelist import queries, saved
from tongzhou.linelist.mapping import MappingError
from tongzhou.people import vault
from tongzhou.people.scope import Holder
from tongzhou.persons import queries as persons
from tongzhou.problems import Malformed, NotFound


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The line list in scope: what runs out first on top, then page by page; found by name, number or card."""
    holder = _sees_cases(request)
    if request.method == "POST":
        return _keep_view(request, holder)
    connection.ensure_connection()
    request.clock = clock.read(connection.connection)  # type: ignore[attr-defined]  # the shell asks no second time
    now = request.clock.now  # type: ignore[attr-defined]
    wanted, after = _wanted(request, holder), _after(request)
    found, more = queries.page(wanted, now, after)
    urgent, unlooked = ([], 0) if request.GET else queries.running(now)
    persons.attach(found, urgent)
    places = [place for one in [*found, *urgent] for place in (one["place"], one["home"]) if place]
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "section": "cases",
        "cases": found,
        "urgent": urgent,
        "unlooked": unlooked,
        "more": f"{found[-1]['effective_at'].isoformat()},{found[-1]['key']}" if more else None,
        "query": query.urlencode(),
        "asked": {name: request.GET.get(name, "") for name in ("q", "since", "until")},
        "filtered": bool(request.GET),
        "state": wanted.state,
        "states": (*forms.CLASSES, "excluded", "merged"),
        "names": cases.place_names(places),
        "asks": sum(any(c.asks for c in one["clocks"]) for one in urgent),
        "columns": saved.columns(request.GET),
        "all_columns": saved.COLUMNS,
        "saved": saved.views() if wanted.keys is None else [],
        "keeps": bool(set(holder.roles) & set(CARE)),
        "id": str(uuids.uuid7()),
    }
    # The search box fetches its answer alone: what stands around it is there already.
    part = request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
    return render(request, "linelist/found.html" if part else "linelist/register.html", context)


def _keep_view(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Save the view on the screen, or drop one of one's own place."""
    role = next((role for role in CARE if role in holder.roles), None)
    if role is None:
        raise NotFound()
    now, place = say.now(), place_held(holder, role)
    if request.POST.get("say") == "drop":
        body = {"view": request.POST.get("view", "")}
        say.say(request, [say.said("view.dropped", say.form_id(request.POST.get("id", "")), now, place, body)])
    else:
        say.say(request, [saved.save(request.POST, place, now)])
    return redirect("cases")


@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The line list as CSV, row by row as it is read, under the asker's scope; it holds no names.

    `layout`: the headings and words of another system.
    """
    holder = _sees_cases(request)
    wanted = _wanted(request, holder)
    layout = request.GET.get("layout") or None
    try:
        lines = exports.lines(holder, wanted, layout)
    except MappingError as error:
        raise Malformed(str(error), "layout") from None
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{layout or "cases"}.csv"'
    return answer


def _sees_cases(request: HttpRequest) -> Holder:
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.sees("cases"):
        raise NotFound()
    return holder


def _wanted(request: HttpRequest, holder: Holder) -> queries.Filter:
    """The filter in the address. A search looks the words up by their keyed digests: the ledger holds no names."""
    asked = request.GET
    since, until = forms.day(asked.get("since", ""), "since"), forms.day(asked.get("until", ""), "until")
    keys = _search(asked["q"].strip(), holder) if asked.get("q", "").strip() else None
    place = say.whole(asked.get("place"), 1, 2**31 - 1, "place")
    state = asked.get("state") or None
    return queries.Filter(state, place, since, until and until + dt.timedelta(days=1), keys)


def _search(text: str, holder: Holder) -> tuple[str, ...]:
    """Cases by card number, telephone, identity number or name. A number is no name, and a name holds no number."""
    numbers = any(char.isdigit() for char in text)
    fields = ("telephone", "identity") if numbers else ("name",)
    with door.ledger() as ledger, ledger.pipeline():
        cards = queries.by_card(ledger, text)
        owners = vault.find_any(ledger, fields, text, holder)
        found = {key for (key,) in cards}
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
