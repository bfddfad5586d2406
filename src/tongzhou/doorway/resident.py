"""The household's own page: no account, no application, no script. The slip's token is the authority."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tongzhou.api.say import next_id, said
from tongzhou.community import queries
from tongzhou.community.calls import keep_number
from tongzhou.community.telling import items_said
from tongzhou.doorway.home import Shown, promised, show
from tongzhou.doorway.household import CONCERNS, More, Need, Number, SlipForm, TakeBack, Typed, Unwell, Well, sent
from tongzhou.doorway.limit import Bucket
from tongzhou.ledger import clock, door, worded
from tongzhou.ledger.append import append
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.people.address import origin
from tongzhou.people.scope import Holder, Resident, set_scope
from tongzhou.people.telephone import read, too_short
from tongzhou.problems import NoSlip, NotFound, Problem, SlipEnded
from tongzhou.sites import queries as sites
from tongzhou.sites.named import MEDICINES

saying = Bucket(12, 600)  # by slip
asking = Bucket(120, 600)  # by slip
guessing = Bucket(30, 600)  # by address, and only for slips that there are none of


SOON = dt.timedelta(days=14)
LARGE = "large"  # the cookie and the word in the address that ask for large print: no person in either
YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "POST"])
def landing(request: HttpRequest) -> HttpResponse:
    """Whoever lost the way to their household's page: it is asked for by what stands on the slip."""
    form = Typed(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return redirect("resident", token=form.cleaned_data["slip"])
    return render(request, "doorway/landing.html", {"form": form}, status=422 if form.errors else 200)


@csrf_exempt  # the address is the key: whoever has it may speak, also without cookies
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    with door.by_keys() if request.method == "POST" else door.ledger() as ledger:
        found = opened(ledger, request, token)
        if isinstance(found, HttpResponse):
            return found
        household, place, _stair, _people, ends, now = found
        form = None
        if request.method == "POST":
            saying.take(digest_of(token).hex())
            form = sent(request.POST)
            if form.is_valid():
                told = _say(ledger, household, place, form, now)
                return redirect(f"{request.path}?{urlencode(_kept(request) | told)}#said")
        with transaction.atomic():  # of the pages' own role, for what everybody may read; what is said needs none
            return _show(ledger, household, place, ends, request, form)


@require_http_methods(["GET"])
def paper(request: HttpRequest, token: str) -> HttpResponse:
    """The paper twin: the same questions, numbers and answers, boxes to tick, the telephone to ring instead."""
    with door.ledger() as ledger, transaction.atomic():
        found = opened(ledger, request, token)
        if isinstance(found, HttpResponse):
            return found
        now = clock.read(ledger)
        as_nobody()
        context = twin(show(ledger, found[0], found[1], now.now)) | {"token": token, "clock": now}
    answer = render(request, "doorway/twin.html", context)
    answer["Referrer-Policy"] = "same-origin"
    return answer


def twin(shown: Shown) -> dict[str, Any]:
    """What the paper twin is drawn from, for a household and for the desk that prints it."""
    return {
        "shown": shown,
        "states": worded.choices("household.heard", "state")[:2],
        "concerns": [(code, worded.choice("exception.raised", "concerns", code)) for code in CONCERNS],
        "items": worded.choices("need.stated", "items"),
    }


class Opened(NamedTuple):
    """The household that a slip opens, and the moment at which it does."""

    household: int
    place: int
    stair: int
    people: int
    ends: dt.datetime
    now: dt.datetime


def opened(ledger: Any, request: HttpRequest, token: str) -> Opened | HttpResponse:
    """The household that this slip opens; else the page that says why it opens none."""
    digest = digest_of(token)
    found = queries.household_of(ledger, digest)
    if found is None:
        guessing.take(origin(request))
        return closed(request, NoSlip())
    asking.take(digest.hex())
    household, place, stair, people, ends = found
    now = clock.read(ledger).now
    if ends is None or ends <= now:
        return closed(request, SlipEnded())
    return Opened(household, place, stair, people, ends, now)


def as_nobody() -> None:
    """What everybody may read of the places and measures around a household is read in the name of nobody; what it says
    is said in the ledger alone, without this."""
    set_scope(Holder(None))


def _kept(request: HttpRequest) -> dict[str, str]:
    """Large print is kept in the address where it was asked for there: also without cookies."""
    return {LARGE: request.GET[LARGE]} if request.GET.get(LARGE) in ("0", "1") else {}


def large(request: HttpRequest) -> bool:
    return request.GET.get(LARGE, request.COOKIES.get(LARGE)) == "1"


def closed(request: HttpRequest, problem: Problem) -> HttpResponse:
    """What a resident is told whose slip opens nothing: on a page of theirs, with the way to type it again."""
    context = {"problem": problem.as_page(), "form": Typed()}
    return render(request, "doorway/landing.html", context, status=problem.status)


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _show(
    ledger: Any, household: int, place: int, ends: dt.datetime, request: HttpRequest, form: SlipForm | None
) -> HttpResponse:
    """The household's page; a form that was refused stands in it as it was filled in."""
    as_nobody()
    now = clock.read(ledger)
    shown = show(ledger, household, place, now.now)
    listed = sites.list_on(ledger, local_day(now.now), MEDICINES)
    unread = _own_exception(ledger, household, request.GET.get("number", ""))
    forms = {"well": Well(), "unwell": Unwell(), "need": Need(listed=listed)}
    if isinstance(form, Need):
        form = Need(request.POST, listed=listed)
    if form is not None:
        forms[form.says] = form
    context = {
        "token": request.resolver_match.kwargs["token"] if request.resolver_match else "",
        "shown": shown,
        "forms": forms,
        "clock": now,
        "large": large(request),
        "slip_ends": ends if ends - now.now < SOON else None,
        "said": _receipt(ledger, household, request.GET.get("said", "")),
        "number": forms.get("number") or (Number(initial={"exception": unread}) if unread else None),
        "short": request.GET.get("short") if request.GET.get("short", "").isdigit() else "",
    }
    answer = render(request, "doorway/resident.html", context, status=422 if form is not None else 200)
    answer["Referrer-Policy"] = "same-origin"  # the address is the key: it goes to nobody else
    if LARGE in _kept(request):
        answer.set_cookie(LARGE, request.GET[LARGE], max_age=YEAR, path="/h/", samesite="Lax", httponly=True)
    return answer


def _own_exception(ledger: Any, household: int, text: str) -> str:
    """The number of an exception that this household said by its slip; empty for anything else."""
    try:
        id = str(uuid.UUID(text))
    except ValueError:
        return ""
    return id if queries.said_by_slip(ledger, id, household) else ""


def _receipt(ledger: Any, household: int, text: str) -> dict[str, Any] | None:
    """What was said just now, in words, with its minute and the way to take it back; nothing for another's."""
    own = _own_exception(ledger, household, text)
    if not own:
        return {"words": ""} if text == "1" else None
    kind, body, at = ledger.execute(
        "select k.name, f.body, f.effective_at from ledger_fact f join ledger_kind k on k.id = f.kind where f.id = %s",
        [own],
    ).fetchone()
    said = msgspec.json.decode(body)
    told = (
        [items_said(said["items"])]
        if kind == "need.stated"
        else [
            worded.choice(kind, field, code)
            for field in TOLD.get(kind, ())
            for code in ([said[field]] if isinstance(said[field], str) else said[field])
        ]
    )
    due = promised(at) if kind == "exception.raised" else None
    return {"words": _(", ").join(told), "at": at, "due": due, "back": TakeBack(initial={"fact": own})}


TOLD = {"household.heard": ["state"], "exception.raised": ["concerns"]}


def _say(ledger: Any, household: int, place: int, form: SlipForm, now: dt.datetime) -> dict[str, str]:
    """One form, one append. The id was made with the page, so pressing twice says it once. Answers what the next page
    tells: what was said, and the exception whose call-back number could not be read: it is kept without, and the number
    is asked for again."""
    if isinstance(form, Number):
        exception = _own_exception(ledger, household, form.cleaned_data["exception"])
        if not exception:
            raise NotFound()
        return {"said": "1"} | _keep_number(ledger, exception, form.cleaned_data["telephone"], place)
    if isinstance(form, TakeBack) and not _own_exception(ledger, household, form.cleaned_data["fact"]):
        raise NotFound()
    facts = [_more(ledger, household, place, form)] if isinstance(form, More) else form.facts(household, place, now)
    if isinstance(form, TakeBack) and _own_exception(ledger, household, str(form.beside)):
        facts.append(
            said("fact.withdrawn", next_id(form.own, 1), now, place, {"reason": "other"}, corrects=form.beside)
        )
    receipt = append(ledger, facts, Resident(place, household), device="slip")
    for problem in receipt.refused.values():
        raise problem
    told = {"said": "1" if isinstance(form, TakeBack) else str(facts[-1].id)}
    raised = next((fact for fact in facts if fact.kind == "exception.raised"), None)
    telephone = form.cleaned_data.get("telephone", "") if raised else ""
    if not raised or not telephone:
        return told
    return told | _keep_number(ledger, str(raised.corrects or raised.id), telephone, place)


def _more(ledger: Any, household: int, place: int, form: More) -> Said:
    """More about a call of this household's own that nobody made yet."""
    asked = queries.rows_of(ledger, household, place, "exception")
    row = next((one for one in asked if one["key"] == form.of() and one["state"] == "open"), None)
    if row is None or not _own_exception(ledger, household, row["key"]):
        raise NotFound()
    return form.amends(row, household, place)


def _keep_number(ledger: Any, exception: str, typed: str, place: int) -> dict[str, str]:
    """Seal the number. Where what was typed is none, or has so few digits that it is rather a slip, the number is asked
    for again; a short one is kept meanwhile."""
    if read(typed) is None:
        return {"number": exception}
    keep_number(ledger, exception, typed, place)
    short = too_short(typed)
    return {"number": exception, "short": str(short)} if short else {}
