"""The household's own page: no account, no application, no script. The slip's token is the authority."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tongzhou.community import queries
from tongzhou.community.calls import keep_number
from tongzhou.doorway.household import Need, Number, SlipForm, TakeBack, Typed, Unwell, Well, sent
from tongzhou.doorway.limit import Bucket
from tongzhou.investigation import queries as investigation
from tongzhou.ledger import clock, door, worded
from tongzhou.ledger.append import append
from tongzhou.ledger.time import local_day
from tongzhou.people.address import origin
from tongzhou.people.desks import local_telephones
from tongzhou.people.scope import Resident
from tongzhou.people.telephone import read
from tongzhou.places.queries import names
from tongzhou.problems import NoSlip, NotFound, Problem, SlipEnded
from tongzhou.sites import queries as sites
from tongzhou.sites.named import MEDICINES

saying = Bucket(12, 600)  # by slip
asking = Bucket(120, 600)  # by slip
guessing = Bucket(30, 600)  # by address, and only for slips that there are none of


SOON = dt.timedelta(days=14)


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
    digest = digest_of(token)
    with door.ledger() as ledger:
        found = queries.household_of(ledger, digest)
        if found is None:
            guessing.take(origin(request))
            return closed(request, NoSlip())
        asking.take(digest.hex())
        if found[4] is None or found[4] <= clock.read(ledger).now:
            return closed(request, SlipEnded())
        form = None
        if request.method == "POST":
            saying.take(digest.hex())
            form = sent(request.POST)
            if form.is_valid():
                told = _say(ledger, found[0], found[1], form)
                return redirect(f"{request.path}?{urlencode(told)}#said")
        return _show(ledger, found[:4], found[4], request, form)


def closed(request: HttpRequest, problem: Problem) -> HttpResponse:
    """What a resident is told whose slip opens nothing: on a page of theirs, with the way to type it again."""
    context = {"problem": problem.as_page(), "form": Typed()}
    return render(request, "doorway/landing.html", context, status=problem.status)


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _show(
    ledger: Any, found: tuple[int, int, int, int], ends: dt.datetime, request: HttpRequest, form: SlipForm | None
) -> HttpResponse:
    """The household's page; a form that was refused stands in it as it was filled in."""
    household, place, stair, people = found
    now = clock.read(ledger)
    today = local_day(now.now)
    days = queries.days_of(ledger, household, today)
    told = {
        noun: queries.rows_of(ledger, household, place, noun) for noun in ("need", "exception", "task", "observation")
    }
    observed = [investigation.judged({**r, "data": r, "place": place, "effective_at": r["at"]}, now.now)
                for r in told["observation"]]  # fmt: skip
    for row, fact in [(day, day["fact"]) for day in days] + [
        (row, row["key"]) for row in told["need"] + told["exception"]
    ]:
        row["own"] = queries.said_by_slip(ledger, str(fact), household)
        row["back"] = TakeBack(initial={"fact": fact})
    listed = sites.list_on(ledger, today, MEDICINES)
    unread = _own_exception(ledger, household, request.GET.get("number", ""))
    forms = {"well": Well(), "unwell": Unwell(), "need": Need(listed=listed)}
    if isinstance(form, Need):
        form = Need(request.POST, listed=listed)
    if form is not None:
        forms[form.says] = form
    context = {
        "token": request.resolver_match.kwargs["token"] if request.resolver_match else "",
        "household": household,
        "stair": stair,
        "people": people,
        "place": names([place]).get(place),
        "days": days,
        "today": days[0] if days and days[0]["day"] == today else None,
        "words": _words(days, told, today),
        "exceptions": told["exception"],
        "tasks": told["task"],
        "observed": [one for one in observed if one["state"] in ("observed", "symptoms")],
        "forms": forms,
        "sites": sites.on_day(ledger, _named(told["need"]), today, now.now),
        "clock": now,
        "slip_ends": ends if ends - now.now < SOON else None,
        "telephone": local_telephones(ledger, [place]).get(place, ""),
        "said": _receipt(ledger, household, request.GET.get("said", "")),
        "number": forms.get("number") or (Number(initial={"exception": unread}) if unread else None),
    }
    answer = render(request, "doorway/resident.html", context, status=422 if form is not None else 200)
    answer["Referrer-Policy"] = "same-origin"  # the address is the key: it goes to nobody else
    return answer


def _words(days: list[dict[str, Any]], told: dict[str, list[dict[str, Any]]], today: dt.date) -> list[dict[str, Any]]:
    """What the household said today, and of earlier days what is still open; newest first, whatever it is."""
    rows = [{**row, "noun": noun} for noun in ("need", "exception") for row in told[noun]
            if local_day(row["at"]) == today or row["state"] not in ("met", "closed")]  # fmt: skip
    heard = [{**day, "noun": "home"} for day in days]
    return sorted(heard + rows, key=lambda one: one["at"], reverse=True)


def _named(needs: list[dict[str, Any]]) -> list[str]:
    return sorted({one["medicine"] for need in needs for one in need.get("medicines", ())})


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
    told = [
        worded.choice(kind, field, code)
        for field in TOLD.get(kind, ())
        for code in ([said[field]] if isinstance(said[field], str) else said[field])
    ]
    return {"words": _(", ").join(told), "at": at, "back": TakeBack(initial={"fact": own})}


TOLD = {"household.heard": ["state"], "exception.raised": ["concerns"], "need.stated": ["items"]}


def _say(ledger: Any, household: int, place: int, form: SlipForm) -> dict[str, str]:
    """One form, one append. The id was made with the page, so pressing twice says it once. Answers what the next page
    tells: what was said, and the exception whose call-back number could not be read: it is kept without, and the number
    is asked for again."""
    if isinstance(form, Number):
        exception = _own_exception(ledger, household, form.cleaned_data["exception"])
        if not exception:
            raise NotFound()
        unread = _keep_number(ledger, exception, form.cleaned_data["telephone"], place)
        return {"said": "1"} | ({"number": unread} if unread else {})
    if isinstance(form, TakeBack) and not _own_exception(ledger, household, form.cleaned_data["fact"]):
        raise NotFound()
    facts = form.facts(household, place, clock.read(ledger).now)
    receipt = append(ledger, facts, Resident(place, household), device="slip")
    for problem in receipt.refused.values():
        raise problem
    told = {"said": "1" if isinstance(form, TakeBack) else str(facts[-1].id)}
    raised = next((fact for fact in facts if fact.kind == "exception.raised"), None)
    telephone = form.cleaned_data.get("telephone", "") if raised else ""
    unread = _keep_number(ledger, str(raised.id), telephone, place) if raised and telephone else ""
    return told | ({"number": unread} if unread else {})


def _keep_number(ledger: Any, exception: str, typed: str, place: int) -> str:
    """Seal the number; returns the exception again where what was typed is none."""
    if read(typed) is None:
        return exception
    keep_number(ledger, exception, typed, place)
    return ""
