"""Slips for households without a telephone number or an account: a code to scan, an address to type."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.community import queries
from tongzhou.doorway.home import form_number
from tongzhou.doorway.resident import SOON, digest_of
from tongzhou.doorway.templatetags.doorway import inlanguage
from tongzhou.ledger import door, worded
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day, zone
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.fields import Choice
from tongzhou.pages.form import Form
from tongzhou.pages.qr import code
from tongzhou.people import terms
from tongzhou.people.desks import local_telephones
from tongzhou.places.queries import names
from tongzhou.problems import Malformed
from tongzhou.sites import addresses
from tongzhou.tables.policy import shipped

MOST = 60  # one stairwell at a time
Doors = list[dict[str, Any]]


class OneDoor(Form):
    """By its number, or as people say it."""

    household = forms.CharField(
        label=gettext_lazy("Door number or address"),
        max_length=80,
        widget=forms.TextInput({"placeholder": "3栋2单元501"}),
    )

    def __init__(self, *args: Any, doors: Doors, **options: Any) -> None:
        super().__init__(*args, **options)
        self.doors = doors

    def clean_household(self) -> Doors:
        try:
            number = addresses.find(self.cleaned_data["household"])
        except Malformed as problem:
            raise forms.ValidationError(problem.detail) from None
        found = [row for row in self.doors if row["id"] == number]
        if not found:
            raise forms.ValidationError(_("No door of yours has this number or address."))
        return found


class Stairwell(Form):
    """A whole one of those that are led."""

    stair = Choice(label=gettext_lazy("Stairwell"), choices=lambda: [])

    def __init__(self, *args: Any, doors: Doors, ending: Counter[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.doors = doors
        places = names(sorted({row["place"] for row in doors}))
        self.fields["stair"].choices = [  # type: ignore[attr-defined]
            (key, _said(places, row, ending[key])) for key, row in {_key(row): row for row in doors}.items()
        ]

    def clean_stair(self) -> Doors:
        return [row for row in self.doors if _key(row) == self.cleaned_data["stair"]]


def _key(row: dict[str, Any]) -> str:
    return f"{row['place']}-{row['stair']}"


def _said(places: dict[int, Any], row: dict[str, Any], ending: int) -> str:
    told = [inlanguage(places.get(row["place"]))]
    told += [] if row["house"] else [_("Stairwell %(n)s") % {"n": row["stair"]}]
    return " · ".join([*told, *([_("%(n)s slips end soon") % {"n": ending}] if ending else [])])


@page("slips", roles=["community_lead"])
def choose(ask: Ask) -> HttpResponse:
    """Choose a door or a stairwell; sending makes new slips, which end the old ones, and shows them once."""
    day = local_day(ask.now)
    with door.ledger() as ledger:
        doors = [row for row in queries.doors(day) if contains(ask.holder.roles["community_lead"], row["place"])]
        soon = queries.slips_ending(ledger, [row["id"] for row in doors], ask.now + SOON)
        ending = Counter(_key(row) for row in doors if row["id"] in soon)
        one = ask.form(OneDoor, "door", doors=doors)
        whole = ask.form(Stairwell, "stairwell", doors=doors, ending=ending)
        for form, field in ((one, "household"), (whole, "stair")):
            if form.is_bound and form.is_valid():
                return made(ask, ledger, form.cleaned_data[field][:MOST])
    return ask.show("doorway/slips_choose.html", one=one, whole=whole)


def made(ask: Ask, ledger: Any, chosen: Doors, *, spoken: dt.datetime | None = None) -> HttpResponse:
    """The slips, shown once: of their addresses a digest is kept. `spoken`: by when it is brought that was asked for by
    telephone, where the caller is still on the line."""
    until, slips = ask.now + terms.days("slip"), []
    telephones = local_telephones(ledger, {row["place"] for row in chosen})
    for row in chosen:
        token = secrets.token_urlsafe(16)
        queries.give_slip(ledger, row["id"], digest_of(token), until)
        address = ask.request.build_absolute_uri(f"/h/{token}")
        number = form_number(row["id"], local_day(ask.now))
        slips.append({**row, "address": address, "code": code(address), "number": number,
                      "telephone": telephones.get(row["place"], "")})  # fmt: skip
    ticks = [words for _code, words in worded.choices("household.heard", "state")[:2]]
    ticks += [worded.choice("exception.raised", "concerns", one) for one in ("fever", "breathless", "alone")]
    items = [words for _code, words in worded.choices("need.stated", "items")]
    return ask.show("doorway/slips.html", slips=slips, until=until, ticks=ticks, items=items, spoken=spoken)


def brought_by(now: dt.datetime) -> dt.datetime:
    """By when a slip is brought that was asked for by telephone: the same day, since the old one is dead at once; with
    too little left of it, the next morning (rulebooks/policies/slips.yaml)."""
    told = shipped("slips")["values"]
    local = now.astimezone(zone())
    evening = dt.datetime.combine(local.date(), dt.time.fromisoformat(told["evening"]), zone())
    if local + dt.timedelta(minutes=told["least_minutes"]) <= evening:
        return evening
    morning = dt.time.fromisoformat(told["morning"])
    return dt.datetime.combine(local.date() + dt.timedelta(days=1), morning, zone())
