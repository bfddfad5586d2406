"""The forms of a case's page: its clocks, its classification, its samples, and what was written wrongly."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.cases import kinds as kinds  # its kinds register by being imported
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.pages.fields import Moment, field
from tongzhou.pages.form import FactForm, fact_form

EXCLUDED = "excluded"
CORRECTED = ("onset", "age", "sex")

Received = fact_form("case.received")
Investigated = fact_form("case.investigated")
Taken = fact_form("sample.taken", "label", "material", material={"required": True})
Excluded = fact_form("case.classified", "basis")


class Reported(FactForm):
    """Entered in the national system, now or at a moment that has come."""

    kind = "case.reported"
    card = field(kind, "card")
    when = Moment(required=False, label=gettext_lazy("When (now, if left empty)"))

    def __init__(self, *args: Any, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now

    def clean_when(self) -> str | None:
        typed: str | None = self.cleaned_data["when"]
        if typed and dt.datetime.fromisoformat(typed) > self.now:
            raise ValidationError(_("A moment that has not come yet."))
        return typed

    def values(self) -> dict[str, Any]:
        return {"card": self.cleaned_data["card"]}

    @property
    def at(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.cleaned_data["when"]) if self.cleaned_data["when"] else self.now


class Blocked(FactForm):
    """What stood in the way of a clock, in one tap."""

    kind = "case.blocked"
    buttons = "reason"
    reason = field(kind, "reason")


class Resulted(FactForm):
    """The result of a sample, in one tap."""

    kind = "sample.resulted"
    buttons = "result"
    result = field(kind, "result")


class Merged(FactForm):
    kind = "case.merged"


class Classified(FactForm):
    """A new classification; that it is no case stands apart (`Excluded`)."""

    kind = "case.classified"
    classification = field(kind, "classification", offers=lambda: _classes(), label=gettext_lazy("New classification"))
    basis = field(kind, "basis")


def _classes() -> list[tuple[str, Any]]:
    return [one for one in worded.choices("case.classified", "classification") if one[0] != EXCLUDED]


class Corrected(FactForm):
    """Age, sex or day of onset as they should have been written: says the identification once more, in its place and at
    its moment. What stood there before stays to be seen."""

    kind = "case.identified"
    onset = field(kind, "onset")
    age = field(kind, "age")
    sex = field(kind, "sex")

    def __init__(self, *args: Any, case: Mapping[str, Any], now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, initial={name: case[name] for name in CORRECTED}, **options)
        self.case, self.today = case, local_day(now)

    def clean_onset(self) -> str | None:
        onset: str | None = self.cleaned_data["onset"]
        if onset and dt.date.fromisoformat(onset) > self.today:
            raise ValidationError(_("A day that has not come yet."))
        return onset

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and all(given[name] == self.case[name] for name in CORRECTED):
            self.add_error("onset", _("Nothing differs from what stands there."))
        return given

    def fact(self) -> Said:
        case = self.case
        kept = ("epi", "clinical", "denied", "pcr", "referral", "source", "person")
        same = {name: case[name] for name in kept if name in case} | {"dependants": case.get("depended_on")}
        first = case.get("identified_as") or case["history"][0]["classification"]
        return self.said(
            case["identified_at"], case["place"], **same, classification=first,
            home=case["home"], reporting=case["place"], corrects=uuid.UUID(case["key"]),
        )  # fmt: skip
