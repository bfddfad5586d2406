"""The community doctor's call-backs, the fever clinic, and clinicians' warnings."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou import rules
from tongzhou.api import asked
from tongzhou.cases import calls, clinics, criteria, lists, queries
from tongzhou.cases.acts import visit, within_reach, without_number
from tongzhou.cases.identify import Identify
from tongzhou.cases.person import KEPT as KEPT
from tongzhou.ledger import door
from tongzhou.ledger.owed import on
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm, FactForm
from tongzhou.people import clocks, ringing, vault
from tongzhou.people.proof import ask_again
from tongzhou.people.scope import Holder
from tongzhou.persons import queries as persons
from tongzhou.persons.templatetags.persons import whom
from tongzhou.problems import NotFound
from tongzhou.sites import addresses

Row = dict[str, Any]


def pressing(found: list[Row]) -> list[Row]:
    """By danger, then by the hour at which it is due."""
    return sorted(found, key=lambda one: (one["clock"] is None, one["clock"] and one["clock"].order))


def days_before(now: dt.datetime, days: int) -> dt.datetime:
    """The begin of the day so many days ago."""
    return on(local_day(now) - dt.timedelta(days=days), 0)


def place_held(holder: Holder, role: str) -> int:
    return next(place for held, place in holder.places if held == role)


@page("callbacks", roles=["community_doctor"])
def callbacks(ask: Ask) -> HttpResponse:
    """Whom to call, whoever may be in danger first, and what the clinic answered."""
    waiting, care = queries.waiting(ask.now), queries.in_care(ask.now)
    answered = queries.seen(days_before(ask.now, 2), asked.behind(ask.given("after")))
    unanswered = [] if answered.behind else queries.referrals()
    persons.attach(waiting, care, unanswered, answered.rows)
    clocks.attach("exception", [*waiting, *care], ask.now)
    clocks.attach("referral", unanswered, ask.now)
    waiting, care, unanswered = pressing(waiting), pressing(care), pressing(unanswered)
    within_reach([*waiting, *care], ask.holder, ask.now)
    lines = len(waiting) + len(care) + len(unanswered)
    for one in [*waiting, *care, *unanswered]:
        one["drawn"] = ask.unfolds(one["key"], lines)
    for one in waiting:
        if one["drawn"] and (done := _call(ask, one)):
            return done
    for one in (one for one in care if one["drawn"]):
        about = f"exception/{one['key']}"
        one["close"] = form = ask.form(calls.Close, name=f"close/{one['key']}", about=about, one=one, now=ask.now)
        if done := ask.take(form, partial(_of_a_fever, ask, form, one), about=whom(one)) or _call(ask, one):
            return done
    for one in (one for one in unanswered if one["drawn"]):
        only = [code for code in calls.SEEN if code != one["state"]]
        name, about = f"told/{one['key']}", f"referral/{one['key']}"
        one["told"] = said = ask.form(calls.Seen, name=name, about=about, only=only)
        if done := ask.take(said, partial(_by_telephone, ask, said, one), about=whom(one)):
            return done
    sent = [*unanswered, *answered.rows]
    return ask.show(
        "cases/callbacks.html",
        waiting=waiting,
        care=care,
        sent=sent,
        answered=answered,
        sites=clinics.named(sent, ask.now),
        addresses=addresses.of(one["household"] for one in [*waiting, *care, *sent]),
        names=queries.place_names([one["clinic"] for one in sent] + [one["place"] for one in [*waiting, *care]]),
    )


def _call(ask: Ask, one: Row) -> HttpResponse | None:
    """What is offered of a fever that is rung about; where it was sent, what it says is said. Of two doctors who ring
    at once, or ring again at once, the second is told of the first."""
    about = f"exception/{one['key']}"
    name, seen = "call" if one["state"] == "open" else "again", str(one["tries"])
    one["call"] = call = ask.form(calls.Call, name=f"{name}/{one['key']}", about=about, seen=seen, one=one)
    one["mistaken"] = mistaken = ask.form(calls.Mistaken, name=f"mistaken/{one['key']}", about=about)
    if one["visit"] is None:
        one["go"] = go = ask.form(Confirm, name=f"visit/{one['key']}", about=about)
        if done := ask.take(go, partial(_visit, ask, go, one), about=whom(one)):
            return done
    if one["callback"]:
        one["open"] = number = ask.form(Confirm, name=f"number/{one['key']}", about=about)
        if number.is_bound:
            ask_again(ask.request)
            one["number"] = _number(ask.holder, one)
            if not one["number"]:
                desk = ringing.telephones([(one["place"], ringing.ANY)]).get(one["place"])
                one["told"] = without_number(one, desk)
        elif any(form.is_bound and not form.is_valid() for form in (call, mistaken, one.get("close")) if form):
            one["number"] = _still_open(ask.holder, one)
    return ask.take(call, partial(call.facts, ask.now), about=whom(one)) or ask.take(
        mistaken, partial(_of_a_fever, ask, mistaken, one), about=whom(one)
    )


def _of_a_fever(ask: Ask, form: FactForm, one: Row) -> list[Any]:
    return [form.said(ask.now, one["place"], exception=one["key"])]


def _visit(ask: Ask, form: Confirm, one: Row) -> list[Any]:
    return visit(form.fact_id, one, ask.now)


def _by_telephone(ask: Ask, form: FactForm, one: Row) -> list[Any]:
    return [form.said(ask.now, one["place"], referral=one["key"], behalf=calls.by_the_clinic(one))]


def _number(holder: Holder, exception: Row) -> str:
    """The call-back number, opened for this purpose; the reading is written down."""
    with door.ledger() as ledger:
        try:
            opened = vault.read(ledger, f"exception/{exception['key']}", holder, "call_back", ["telephone"])
        except NotFound:  # promised with the fact, and never readable or erased since
            return ""
        return opened.get("telephone", "")


def _still_open(holder: Holder, exception: Row) -> str | None:
    """The number that was opened before a field was refused: one is in the middle of the call."""
    with door.ledger() as ledger:
        return vault.still_open(ledger, f"exception/{exception['key']}", holder, "call_back").get("telephone")


@page("warnings", sees="warnings")
def warnings(ask: Ask) -> HttpResponse:
    """Any clinician may warn directly: it goes to the epidemiologists at once, and nobody can take it back."""
    form = ask.form(calls.Warn)
    role = next((r for r in ("clinician", "community_doctor", "epidemiologist") if r in ask.holder.roles), "")
    if done := ask.take(form, lambda: [form.said(ask.now, place_held(ask.holder, role))]):
        return done
    found = queries.warnings_page(asked.behind(ask.given("after")))
    return ask.show("cases/warnings.html", form=form, table=lists.warnings(found))


@page("clinic", roles=["clinician"])
def clinic(ask: Ask) -> HttpResponse:
    """Who is on the way, who is here, and who was seen."""
    found = queries.referrals()
    seen = queries.seen(days_before(ask.now, 0), asked.behind(ask.given("after")))
    persons.attach(found, seen.rows)
    clocks.attach("referral", found, ask.now)
    found = pressing(found)
    for one in found:
        only = calls.next_words(one)
        name, about = f"seen/{one['key']}", f"referral/{one['key']}"
        one["seen"] = form = ask.form(calls.Seen, name=name, about=about, only=only)
        place = one["clinic"] or place_held(ask.holder, "clinician")
        says = lambda form=form, one=one, place=place: [form.said(ask.now, place, referral=one["key"])]  # noqa: E731
        if done := ask.take(form, says, about=whom(one)):
            return done
    names = queries.place_names([one["place"] for one in [*found, *seen.rows]])
    return ask.show(
        "cases/clinic.html",
        coming=[one for one in found if one["state"] == "made"],
        here=[one for one in found if one["state"] == "arrived"],
        table=lists.seen(seen, names),
        sites=clinics.named(found, ask.now),
        names=names,
    )


@page("clinic", roles=["clinician"])
def identify(ask: Ask, key: str = "") -> HttpResponse:
    """The case definition in force, answered by a clinician: the rule proposes, the clinician judges."""
    referral = queries.one_row("referral", key) if key else None
    place = place_held(ask.holder, "clinician")
    persons.attach([referral] if referral else [])
    homes = queries.homes_about(place) if referral is None else None
    about = f"referral/{key}" if key else ""
    form = ask.form(Identify, about=about, now=ask.now, referral=referral, homes=homes)
    proposal = None
    if ask.sent:
        given = criteria.asked(form.noted(), form.day)
        proposal = rules.evaluate(rules.book(), "CASE-T7", given, on=form.day)
        if ask.request.POST.get("say") == "ask":
            form.asking()
    if not form.is_bound or form.errors or ask.request.POST.get("say") == "ask":
        done = None
    else:
        at = (referral["clinic"] if referral else None) or place
        to, who = reverse("case", args=[form.number]), whom(referral) if referral else ""
        done = ask.take(form, lambda: form.facts(at), to=to, told=_("Identified as a case"), about=who)
        if done and (held := form.held()):
            with door.ledger() as ledger:
                vault.put(ledger, f"case/{form.fact_id}", held, place=place, sees="cases")
    return done or ask.show(
        "cases/identify.html",
        referral=referral,
        names=queries.place_names([referral["place"]] if referral else []),
        proposal=proposal,
        one=form,
    )
