"""The page beside the outlook: how severe, how many, how fast."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from tongzhou.command import queries
from tongzhou.command.asking import asked
from tongzhou.outlook import lists, severity
from tongzhou.people.scope import Holder
from tongzhou.places.queries import covers_of
from tongzhou.problems import NotFound


@require_GET
def page(request: HttpRequest, place: int) -> HttpResponse:
    """Fatality and attack rate as published; of own cases, for those who see cases, contacts, pairs and curves."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.sees("counts"):
        raise NotFound()
    day, at = asked(request, place)
    found = queries.board(place, day, at)
    curve = queries.curve(place, day, days=400, at=at) if found.place.published else []
    sees_cases = holder.sees("cases")
    own = severity.own(covers_of(place), day, at) if sees_cases else None
    context = {
        "section": "outlook",
        "line": found.place,
        "above": found.above,
        "day": day,
        "at": at,
        "query": request.GET.urlencode(),
        "burden": severity.published(curve, place),
        "own": own,
        "rates": lists.attack_rates(own.secondary) if own else None,
        "curves": lists.curves(own.curve) if own else None,
        "sees_cases": sees_cases,
        "changes": [one for one in queries.definition_changes() if one <= day],
        "policy": severity.policy()["values"],
        "english": translation.get_language() == "en",
    }
    return render(request, "outlook/severity.html", context)
