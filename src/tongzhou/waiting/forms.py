"""The forms of the waiting page, and what they say as facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from tongzhou.api import say
from tongzhou.cases.queries import places_of
from tongzhou.directives.forms import Places, ToCome, named
from tongzhou.directives.queries import names as places_named
from tongzhou.directives.templatetags.directives import located
from tongzhou.ledger.kinds import Said
from tongzhou.pages.fields import field
from tongzhou.pages.form import FactForm, fact_form
from tongzhou.people.scope import Holder
from tongzhou.waiting.queries import Offered, Word

Take, Accept, Received = fact_form("word.taken"), fact_form("subject.accepted"), fact_form("case.received")
HandBack = fact_form("desk.handed_back")


class Leave(FactForm):
    kind, buttons = "word.left", "reason"
    reason = field(kind, "reason", required=True)


class Decline(FactForm):
    kind, buttons = "subject.declined", "reason"
    reason = field(kind, "reason", required=True)


class OfThePost(FactForm):
    """What a post says of words in its name. It stands on many pages and leads back to where it stood."""

    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def answered(self, row: Mapping[str, Any], now: dt.datetime) -> Said:
        self.cleaned_data.pop("next", None)
        return self.said(now, row["data"]["at"], fact=row["key"])


class Confirmed(OfThePost):
    kind = "behalf.confirmed"


class Contested(OfThePost):
    kind, buttons = "behalf.contested", "reason"
    reason = field(kind, "reason", required=True)


def of_a_word(form: FactForm, word: Word, now: dt.datetime) -> list[Said]:
    """Taken over, or left with a reason, on each subject of it that the speaker holds."""
    return [form.said(now, place, n=n, fact=str(word.fact), subject=subject)
            for n, (subject, place) in enumerate(word.subjects)]  # fmt: skip


def accepted(form: FactForm, offer: Offered, holder: Holder, now: dt.datetime) -> Said:
    """Accepted. A case that is reported here is received with it: the clock of the investigation starts."""
    if offer.noun == "case" and not offer.row["data"]["received_at"] and "epidemiologist" in holder.roles:
        return say.said("case.received", form.fact_id, now, offer.to, {"case": offer.key})
    return form.said(now, offer.to, subject=offer.subject)


class Offer(FactForm):
    """A subject is handed to another place, which accepts or declines."""

    kind = "subject.offered"
    to = field(kind, "to", offers=list)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: Places, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [("", "–"), *named(places)]  # type: ignore[attr-defined]

    def offered(self, subject: str, place: int, now: dt.datetime) -> Said:
        self.cleaned_data.pop("next", None)
        return self.said(now, place, subject=subject)


def others(place: int) -> Places:
    """Where a subject of this place may be handed."""
    return [one for one in places_of(str(place)) if one[0] != place]


class StandIn(ToCome):
    """A desk that cannot answer is stood in for, until a moment. `below`: the desk above each that may be."""

    kind = "desk.stood_in"
    place = field(kind, "place", offers=list)
    until = field(kind, "until")
    reason = field(kind, "reason")

    def __init__(self, *args: Any, below: Mapping[int, int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.below, names = below, places_named(sorted(below))
        offered = [(str(place), located(names, place)) for place in sorted(below)]
        self.fields["place"].choices = [("", "–"), *offered]  # type: ignore[attr-defined]

    def clean_until(self) -> str:
        return self.to_come("until")

    def stood_in(self) -> Said:
        return self.said(self.now, self.below[self.cleaned_data["place"]])
