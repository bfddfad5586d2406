"""The page of the duty officer's morning, and the decisions said from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongzhou.api import say
from tongzhou.command import morning as mornings
from tongzhou.command.views import asked
from tongzhou.directives import forms
from tongzhou.directives import queries as desks
from tongzhou.ledger.time import local_day
from tongzhou.problems import Malformed, NotFound

SHOWN = 40  # lines of what is late that stand open; the rest unfolds


@require_http_methods(["GET", "POST"])
def morning(request: HttpRequest) -> HttpResponse:
    """Figures and what differs, what is overdue, at most ten decisions. All of it as known at a moment, if asked."""
    own = desks.desks(request.holder)  # type: ignore[attr-defined]
    given = request.POST if request.method == "POST" else request.GET
    desk, now = mornings.desk_of(given.get("desk"), own), say.now()
    if request.method == "POST":
        _decide(request, desk, now)
        return redirect(f"/morning/?desk={desk}#decisions")
    day, at = asked(request)
    found = mornings.morning(desk, day, now, at)
    below = desks.below(desk)
    places = {desk, *(one.place for one in found.overdue), *(one["at"] for one in found.decisions)}
    places |= {one.next.place for one in found.overdue if one.next and one.next.place} | {
        one.of for one in found.requests if one.of
    }
    context = {
        "section": "morning",
        "found": found,
        "overdue": [("", found.overdue[:SHOWN]), (len(found.overdue[SHOWN:]), found.overdue[SHOWN:])],
        "line": found.board.place,
        "day": day,
        "at": at,
        "previous": day - dt.timedelta(days=1),
        "next": day + dt.timedelta(days=1),
        "desk": desk,
        "own": own,
        "names": desks.names(sorted(places)),
        "telephones": desks.telephones(places),
        "below": below,
        "owners": forms.OWNERS,
        "settled": forms.SETTLED,
        "most": forms.MOST,
        "today": sum(not one["earlier"] for one in found.decisions),
        "id": str(uuids.uuid7()),
        "due": (at or now).strftime("%Y-%m-%dT18:00"),
        "now": at or now,
    }
    for one in found.decisions:
        one["form"] = str(uuids.uuid7())
    return render(request, "command/morning.html", context)


def _decide(request: HttpRequest, desk: int, now: dt.datetime) -> None:
    today = local_day(now)
    held = desks.decisions(desk, today, now)
    what = request.POST.get("say")
    if what == "decide":
        at = {desk, *(id for id, _zh, _en in desks.below(desk))}
        numbers = [one["number"] for one in held if not one["earlier"]]
        say.say(request, [forms.decided(request.POST, desk, numbers, at, now)])
    elif what == "settle":
        one: dict[str, Any] | None = next((one for one in held if one["key"] == request.POST.get("decision")), None)
        if one is None:
            raise NotFound()
        say.say(request, [forms.settled(request.POST, one, now)])
    else:
        raise Malformed(_("decide or settle"), "say")
