"""One page for what waits for somebody's word, and a form that hands a subject to another place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import uuid_utils.compat as uuids
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongzhou.api import say
from tongzhou.cases.queries import place_names, places_of
from tongzhou.directives import queries as desks
from tongzhou.ledger import worded
from tongzhou.people.onward import onward
from tongzhou.people.scope import Holder, names_of_staff
from tongzhou.problems import Malformed, NotFound
from tongzhou.waiting import forms, queries, words
from tongzhou.waiting.marks import marks


def _holder(request: HttpRequest) -> Holder:
    """Whoever holds a role; to others the page is not there."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.roles:
        raise NotFound()
    return holder


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Words from outside, subjects offered, words said in one's name, desks stood in for; and one's own that wait."""
    holder = _holder(request)
    now = say.now()
    if request.method == "POST":
        _answer(request, holder, now)
        return HttpResponseRedirect(_back(request))
    outside, own, offered = queries.from_outside(holder), queries.own(holder), queries.offered(holder)
    spoken, contested = queries.spoken(holder), queries.contested(holder)
    below = _below(holder)
    standing = _standing(holder, now)
    called = words.called([subject for word in outside for subject, _place in word.subjects]
                          + [one.subject for one in offered])  # fmt: skip
    places = {*(word.place for word in [*outside, *own]), *(p for one in offered for p in (one.place, one.to)),
              *below, *(p for one in standing for p in (one["place"], one["above"])),
              *(word.behalf.place for word in [*outside, *own] if word.behalf)}  # fmt: skip
    taken = {one["place"] for one in standing}
    context = {
        "section": "waiting",
        "outside": [{"word": word, "said": worded.said(word.kind, word.body), "form": str(uuids.uuid7()),
                     "about": [called[subject] for subject, _place in word.subjects]} for word in outside],
        "own": [{"word": word, "said": worded.said(word.kind, word.body), "about": words.noun(word.subject)}
                for word in own],
        "offered": [{"offer": one, "about": called[one.subject], "form": str(uuids.uuid7())} for one in offered],
        "spoken": marks(spoken, holder),
        "contested": marks(contested, holder),
        "below": [place for place in sorted(below) if place not in taken],
        "standing": standing,
        "staff": names_of_staff({one["by"] for one in standing if one["by"]} | {w.by for w in outside if w.by}),
        "names": place_names(sorted(places)),
        "contest": forms.CONTESTED,
        "next": request.path,
        "left": forms.LEFT,
        "declined": forms.DECLINED,
        "reasons": forms.STOOD_IN,
        "until": (now + dt.timedelta(hours=12)).strftime("%Y-%m-%dT%H:00"),
        "id": str(uuids.uuid7()),
    }  # fmt: skip
    return render(request, "waiting/waiting.html", context)


def _answer(request: HttpRequest, holder: Holder, now: dt.datetime) -> None:
    """Say it, and tell what was done."""
    form, what = request.POST, request.POST.get("say", "")
    if what in ("take", "leave"):
        word = next((one for one in queries.from_outside(holder) if str(one.fact) == form.get("fact")), None)
        if word is None:
            raise NotFound()
        facts, done = forms.of_a_word(form, word, now), {
            "take": _("Taken over: %(what)s. It counts from now on."),
            "leave": _("Left: %(what)s. It stays on record and does not count."),
        }[what] % {"what": worded.said(word.kind, word.body)}  # fmt: skip
    elif what in ("accept", "decline"):
        asked = (form.get("subject", ""), form.get("to", ""))
        offer = next((one for one in queries.offered(holder) if (one.subject, str(one.to)) == asked), None)
        if offer is None:
            raise NotFound()
        facts, done = [forms.of_an_offer(form, offer, holder, now)], {
            "accept": _("Taken over: %(what)s. From now on it lies with you."),
            "decline": _("Declined: %(what)s. It stays where it was."),
        }[what] % {"what": words.noun(offer.subject)}  # fmt: skip
    elif what in ("confirm", "contest"):
        row = next((one for one in queries.spoken(holder) if one["key"] == form.get("fact")), None)
        if row is None:
            raise NotFound()
        facts, done = [forms.of_the_post(form, row, now)], {
            "confirm": _("Confirmed: %(what)s."),
            "contest": _("Contested: %(what)s. Whoever wrote it down sees it."),
        }[what] % {"what": worded.said(row["data"]["kind"], row["data"]["body"])}  # fmt: skip
    elif what == "stand_in":
        facts = [forms.stood_in(form, _below(holder), now)]
        done = _("You stand in for this desk until the moment you set, for all to see.")
    elif what == "hand_back":
        facts = [forms.handed_back(form, _standing(holder, now), now)]
        done = _("Handed back: the desk answers for itself again.")
    else:
        raise Malformed(_("what is said here"), "say")
    if not say.say(request, facts).waiting:
        messages.success(request, done)


def _back(request: HttpRequest) -> str:
    """The page of this house that the form stood on."""
    return onward(request.POST.get("next", "")) or "/waiting/"


def _below(holder: Holder) -> dict[int, int]:
    """The desks right below one's own, with one's own."""
    return {place: desk for desk in desks.desks(holder) for place, _zh, _en in desks.below(desk)}


def _standing(holder: Holder, now: dt.datetime) -> list[dict[str, Any]]:
    """Desks stood in for at this moment, from one's own desks or at them."""
    return [one | {"form": str(uuids.uuid7())} for one in desks.standing(desks.desks(holder), now)]


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """Offer a case or a request to another place; until that place accepts, it stays."""
    holder = _holder(request)
    row = queries.row_of(noun, key)
    if row is None or not queries.may_hand_over(holder, noun, row["place"]):
        raise NotFound()
    subject, places = f"{noun}/{key}", places_of(str(row["place"]))
    if request.method == "POST":
        allowed = {id for id, _zh, _en in places} - {row["place"]}
        fact = forms.handed_over(request.POST, subject, row["place"], allowed, say.now())
        if not say.say(request, [fact]).waiting:
            messages.success(request, _("Offered. Until the other place accepts, it stays with you."))
        return HttpResponseRedirect(_back(request))
    return render(request, "waiting/hand_over.html", {
        "section": "beds" if noun == "request" else "cases",
        "about": words.called([subject])[subject], "noun": noun, "key": key, "row": row,
    })  # fmt: skip
