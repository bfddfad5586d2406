"""What a household says on its own page: its forms, in the words of the kinds, read without an account or a script."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.api.say import form_id, next_id, said
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.medicines import secret
from tongzhou.pages.fields import REQUIRED, Choice, Day, Several, Whole, field
from tongzhou.pages.form import Form
from tongzhou.problems import Malformed
from tongzhou.sites.drafts import Draft
from tongzhou.sites.templatetags.sites import sitename, unitname

CONCERNS = ("fever", "breathless", "alone")
UNWELL = "unwell"  # somebody is, and no more is said: it asks for a call as well
HOTTEST = 416
NOT_LISTED = "-"  # no key of a medicine


class SlipForm(Form):
    """`says`: what is pressed. It says no more than its household may."""

    says: ClassVar[str]

    def facts(self, household: int, place: int, now: dt.datetime) -> list[Said]:
        raise NotImplementedError

    @property
    def own(self) -> uuid.UUID:
        return form_id(self.number)


class Well(SlipForm):
    says = "well"

    def facts(self, household: int, place: int, now: dt.datetime) -> list[Said]:
        body = {"household": household, "channel": "page", "state": "well"}
        return [said("household.heard", self.own, now, place, body)]


def _concerns() -> list[tuple[str, str]]:
    return [(code, worded.choice("exception.raised", "concerns", code)) for code in CONCERNS]


def _temperatures() -> list[tuple[str, str]]:
    return [(str(tenths), f"{tenths / 10:.1f} °C") for tenths in range(370, HOTTEST)]


class Unwell(SlipForm):
    """Always asks for a call. What cannot be read of it does not hold the call back: it is left out."""

    says = "unwell"
    concern = Several(
        choices=_concerns, required=False, label=gettext_lazy("Tick what applies, so that the doctor knows.")
    )
    temp = forms.ChoiceField(choices=lambda: [("", _("not measured")), *_temperatures()], required=False,
                             label=gettext_lazy("Temperature, if measured"))  # fmt: skip
    people = Whole(least=1, most=30, required=False, initial=1, label=gettext_lazy("How many are unwell"))
    telephone = forms.CharField(
        max_length=40, required=False,
        label=gettext_lazy("Number to call back (sealed; only the community doctor opens it)"),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound:
            self._errors.clear()  # type: ignore[attr-defined]

    def facts(self, household: int, place: int, now: dt.datetime) -> list[Said]:
        own = {"household": household, "channel": "page"}
        heard = said("household.heard", next_id(self.own, 1), now, place, {**own, "state": "unwell"})
        callback = f"exception/{self.own}" if self.cleaned_data.get("telephone", "").strip() else None
        return [heard, said("exception.raised", self.own, now, place, self._body(household, callback))]

    def _body(self, household: int, callback: str | None) -> dict[str, Any]:
        concerns = [code for code in CONCERNS if code in self.data.getlist("concern")]  # type: ignore[attr-defined]
        return {"household": household, "channel": "page", "concerns": concerns or [UNWELL],
                "people": self.cleaned_data.get("people") or 1, "temp10": _tenths(self.data.get("temp", "")),
                "callback": callback}  # fmt: skip


class More(Unwell):
    """More about a call that was asked for, or that it got worse: the same call, since the same minute."""

    says = "more"
    exception = forms.UUIDField(widget=forms.HiddenInput)

    def of(self) -> str:
        """The call it is about; empty where somebody made it up."""
        return str(self.cleaned_data.get("exception") or "")

    def amends(self, row: Mapping[str, Any], household: int, place: int) -> Said:
        """Every word of the call anew: who said less before has not said that it is over."""
        callback = row["callback"] or (f"exception/{row['key']}" if self.cleaned_data.get("telephone") else None)
        body = self._body(household, callback)
        if body["concerns"] == [UNWELL]:
            body["concerns"] = row["concerns"]
        body["temp10"] = body["temp10"] or row["temp10"]
        return said("exception.raised", self.own, row["at"], place, body, corrects=uuid.UUID(row["key"]))


def _tenths(text: str) -> int | None:
    """A temperature in tenths, in digits of any width, as far as a body can have it."""
    plain = unicodedata.normalize("NFKC", text)
    return int(plain) if re.fullmatch("[0-9]{3}", plain) and 300 <= int(plain) <= 450 else None


class Wants(Form):
    """What is needed and how much of it: the same on the household's page and by telephone."""

    item = Several(choices=partial(worded.choices, "need.stated", "items"), label=gettext_lazy("What do you need?"))
    amount = Whole(
        least=1, most=99, required=False, initial=1, label=gettext_lazy("How many of each, but for medicine")
    )
    medicine = Choice(choices=lambda: [], required=False, label=gettext_lazy("Which medicine, if it is on the list"))
    quantity = Whole(least=1, most=999, required=False, initial=1, label=gettext_lazy("Medicine: how many"))
    text = field("need.stated", "text")
    last_dose = Day(required=False, label=gettext_lazy("Medicine: on which day is the last of it taken?"))
    daily = forms.BooleanField(required=False, label=gettext_lazy("It is taken every day: bring it again and again"))
    lasts = Whole(least=1, most=200, required=False, label=gettext_lazy("For how many days does that last?"))

    def __init__(self, *args: Any, listed: Sequence[Draft] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        if listed:
            unknown = (NOT_LISTED, _("not on the list, or not known"))
            self.fields["medicine"].choices = [("", ""), unknown, *_packs(listed)]  # type: ignore[attr-defined]
        elif not self.is_bound:
            del self.fields["medicine"], self.fields["quantity"]
        else:
            self.fields["medicine"] = forms.RegexField(r"^(-|[^|]{1,80}\|[a-z]{1,20})$", required=False)

    def clean_text(self) -> str | None:
        """Words of what is needed; a card's password is told to nobody."""
        text: str | None = self.cleaned_data["text"]
        if text and secret.told(text):
            raise forms.ValidationError(_("Words without the card's password: it is written down nowhere."))
        return text

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        named, last = found.get("medicine"), found.get("last_dose")
        if (named or last) and not found.get("item"):  # that is enough to say
            self.errors.pop("item", None)
            found["item"] = ["medicine"]
        if found.get("text") and not found.get("item") and "item" not in self.errors:
            self.add_error("item", _("Not said yet."))
        asked = "medicine" in self.data  # the page has a list only where the server has one
        if asked and "medicine" in found.get("item", ()) and not (named or last or found.get("text") or self.errors):
            self.add_error("medicine", _("Which one? Where it is not on the list, say so."))
        if found.get("daily"):
            self._daily(found)
        return found

    def _daily(self, found: Mapping[str, Any]) -> None:
        """What is taken every day has a name, a last day, and lasts so long: then nobody has to ask for it again."""
        listed = found.get("medicine") not in (None, "", NOT_LISTED)
        if not listed and not found.get("text") and not self.errors:
            self.add_error("text", _("Its name and strength."))
        for name in ("last_dose", "lasts"):
            if not found.get(name) and name not in self.errors:
                self.add_error(name, _("Not said yet."))

    def needs(self) -> dict[str, Any]:
        """What they need, as the body of the fact has it."""
        given = self.cleaned_data
        items = dict.fromkeys(given["item"], given.get("amount") or 1)
        wanted = []
        if given.get("medicine") not in (None, "", NOT_LISTED):
            medicine, _bar, of = given["medicine"].partition("|")
            wanted = [{"medicine": medicine, "quantity": given.get("quantity") or 1, "of": of}]
        if wanted or given.get("last_dose") or "medicine" in items:
            items["medicine"] = 1
        return {"items": items, "medicines": wanted or None, "medicine_last_dose": given.get("last_dose"),
                "text": given.get("text")}  # fmt: skip

    def wishes(self, own: Mapping[str, Any], id: uuid.UUID, at: dt.datetime, place: int) -> list[Said]:
        """What they need, said once: a medicine of every day as such, the rest as a need."""
        body = {**own, **self.needs()}
        if not self.cleaned_data.get("daily"):
            return [said("need.stated", id, at, place, body)]
        which = next(iter(body["medicines"] or ()), {"quantity": self.cleaned_data.get("quantity") or 1, "of": "box"})
        daily = {**own, **which, "lasts": self.cleaned_data["lasts"], "last_dose": body["medicine_last_dose"],
                 "text": None if body["medicines"] else body["text"]}  # fmt: skip
        items = {item: n for item, n in body["items"].items() if item != "medicine"}
        told = [said("remedy.wanted", next_id(id, 1) if items else id, at, place, daily)]
        return [*([said("need.stated", id, at, place, {**own, "items": items})] if items else []), *told]


class Need(Wants, SlipForm):
    says = "need"

    def facts(self, household: int, place: int, now: dt.datetime) -> list[Said]:
        return self.wishes({"household": household, "channel": "page"}, self.own, now, place)


def _packs(listed: Sequence[Draft]) -> list[tuple[str, str]]:
    """Each medicine of the list in its unit and in each declared pack."""
    return [
        (f"{one.key}|{of}", f"{sitename(one)} {one.details.strength} · {unitname(of)}")
        for one in listed
        for of in (one.details.unit, *one.details.packs)
    ]


class TakeBack(SlipForm):
    says = "withdraw"
    fact = forms.UUIDField(widget=forms.HiddenInput)

    @property
    def beside(self) -> uuid.UUID:
        """That somebody is unwell, which was said with the call that is taken back."""
        return next_id(uuid.UUID(self.cleaned_data["fact"]), 1)

    def clean_fact(self) -> str:
        return str(self.cleaned_data["fact"])

    def facts(self, household: int, place: int, now: dt.datetime) -> list[Said]:
        back = uuid.UUID(self.cleaned_data["fact"])
        return [said("fact.withdrawn", self.own, now, place, {"reason": "other"}, corrects=back)]


class Number(SlipForm):
    """Only the number to call back, which could not be read the first time."""

    says = "number"
    exception = forms.CharField(widget=forms.HiddenInput, max_length=40)
    telephone = forms.CharField(
        max_length=40, label=gettext_lazy("Number to call back (sealed; only the community doctor opens it)"),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip


class Typed(Form):
    """The address of a slip, or its end, as somebody types it."""

    slip = forms.CharField(label=gettext_lazy("What stands on your slip"), max_length=200, error_messages=REQUIRED,
                           widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off"}))  # fmt: skip

    def clean_slip(self) -> str:
        text = unicodedata.normalize("NFKC", self.cleaned_data["slip"]).strip().rstrip("/").rpartition("/")[2]
        if not re.fullmatch(r"[A-Za-z0-9_-]{4,64}", text):
            raise forms.ValidationError(_("An address of a slip ends in letters, digits, - and _."))
        return text


FORMS: Mapping[str, type[SlipForm]] = {one.says: one for one in (Well, Unwell, More, Need, TakeBack, Number)}
SAYS = gettext_noop("what the household says")


def sent(given: Any) -> SlipForm:
    """The form that was sent. Raises Malformed for one that the page has not."""
    form = FORMS.get(given.get("say", ""))
    if form is None:
        raise Malformed(_(SAYS), "say")
    return form(given)
