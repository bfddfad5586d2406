"""The forms of named contacts: who needs one, who it is, what came of a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CharField, FileField, HiddenInput
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.community.queries import place_in_scope
from tongzhou.liaisons import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.pages.fields import REQUIRED, Choice, Telephone, Typed, field
from tongzhou.pages.form import FactForm, Form, fact_form
from tongzhou.problems import Malformed
from tongzhou.sites import addresses
from tongzhou.sites.forms import File

Ended = fact_form("liaison.ended", "why")


def _agreed() -> Telephone:
    """A number that may be rung; nobody has to give one."""
    return Telephone(
        required=False,
        label=gettext_lazy("Telephone on which they agree to be rung"),
        help_text=gettext_lazy(
            "Sealed: whoever rings that day opens it, every look is written down. Left empty, the desk rings."
        ),
    )


class Number(Form):
    """The number on which one of them agreed to be rung; empty: nobody may any more."""

    telephone = _agreed()


class Worn(Form):
    """Which number of the team whoever is signed in wears today."""

    teammate = Choice(choices=list, label=gettext_lazy("Which number stands on your armband today?"))

    def __init__(self, *args: Any, team: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["teammate"].choices = [("", "–"), *team]  # type: ignore[attr-defined]


class Needed(FactForm):
    """Somebody asks for a contact, or civil affairs names them. Of a child, who decided it. Of a number the
    address is shown before anything is written down."""

    kind = "liaison.needed"
    household = Typed(max_length=80, label=gettext_lazy("Door: its number or its address"))
    who = field(kind, "who")
    basis = field(kind, "basis", only=("asked", "civil_affairs"))
    agreed = field(kind, "agreed")
    telephone = _agreed()
    looked = CharField(required=False, widget=HiddenInput)  # the door whose address was shown
    lies = 0  # where the door lies

    def clean_household(self) -> int:
        try:
            number = addresses.find(self.cleaned_data["household"])
        except Malformed as problem:
            raise ValidationError(problem.detail) from None
        self.lies = (place_in_scope(number) if number else None) or 0
        if number is None or not self.lies:
            raise ValidationError(_("No door of yours has this number."))
        return number

    @property
    def called(self) -> str:
        """The door as people say it, beside its number: a slip of a digit is seen."""
        number = self.cleaned_data.get("household") if self.is_bound and self.is_valid() else None
        return "" if number is None else self._written(number)

    @staticmethod
    def _written(number: int) -> str:
        return addresses.called(number, addresses.of([number]))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("who") == "child" and not given.get("agreed"):
            self.add_error("agreed", _("a guardian or civil affairs decides whether it is noted for a child"))
        number = given.get("household")
        if number and self.data.get("household", "").strip().isdigit() and given.get("looked") != str(number):
            self.data = shown = self.data.copy()  # type: ignore[attr-defined]
            shown["looked"] = str(number)
            self.add_error("household", _("%(door)s: is that right? Send it again and it is kept.")
                           % {"door": self._written(number)})  # fmt: skip
        return given

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name not in ("telephone", "looked")}


class List(File):
    """A list of civil affairs, to be looked at: nothing is written down by it."""

    file = FileField(label=gettext_lazy("CSV or workbook, at most 5 MB"), error_messages=REQUIRED)


class Name(FactForm):
    """Another contact or deputy than the proposed ones."""

    kind = "liaison.named"

    def __init__(self, *args: Any, team: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["teammate"] = field(self.kind, "teammate", offers=team)
        self.fields["deputy"] = field(self.kind, "deputy", offers=team, required=False)


class Called(FactForm):
    """What came of a call or a visit: pressed."""

    kind, buttons = "liaison.called", "outcome"
    how = field(kind, "how")
    outcome = field(kind, "outcome")


class Sign(FactForm):
    """The whole proposal is signed as it was seen."""

    kind = "liaison.named"


class Proposed(FactForm):
    """The proposal for one of them is signed."""

    kind = "liaison.named"
