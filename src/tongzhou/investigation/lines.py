"""The form of an interview: its lines, each with what holds and who said it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.api.say import next_id, said
from tongzhou.investigation import interview
from tongzhou.investigation import kinds as kinds  # its kinds register by being imported
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import stamp
from tongzhou.pages.fields import FEW, Choice, Day, Whole
from tongzhou.pages.form import Form
from tongzhou.people.scope import names_of_staff

LATER = gettext_lazy("A day that has not come yet.")


@dataclass(frozen=True)
class Shown:
    """A line as the page shows it: its field, what holds, who said it when, and what had been said before."""

    line: interview.Line
    field: forms.BoundField
    seen: forms.BoundField
    holds: str
    who: str
    at: dt.datetime | None
    before: str


class Lines(Form):
    """All lines of the interview. `save` names the one that is said; without it, every one that was changed is said.
    Each carries the answer that its author saw: where somebody else has said another one since, nothing is said."""

    def __init__(self, *args: Any, answers: Mapping[str, Mapping[str, Any]], today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.answers, self.today = answers, today
        for one in interview.lines():
            holds = self._holds(one.id)
            self.fields[one.id] = _asked(one)
            self.fields[f"seen-{one.id}"] = forms.CharField(required=False, widget=forms.HiddenInput)
            self.initial.setdefault(one.id, holds)
            self.initial.setdefault(f"seen-{one.id}", holds)

    def _holds(self, line: str) -> str:
        return str(self.answers.get(line, {}).get("answer", ""))

    @property
    def says(self) -> list[str]:
        """The lines that are to be said."""
        name = self.data.get("save", "")
        return [name] if name else [one.id for one in interview.lines() if self._changed(one.id)]

    def _changed(self, line: str) -> bool:
        typed = str(self.data.get(line, "")).strip()
        return bool(typed) and typed != self.data.get(f"seen-{line}", "")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        known = {one.id: one for one in interview.lines()}
        for name in [name for name in self.errors if name not in self.says]:
            del self.errors[name]  # what is typed in a line that nobody saves is nobody's error yet
        for name in self.says:
            if name not in known:
                self.add_error(None, _("There is no such line in the interview."))
            elif name not in self.errors:
                self._judge(known[name], given.get(name))
        return given

    def _judge(self, line: interview.Line, typed: Any) -> None:
        holds, seen = self._holds(line.id), self.data.get(f"seen-{line.id}", "")
        if line.answer == "day" and dt.date.fromisoformat(typed) > self.today:
            self.add_error(line.id, LATER)
        elif holds not in (seen, str(typed)):
            theirs = self.answers[line.id]
            told = {"who": _who(theirs), "what": line.worded(holds), "at": _at(theirs)}
            words = _("Not recorded: %(who)s said “%(what)s” at %(at)s. If yours holds, save it again.")
            self.add_error(line.id, words % told)
            data = QueryDict(mutable=True)
            data.update(self.data)
            data[f"seen-{line.id}"] = holds
            self.data = data

    def facts(self, case: Mapping[str, Any], now: dt.datetime) -> list[Said]:
        """A fact for each line that is said and was not said so already."""
        found = []
        for n, line in enumerate(interview.lines(), 1):
            answer = self.cleaned_data.get(line.id)
            if line.id in self.says and str(answer) != self._holds(line.id):
                body = {"case": case["key"], "line": line.id, "answer": str(answer)}
                found.append(said("interview.answered", next_id(self.fact_id, n), now, case["place"], body))
        return found

    def told(self) -> str:
        """What was said, in words."""
        lines = [one for one in interview.lines() if one.id in self.says]
        return " · ".join(f"{one}: {one.worded(str(self.cleaned_data[one.id]))}" for one in lines)

    def left(self) -> dict[str, Any]:
        """What was typed in other lines and is not said yet, with the answers that its author saw."""
        lines = [one.id for one in interview.lines() if one.id not in self.says and self._changed(one.id)]
        return {name: self.data.get(name, "") for line in lines for name in (line, f"seen-{line}")}

    @property
    def count(self) -> int:
        return len(interview.lines())

    def rows(self) -> Iterator[Shown]:
        for one in interview.lines():
            said = self.answers.get(one.id, {})
            yield Shown(
                line=one,
                field=self[one.id],
                seen=self[f"seen-{one.id}"],
                holds=one.worded(said["answer"]) if said else "",
                who=_who(said) if said else "",
                at=_moment(said) if said else None,
                before=one.worded(said["before"]) if said.get("before") else "",
            )


def _asked(line: interview.Line) -> forms.Field:
    label: dict[str, Any] = {"label": str(line)}
    if line.answer == "choice":
        return Choice(choices=lambda: line.offered, few=len(line.choices) <= FEW, **label)
    return Day(**label) if line.answer == "day" else Whole(least=0, most=999, **label)


def _moment(said: Mapping[str, Any]) -> dt.datetime:
    return dt.datetime.fromisoformat(str(said["at"]))


def _at(said: Mapping[str, Any]) -> str:
    return stamp(_moment(said))


def _who(said: Mapping[str, Any]) -> str:
    return names_of_staff({said["by"]}).get(said["by"], "–") if said.get("by") else _("the program")
