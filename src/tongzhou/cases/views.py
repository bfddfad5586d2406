"""Three screens: the community doctor's call-backs, the fever clinic, and clinicians' warnings."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongzhou import rules
from tongzhou.api import asked, say
from tongzhou.cases import clinics, criteria, forms, queries
from tongzhou.cases.acts import within_reach
from tongzhou.ledger import door
from tongzhou.ledger.time import local_day
from tongzhou.people import clocks, vault
from tongzhou.people.proof import ask_again
from tongzhou.people.scope import Holder
from tongzhou.persons import queries as persons
from tongzhou.problems import Malformed, NotFound
from tongzhou.sites import addresses

KEPT = ("name", "telephone", "identity")


def _holder(request: HttpRequest, role: str) -> Holder:
    """Whoever is signed in and holds the role; to others the page is not there."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if role not in holder.roles:
        raise NotFound()
    return holder


def place_held(holder: Holder, role: str) -> int:
    return next(place for held, place in holder.places if held == role)


@require_http_methods(["GET", "POST"])
def callbacks(request: HttpRequest) -> HttpResponse:
    """Whom to call, the longest waiting first, and what the clinic answered."""
    holder = _holder(request, "community_doctor")
    now = say.now()
    opened: dict[str, str] = {}
    if request.POST.get("say") == "clinic_said":
        say.say(request, [forms.told_by_the_clinic(request.POST, _referral(request), now)])
        return redirect("callbacks")
    if request.method == "POST":
        exception = queries.one_row("exception", request.POST.get("exception", ""))
        if request.POST.get("open"):
            ask_again(request)
            opened = {exception["key"]: _number(holder, exception)}
        else:
            close = request.POST.get("say") == "close"
            say.say(request, forms.closed(request.POST, exception, now) if close
                    else forms.called_back(request.POST, exception, now))  # fmt: skip
            return redirect("callbacks")
    waiting = queries.waiting(now)
    for one in waiting:
        one["form"], one["number"] = str(uuids.uuid7()), opened.get(one["key"])
    within_reach(waiting, holder, now)
    care = queries.in_care(now)
    clocks.attach("exception", [*waiting, *care], now)
    waiting.sort(key=lambda one: (one["clock"] is None, one["clock"] and one["clock"].order))
    for one in care:
        one["form"] = str(uuids.uuid7())
    answered = queries.seen(asked.behind(request.GET.get("after", "")))
    sent = [*([] if answered.behind else queries.referrals()), *answered.rows]
    for one in sent:
        one["form"] = str(uuids.uuid7())
    persons.attach(waiting, care, sent)
    context = {
        "section": "callbacks",
        "waiting": waiting,
        "care": care,
        "closed": forms.CLOSED,
        "sent": sent,
        "answered": answered,
        "seen": forms.SEEN,
        "sites": clinics.named(sent, now),
        "addresses": addresses.of(one["household"] for one in [*waiting, *care, *sent]),
        "names": queries.place_names([one["clinic"] for one in sent] + [one["place"] for one in [*waiting, *care]]),
        "now": now,
    }
    return render(request, "cases/callbacks.html", context)


def _referral(request: HttpRequest) -> dict[str, Any]:
    return queries.one_row("referral", request.POST.get("referral", ""))


@require_http_methods(["GET", "POST"])
def warnings(request: HttpRequest) -> HttpResponse:
    """Any clinician may warn directly: it goes to the epidemiologists at once, and nobody can take it back."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.sees("warnings"):
        raise NotFound()
    if request.method == "POST":
        role = next((r for r in ("clinician", "community_doctor", "epidemiologist") if r in holder.roles), "")
        say.say(request, forms.warned(request.POST, place_held(holder, role), say.now()))
        return redirect("warnings")
    found = queries.warnings_page(asked.behind(request.GET.get("after", "")))
    context = {"section": "warnings", "warnings": found, "what": forms.WARNINGS, "id": str(uuids.uuid7()),
               "names": queries.place_names([one["place"] for one in found.rows])}  # fmt: skip
    return render(request, "cases/warnings.html", context)


def _number(holder: Holder, exception: dict[str, Any]) -> str:
    """The call-back number, opened for this purpose; the reading is written down."""
    with door.ledger() as ledger:
        try:
            opened = vault.read(ledger, f"exception/{exception['key']}", holder, "call_back", ["telephone"])
        except NotFound:  # promised with the fact, and never readable or erased since
            return ""
        return opened.get("telephone", "")


@require_GET
def clinic(request: HttpRequest) -> HttpResponse:
    """Who is on the way, who is here, and who was seen today."""
    _holder(request, "clinician")
    now = say.now()
    found, seen = queries.referrals(), queries.seen(asked.behind(request.GET.get("after", "")))
    for one in found:
        one["form"] = str(uuids.uuid7())
    persons.attach(found)
    context = {
        "section": "clinic",
        "sites": clinics.named([*found, *seen.rows], now),
        "coming": [one for one in found if one["state"] == "made"],
        "here": [one for one in found if one["state"] == "arrived"],
        "seen": seen,
        "names": queries.place_names([one["place"] for one in [*found, *seen.rows]]),
        "now": now,
    }
    return render(request, "cases/clinic.html", context)


@require_POST
def seen(request: HttpRequest, key: str) -> HttpResponse:
    """The clinic's reply in one tap."""
    holder = _holder(request, "clinician")
    referral = queries.one_row("referral", key)
    place = referral["clinic"] or place_held(holder, "clinician")
    say.say(request, [forms.seen(request.POST, referral, place, say.now())])
    return redirect("clinic")


@require_http_methods(["GET", "POST"])
def identify(request: HttpRequest, key: str = "") -> HttpResponse:
    """The case definition in force, ticked by a clinician: the rule proposes, the clinician judges."""
    holder = _holder(request, "clinician")
    referral = queries.one_row("referral", key) if key else None
    now, place = say.now(), place_held(holder, "clinician")
    today, proposal, wrong = local_day(now), None, None
    if request.method == "POST":
        given = criteria.asked(criteria.noted(request.POST, today), today)
        proposal = rules.evaluate(rules.book(), "CASE-T7", given, on=today)
        if request.POST.get("say") == "identify":
            clinic = referral["clinic"] or place if referral else place
            try:
                facts = forms.identified(request.POST, referral, clinic, now)
            except Malformed as found:  # nothing of what was typed is lost for one field
                wrong = found.as_page()
            else:
                say.say(request, facts)
                _keep(request, facts[0], place)
                return redirect("case", key=str(facts[0].id))
    context = {
        "section": "clinic",
        "referral": referral,
        "names": queries.place_names([referral["place"]] if referral else []),
        "proposal": proposal,
        "wrong": wrong,
        "form": request.POST,
        "groups": criteria.groups(today),
        "classes": forms.CLASSES,
        "id": request.POST.get("id") or str(uuids.uuid7()),
        "homes": queries.homes_about(place) if referral is None else None,
        "now": now,
    }
    return render(request, "cases/identify.html", context, status=Malformed.status if wrong else 200)


def _keep(request: HttpRequest, fact: Any, place: int) -> None:
    """Name, telephone and identity number go to the vault under the case; facts hold none of them."""
    given = {name: request.POST.get(name, "").strip() for name in KEPT}
    held = {name: value for name, value in given.items() if value}
    if held:
        with door.ledger() as ledger:
            vault.put(ledger, f"case/{fact.id}", held, place=place, sees="cases")
