"""Forms of the day plan: tables that are brought, who is there, and the plan that somebody signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from tongzhou.dayplan.visits import Helper, weights
from tongzhou.pages.fields import Whole
from tongzhou.pages.form import Form


class Files(forms.FileField):
    """Several files at once."""

    widget = forms.ClearableFileInput

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=type("Several", (forms.FileInput,), {"allow_multiple_selected": True})(), **options)
        self.widget.attrs |= {"multiple": True, "accept": ".csv,.parquet"}

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, list) else [data]
        return [super(Files, self).clean(one, initial) for one in given]


class Tables(Form):
    """The tables that an engine plans from."""

    tables = Files(label=gettext_lazy("All tables at once"), error_messages={"required": gettext_lazy("Not said yet.")})


class Seen(Form):
    """A plan as it was seen by whoever signs it."""

    plan = forms.CharField(widget=forms.HiddenInput, max_length=64)


class There(Form):
    """Who is there today, and how many doors each. Sent by the address, so that a plan can be asked for again. `away`:
    who is told to be away on the team's page, and is not ticked a second time."""

    def __init__(
        self, *args: Any, everybody: Sequence[Helper], away: frozenset[int] = frozenset(), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.away = away
        self.everybody = list({one.staff: one for one in reversed(everybody)}.values())[::-1]
        for one in self.everybody:
            self.fields[f"p{one.staff}"] = forms.BooleanField(label=one.name, required=False,
                                                             initial=one.staff not in away)  # fmt: skip
            doors = Whole(label=gettext_lazy("doors"), least=0, most=500, required=False)
            doors.widget.attrs |= {"placeholder": str(weights()["per_day"]), "size": 4}
            self.fields[f"n{one.staff}"] = doors

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"p{one.staff}"], self[f"n{one.staff}"]) for one in self.everybody]

    @property
    def absent(self) -> frozenset[int]:
        if not self.is_bound:
            return self.away
        return frozenset(one.staff for one in self.everybody if f"p{one.staff}" not in self.data)

    @property
    def capacities(self) -> dict[int, int]:
        told = {one.staff: self.cleaned_data.get(f"n{one.staff}") for one in self.everybody} if self.is_bound else {}
        return {staff: number for staff, number in told.items() if number is not None}
