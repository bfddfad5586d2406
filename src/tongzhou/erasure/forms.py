"""The forms of the desk that takes a person's request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.erasure.templatetags.erasure import NUMBERS
from tongzhou.pages.fields import Choice, Typed
from tongzhou.pages.form import Form
from tongzhou.pages.templatetags.pages import named
from tongzhou.places.queries import names

# Why something is kept though the person asked: the law names these, and each is told to the person.
KEPT_BECAUSE = {
    "record": gettext_noop("the law asks for the record of a case to be kept"),
    "watched": gettext_noop("still under observation or in care"),
    "another": gettext_noop("another person's, found under the same number"),
}
WORDS = {
    "case": gettext_noop("case record"),
    "contact": gettext_noop("contact record"),
    "carer": gettext_noop("carer of a dependant"),
    "exception": gettext_noop("call-back number"),
    "import": gettext_noop("list that was brought"),
    "drafts": gettext_noop("drafts of a message"),
    "person": gettext_noop("person"),
}
ERASE = "erase"


def _numbers() -> list[tuple[str, str]]:
    return [(sort, _(words)) for sort, words in NUMBERS.items()]


def _ways() -> list[tuple[str, str]]:
    return [(ERASE, _("erase")), *((why, f"{_('kept')}, {_(words)}") for why, words in KEPT_BECAUSE.items())]


class Asked(Form):
    """The number that a person is known by, and what is asked of it. What was typed is searched for and not kept."""

    buttons = "say"
    sort = Choice(choices=_numbers, few=True, label=gettext_lazy("Known by"))
    number = Typed(label=gettext_lazy("Number"), max_length=32)  # type: ignore[assignment]
    say = Choice(choices=lambda: [("find", _("Find")), ("readings", _("Who read it"))], few=True, label="")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["number"].widget.attrs |= {"autocomplete": "off"}

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if not any(char.isdigit() for char in number):
            raise ValidationError(_("the number that the person is known by"))
        return number


class Decision(Form):
    """Of each thing that was found: erased, or kept and why. Neither is chosen before somebody chooses."""

    sort = forms.ChoiceField(choices=_numbers, widget=forms.HiddenInput)
    owners: Sequence[str] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.is_bound:
            self.owners = self.data.getlist("owner")  # type: ignore[attr-defined]

    def ask(self, held: Sequence[dict[str, Any]]) -> None:
        """A field for each thing that is held."""
        self.owners = [one["owner"] for one in held] if not self.is_bound else self.owners
        self.fields["owner"] = forms.MultipleChoiceField(
            choices=[(one, one) for one in self.owners], widget=forms.MultipleHiddenInput, required=False,
            initial=self.owners,
        )  # fmt: skip
        places = names([one["place"] for one in held])
        for one in held:
            self.fields[f"keep-{one['owner']}"] = Choice(choices=_ways, few=True, label=_told(one, places))

    def kept(self) -> dict[str, str]:
        """What is kept, and why."""
        said = {owner: str(self.cleaned_data.get(f"keep-{owner}") or ERASE) for owner in self.owners}
        return {owner: why for owner, why in said.items() if why != ERASE}


def _told(one: dict[str, Any], places: dict[int, Any]) -> str:
    """What it is, where, and when it ends by itself."""
    parts = [_(WORDS[one["sort"]]) if one["sort"] in WORDS else one["sort"]]
    if place := places.get(one["place"]):
        parts.append(named(place))
    if one["ends"]:
        parts.append(_("ends by itself on %(day)s") % {"day": f"{one['ends']:%Y-%m-%d}"})
    return " · ".join(parts)
