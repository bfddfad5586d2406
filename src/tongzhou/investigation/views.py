"""The epidemiologist's interview and contacts, the follow-up of contacts, and nobody left alone."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongzhou.api import asked, say
from tongzhou.cases import queries
from tongzhou.investigation import forms, interview
from tongzhou.investigation import queries as investigation
from tongzhou.ledger import door, merged
from tongzhou.ledger.time import local_day
from tongzhou.people import vault
from tongzhou.people.scope import Holder
from tongzhou.persons import queries as persons
from tongzhou.problems import Malformed, NotFound
from tongzhou.sites import addresses
from tongzhou.sites import queries as sites


def _role(request: HttpRequest, *roles: str) -> Holder:
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not any(role in holder.roles for role in roles):
        raise NotFound()
    return holder


@require_http_methods(["GET", "POST"])
def investigate(request: HttpRequest, key: str) -> HttpResponse:
    """The interview of a case: each line is saved by itself; card, contacts, letters and report come of it."""
    holder = _role(request, "epidemiologist")
    now = say.now()
    case = queries.case(key, now)
    told = investigation.interview(key)
    proposal = None
    if request.method == "POST":
        what = request.POST.get("say", "")
        if what == "line":
            fact = forms.line(request.POST, case, now)
            say.say(request, [fact])
            return redirect(f"{reverse('investigate', args=[key])}#line-{request.POST.get('line')}")
        if what == "exposure":
            say.say(request, [forms.exposure(request.POST, case, now)])
            return redirect(f"{reverse('investigate', args=[key])}#exposures")
        if what == "dependant":
            home = case["home"] or case["place"]
            say.say(request, forms.dependant(request.POST, case, _household(request, case), home, now))
            return redirect(f"{reverse('investigate', args=[key])}#home")
        contact = forms.contact_of(request.POST, now)
        proposal = investigation.proposal(case, told["answers"], contact, now)
        if what in ("close", "general"):
            _name(request, holder, case, what == "close")
            return redirect(f"{reverse('investigate', args=[key])}#contacts")
        if what != "ask":
            raise Malformed(_("what is said in the interview"), "say")
    contacts = investigation.contacts(key, now)
    places = [place for one in contacts for place in (one["place"], one["home"]) if place]
    household = _household_of(case)
    persons.attach(contacts)
    context = {
        "section": "cases",
        "case": case,
        "lines": [
            {"line": one, "said": told["answers"].get(one.id), "worded": one.worded(told["answers"][one.id]["answer"])
             if one.id in told["answers"] else "", "form": str(uuids.uuid7())}
            for one in interview.lines()
        ],
        "answered": len(told["answers"]),
        "exposures": told["exposures"],
        "sites": sites.names({one["venue"] for one in told["exposures"] if one.get("venue")}, local_day(now)),
        "venues": sites.exposed(local_day(now)),
        "contacts": contacts,
        "household": household,
        "home": investigation.home(household) if household else None,
        "proposal": proposal,
        "form": request.POST,
        "homes": queries.homes_about(case["home"] or case["place"]),
        "names": queries.place_names([*places, case["place"], case["home"] or 0]),
        "fields": investigation.contact_fields(now),
        "stays": investigation.STAYS,
        "settings": forms.SETTINGS,
        "dependants": forms.DEPENDANTS,
        "ids": [request.POST.get("id") or str(uuids.uuid7()), *(str(uuids.uuid7()) for _n in range(3))],
        "now": now,
    }  # fmt: skip
    return render(request, "investigation/investigate.html", context)


def _household_of(case: dict[str, Any]) -> int | None:
    """The household whose door the fever came from."""
    if not case["referral"]:
        return None
    try:
        return queries.one_row("referral", case["referral"])["household"]  # type: ignore[no-any-return]
    except NotFound:
        return None


def _household(request: HttpRequest, case: dict[str, Any]) -> int:
    household = say.whole(request.POST.get("household"), 1, 2**31 - 1, "household") or _household_of(case)
    if household is None:
        raise Malformed(_("the number of the household"), "household")
    return household


def _name(request: HttpRequest, holder: Holder, case: dict[str, Any], close: bool) -> None:
    """The fact and, sealed, who it is: kept where the contact lives, so that their county may call them."""
    home = say.whole(request.POST.get("home"), 1, 2**31 - 1, "home") or case["home"] or case["place"]
    facts = forms.contact(request.POST, case, close, home, say.now())
    say.say(request, facts)
    given = {name: request.POST.get(name, "").strip() for name in ("name", "telephone")}
    if held := {name: value for name, value in given.items() if value}:
        with door.ledger() as ledger:
            vault.put(ledger, f"contact/{facts[0].id}", held, place=home, sees="cases")


@require_POST
def contact(request: HttpRequest, key: str) -> HttpResponse:
    """Exposed again, moved to central observation, or back home."""
    _role(request, "epidemiologist")
    now = say.now()
    one = queries.one_row("contact", key)
    case = queries.case(one["case"], now)
    say.say(request, forms.contact_step(request.POST, {**one, "key": key}, case, now))
    return redirect(f"{reverse('investigate', args=[one['case']])}#contacts")


@require_GET
def papers(request: HttpRequest, key: str) -> HttpResponse:
    """Card, contact list, letters and report on one printable page, all from what was said once."""
    holder = _role(request, "epidemiologist", "clinician")
    now = say.now()
    case = queries.case(key, now)
    told, contacts = investigation.interview(key), investigation.contacts(key, now)
    elsewhere: dict[int, list[dict[str, Any]]] = {}
    for one in contacts:
        county = queries.county_of(one["home"])
        if one["state"] != "general" and county and county != queries.county_of(case["place"]):
            elsewhere.setdefault(county, []).append(one)
    family = merged.family("case", key)
    letters = [one for one in investigation.letters() if one["case"] in family]
    persons.attach(contacts)
    context = {
        "section": "cases",
        "case": case,
        "lines": [(one, one.worded(told["answers"][one.id]["answer"])) for one in interview.lines()
                  if one.id in told["answers"]],
        "missing": [one for one in interview.lines() if one.id not in told["answers"]],
        "sites": sites.names({one["venue"] for one in told["exposures"] if one.get("venue")}, local_day(say.now())),
        "exposures": told["exposures"],
        "contacts": contacts,
        "close": [one for one in contacts if one["state"] != "general"],
        "elsewhere": [(county, found, str(uuids.uuid7()), [x for x in letters if x["to"] == county])
                      for county, found in elsewhere.items()],
        "names": queries.place_names([*(o["home"] for o in contacts), *elsewhere, case["place"], case["home"] or 0]),
        "epidemiologist": "epidemiologist" in holder.roles,
        "now": now,
    }  # fmt: skip
    return render(request, "investigation/papers.html", context)


@require_http_methods(["GET", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """Letters to and from other counties, and their receipts."""
    holder = _role(request, "epidemiologist")
    now = say.now()
    if request.method == "POST":
        id = say.form_id(request.POST.get("id", ""))
        if request.POST.get("say") == "send":
            case = queries.case(request.POST.get("case", ""), now)
            to = say.whole(request.POST.get("to"), 1, 2**31 - 1, "to")
            body = {"case": case["key"], "contacts": request.POST.getlist("contact")}
            say.say(request, [say.said("letter.sent", id, now, case["place"], body, reporting=to)])
            return redirect("papers", key=case["key"])
        found = investigation.letter(request.POST.get("letter", ""))
        body = {"letter": found["key"], "outcome": request.POST.get("outcome", "")}
        say.say(request, [say.said("letter.answered", id, now, found["to"], body)])
        return redirect("letters")
    over = investigation.taken_over(asked.behind(request.GET.get("after", "")))
    found_letters = [*([] if over.behind else investigation.letters(["taken_over"])), *over.rows]
    for one in found_letters:
        one["form"] = str(uuids.uuid7())
        one["ours"] = queries.in_places(one["place"], holder, "epidemiologist")
    context = {
        "section": "letters",
        "letters": found_letters,
        "over": over,
        "names": queries.place_names([p for one in found_letters for p in (one["place"], one["to"])]),
        "now": now,
    }
    return render(request, "investigation/letters.html", context)


@require_http_methods(["GET", "POST"])
def follow_up(request: HttpRequest) -> HttpResponse:
    """Contacts under observation in one's places: whom to ask today, whom to tell that it ends."""
    _role(request, "epidemiologist", "community_doctor", "community_lead", "grid_worker")
    now = say.now()
    if request.method == "POST":
        one = next((o for o in investigation.observed(now) if o["key"] == request.POST.get("contact")), None)
        if one is None:
            raise NotFound()
        say.say(request, [forms.observation(request.POST, one, now)])
        return redirect("follow_up")
    found = investigation.observed(now)
    for one in found:
        one["form"] = str(uuids.uuid7())
    persons.attach(found)
    context = {
        "section": "follow_up",
        "found": found,
        "left": sum(one["due"] > 0 for one in found),
        "addresses": addresses.of(one["household"] for one in found),
        "symptoms": investigation.SYMPTOMS,
        "names": queries.place_names([one["place"] for one in found]),
        "now": now,
    }
    return render(request, "investigation/follow_up.html", context)


@require_http_methods(["GET", "POST"])
def homes(request: HttpRequest) -> HttpResponse:
    """Children, old, disabled and ill people whose carers had to leave: a named carer the same evening."""
    _role(request, "epidemiologist", "community_doctor", "community_lead")
    now = say.now()
    found = investigation.homes(now)
    if request.method == "POST":
        one = next((o for o in found if o["key"] == request.POST.get("household")), None)
        if one is None:
            raise NotFound()
        fact = forms.carer(request.POST, one, now)
        say.say(request, [fact])
        given = {name: request.POST.get(name, "").strip() for name in ("name", "telephone")}
        if held := {name: value for name, value in given.items() if value}:
            with door.ledger() as ledger:
                vault.put(ledger, f"carer/{fact.id}", held, place=one["place"], sees="care")
        return redirect("homes")
    for one in found:
        one["form"] = str(uuids.uuid7())
    persons.attach(*(one["dependants"] for one in found))
    context = {
        "section": "homes",
        "found": found,
        "alone": sum(one["state"] == "alone" for one in found),
        "carers": forms.CARERS,
        "addresses": addresses.of(one["household"] for one in found),
        "where": forms.WHERE,
        "names": queries.place_names([one["place"] for one in found]),
        "now": now,
    }
    return render(request, "investigation/homes.html", context)
