"""What presses: the bell of a screen, and the moment at which it was opened."""

from __future__ import annotations

import datetime as dt

import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from tongzhou.api import say
from tongzhou.ledger.owed import table_on
from tongzhou.ledger.time import close_of, local_day
from tongzhou.problems import Problem
from tongzhou.today import mine


def seen(request: HttpRequest, lines: list[mine.Line], now: dt.datetime) -> None:
    """What presses and was not opened yet is opened now: its bell stops."""
    ring = table_on(local_day(now)).ring_min
    unseen = [line for line in lines if line.seen is None]
    fresh = [line for line in unseen if (rings_here(line) and ring.get(line.clock)) or _told(line)]
    for line in fresh:
        body = {"subject": line.subject, "what": line.what, "at": line.at}
        try:
            say.say(request, [say.said("owed.seen", uuids.uuid7(), now, line.place, body)])
        except Problem:  # somebody did it in this second, or it waits elsewhere: the page is for looking all the same
            continue


def _told(line: mine.Line) -> bool:
    """A decision says to the desk that took it when whoever carries it out opened it."""
    return line.what == "carry_out" and not line.step


def rings_here(line: mine.Line) -> bool:
    """A bell is for the desk that owes first; what is a danger to life rings wherever it has come up to."""
    return line.step == 0 or line.clock == "life"


def _waited(line: mine.Line, now: dt.datetime, minutes: int) -> bool:
    """Nobody opened it within its minutes; none: it never rings."""
    return minutes > 0 and now - line.since >= dt.timedelta(minutes=minutes)


@require_GET
def ring(request: HttpRequest) -> HttpResponse:
    """What presses and nobody opened in its minutes: the screen of its desk rings. No word of anybody in it."""
    holder, now = mine.holding(request), say.now()
    minutes = table_on(local_day(now)).ring_min
    rings = [
        line
        for line in mine.owed(holder, now, most=200).lines
        if line.seen is None and rings_here(line) and _waited(line, now, minutes.get(line.clock, 0))
    ]
    return JsonResponse({"ring": len(rings), "at": now.isoformat(), "until": close_of(local_day(now)).isoformat()})
