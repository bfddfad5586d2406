"""Card, contact list, letters and report of a case as papers: written from what was said once."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tongzhou.api import say
from tongzhou.cases import queries
from tongzhou.directives.queries import telephones
from tongzhou.investigation import interview
from tongzhou.investigation import queries as investigation
from tongzhou.ledger import merged
from tongzhou.ledger.time import local_day, zone
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm
from tongzhou.persons import queries as persons
from tongzhou.sites import queries as sites

FORMS = {"card": "C1", "report": "C2", "contacts": "C3", "letter": "C4"}  # the papers of a case, in this order


@page("cases", roles=["epidemiologist", "clinician"])
def papers(ask: Ask, key: str) -> HttpResponse:
    case = queries.case(key, ask.now)
    told, contacts = investigation.interview(key), investigation.contacts(key, ask.now)
    persons.attach([case], contacts)
    close = [one for one in contacts if one["state"] != "general"]
    letters = _letters(key, case, close)
    for one in letters:
        if one["sent"] or "epidemiologist" not in ask.holder.roles:
            continue
        one["form"] = form = ask.form(Confirm, f"letter-{one['to']}", about=f"case/{key}")
        body = {"case": key, "contacts": [contact["key"] for contact in one["contacts"]]}

        def says(form: Any = form, body: Any = body, to: int = one["to"]) -> Any:
            return [say.said("letter.sent", form.fact_id, ask.now, case["place"], body, reporting=to)]

        if done := ask.take(form, says):
            return done
    asked = interview.lines()
    venues = {one["venue"] for one in told["exposures"] if one.get("venue")}
    places = [*(one["home"] for one in contacts), *(one["to"] for one in letters), case["place"], case["home"]]
    digits = case["whose"].handle if case["whose"] and case["whose"].handle else key[:8]
    county = queries.county_of(case["place"]) or case["place"]
    return ask.show(
        "investigation/papers.html",
        numbers={name: f"{form}-{digits}-{ask.now.astimezone(zone()):%y%m%d}" for name, form in FORMS.items()},
        code=case["whose"].code if case["whose"] else "",
        telephone=telephones([county]).get(county, ""),
        case=case,
        lines=[(one, one.worded(told["answers"][one.id]["answer"])) for one in asked if one.id in told["answers"]],
        missing=[one for one in asked if one.id not in told["answers"]],
        sites=sites.names(venues, local_day(ask.now)),
        exposures=told["exposures"],
        close=close,
        letters=letters,
        names=queries.place_names([place for place in places if place]),
    )


def _letters(key: str, case: dict[str, Any], close: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One to each other county where close contacts live, with the letters that were sent there."""
    elsewhere: dict[int, list[dict[str, Any]]] = {}
    for one in close:
        county = queries.county_of(one["home"])
        if county and county != queries.county_of(case["place"]):
            elsewhere.setdefault(county, []).append(one)
    family = merged.family("case", key)
    sent = [one for one in investigation.letters() if one["case"] in family] if elsewhere else []
    return [
        {"to": county, "contacts": found, "sent": [one for one in sent if one["to"] == county]}
        for county, found in elsewhere.items()
    ]
