"""A person's page, the name for whoever owes an act, and finding somebody by number."""

from __future__ import annotations

import secrets
from typing import Any

import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from tongzhou.api import say
from tongzhou.ledger import door
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.known import rows
from tongzhou.people.proof import ask_again
from tongzhou.people.scope import Holder
from tongzhou.persons import blocks, handles, queries, showing
from tongzhou.persons.kinds import MEETS
from tongzhou.places.queries import names
from tongzhou.problems import NotFound, NotSignedIn, NotYours

PAGES = {"case": "/cases/{}", "request": "/beds/patient/{}", "exception": "/callbacks/", "referral": "/clinic/",
         "contact": "", "observation": "/follow-up/#o-{}", "aftercare": "/aftercare/#a-{}"}  # fmt: skip


def _holder(request: HttpRequest) -> Holder:
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if holder.by is None:
        raise NotSignedIn()
    if not holder.roles:
        raise NotFound()
    return holder


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, key: str) -> HttpResponse:
    """What somebody is part of, as far as one may see it, from the fever to the aftercare; two found to be one, and
    parted again."""
    holder = _holder(request)
    card = queries.cards([key]).get(key)
    if card is None:
        raise NotFound()
    if card.person != key:
        return redirect("person", key=card.person)
    found = queries.of(key)
    merges = queries.merges(key)
    if request.method == "POST":
        if not KINDS["person.merged"].said_by & holder.roles.keys():
            raise NotYours()
        return _join_or_part(request, key, merges)
    places = names(sorted({row["place"] for row in found}))
    english = get_language() == "en"
    for row in found:
        place = places.get(row["place"])
        row["at"] = "–" if place is None else place.name_en if english else place.name_zh
        row["href"] = PAGES[row["noun"]].format(row["key"])
    context = {
        "section": "persons",
        "card": card,
        "own": {"person": key, "whose": card},
        "merges": [(one, handles.grouped(number) if (number := _own_number(one.person)) else "") for one in merges],
        "joins": bool(KINDS["person.merged"].said_by & holder.roles.keys()),
        "ids": [str(uuids.uuid7()), str(uuids.uuid7())],
        "found": found,
    }
    return render(request, "persons/person.html", context)


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """Name and telephone of whoever a row is of; asked by POST, for the act that one owes or does."""
    holder, now = _holder(request), say.now()
    row = next(iter(rows(noun, key=key)), None) if noun in showing.ACTS else None
    if row is None:
        raise NotFound()
    row["person"] = row["data"].get("person")
    told = showing.purpose(holder, row, noun, now)
    opened: dict[str, str] | None = None
    if request.method == "POST":
        ask_again(request)
        opened, words = showing.opened(holder, row, noun, now)
    else:
        words = told[1] if told else ""
    queries.attach([row])
    context = {"section": "persons", "row": row, "noun": noun, "words": words, "may": told is not None,
               "opened": opened, "back": _back(request)}  # fmt: skip
    answer = render(request, "persons/show.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _back(request: HttpRequest) -> str:
    """The page from which the name was asked for, on this server."""
    referer = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}/"
    return f"/{referer.removeprefix(here)}" if referer.startswith(here) and "/persons/" not in referer else "/"


def _join_or_part(request: HttpRequest, key: str, merges: list[queries.Merge]) -> HttpResponse:
    id, now = say.form_id(request.POST.get("id", "")), say.now()
    if request.POST.get("say") == "parted":
        one = next((one for one in merges if str(one.fact) == request.POST.get("fact")), None)
        if one is None:
            raise NotFound()
        say.say(request, [say.said("fact.withdrawn", id, now, one.place, {}, corrects=one.fact)])
        return redirect("person", key=key)
    named = queries.by_handle(handles.read(request.POST.get("handle", "")))
    others = [one for one in named if one != key and queries.may_see(one)]
    own = next(iter(rows("person", key=key)), None)
    if len(others) != 1 or own is None:
        raise NotFound()
    say.say(request, [say.said("person.merged", id, now, own["place"], {"person": key, "into": others[0]})])
    return redirect("person", key=others[0])


def _own_number(person: str) -> str | None:
    """The number that somebody was given before they were found to be another."""
    found = next(iter(rows("person", key=person)), None)
    return found["data"].get("handle") if found else None


@require_http_methods(["GET", "POST"])
def pads(request: HttpRequest) -> HttpResponse:
    """A pad of numbers on paper, printed once when it is lent; and what one was lent, to give back or call lost."""
    holder = _holder(request)
    place = next((place for role, place in holder.places if role in MEETS), None)
    if place is None or holder.by is None:
        raise NotFound()
    context: dict[str, Any] = {"section": "persons", "now": say.now()}
    with door.ledger() as ledger:
        if request.method == "POST" and request.POST.get("say") == "lend":
            pad = blocks.lend(ledger, place, "pad", f"pad-{secrets.token_hex(3)}", holder.by)
            context |= {"pad": pad, "codes": [handles.grouped(one) for one in pad.handles]}
        elif request.method == "POST":
            own = {one.block for one in queries.lent(ledger, holder.by)}
            block, why = request.POST.get("block", ""), request.POST.get("why")
            if block not in own or why not in ("returned", "lost"):
                raise NotFound()
            blocks.end(ledger, block, "lost" if why == "lost" else "returned")
            return redirect("pads")
        context["lent"] = queries.lent(ledger, holder.by)
    return render(request, "persons/pads.html", context)
