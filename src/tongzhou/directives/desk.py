"""The forms of a desk's morning and of its handover, and what they say as facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.directives import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.directives.forms import ToCome
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.pages.fields import Choices, Telephone, field
from tongzhou.pages.form import FactForm, fact_form
from tongzhou.problems import Malformed

MOST = 10  # decisions of a morning


class Decide(ToCome):
    """A decision, and the post that carries it out. `held`: the numbers that are taken today."""

    kind, draft = "decision.taken", True
    text = field(kind, "text")
    owner = field(kind, "owner")
    at = field(kind, "at", offers=list)
    due = field(kind, "due")
    rests = forms.BooleanField(required=False, label=gettext_lazy("rests on yesterday's figure"))

    def __init__(self, *args: Any, held: Sequence[int], places: Choices, figure: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.free = next((n for n in range(1, MOST + 1) if n not in held), None)
        self.figure = figure
        self.fields["at"].choices = [("", "–"), *places]  # type: ignore[attr-defined]
        if not figure:
            del self.fields["rests"]

    def decided(self, desk: int) -> Said:
        """Under the first number that is free. Raises Malformed where ten are taken."""
        if self.free is None:
            raise Malformed(_("at most ten decisions a morning; settle or correct one of them"))
        about = [self.figure] if self.cleaned_data.pop("rests", False) else []
        day = local_day(self.now).isoformat()
        return self.said(self.now, desk, place=desk, day=day, number=self.free, about=about)


class Settle(FactForm):
    """What became of a decision."""

    kind, buttons, grave = "decision.settled", "outcome", frozenset({"dropped"})
    text = field(kind, "text", label=gettext_lazy("What became of it"))
    outcome = field(kind, "outcome")

    def settled(self, key: str, at: int, now: dt.datetime) -> Said:
        """`key` of the decision: desk/day/number; said at the desk that decided, or at that of its owner."""
        place, day, number = key.split("/")
        return self.said(now, at, place=int(place), day=day, number=int(number))


class Give(FactForm):
    """Shift A gives the desk to shift B."""

    kind = "duty.handed_over"
    to = field(kind, "to", offers=list)
    note = field(kind, "note", label=gettext_lazy("Remark (no names of residents)"))

    def __init__(self, *args: Any, colleagues: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [("", "–"), *((str(id), name) for id, name in colleagues)]  # type: ignore[attr-defined]


Take = fact_form("duty.taken_over")


class Number(FactForm):
    """The office's number, which the desks above ring."""

    kind = "desk.numbered"
    telephone = Telephone(label=gettext_lazy("The office's number, shown to the desks above"))
