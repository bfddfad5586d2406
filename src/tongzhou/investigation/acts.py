"""What is done about contacts, those who depend on somebody, and letters between counties, where they are owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from tongzhou.api.say import form_id, said
from tongzhou.cases import queries as cases
from tongzhou.investigation import forms, observing
from tongzhou.investigation import queries as investigation
from tongzhou.ledger import door
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.pages.form import fact_form
from tongzhou.pages.ill import last
from tongzhou.people.desks import local_telephones
from tongzhou.people.scope import Holder
from tongzhou.places.queries import names as names_of_places
from tongzhou.problems import Stale
from tongzhou.sites.templatetags.sites import ring

MOVES = ("observed", "symptoms")  # of whom another county has to know
Sent = fact_form("observation.sent", "how", how={"only": ("car", "ambulance", "self"), "required": True})
BecameCase = fact_form("contact.ended")
Judged = fact_form("contact.judged")
Settled = fact_form("letter.closed", "outcome")


def observe(given: Given) -> list[Said]:
    told = {**given.one, "asked_at": given.at, "to_tell": given.form.get("told")}
    return observing.Observed(given.form).checked().facts(told, given.now)


def found(given: Given) -> list[Said]:
    """Whoever was found and is brought away has left home."""
    investigation.asked_before([given.one])
    return forms.Stay(given.form, **forms.Stay.of(given.one)).checked().facts(given.one, given.at, given.now)


def looked_for(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    """Who depends on them is asked once, also where the door has told it."""
    investigation.asked_before(ones)


def offer(given: Given) -> list[Said]:
    """To the county of the home, which takes it over or declines it."""
    body = {"subject": f"case/{given.one['key']}", "to": given.one["lives_in"]}
    return [said("subject.offered", form_id(given.form.get("id", "")), given.now, given.one["place"], body)]


def whom_to_offer(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    names = names_of_places(sorted({one["lives_in"] for one in ones}))
    for one in ones:
        told = _("The home lies in %(place)s: that county investigates once it takes the case over.")
        one["told"] = [told % {"place": _named(names, one["lives_in"])}]


def carer(given: Given) -> list[Said]:
    return observing.Carer(given.form).checked().facts(given.one, given.now)


def receipt(given: Given) -> list[Said]:
    """What the other county said when it was asked, written down for it: it confirms or contests it."""
    behalf = Behalf("epidemiologist", given.one["to"])
    return [observing.Answer(given.form).checked().said(given.now, given.at, letter=given.one["key"], behalf=behalf)]


def ask_whom(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    """The county that has not answered, and its telephone or that of the nearest desk above it."""
    places = sorted({one["to"] for one in ones})
    with door.ledger() as ledger:
        numbers = local_telephones(ledger, places)
    names = names_of_places(places)
    for one in ones:
        told = _("Sent to %(place)s, no receipt yet.") % {"place": _named(names, one["to"])}
        one["told"] = [format_html("{} {}", told, ring(numbers.get(one["to"], "")))]


def how_they_are(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """What whoever is observed said last of how they are."""
    for one in ones:
        one["ill"] = last("observation.recorded.symptoms", one["records"], now)


def to_write(case: str, county: int, now: dt.datetime) -> list[str]:
    """The close contacts of a case who live in a county and of whom no letter told it yet."""
    told = {key for one in investigation.letters() if one["to"] == county for key in one["contacts"]}
    return [one["key"] for one in investigation.contacts(case, now)
            if one["state"] in MOVES and one["key"] not in told and cases.county_of(one["home"]) == county]  # fmt: skip


def letter(given: Given) -> list[Said]:
    """One letter tells the other county of every contact of this case who lives there. Raises Stale where nothing is
    left: a colleague was first."""
    case, county = given.one["case"], cases.county_of(given.one["home"])
    contacts = to_write(case, county, given.now) if county else []
    if given.one["key"] not in contacts:
        raise Stale()
    return [said("letter.sent", form_id(given.form.get("id", "")), given.now, given.one["place"],
                 {"case": case, "contacts": contacts}, reporting=county)]  # fmt: skip


def whom_to_write(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """To which county the letter goes, and of how many contacts it tells."""
    for one in ones:
        county = cases.county_of(one["home"])
        n = len(to_write(one["case"], county, now)) if county else 0
        place = _named(names_of_places([county]), county) if county else "–"
        told = ngettext("To %(place)s, of %(n)s contact.", "To %(place)s, of %(n)s contacts.", n)
        one["unwritten"] = n
        one["told"] = [
            told % {"place": place, "n": n} if n else _("A letter to %(place)s was sent just now.") % {"place": place}
        ]


def _named(names: Mapping[int, Any], place: int) -> str:
    found = names.get(place)
    return "–" if found is None else found.name_en if get_language() == "en" else found.name_zh


def papers(one: dict[str, Any]) -> str:
    return reverse("papers", args=[one["case"]])


def case_page(one: dict[str, Any]) -> str:
    return reverse("investigate", args=[one["case"]])


ASK = Act("asked", gettext_noop("Record how they are"), observe, observing.Observed)
NOBODY = Act("no_answer", gettext_noop("No answer"), observe, sends={"say": "no_answer"})
OPEN = Act("open", gettext_noop("Open the investigation"), page=case_page)
OFFERED = Act("open", gettext_noop("Open the investigation"),
              page=lambda one: reverse("investigate", args=[one["key"]]))  # fmt: skip
acts("follow_up", ASK, NOBODY, reads=how_they_are)
acts("tell_begin", Act("told", gettext_noop("Told: what, why, until when"), observe,
                       sends={"say": "told", "told": "begin"}))  # fmt: skip
acts("tell_end", Act("told", gettext_noop("Told: it is over"), observe, sends={"say": "told", "told": "end"}))
acts("symptoms_to_clinic", Act("sent", gettext_noop("Sent to the clinic"), saying(Sent, "contact"), Sent),
     reads=how_they_are)  # fmt: skip
acts(
    "judge_symptoms",
    Act("became_case", gettext_noop("A case"), saying(BecameCase, "contact", reason="became_case")),
    Act("not_ill", gettext_noop("Examined, not ill: observe on"), saying(Judged, "contact", outcome="not_ill")),
    OPEN,
    reads=how_they_are,
)
acts(
    "offer_case", Act("offer", gettext_noop("Offer it to the county of the home"), offer), OFFERED, reads=whom_to_offer
)
acts("find_contact", Act("found", gettext_noop("Found, stays"), found, forms.Stay, with_=forms.Stay.of), OPEN,
     reads=looked_for)  # fmt: skip
acts(
    "answer_letter",
    Act("answered", gettext_noop("Answer"), saying(observing.Answer, "letter"), observing.Answer, own=True),
)
acts("ask_for_receipt", Act("answered", gettext_noop("They said"), receipt, observing.Answer), OPEN, reads=ask_whom)
acts("send_letter", Act("letter", gettext_noop("Send the letter"), letter, when=lambda one: one["unwritten"] > 0),
     Act("open", gettext_noop("Open the letter"), page=papers), reads=whom_to_write)  # fmt: skip
acts("search_again", Act("closed", gettext_noop("Settled"), saying(Settled, "letter"), Settled), OPEN)
acts("name_carer", Act("named", gettext_noop("Name the carer"), carer, observing.Carer, ("carer", "where")))
