"""Telephone mode: whoever answers at a desk reads the questions of the household's page aloud, in the same order, and
writes the answers down on behalf of the household: who rang, at which minute, read back."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.api.say import next_id, said, say
from tongzhou.community import queries
from tongzhou.community.calls import keep_number
from tongzhou.doorway.home import Shown, promised, show
from tongzhou.doorway.household import CONCERNS, UNWELL
from tongzhou.doorway.resident import twin
from tongzhou.doorway.slips import made
from tongzhou.ledger import door, worded
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.fields import Choice, Day, Moment, Several, Tenths, field
from tongzhou.pages.form import Confirm, Filter, Form
from tongzhou.people.telephone import mobile_digits, read, too_short
from tongzhou.problems import Malformed, Problem
from tongzhou.sites import addresses

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


class Spoken(Form):
    """The questions of the household's page, in its order. Nothing is chosen before somebody says it."""

    who = field("household.rang", "who")
    state = Choice(choices=lambda: worded.choices("household.heard", "state")[:2], few=True,
                   label=gettext_lazy("1 Is everybody at home well today?"))  # fmt: skip
    concern = Several(
        choices=lambda: [(code, worded.choice("exception.raised", "concerns", code)) for code in CONCERNS],
        required=False, label=gettext_lazy("If not: fever? Short of breath? Alone, without anybody who helps?"),
    )  # fmt: skip
    temp10 = Tenths(least=300, most=450, required=False, label=gettext_lazy("Temperature, if measured"))
    telephone = forms.CharField(
        max_length=40, required=False, label=gettext_lazy("On which number may the doctor ring back?"),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    item = Several(choices=lambda: worded.choices("need.stated", "items"), required=False,
                   label=gettext_lazy("3 What do you need?"))  # fmt: skip
    last_dose = Day(required=False, label=gettext_lazy("Medicine: on which day is the last of it taken?"))
    read_back = field("household.rang", "read_back")
    unshown = forms.BooleanField(required=False, label=gettext_lazy("Never show this on the household's page"),
                                 help_text=gettext_lazy("Said under violence or in distress."))  # fmt: skip
    channel = Choice(choices=lambda: worded.choices("household.rang", "channel"), few=True, initial="phone",
                     label=gettext_lazy("How it was told"))  # fmt: skip
    at = Moment(required=False, label=gettext_lazy("At which minute, where not just now"))
    insisted = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:
            self.fields["who"].widget.attrs["autofocus"] = True

    def clean_telephone(self) -> str:
        """A number; one with so few digits that it is rather a slip is asked back, and kept if it comes again."""
        typed: str = self.cleaned_data["telephone"].strip()
        if typed and read(typed) is None:
            n = mobile_digits(typed)
            raise forms.ValidationError(_("a mobile number has 11 digits; this has %(n)s") % {"n": n} if n
                                        else _("a telephone has five digits or more"))  # fmt: skip
        short = too_short(typed)
        if short and self.data.get("insisted") != typed:
            kept: Any = self.data
            self.data = kept = kept.copy()
            kept["insisted"] = typed
            raise forms.ValidationError(
                _("Only %(n)s digits: is that right? Send it again and it is kept.") % {"n": short}
            )
        return typed

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("last_dose"):
            found["item"] = list(dict.fromkeys([*found.get("item", ()), "medicine"]))
        return found

    def facts(self, household: int, place: int, now: dt.datetime) -> list[Said]:
        """What they said, each as a fact of its own, and that it was told by telephone."""
        given, at = self.cleaned_data, self.moment(now)
        own = {"household": household, "channel": given["channel"]}
        first = self.fact_id
        words = [said("household.heard", next_id(first, 1), at, place, {**own, "state": given["state"]})]
        if self.asks:
            body = {**own, "concerns": given.get("concern") or [UNWELL], "temp10": given.get("temp10")}
            callback = f"exception/{self.call}" if given.get("telephone") else None
            words.append(said("exception.raised", self.call, at, place, body | {"callback": callback}))
        if given.get("item"):
            body = {**own, "items": dict.fromkeys(given["item"], 1), "medicine_last_dose": given.get("last_dose")}
            words.append(said("need.stated", next_id(first, 3), at, place, body))
        rang = {"household": household, "who": given["who"], "read_back": given["read_back"],
                "channel": given["channel"], "unshown": given["unshown"] or None,
                "said": [str(one.id) for one in words]}  # fmt: skip
        return [*words, said("household.rang", first, at, place, rang)]

    @property
    def asks(self) -> bool:
        """Is a call asked for: by whoever is unwell, or leaves a number to ring?"""
        given = self.cleaned_data
        return given["state"] == "unwell" or any(given.get(name) for name in ("concern", "temp10", "telephone"))

    @property
    def call(self) -> uuid.UUID:
        """The number of the call that is asked for."""
        return next_id(self.fact_id, 2)

    def moment(self, now: dt.datetime) -> dt.datetime:
        """The minute at which it was said, as it was written on paper; never one to come."""
        return min(moment_in(self.cleaned_data.get("at")) or now, now)


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
    spoken = ask.form(Spoken, "spoken")
    slip = ask.form(NewSlip, "slip") if "community_lead" in ask.holder.roles else None
    if slip is not None and slip.is_bound:
        return _new_slip(ask, number, place, slip)
    return _written(ask, spoken, shown) or ask.show(
        "doorway/telephone.html", which=which, shown=shown, spoken=spoken, slip=slip, promise=_promise(ask)
    )


@page("telephone", at=f"{AT}/paper", sees="care", roles=DESK, answers=("GET",))
def paper(ask: Ask) -> HttpResponse:
    """the paper twin of one household's page, to print and to bring"""
    number = ask.filter(Which).told("door")
    if number is None:
        return ask.show("doorway/telephone.html", which=ask.filter(Which))
    with door.ledger() as ledger:
        shown = show(ledger, number, queries.place_in_scope(number) or 0, ask.now)
    return ask.show("doorway/twin.html", base="console/base.html", **twin(shown))


def _written(ask: Ask, form: Spoken, shown: Shown) -> HttpResponse | None:
    """Write down what was said; the number to ring back is sealed, and the next page says what to promise."""
    home, due = shown.home, ""
    if form.is_bound and form.is_valid() and form.asks:
        due = str(int(promised(form.moment(ask.now)).timestamp()))
    done = ask.take(
        form,
        lambda: form.facts(home.household, home.place, ask.now),
        to=f"/{AT}?{urlencode({'door': home.household, 'call': due or '0'})}",
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
    return {"due": dt.datetime.fromtimestamp(int(text), dt.UTC) if text != "0" else None}


def _new_slip(ask: Ask, number: int, place: int, form: NewSlip) -> HttpResponse:
    """A new slip, shown once to be printed and brought to the door, never said on the telephone: whoever rings may be
    anybody. The old one is dead from now on."""
    row = next(one for one in queries.doors(local_day(ask.now)) if one["id"] == number)
    body = {"what": "deliver", "household": number, "text": _("the household's new slip")}
    try:
        say(ask.request, [said("task.set", form.fact_id, ask.now, place, body)])
    except Problem as problem:
        ask.refuse(form, problem)
        return ask.show("doorway/telephone.html", which=ask.filter(Which), slip=form)
    with door.ledger() as ledger:
        return made(ask, ledger, [row], spoken=True)
