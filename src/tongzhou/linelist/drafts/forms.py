"""The forms of lists that are no line lists: brought, read otherwise, and accepted line by line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.ledger.time import local_day
from tongzhou.linelist.drafts.propose import Proposal
from tongzhou.linelist.drafts.read import Batch
from tongzhou.linelist.drafts.sorts import SORTS, Sort
from tongzhou.linelist.import_preview import FIELD_WORDS
from tongzhou.linelist.reading import ENDS, Columns, encodings, heading_row, separators
from tongzhou.linelist.templatetags.linelist import subject
from tongzhou.linelist.understand import Choices
from tongzhou.pages.fields import Choice, Day, Whole
from tongzhou.pages.form import Form
from tongzhou.persons import handles
from tongzhou.persons import queries as persons
from tongzhou.problems import Problem

HOLDS = FIELD_WORDS | {
    "tube": gettext_noop("label of the sample"),
    "sampled": gettext_noop("sampled at"),
    "result": gettext_noop("result"),
    "again": gettext_noop("to be tested again"),
    "category": gettext_noop("category"),
    "stay": gettext_noop("where they are"),
    "door": gettext_noop("door or address"),
    "room": gettext_noop("room"),
    "morning": gettext_noop("temperature in the morning"),
    "evening": gettext_noop("temperature in the evening"),
    "temperature": gettext_noop("temperature"),
    "symptoms": gettext_noop("symptoms"),
}


class Brought(Form):
    """A list as a file, or what was pasted."""

    sort = Choice(choices=lambda: [], label=gettext_lazy("What it is"))
    day = Day(label=gettext_lazy("Speaks of the day"), required=False)
    file = forms.FileField(
        label=gettext_lazy("File"), required=False, allow_empty_file=True, widget=forms.FileInput({"accept": ENDS})
    )
    text = forms.CharField(
        label=gettext_lazy("or pasted: a message, or rows copied from a spreadsheet"), required=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args: Any, sorts: Sequence[Sort], now: dt.datetime, **options: Any) -> None:
        self.today = local_day(now)
        super().__init__(*args, initial={"day": self.today.isoformat()}, **options)
        self.fields["sort"].choices = [("", "–"), *((one.name, _(one.title)) for one in sorts)]  # type: ignore[attr-defined]
        self.fields["day"].widget.attrs["max"] = self.today.isoformat()

    @property
    def on(self) -> dt.date:
        return dt.date.fromisoformat(self.cleaned_data["day"] or self.today.isoformat())


class Reading(Columns):
    """How the list is read, where the person says otherwise."""

    day = Day(label=gettext_lazy("Speaks of the day"))

    def __init__(self, *args: Any, about: dict[str, Any], batch: Batch | None, **options: Any) -> None:
        self.batch, self.sort, chosen = batch, SORTS[about["sort"]], about["choices"]
        super().__init__(*args, initial={**chosen, "day": about["day"]}, **options)
        if batch is None:
            return
        self.initial.update({f"column-{at + 1}": name for name, at in batch.at.items()}, heading=batch.heading_row)
        sheets = [one for one in (batch.sheet, *batch.sheets_not_read) if one]
        if sheets:
            self.initial["sheet"] = batch.sheet
            self.fields["sheet"] = Choice(choices=lambda: [(one, one) for one in sheets], required=False,
                                          label=_("Sheet"))  # fmt: skip
        self.fields |= {"heading": heading_row(), "separator": separators(), "encoding": encodings()}
        self.offer(batch.headings, [(name, _(HOLDS[name])) for name in self.sort.columns])

    def choices(self) -> Choices:
        """What was said. Columns count only while the rows are read as before: in another sheet they are others."""
        given, batch = self.cleaned_data, self.batch
        if batch is None:
            return Choices()
        texts = {name: given.get(name) or "" for name in ("sheet", "separator", "encoding")}
        before = {name: self.initial.get(name) or "" for name in texts}
        said = Choices(texts["sheet"], texts["separator"], texts["encoding"], given["heading"])
        if texts != before or given["heading"] not in (None, batch.heading_row):
            return said
        return msgspec.structs.replace(said, columns=dict.fromkeys(self.sort.columns, "") | self.of_columns)


class Lines(Form):
    """Which lines are accepted, and of whom they are, where that is not beyond doubt."""

    take = forms.MultipleChoiceField(label=gettext_lazy("Accept"), required=False, widget=forms.CheckboxSelectMultiple)
    do = Choice(choices=lambda: [("accept", ""), ("drop", "")], few=True, label="")

    def __init__(self, *args: Any, proposed: Sequence[Proposal], **options: Any) -> None:
        ready = [str(one.draft.n) for one in proposed if one.ready]
        super().__init__(*args, initial={"take": ready}, **options)
        self.fields["take"].choices = [(str(one.draft.n), str(one.draft.n)) for one in proposed]  # type: ignore[attr-defined]
        for one in proposed:
            if made := _who(one):
                self.fields[f"who-{one.draft.n}"] = made

    @cached_property
    def ticks(self) -> dict[int, Any]:
        """The box of each line."""
        return {int(one.data["value"]): one for one in self["take"]}

    def who(self, n: int) -> Any:
        """The field that says whom a line is about; none where that is beyond doubt."""
        name = f"who-{n}"
        return self[name] if name in self.fields else None

    def chosen(self) -> dict[int, str]:
        """Row → whom the person says it is about."""
        told = {int(name.removeprefix("who-")): said for name, said in self.cleaned_data.items()
                if name.startswith("who-") and said not in (None, "")}  # fmt: skip
        return {n: f"household/{said}" if isinstance(said, int) else str(said) for n, said in told.items()}

    def clean(self) -> dict[str, Any]:
        """Where nothing is ticked, nothing is recorded and nothing dropped: somebody pressed the wrong button."""
        given = super().clean() or {}
        if given.get("do") == "accept" and not given.get("take"):
            self.add_error(None, _("Nothing is ticked. Tick what is to be recorded, or press “Drop everything”."))
        return given

    def rows(self) -> list[int]:
        """The lines that are accepted."""
        return [int(one) for one in self.cleaned_data["take"]] if self.cleaned_data["do"] == "accept" else []


def at_door(one: Proposal) -> bool:
    """Is it about a door, and not about somebody?"""
    says = one.draft.says
    return ("door" in one.draft.who and "temperature" in says) or says.get("category") == "fever"


class Numbered(forms.CharField):
    """Of whom nobody was found: whoever looks may know the person's number. Its digits, of somebody whom they may
    see."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            number = handles.read(typed)
        except Problem as wrong:
            raise forms.ValidationError(wrong.as_dict()["message"]) from None
        if not any(persons.may_see(one) for one in persons.by_handle(number)):
            raise forms.ValidationError(_("Nobody of this number whom you may see."))
        return number


def _numbered() -> forms.Field:
    number = Numbered(required=False, max_length=20, label=_("Number of the person"))
    number.widget.attrs |= {"size": 14, "aria-label": _("Number of the person")}
    return number


def _who(one: Proposal) -> forms.Field | None:
    subject_now = one.match.subject
    if at_door(one):
        number = Whole(least=1, most=2**31 - 1, required=False, label=_("Number of the door"))
        number.initial = subject_now.removeprefix("household/")
        number.widget.attrs |= {"size": 6, "aria-label": _("Number of the door")}
        return number
    if not one.match.others:
        return None if one.match.subject else _numbered()
    offered = [(key, subject(key)) for key in dict.fromkeys((subject_now, *one.match.others)) if key]
    made = Choice(choices=lambda: offered, required=False, label=_("Who is meant"))
    made.initial = subject_now
    made.widget.attrs["aria-label"] = _("Who is meant")
    return made
