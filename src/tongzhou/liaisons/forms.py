"""The forms of named contacts: who needs one, who it is, what came of a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import FileField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.community.queries import place_in_scope
from tongzhou.liaisons import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.pages.fields import REQUIRED, Typed, field
from tongzhou.pages.form import FactForm, fact_form
from tongzhou.problems import Malformed
from tongzhou.sites import addresses
from tongzhou.sites.doors import written
from tongzhou.sites.forms import File

Ended = fact_form("liaison.ended", "why")


class Needed(FactForm):
    """Somebody asks for a contact, or civil affairs names them. Of a child, who decided it."""

    kind = "liaison.needed"
    household = Typed(max_length=80, label=gettext_lazy("Door: its number or its address"))
    who = field(kind, "who")
    basis = field(kind, "basis", only=("asked", "civil_affairs"))
    agreed = field(kind, "agreed")
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
        if number is None:
            return ""
        door = addresses.of([number]).get(number)
        told = _("Door %(n)s") % {"n": number}
        return f"{told} · {written(door)}" if door else told

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("who") == "child" and not given.get("agreed"):
            self.add_error("agreed", _("a guardian or civil affairs decides whether it is noted for a child"))
        return given


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
