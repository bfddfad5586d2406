"""The page of today, and its acts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tongzhou.api import asked, say
from tongzhou.cases.queries import place_names
from tongzhou.command.rounds import running
from tongzhou.directives import rhythm
from tongzhou.directives.kinds import DESK
from tongzhou.directives.queries import levels as levels_of
from tongzhou.ledger.owed import table_on
from tongzhou.ledger.time import local_day
from tongzhou.pages import receipts
from tongzhou.pages.acts import Given
from tongzhou.pages.ask import FEW
from tongzhou.pages.receipts import tell_what_became
from tongzhou.people import ringing
from tongzhou.people.duties import HINDERED, because
from tongzhou.people.proof import ask_again
from tongzhou.people.scope import Holder
from tongzhou.persons import showing
from tongzhou.persons.templatetags.persons import whom
from tongzhou.problems import Malformed, NotFound, NotYours, Stale
from tongzhou.today import bell, bunches, log, mine, press, rows
from tongzhou.today.mine import holding
from tongzhou.today.stay import DONE, Stay, following
from tongzhou.waiting import words

AHEAD = 4  # hours of the day's rhythm that stand on Today
SCRIPT = Path(__file__).parent / "static/today/sw.js"


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What I owe now, the most urgent first, each with its acts; what I did today, each with its undoing."""
    holder = holding(request)
    return _page(request, holder, say.now())


def _from(request: HttpRequest) -> int:
    """How many lines stand on the pages before the one that is shown."""
    return asked.number(request.POST.get("from") or request.GET.get("from", "")) or 0


def _back(request: HttpRequest) -> HttpResponse:
    """Today, at the place where the line was that a form was about."""
    given = request.POST
    did = rows.id_by(given.get("subject", ""), given.get("what", ""), given.get("at", ""))
    then = Stay.read(request.GET).then
    return redirect(Stay(did if then else "", then).address(_from(request)))


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
        bell.seen(request, found.lines, now)
    unfolded = rows.Unfolded.read(request.GET.get("open", "")) if len(found.lines) > FEW else None
    if only := request.headers.get("X-Unfold"):
        return _line_alone(request, holder, moment, [one for one in found.lines if rows.id_of(one) == only], unfolded)
    lines = rows.lines(found.lines, holder, moment, failed, opened, unfolded)
    stay = Stay.read(request.GET)
    groups, at, old_open = _in_groups(lines, stay, failed, opened, unfolded)
    too_much = mine.too_much(holder, now, page) if known is None else []
    run = running(holder, now) if known is None and not skip else []
    turns = [one for one in run if one.n]
    if known is None and not skip:
        request.rounds = turns  # type: ignore[attr-defined]  # the navigation asks no second time
    places = {place for _post, place, _n in too_much} | {one.place for one in turns}
    rings = ringing.telephones((one.place, one.desk) for one in turns if one.desk is not None)
    places |= {one.ring.place for one in lines if one.ring} | {one.place for one in rings.values()}
    context = {
        "section": "today",
        "names": place_names(sorted(places)),
        "now": moment,
        "known": known,
        "groups": groups,
        "old_open": old_open,
        "stays_at": at,
        "undone_to": stay.back.address(skip) if stay.then else "",
        "done_to": Stay("", (DONE,)).address(skip),
        "n": found.n + len(turns),
        "late": found.late + sum(one.due < now for one in turns),
        "at_least": found.more,
        "skip": skip,
        "before": max(0, skip - page) if skip else None,
        "after": skip + page if skip + page < found.n else None,
        "more": max(0, found.n - skip - len(lines)),
        "too_much": too_much,
        "rounds": bunches.rounds_folded([(one, rings.get(one.place)) for one in turns]),
        "n_rounds": len(turns),
        "rounds_in": bunches.rounds_in(run),
        "done": log.today(holder, now) if known is None else [],
        "coming": _coming(holder, now) if known is None and not skip else [],
        "reasons": [(code, because(code)) for code in HINDERED],
    }
    return render(request, "today/today.html", context, status=status)


def _in_groups(
    lines: list[rows.Shown],
    stay: Stay,
    failed: rows.Failed | None,
    opened: rows.Opened | None,
    unfolded: rows.Unfolded | None,
) -> tuple[list[tuple[str, str, int, list[bunches.Item]]], str, bool]:
    """The groups as they are drawn, before which line the receipt stands, and whether the fold of what is old is open.
    What is in front of whoever looks is open: the line after the one acted on, and the line that was opened or
    refused."""
    at = stay.at({one.id for one in lines})
    in_front = {at, unfolded.line if unfolded else ""}
    in_front |= {one.id for one in lines if one.line.name in (failed and failed.name, opened and opened.line)}
    drawn = bunches.folded(rows.groups(lines), in_front)
    then = following(bunches.ids(drawn))
    for one in lines:
        one.then = then[one.id]
    return drawn, at, any(one.group == "old" and one.id in in_front for one in lines)


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


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest) -> HttpResponse:
    """One act on one line. Where it is not owed any more, who did what is told and nothing is said. Opened again, as a
    telephone does with the page of a refusal: Today."""
    if request.method == "GET":
        return redirect("today")
    holder, now, form = holding(request), say.now(), request.POST
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
        about = whom(given.one) or words.called({line.subject}, whose=False)[line.subject].text
        receipts.give(request, facts, now, name, about)
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
    holder, now = holding(request), say.now()
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


@require_GET
def service_worker(_request: HttpRequest) -> HttpResponse:
    """What keeps Today on the device while its reader is signed in; served here, because it rules this address."""
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/today"}
    return HttpResponse(SCRIPT.read_text(), content_type="text/javascript", headers=headers)
