"""The page of today, its acts and their undoing, and what rings."""

from __future__ import annotations

import datetime as dt
import uuid

import uuid_utils.compat as uuids
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongzhou.api import asked, say
from tongzhou.cases.queries import place_names
from tongzhou.command.rounds import rounds
from tongzhou.directives import rhythm
from tongzhou.directives.kinds import DESK
from tongzhou.directives.queries import levels as levels_of
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.owed import table_on
from tongzhou.ledger.time import close_of, local_day
from tongzhou.pages.acts import Given
from tongzhou.pages.ask import FEW
from tongzhou.pages.receipts import tell_what_became
from tongzhou.people.duties import HINDERED, because
from tongzhou.people.onward import onward
from tongzhou.people.proof import ask_again
from tongzhou.people.scope import Holder
from tongzhou.persons import showing
from tongzhou.problems import Malformed, NotFound, NotYours, Problem, Stale
from tongzhou.today import log, mine, press, rows, whose
from tongzhou.waiting import words

AHEAD = 4  # hours of the day's rhythm that stand on Today


def _holder(request: HttpRequest) -> Holder:
    """Whoever holds a role; to others the page is not there."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.roles:
        raise NotFound()
    return holder


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What I owe now, the most urgent first, each with its acts; what I did today, each with its undoing."""
    holder = _holder(request)
    return _page(request, holder, say.now())


def _from(request: HttpRequest) -> int:
    """How many lines stand on the pages before the one that is shown."""
    return asked.number(request.POST.get("from") or request.GET.get("from", "")) or 0


def _back(request: HttpRequest) -> HttpResponse:
    skip = _from(request)
    return redirect(f"/today?from={skip}" if skip else "today")


def _page(
    request: HttpRequest,
    holder: Holder,
    now: dt.datetime,
    failed: rows.Failed | None = None,
    opened: rows.Opened | None = None,
    status: int = 200,
) -> HttpResponse:
    page, skip = table_on(local_day(now)).at_once, _from(request)
    known = asked.known_at(request)
    moment = known or now
    found = mine.owed(holder, moment, known=known, most=page, skip=skip)
    if known is None:
        _seen(request, found.lines, now)
    unfolded = rows.Unfolded.read(request.GET.get("open", "")) if len(found.lines) > FEW else None
    if only := request.headers.get("X-Unfold"):
        return _line_alone(request, holder, moment, [one for one in found.lines if rows.id_of(one) == only], unfolded)
    lines = rows.lines(found.lines, holder, moment, failed, opened, unfolded)
    too_much = mine.too_much(holder, now, page) if known is None else []
    turns = rounds(holder, now) if known is None and not skip else []
    if known is None and not skip:
        request.rounds = turns  # type: ignore[attr-defined]  # the navigation asks no second time
    places = {place for _post, place, _n in too_much} | {one.place for one in turns}
    rings = whose.telephones((one.place, one.desk) for one in turns if one.desk is not None)
    places |= {one.ring.place for one in lines if one.ring} | {one.place for one in rings.values()}
    context = {
        "section": "today",
        "names": place_names(sorted(places)),
        "now": moment,
        "known": known,
        "groups": rows.groups(lines),
        "n": found.n + len(turns),
        "late": found.late + sum(one.due < now for one in turns),
        "at_least": found.more,
        "skip": skip,
        "before": max(0, skip - page) if skip else None,
        "after": skip + page if skip + page < found.n else None,
        "more": max(0, found.n - skip - len(lines)),
        "too_much": too_much,
        "rounds": [(one, rings.get(one.place)) for one in turns],
        "done": log.today(holder, now) if known is None else [],
        "coming": _coming(holder, now) if known is None and not skip else [],
        "reasons": [(code, because(code)) for code in HINDERED],
    }
    return render(request, "today/today.html", context, status=status)


def _coming(holder: Holder, now: dt.datetime) -> list[rhythm.Coming]:
    """What the day has next for the holder: meetings of their desk, and the sheets that are theirs."""
    levels = levels_of(place for role, place in holder.places if role in DESK)
    return rhythm.coming(now, holder.roles, levels, hours=AHEAD)


def _line_alone(
    request: HttpRequest, holder: Holder, now: dt.datetime, found: list[mine.Line], unfolded: rows.Unfolded | None
) -> HttpResponse:
    """One line with all its forms, as the page exchanges it. Raises NotFound where it is not owed any more."""
    lines = rows.lines(found, holder, now, None, unfolded=unfolded)
    if not lines:
        raise NotFound()
    names = place_names(sorted({one.ring.place for one in lines if one.ring}))
    reasons = [(code, because(code)) for code in HINDERED]
    context = {"one": lines[0], "now": now, "skip": _from(request), "names": names, "reasons": reasons}
    return render(request, "today/line.html", context)


def _seen(request: HttpRequest, lines: list[mine.Line], now: dt.datetime) -> None:
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


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest) -> HttpResponse:
    """One act on one line. Where it is not owed any more, who did what is told and nothing is said. Opened again, as a
    telephone does with the page of a refusal: Today."""
    if request.method == "GET":
        return redirect("today")
    holder, now, form = _holder(request), say.now(), request.POST
    line = _line(request, holder, now)
    if line is None:
        return _back(request)
    given = Given(form, press.seen_row(line, form.get("act", ""), holder, now), line.at, now, holder)
    try:
        name, facts = press.said(given, line)
        receipt = say.say(request, facts)
    except (Malformed, Stale, NotYours) as problem:
        if isinstance(problem, Stale | NotYours) and _line(request, holder, now) is None:
            return _back(request)
        failed = rows.Failed(line.name, form.get("act", ""), problem, form)
        return _page(request, holder, now, failed, status=problem.status)
    if not receipt.waiting:
        of = words.called({line.subject}, whose=False)[line.subject].text
        messages.success(request, _("%(what)s. Received %(at)s.") % {"what": f"{name} · {of}", "at": rows.stamp(now)})
    return _back(request)


def _line(request: HttpRequest, holder: Holder, now: dt.datetime) -> mine.Line | None:
    """The line that a form is about; where it is not owed any more, what became of it is told."""
    noun, _slash, key = request.POST.get("subject", "").partition("/")
    at = asked.number(request.POST.get("at", ""))
    line = mine.one(holder, now, noun, key, request.POST.get("what", ""), at) if at is not None else None
    if line is None:
        tell_what_became(request, f"{noun}/{key}")
    return line


@require_http_methods(["GET", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Name and telephone on the line, for what is owed there: opened in the row, and written down. Opened again:
    Today, with nothing shown."""
    holder, now = _holder(request), say.now()
    line = _line(request, holder, now) if request.method == "POST" else None
    row = rows.row(line, holder, now) if line else None
    if line is None:
        return _back(request)
    if row is None or line.noun not in showing.ACTS:
        raise NotYours()
    ask_again(request)
    told, purpose = showing.opened(holder, row, line.noun, now)
    answer = _page(request, holder, now, opened=rows.Opened(line.name, told, purpose))
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what one said today, while nobody has built on it; then the page where its receipt stood."""
    holder, now = _holder(request), say.now()
    back = onward(request.POST.get("next", "")) or reverse("today")
    said = {str(one.fact): one for one in log.today(holder, now)}
    chosen = [said.get(fact) for fact in request.POST.get("fact", "").split(",")]
    ones = [one for one in chosen if one is not None]
    if not ones or len(ones) < len(chosen):
        raise NotFound()
    if kept := next((one for one in ones if not one.undoable), None):
        messages.warning(request, kept.why_not)
        return redirect(back)
    id = say.form_id(request.POST.get("id", ""))
    try:
        say.say(request, [_taken_back(one, say.next_id(id, n), now) for n, one in enumerate(reversed(ones))])
    except Stale:
        messages.warning(request, _("Nothing was said: this is not open here any more."))
        return redirect(back)
    messages.success(request, _("Taken back: %(what)s.") % {"what": ones[0].words})
    return redirect(back)


def _taken_back(one: log.Done, id: uuid.UUID, now: dt.datetime) -> Said:
    if one.undone:
        return say.said(one.undone[0], id, now, one.place, one.undone[1])
    return say.said("fact.withdrawn", id, now, one.place, {"reason": "slip"}, corrects=one.fact)


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
    holder, now = _holder(request), say.now()
    minutes = table_on(local_day(now)).ring_min
    rings = [
        line
        for line in mine.owed(holder, now, most=200).lines
        if line.seen is None and rings_here(line) and _waited(line, now, minutes.get(line.clock, 0))
    ]
    return JsonResponse({"ring": len(rings), "at": now.isoformat(), "until": close_of(local_day(now)).isoformat()})
