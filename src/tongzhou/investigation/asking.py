"""The interview of a case: every line is said by itself; card, contacts, letters and report come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.cases import queries
from tongzhou.investigation import forms
from tongzhou.investigation import queries as investigation
from tongzhou.investigation.lines import Lines
from tongzhou.ledger import door
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.people import vault
from tongzhou.persons import queries as persons
from tongzhou.problems import NotFound
from tongzhou.sites import queries as sites

Row = dict[str, Any]
MOVES = ("observed", "symptoms")  # of contacts whom the investigator can still move


@page("cases", roles=["epidemiologist"])
def investigate(ask: Ask, key: str) -> HttpResponse:
    case = queries.case(key, ask.now)
    told, contacts = investigation.interview(key), investigation.contacts(key, ask.now)
    persons.attach([case], contacts)
    lives, household = case["home"] or case["place"], _door(case)
    homes = _homes(lives)
    lines = _lines(ask, case, told["answers"])
    exposure = ask.form(forms.Exposure, "exposure", about=f"interview/{key}", now=ask.now, homes=homes)
    contact = ask.form(
        forms.Contact, "contact", about=f"case/{key}", now=ask.now, homes=homes, door=household,
        lives=lives,
    )  # fmt: skip
    carers = [(one["key"], _called(one)) for one in contacts if one["category"] == "household"]
    dependant = ask.form(forms.Dependant, "dependant", about=f"case/{key}", door=household, carers=carers, lives=lives)
    if isinstance(lines, HttpResponse):
        return lines
    done = (
        ask.take(exposure, lambda: [exposure.said(ask.now, case["place"], case=key)], **_back(case, "exposures"))
        or ask.take(dependant, lambda: dependant.facts(case, ask.now), **_back(case, "home"))
        or _name(ask, contact, case)
        or _moved(ask, case, contacts)
    )
    if done:
        return done
    asked = contact.is_bound and contact.is_valid() and contact.says == "ask"
    proposal = investigation.proposal(case, told["answers"], contact.cleaned_data, ask.now) if asked else None
    day, venues = local_day(ask.now), {one["venue"] for one in told["exposures"] if one.get("venue")}
    places = [place for one in contacts for place in (one["place"], one["home"])]
    return ask.show(
        "investigation/investigate.html",
        case=case,
        lines=lines,
        answered=len(told["answers"]),
        exposures=told["exposures"],
        exposure=exposure,
        sites=sites.names(venues, day),
        venues=sites.exposed(day),
        contacts=contacts,
        contact=contact,
        proposal=proposal,
        home=investigation.home(household) if household else None,
        dependant=dependant,
        names=queries.place_names([*places, *(one["about"] for one in told["exposures"]), case["place"], case["home"]]),
    )


def _homes(place: int) -> list[tuple[Any, Any]]:
    """Where somebody may live or have been, as choices: the county, its communities, other counties."""
    english, found = get_language() == "en", queries.homes_about(place)

    def worded(places: Sequence[tuple[int, str, str]], note: str = "") -> list[tuple[Any, Any]]:
        return [(id, f"{en if english else zh}{note}") for id, zh, en in places]

    here, elsewhere = _("Communities and grids here"), _("Elsewhere: the county is enough")
    grouped = [(here, worded(found.here))] if found.here else []
    unknown = _("the community is not known")
    return [*worded(found.county, f" ({unknown})"), *grouped, (elsewhere, worded(found.elsewhere))]


def _called(one: Mapping[str, Any]) -> str:
    return str(one["whose"].code) if one.get("whose") and one["whose"].code else "–"


def _back(case: Row, where: str) -> dict[str, str]:
    """Where one is led after something was said of this case, and of whom the receipt speaks."""
    return {"to": f"{reverse('investigate', args=[case['key']])}#{where}", "about": _called(case)}


def _door(case: Row) -> int | None:
    """The household whose door the fever came from."""
    if not case["referral"]:
        return None
    try:
        return queries.one_row("referral", case["referral"])["household"]  # type: ignore[no-any-return]
    except NotFound:
        return None


def _lines(ask: Ask, case: Row, answers: Mapping[str, Any]) -> Lines | HttpResponse:
    """The lines, or the way on after some were said. What was typed in others and not saved stands there again."""
    given: dict[str, Any] = {"about": f"interview/{case['key']}", "today": local_day(ask.now)}
    lines = ask.form(Lines, "lines", answers=answers, **given)
    if not lines.is_bound or not lines.is_valid():
        return lines
    facts = lines.facts(case, ask.now)
    where = _back(case, f"line-{lines.data['save']}" if lines.data.get("save") else "lines")
    done = ask.take(lines, lambda: facts, told=lines.told(), **where)
    if done is None or not lines.left():
        return done or lines
    answers = investigation.interview(case["key"])["answers"]
    return Lines(name="lines", answers=answers, initial=lines.left(), **given)


def _name(ask: Ask, contact: forms.Contact, case: Row) -> HttpResponse | None:
    """The contact and, sealed, who it is: kept where the contact lives, so that their county may call them."""
    if not contact.is_bound or contact.says == "ask":
        return None
    done = ask.take(contact, lambda: contact.facts(case), **_back(case, "contacts"))
    if done and (held := contact.held()):
        home = contact.cleaned_data["home"] or case["home"] or case["place"]
        with door.ledger() as ledger:
            vault.put(ledger, f"contact/{contact.fact_id}", held, place=home, sees="cases")
    return done


def _moved(ask: Ask, case: Row, contacts: Sequence[Row]) -> HttpResponse | None:
    """What is said of one contact: where they stay, exposed again, a case by now."""
    investigation.asked_before(contacts)
    for one in contacts:
        if one["state"] in MOVES and (done := _of_one(ask, case["place"], one, _back(case, "contacts"))):
            return done
    return None


def _of_one(ask: Ask, place: int, one: Row, back: dict[str, str]) -> HttpResponse | None:
    key, where = one["key"], back | {"about": _called(one)}
    about = f"contact/{key}"
    one["stays"] = stays = ask.form(forms.Stay, f"stay-{key}", about=about, **forms.Stay.of(one))
    one["again"] = again = ask.form(forms.Again, f"again-{key}", about=about, now=ask.now)
    one["became"] = became = ask.form(forms.Became, f"became-{key}", about=about)
    return (
        ask.take(stays, lambda: stays.facts(one, place, ask.now), **where)
        or ask.take(again, lambda: [again.said(ask.now, place, contact=key)], **where)
        or ask.take(became, lambda: [became.said(ask.now, place, contact=key, reason="became_case")], **where)
    )
