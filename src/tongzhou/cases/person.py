"""Name, telephone and identity number of somebody, as a form asks for them; they go to the vault."""

from __future__ import annotations

import re
from typing import Any

from django.forms import BooleanField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.pages.fields import Telephone, Typed
from tongzhou.pages.form import Form
from tongzhou.people import national

KEPT = ("name", "telephone", "identity")
UNVERIFIED = "identity_unverified"  # the field of the vault that says what does not fit in a number
PASSPORT = re.compile(r"[\u4e00-\u9fff]{0,8}[:：]?[0-9A-Z()-]{5,20}")


class Person(Form):
    """A number whose check digit fails is asked again, and then taken as not verified by one tick."""

    telephone = Telephone(required=False, label=gettext_lazy("Telephone"))
    identity = Typed(required=False, max_length=40, label=gettext_lazy("Identity number"))
    unverified = BooleanField(required=False, label=gettext_lazy("keep it as not verified"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        full_name = Typed(required=False, max_length=80, label=_("Full name"))
        self.fields = {"name": full_name, **self.fields}
        for name in KEPT:
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        number = "".join((given.get("identity") or "").split()).upper()
        wrong = _wrong(number) if number else ""
        given["identity"] = number or None
        if wrong and not given.get("unverified"):
            self.add_error("identity", wrong)
        given["unverified"] = bool(wrong and given.get("unverified"))
        return given

    @property
    def doubted(self) -> bool:
        """Is the tick offered: a number was refused, or is kept as not verified?"""
        return self.is_bound and ("identity" in self.errors or bool(self.data.get("unverified")))

    def held(self) -> dict[str, str]:
        """What goes to the vault: what was typed."""
        kept = {name: self.cleaned_data[name] for name in KEPT if self.cleaned_data.get(name)}
        if "identity" in kept:
            kept[UNVERIFIED] = "identity_check_digit" if self.cleaned_data["unverified"] else ""
        return kept


def _wrong(number: str) -> str:
    if national.is_national(number):
        if national.fits(number):
            return ""
        return _("The last digit does not fit the others. Read it once more; if it stays so, tick below.")
    digits = number.isdecimal() and len(number) > 12
    if digits or not PASSPORT.fullmatch(number):
        return _("This is no identity or passport number. Read it once more; if it stays so, tick below.")
    return ""
