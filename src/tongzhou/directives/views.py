"""Three pages of a desk: directives, requests, handover."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongzhou.api import asked, say
from tongzhou.directives import forms, owes, queries
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotFound


def _desks(request: HttpRequest) -> tuple[Holder, list[int]]:
    """The desks of whoever is signed in; to those without one the pages are not there."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    found = queries.desks(holder)
    if not found:
        raise NotFound()
    return holder, found


def _desk(request: HttpRequest, desks: list[int]) -> int:
    """The desk that the form speaks for."""
    given = say.whole(request.POST.get("desk"), 1, 2**31 - 1, "desk")
    if given is None:
        return desks[0]
    if given not in desks:
        raise Malformed(_("a desk of yours"), "desk")
    return given


@require_http_methods(["GET", "POST"])
def directives(request: HttpRequest) -> HttpResponse:
    """What came from above, what went down, and who has not answered, with a telephone number."""
    _holder, desks = _desks(request)
    now = say.now()
    if request.method == "POST":
        _direct(request, desks, now)
        return redirect("directives")
    found = queries.directives(now)
    over = queries.ended(desks, now, asked.behind(request.GET.get("after", "")))
    ours = [one for one in found if one["place"] in desks]
    for one in ours:
        one["form"], one["told"] = str(uuids.uuid7()), str(uuids.uuid7())
    for_us = _for_us(found, desks, queries.stood_in_for(desks, now))
    shown = [*for_us, *ours, *over.rows]
    places = {p for one in shown for p in (one["place"], *one["to"])} | set(desks)
    context = {
        "section": "directives",
        "for_us": for_us,
        "ours": [*ours, *over.rows],
        "over": over,
        "below": queries.below(desks[0]),
        "desk": desks[0],
        "names": queries.names(sorted(places)),
        "telephones": queries.telephones(places),
        "what": forms.WHAT,
        "evidence": forms.EVIDENCE,
        "lacking": forms.LACKING,
        "task_kinds": forms.TASKS,
        "id": str(uuids.uuid7()),
        "due": (now + dt.timedelta(days=1)).strftime("%Y-%m-%dT18:00"),
        "now": now,
    }
    return render(request, "directives/directives.html", context)


def _for_us(found: list[dict[str, Any]], desks: list[int], stood_in: set[int]) -> list[dict[str, Any]]:
    """What these desks still have to answer, and those that they stand in for."""
    for_us = []
    for one in found:
        for line in one["lines"]:
            place = line["place"]
            if place in {*desks, *stood_in} and one["state"] == "open" and line["state"] != "done":
                own = place in desks
                for_us.append({**one, "line": line, "desk": place, "form": str(uuids.uuid7()), "stood_in": not own,
                               "below": queries.below(place) if own else [],
                               "grids": queries.below(place, grids=True) if own else []})  # fmt: skip
    return for_us


def _direct(request: HttpRequest, desks: list[int], now: dt.datetime) -> None:
    what = request.POST.get("say", "")
    if request.POST.get("via"):
        say.say(request, [_for_another(request, desks, now)])
        return
    place = _desk(request, desks)
    if what == "issue":
        allowed = {id for id, _zh, _en in queries.below(place)}
        say.say(request, [forms.issued(request.POST, place, allowed, now)])
        return
    one = queries.directive(request.POST.get("directive", ""), now)
    if what == "end":
        if one["place"] not in desks:
            raise NotFound()
        body = {"directive": one["key"], "reason": request.POST.get("reason", "done")}
        say.say(request, [say.said("directive.ended", say.form_id(request.POST["id"]), now, one["place"], body)])
        return
    if place not in one["to"]:
        raise NotFound()
    if what == "pass_on":
        allowed = {id for id, _zh, _en in queries.below(place)}
        form = request.POST.copy()
        form.setdefault("what", one["what"])
        form.setdefault("text", one["text"])
        form.setdefault("evidence", one["evidence"])
        form.setdefault("due", one["due"].isoformat())
        say.say(request, [forms.issued(form, place, allowed, now, parent=one["key"])])
    elif what == "tasks":
        grids = {id for id, _zh, _en in queries.below(place, grids=True)}
        say.say(request, forms.tasks(request.POST, one, grids, now))
    else:
        say.say(request, [forms.answered(request.POST, one, place, now)])


def _for_another(request: HttpRequest, desks: list[int], now: dt.datetime) -> Said:
    """The answer of another desk: one that these stand in for, or one that told by telephone what it was asked from
    here. It is marked, and that desk confirms or contests it."""
    form, one = request.POST, queries.directive(request.POST.get("directive", ""), now)
    place, via = say.whole(form.get("desk"), 1, 2**31 - 1, "desk"), form["via"]
    may = {
        "telephone": set(one["to"]) if one["place"] in desks else set(),
        "stand_in": queries.stood_in_for(desks, now) & set(one["to"]),
    }
    if place is None or place not in may.get(via, ()):
        raise NotFound()
    post = Behalf(queries.post_at(place), place, via)  # type: ignore[arg-type]
    return msgspec.structs.replace(forms.answered(form, one, place, now), behalf=post)


@require_http_methods(["GET", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """What one asked the desk above, and what those below ask here, each with its clock."""
    _holder, desks = _desks(request)
    now = say.now()
    if request.method == "POST":
        _ask(request, desks, now)
        return redirect("requests")
    found = queries.requests(now)
    for one in found:
        one["form"] = str(uuids.uuid7())
    answered = queries.answered(now, to=desks, after=asked.behind(request.GET.get("answered", ""), "answered"))
    ours = queries.answered(now, by=desks, after=asked.behind(request.GET.get("ours", ""), "ours"))
    waiting = [] if ours.behind else [one for one in found if one["place"] in desks]
    to_answer = [one for one in found if one["to"] in desks]
    above = queries.above(desks[0])
    shown = [*to_answer, *waiting, *ours.rows, *answered.rows]
    places = {*desks, above or 0, *(p for one in shown for p in (one["place"], one["to"]) if p)}
    context = {
        "section": "requests",
        "to_answer": to_answer,
        "answered": answered,
        "ours": [*waiting, *ours.rows],
        "ours_page": ours,
        "desk": desks[0],
        "above": above,
        "names": queries.names(sorted(places)),
        "telephones": queries.telephones(places),
        "asked": forms.ASKED,
        "urgency": forms.URGENCY,
        "hours": queries.hours(),
        "id": str(uuids.uuid7()),
        "now": now,
    }
    return render(request, "directives/requests.html", context)


def _ask(request: HttpRequest, desks: list[int], now: dt.datetime) -> None:
    place = _desk(request, desks)
    above = queries.above(place)
    if request.POST.get("say") == "ask":
        if above is None:
            raise Malformed(_("there is no desk above this one"), "desk")
        say.say(request, [forms.requested(request.POST, place, above, now)])
        return
    one = next(iter(queries.requests(now, key=request.POST.get("request", ""))), None)
    if one is None or one["to"] not in desks:
        raise NotFound()
    facts = [forms.granted(request.POST, one, one["to"], now)]
    if request.POST.get("outcome") == "passed_up":
        further = queries.above(one["to"])
        if further is None:
            raise Malformed(_("there is no desk above this one"), "outcome")
        body = {"what": one["what"], "text": one["text"], "urgency": one["urgency"], "amount": one["amount"],
                "parent": one["key"]}  # fmt: skip
        id = say.next_id(facts[0].id, 1)
        facts.append(say.said("support.requested", id, now, one["to"], body, reporting=further))
    say.say(request, facts)


@require_http_methods(["GET", "POST"])
def handover(request: HttpRequest) -> HttpResponse:
    """Shift A to shift B: what the desk owes goes along by itself; B reads it and takes the desk over."""
    holder, desks = _desks(request)
    now = say.now()
    place = _desk(request, desks) if request.method == "POST" else desks[0]
    owed, waits = owes.owes(place, now), owes.awaits(place, now)
    if request.method == "POST":
        _hand_over(request, place, owed, now)
        return redirect("handover")
    context = {
        "section": "handover",
        "desk": place,
        "names": queries.names([place, *(one.at for one in (*owed.shown, *waits.shown))]),
        "owed": owed,
        "waits": waits,
        "duty": queries.duty(place),
        "colleagues": queries.colleagues(place, holder.by),
        "staff": dict(queries.colleagues(place, None)),
        "telephone": queries.telephones([place]).get(place, ""),
        "me": holder.by,
        "ids": [str(uuids.uuid7()) for _n in range(3)],
        "now": now,
    }
    return render(request, "directives/handover.html", context)


def _hand_over(request: HttpRequest, place: int, owed: owes.Lines, now: dt.datetime) -> None:
    what, id = request.POST.get("say", ""), say.form_id(request.POST.get("id", ""))
    if what == "number":
        body: dict[str, Any] = {"place": place, "telephone": request.POST.get("telephone", "").strip()}
        say.say(request, [say.said("desk.numbered", id, now, place, body)])
    elif what == "give":
        to = say.whole(request.POST.get("to"), 1, 2**31 - 1, "to")
        if to not in dict(queries.colleagues(place, None)):
            raise Malformed(_("somebody who may hold this desk"), "to")
        note = forms.text_of(request.POST, "note") if request.POST.get("note", "").strip() else None
        body = {"place": place, "to": to, "open": sorted({one.subject for one in owed.shown}), "note": note}
        say.say(request, [say.said("duty.handed_over", id, now, place, body)])
    elif what == "take":
        duty = queries.duty(place)
        if duty is None or duty["to"] != request.holder.by:  # type: ignore[attr-defined]
            raise NotFound()
        body = {"place": place, "handover": duty["handover"]}
        say.say(request, [say.said("duty.taken_over", id, now, place, body)])
    else:
        raise Malformed(_("give, take or number"), "say")
