"""An appeal or question found again by its number, at any desk that takes one down: what to say to whoever rings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import Connection

from tongzhou.ledger import door
from tongzhou.ledger.ranges import contains
from tongzhou.measures import notice, numbered, register
from tongzhou.measures.reached import telephone
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Filter
from tongzhou.people.desks import local_telephones
from tongzhou.people.scope import NOWHERE, union

TAKES = ("commander", "duty_officer", "law_desk", "community_lead", "grid_worker", "community_doctor")
ESCAPE = "domestic_violence_escape"  # the answer to whoever flees is read to them by the law desk alone


class Which(Filter):
    number = forms.CharField(max_length=20, label=gettext_lazy("The number that was read to them"),  # type: ignore[assignment]
                             widget=forms.TextInput({"autofocus": True, "placeholder": "0310-48273"}))  # fmt: skip

    def clean_number(self) -> str:
        text: str = self.cleaned_data["number"]
        found = numbered.written(text)
        if text and not found:
            raise forms.ValidationError(_("Month, day and five digits, as in 0310-48273."))
        return found


@page("measures", roles=TAKES)
def by_number(ask: Ask) -> HttpResponse:
    """An appeal or question by the number that was read to whoever asked: by when it is answered, or the answer."""
    which = ask.filter(Which)
    wanted = which.told("number")
    with door.ledger() as ledger:
        found = told(ledger, ask, wanted) if wanted else []
    return ask.show("measures/by_number.html", which=which, wanted=wanted, found=found, said=ask.given("said") == "1")


def told(ledger: Connection[Any], ask: Ask, wanted: str) -> list[dict[str, Any]]:
    """What this number stands for within the reader's desks, each with what is said of it on the telephone."""
    covers = union([ask.holder.roles[role] for role in TAKES if role in ask.holder.roles])
    rows = numbered.find(ledger, wanted, covers, ask.now)
    about = register.by_key({row["about"] for row in rows}, ask.now)
    places = notice.places_of([*about.values()])
    law = ask.holder.roles.get("law_desk", NOWHERE)
    found = []
    for row in rows:
        one = about.get(row["about"])
        ring = telephone(ledger, one, ask.now) if one else local_telephones(ledger, [row["to"]]).get(row["to"], "")
        reads = any(contains(law, place) for place in (row["place"], row["to"]))
        found.append(row | {
            "number": wanted, "ring": ring, "by": notice.day_hour(row["due"]),
            "title": notice.title(one, places) if one else "", "answered": notice.day_hour(row["answered_at"]),
            "words": row["text"] if reads else "",  # nobody but law desks reads what was written
            "answer": row["answer"] if reads or row.get("held_up") != ESCAPE else "",
        })  # fmt: skip
    return found


def after(key: str, ask: Ask) -> str:
    """Where whoever wrote one down goes next: what to say before they hang up."""
    return f"{reverse('appeal_by_number')}?{urlencode({'number': numbered.number(key, ask.now), 'said': '1'})}"
