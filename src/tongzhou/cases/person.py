"""Name, telephone and identity number of somebody, as every form of cases asks for them; they go to the vault."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.forms import BooleanField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.ledger.time import local_day
from tongzhou.pages.fields import Telephone, Typed
from tongzhou.pages.form import Form
from tongzhou.people import national

KEPT = ("name", "telephone", "identity")
UNVERIFIED = "identity_unverified"  # the field of the vault that says what does not fit in a number
UNREADABLE = "identity_unreadable"
PASSPORT = re.compile(r"[\u4e00-\u9fff]{0,8}[:：]?[0-9A-Z()-]{5,20}")
TOLD = {
    UNREADABLE: gettext_lazy("This is no identity or passport number: look at the paper again, or tick below."),
    "identity_check_digit": gettext_lazy(
        "The last digit does not fit the others: look at the paper again, or tick below."
    ),
    "identity_birth": gettext_lazy("The day of birth in it is none: look at the paper again, or tick below."),
    "identity_age": gettext_lazy(
        "The day of birth in it does not fit the age: look at the paper again, or tick below."
    ),
    "identity_sex": gettext_lazy("It is a number of the other sex: look at the paper again, or tick below."),
}


class Person(Form):
    """A number that does not fit itself, the sex or the age is asked again, and then taken as not verified by one tick.
    Sex and age are those of the form, or what is `known` of a case; `needs`: one of the three must be filled in."""

    telephone = Telephone(required=False, label=gettext_lazy("Telephone"))
    identity = Typed(required=False, max_length=40, label=gettext_lazy("Identity number"))
    unverified = BooleanField(required=False, label=gettext_lazy("It stands so on the paper: keep it as not verified"))

    def __init__(
        self, *args: Any, now: dt.datetime, known: dict[str, Any] | None = None, needs: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        full_name = Typed(required=False, max_length=80, label=_("Full name"))
        self.fields = {"name": full_name, **self.fields}
        for name in KEPT:
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.day, self.known, self.needs = local_day(now), known or {}, needs
        self.doubts: list[str] = []

    def clean_identity(self) -> str | None:
        return "".join((self.cleaned_data["identity"] or "").split()).upper().replace("×", "X") or None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        number = given.get("identity")
        self.doubts = self._doubts(number, self.known | given) if number else []
        if self.doubts and not given.get("unverified"):
            self.add_error("identity", TOLD[self.doubts[0]])
        if self.needs and not self.errors and not any(given.get(name) for name in KEPT):
            self.add_error("name", _("Name, telephone or identity number: one of them."))
        return given

    def _doubts(self, number: str, beside: dict[str, Any]) -> list[str]:
        if national.is_national(number):
            return list(national.doubts(number, beside.get("sex"), beside.get("age"), self.day))
        digits = number.isdecimal() and len(number) > 12
        return [UNREADABLE] if digits or not PASSPORT.fullmatch(number) else []

    @property
    def doubted(self) -> bool:
        """Is the tick offered: a number was asked about, or is kept as not verified?"""
        return bool(self.is_bound and self.doubts)

    def held(self) -> dict[str, str]:
        """What goes to the vault: what was typed."""
        kept = {name: self.cleaned_data[name] for name in KEPT if self.cleaned_data.get(name)}
        return kept | ({UNVERIFIED: " ".join(self.doubts)} if "identity" in kept else {})
