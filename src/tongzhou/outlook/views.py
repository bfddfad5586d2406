"""The outlook of a place, the alerts in scope, and the chain around a case."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongzhou.cases import queries as cases
from tongzhou.command import indicators, published, queries
from tongzhou.command import rt as reproduction
from tongzhou.command.asking import asked, not_due
from tongzhou.directives import queries as desks
from tongzhou.directives.templatetags.directives import located
from tongzhou.outlook import ahead as foretold
from tongzhou.outlook import alerts as signals
from tongzhou.outlook import chains, checked, delays, lists, meetings, past, series, tracing
from tongzhou.outlook import cover as goods
from tongzhou.outlook.beside import beside, told_below
from tongzhou.outlook.forms import Taken
from tongzhou.outlook.kept import Kept, kept
from tongzhou.outlook.sentence import mean, sentence
from tongzhou.outlook.templatetags.outlook import alertname
from tongzhou.pages.ask import Ask, page
from tongzhou.people.scope import Holder
from tongzhou.places.queries import covers_of
from tongzhou.problems import NotFound, NotYours
from tongzhou.supply import policy
from tongzhou.supply import queries as stores
from tongzhou.tables.policy import shipped

SAYS = ("epidemiologist", "duty_officer", "commander")
FORMS = {"graphml": "application/graphml+xml", "json": "application/json", "csv": "text/csv; charset=utf-8"}


def _holder(request: HttpRequest, sort: str) -> Holder:
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.sees(sort):
        raise NotFound()
    return holder


@require_GET
def outlook(request: HttpRequest, place: int) -> HttpResponse:
    """Where it is going: published cases with a forecast, own cases by onset with a nowcast, in words first."""
    holder = _holder(request, "counts")
    day, at = asked(request, place)
    named = not_due(request, day)
    found = queries.board(place, day, at)
    changes = set(queries.definition_changes())
    curve = queries.curve(place, day, at=at) if found.place.published else []
    covers = covers_of(place)
    series_of = indicators.series(covers, day, at)
    held = series_of.get(place, [])
    below = {one.id: (one.name_zh, one.name_en) for one in found.below}
    ahead = foretold.look_ahead(curve, changes, lying=indicators.lying(held)) if curve else None
    onsets = delays.onsets(covers, day, at)
    waits = delays.waits(covers, day, at)
    growing = ahead.burden.growing if ahead and ahead.burden else None
    told = past.foretold_for(curve, changes, _kept(curve, place, day, at)) if ahead else []
    context = {
        "section": "outlook",
        "line": found.place,
        "above": found.above,
        "day": day,
        "not_due": named,
        "at": at,
        "query": request.GET.urlencode(),
        "curve": curve,
        "changes": changes,
        "ahead": ahead,
        "ahead_table": lists.ahead(ahead.days) if ahead else None,
        "sentence": sentence(ahead, curve),
        "checked": checked.picture(ahead.checked) if ahead else None,
        "verdict": checked.verdict(ahead.checked) if ahead and ahead.checked else None,
        "means": _means(curve),
        "least": shipped("forecast")["values"]["judged_least"],
        "past": lists.foretold(told) if told else None,
        "beside": beside(held, day, told_below(series_of, place, below)) if curve else [],
        "goods": lists.goods(goods.covers(stores.at_close(named or day, at, covers), growing)),
        "limits": policy.stock(),
        "below": bool(found.below) and any(one.published for one in found.below),
        "own": _own_rt(covers, day, at) if not curve else None,
        "tracing": tracing.tracing(covers, day, at) if holder.sees("cases") else None,
        "delays": [_delay("onsets", onsets), *(_delay(what, rows) for what, rows in waits.items() if rows)],
        "english": translation.get_language() == "en",
    }
    return render(request, "outlook/outlook.html", context)


def _means(curve: list[Any]) -> list[tuple[Any, float | None]]:
    """Each day of the curve with its mean of seven days, where all seven were told."""
    return [(one, mean(curve, n)) for n, one in enumerate(curve)]


def _kept(curve: list[Any], place: int, day: dt.date, at: dt.datetime | None) -> dict[dt.date, Kept]:
    """The forecasts kept of the days before the newest; a merged unit's are those of the place its figures are of."""
    newest = curve[0] if isinstance(curve[0], dt.date) else curve[0].day
    of = published.series_of([place], day).get(place)
    days = [newest - dt.timedelta(days=back) for back in past.BACK]
    found = kept(place, days, at)
    return found or (kept(of, days, at) if of else {})


@require_GET
def places(request: HttpRequest, place: int) -> HttpResponse:
    """The same for every place right below at once, those that will need most beds first: fetched by the outlook
    after the page itself."""
    _holder(request, "counts")
    day, at = asked(request, place)
    said_on = not_due(request, day) or day
    found = queries.board(place, day, at)
    changes = set(queries.definition_changes())
    rows: list[dict[str, Any]] = []
    held = indicators.series(covers_of(place), day, at)
    for line in found.below:
        curve = queries.curve(line.id, day, at=at) if line.published else []
        if not curve:
            continue
        ahead = foretold.look_ahead(curve, changes, lying=indicators.lying(held.get(line.id, [])))
        growing = ahead.burden.growing if ahead.burden else None
        short = goods.covers(stores.at_close(said_on, at, covers_of(line.id)), growing)
        rows.append({"line": line, "ahead": ahead, "short": next(iter(short), None)})
    rows.sort(key=lambda row: _most_beds(row["ahead"].burden))
    return render(request, "outlook/places.html", {"table": lists.side_by_side(rows, request.GET.urlencode())})


def _most_beds(burden: foretold.Burden | None) -> float:
    """Who will need most beds first; those of whom nobody knows how many lie there last."""
    if burden is None:
        return 1.0
    return -(burden.beds[0] if burden.beds else burden.in_bed)


def _own_rt(covers: str, day: dt.date, at: dt.datetime | None) -> dict[str, Any] | None:
    """Rt of the own ledger's cases by day of report, or why nothing can be said; None where there is no case."""
    reported = series.reported(covers, day, at)
    if not reported:
        return None
    days = reproduction.ribbon(reported, set())
    return {"days": days[::-1], "last": days[-1], "policy": reproduction.policy(),
            "said": any(one.mean is not None for one in days)}  # fmt: skip


def _delay(what: str, rows: list[delays.Onset]) -> dict[str, Any]:
    return {
        "what": what,
        "rows": bool(rows),
        "table": lists.delay(what, rows[::-1]),
        "coming": sum(one.coming for one in rows),
        "nowcast": any(one.median is not None for one in rows),
        "total": sum(one.reported for one in rows),
    }


@page("alerts", sees="counts")
def alerts(ask: Ask) -> HttpResponse:
    """What somebody should look at today: why, what now, whom to ring; taken, explained or acted on."""
    holder = ask.holder
    role = next((role for role in SAYS if role in holder.roles), None)
    if ask.sent and role is None:
        raise NotYours()
    place = next((place for held, place in holder.places if held == role), None)
    day, at = asked(ask.request)
    found = signals.alerts(day, at, sees_cases=holder.sees("cases"), sees_warnings=holder.sees("warnings"))
    names = desks.names([one.place for one in found])
    drawn, done = [], None
    for one in found:
        form = None
        if role and at is None and one.state != "acted":
            form = ask.form(Taken, f"alert/{one.key}", about=f"alert/{one.key}", seen=one.state, state=one.state)
            told, where = partial(form.said, ask.now, place, alert=one.key), located(names, one.place)
            about = f"{where} · {alertname(one.code)}"
            done = done or ask.take(form, lambda told=told: [told()], about=about)  # type: ignore[misc]
        drawn.append((one, form))
    return done or ask.show(
        "outlook/alerts.html",
        alerts=drawn,
        open=sum(one.state == "raised" for one in found),
        names=names,
        day=day,
        at=at,
    )


@require_GET
def chain(request: HttpRequest, key: str) -> HttpResponse:
    """Who infected whom around a case; walked with the arrow keys, read as a list without scripts."""
    _holder(request, "cases")
    __, at = asked(request)
    stated = chains.stated(at)
    found = chains.chain(key, stated)
    by_key: dict[str, Any] = {one.key: one for one in found.nodes}
    forward, backward = meetings.meetings(key, stated)
    context = {
        "section": "cases",
        "chain": found,
        "key": key,
        "at": at,
        "edges": [(by_key[one.source], one) for one in found.nodes if one.source in by_key],
        "names": cases.place_names(
            [one.data["home"] or one.place for one in found.nodes]
            + [one.row["data"].get("home") or one.row["place"] for one in (*forward, *backward)]
        ),
        "met": [(_("Whom it may have reached"), forward), (_("Where it may come from"), backward)],
    }
    return render(request, "outlook/chain.html", context)


@require_GET
def graph(request: HttpRequest, form: str) -> HttpResponse:
    """All chains in scope, for Gephi, igraph and spreadsheets; numbers of cases, no names."""
    _holder(request, "cases")
    if form not in FORMS:
        raise NotFound()
    __, at = asked(request)
    answer = HttpResponse(chains.graph(form, at), content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="chains.{form}"'
    return answer


@require_GET
def cluster(request: HttpRequest, place: int) -> HttpResponse:
    """The clusters at a place by the definition in force: why, which cases, and the chain of each."""
    _holder(request, "cases")
    day, at = asked(request)
    found = signals.clusters(day, at, place)
    if not found:
        raise NotFound()
    definition = signals.definition_of(day)
    context = {
        "section": "alerts",
        "clusters": [{"cluster": one, "cases": held, "table": lists.cases(_("Cluster"), held)} for one, held in found],
        "definition": definition,
        "place": place,
        "names": desks.names([place]),
        "day": day,
        "at": at,
    }
    return render(request, "outlook/cluster.html", context)
