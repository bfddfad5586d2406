"""Telephone mode: whoever answers at a desk reads the questions of the household's page aloud, in the same order, and
writes the answers down on behalf of the household: who rang, at which minute, read back."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.api.say import said, say
from tongzhou.community import queries
from tongzhou.community.calls import keep_number
from tongzhou.doorway.asked import Spoken, disagreed
from tongzhou.doorway.home import Shown, promised, show
from tongzhou.doorway.resident import twin
from tongzhou.doorway.slips import brought_by, made
from tongzhou.ledger import door
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day
from tongzhou.liaisons import views as liaisons
from tongzhou.measures import by_number, notice, numbered, register
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm, Filter
from tongzhou.people.scope import NOWHERE
from tongzhou.problems import Malformed, Problem
from tongzhou.sites import addresses
from tongzhou.sites import queries as sites
from tongzhou.sites.named import MEDICINES

CALLED = gettext_noop("By telephone")
DESK = ("community_lead", "grid_worker", "community_doctor")
AT = "doorway/telephone"


class Which(Filter):
    """Whose door it is: by its number, or as people say it."""

    door = forms.CharField(max_length=80, label=gettext_lazy("Which door? The number, or the address as people say it"),
                           widget=forms.TextInput({"autofocus": True, "placeholder": "3栋2单元501"}))  # fmt: skip

    def clean_door(self) -> int | None:
        try:
            number = addresses.find(self.cleaned_data["door"], "door")
        except Malformed as problem:
            raise forms.ValidationError(problem.detail) from None
        if number is not None and queries.place_in_scope(number) is None:
            raise forms.ValidationError(_("No door of yours has this number or address."))
        return number


class NewSlip(Confirm):
    """The old slip opens nothing from this minute on."""


@page("telephone", at=AT, link=("community", CALLED), sees="care", roles=DESK)
def telephone(ask: Ask) -> HttpResponse:
    """what a household says by telephone or on paper, written down on its behalf, with the questions to read aloud"""
    which = ask.filter(Which)
    number = which.told("door")
    if number is None:
        return ask.show("doorway/telephone.html", which=which)
    place = queries.place_in_scope(number) or 0
    with door.ledger() as ledger:
        shown = show(ledger, number, place, ask.now)
        listed = sites.list_on(ledger, local_day(ask.now), MEDICINES)
    spoken = ask.form(Spoken, "spoken", listed=listed, standing=_standing(ask, place))
    leads = contains(ask.holder.roles.get("community_lead", NOWHERE), place)
    slip = ask.form(NewSlip, "slip") if leads else None
    if slip is not None and slip.is_bound:
        return _new_slip(ask, number, place, slip)
    contacts = liaisons.at_door(ask, number, place) if leads else []
    return _written(ask, spoken, shown) or ask.taken() or ask.show(
        "doorway/telephone.html", which=which, shown=shown, spoken=spoken, slip=slip, promise=_promise(ask),
        contacts=contacts, takes=bool(KINDS["appeal.made"].said_by & ask.holder.roles.keys()),
    )  # fmt: skip


@page("telephone", at=f"{AT}/paper", sees="care", roles=DESK, answers=("GET",))
def paper(ask: Ask) -> HttpResponse:
    """the paper twin of one household's page, to print and to bring"""
    number = ask.filter(Which).told("door")
    if number is None:
        return ask.show("doorway/telephone.html", which=ask.filter(Which))
    with door.ledger() as ledger:
        shown = show(ledger, number, queries.place_in_scope(number) or 0, ask.now)
    return ask.show("doorway/twin.html", base="console/base.html", **twin(shown))


def _standing(ask: Ask, place: int) -> dict[str, tuple[str, int]]:
    """The measures that hold there, each with its title and the desk that answers whoever disagrees: for those who may
    write such a word down."""
    if not KINDS["appeal.made"].said_by & ask.holder.roles.keys():
        return {}
    ones = register.at_place(place, ask.now)
    places = notice.places_of(ones)
    return {one.key: (notice.title(one, places), one.data["appeal"]) for one in ones}


def _written(ask: Ask, form: Spoken, shown: Shown) -> HttpResponse | None:
    """Write down what was said; the number to ring back is sealed, and the next page says what to promise."""
    home, due, further = shown.home, "", {}
    if form.is_bound and form.is_valid() and form.asks:
        due = str(int(promised(form.moment(ask.now)).timestamp()))
    if form.is_bound and form.is_valid() and form.cleaned_data.get("against"):
        further = {"appeal": numbered.number(str(disagreed(form.fact_id)), form.moment(ask.now))}
    done = ask.take(
        form,
        lambda: form.facts(home.household, home.place, ask.now),
        to=f"/{AT}?{urlencode({'door': home.household, 'call': due or '0', **further})}",
        told=_("Written down on behalf of the household"),
        about=_("Door %(n)s") % {"n": home.household},
    )
    if done and (number := form.cleaned_data.get("telephone")):
        with door.ledger() as ledger:
            keep_number(ledger, str(form.call), number, home.place)
    return done


def _promise(ask: Ask) -> dict[str, Any] | None:
    """What to say before they hang up, after their words were written down."""
    text = ask.given("call")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        return None
    wanted = numbered.written(ask.given("appeal"))
    with door.ledger() as ledger:
        appeals = by_number.told(ledger, ask, wanted) if wanted else []
    return {"due": dt.datetime.fromtimestamp(int(text), dt.UTC) if text != "0" else None, "appeals": appeals}


def _new_slip(ask: Ask, number: int, place: int, form: NewSlip) -> HttpResponse:
    """A new slip, shown once to be printed and brought to the door, never said on the telephone: whoever rings may be
    anybody. The old one is dead from now on."""
    row = next(one for one in queries.doors(local_day(ask.now)) if one["id"] == number)
    due = brought_by(ask.now)
    body = {"what": "slip", "household": number, "due": due.isoformat()}
    try:
        say(ask.request, [said("task.set", form.fact_id, ask.now, place, body)])
    except Problem as problem:
        ask.refuse(form, problem)
        return ask.show("doorway/telephone.html", which=ask.filter(Which), slip=form)
    with door.ledger() as ledger:
        return made(ask, ledger, [row], spoken=due)
