"""The forms of directives and of requests for support, and what they say as facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tongzhou.api import say
from tongzhou.directives import kinds, queries  # noqa: F401  (its kinds register by being imported)
from tongzhou.directives.shown import moment
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.ledger.time import stamp
from tongzhou.pages.fields import REQUIRED, Choice, Choices, Several, field
from tongzhou.pages.form import FactForm, Form

ALL = "all"
Places = Sequence[tuple[int, str, str]]  # id, zh, en


def named(places: Places) -> list[tuple[str, str]]:
    """Places as choices, in the reader's language."""
    return [(str(id), en if get_language() == "en" else zh) for id, zh, en in places]


class Among(Several):
    """Some of these places, or all of them in one tick."""

    def among(self, places: Places) -> None:
        self.places = [id for id, _zh, _en in places]
        everywhere = [(ALL, _("all %(n)s") % {"n": len(places)})] if len(places) > 1 else []
        self.choices = [*everywhere, *named(places)]

    def clean(self, value: Any) -> list[int]:
        found = super().clean(value)
        return self.places if ALL in found else [int(one) for one in found]


class ToCome(FactForm):
    """Something that has to be done by a moment that is still to come."""

    def __init__(self, *args: Any, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now

    def clean_due(self) -> str:
        return self.to_come("due")

    def to_come(self, name: str) -> str:
        due: str = self.cleaned_data[name]
        if moment(due) <= self.now:
            raise forms.ValidationError(_("A moment that is still to come."))
        return due


class Issue(ToCome):
    """A directive of this desk to places right below it."""

    kind, draft = "directive.issued", True
    text = field(kind, "text")
    what = field(kind, "what")
    due = field(kind, "due")
    evidence = field(kind, "evidence", required=True)
    to = Among(label=gettext_lazy("To"))

    def __init__(self, *args: Any, places: Places, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].among(places)  # type: ignore[attr-defined]


class PassOn(ToCome):
    """A directive from above to desks below, in its own words: to whom, and by an hour of one's own."""

    kind = "directive.issued"
    to = Among(label=gettext_lazy("To"))
    due = field(kind, "due")

    def __init__(self, *args: Any, above: Mapping[str, Any], places: Places, **options: Any) -> None:
        options["initial"] = {"due": above["due"]} if above["due"] > options["now"] else {}
        super().__init__(*args, **options)
        self.above = above
        self.fields["to"].among(places)  # type: ignore[attr-defined]

    def clean_due(self) -> str:
        due, last = super().clean_due(), self.above["due"]
        if self.now < last < moment(due):
            raise forms.ValidationError(_("Not later than the desk above asks for: %(t)s.") % {"t": stamp(last)})
        return due

    def passed(self, place: int) -> Said:
        above = self.above
        known = {"what": above["what"], "text": above["text"], "evidence": above["evidence"], "parent": above["key"]}
        return self.said(self.now, place, **known)


class Tasks(Form):
    """A task for each of some grids: its worker does it, and doing it answers the directive."""

    def __init__(self, *args: Any, grids: Places, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["task"] = field("task.set", "what")
        self.fields["grid"] = grid = Among(label=_("In which grids"))
        grid.among(grids)

    def set(self, one: Mapping[str, Any], now: dt.datetime) -> list[Said]:
        body = {"what": self.cleaned_data["task"], "due": one["due"].isoformat(), "about": f"directive/{one['key']}",
                "text": one["text"][:80]}  # fmt: skip
        return [say.said("task.set", say.next_id(self.fact_id, n), now, grid, body)
                for n, grid in enumerate(self.cleaned_data["grid"], 1)]  # fmt: skip


class Answer(FactForm):
    """Read, done, done in part, or not ready and why. `desks`: those of which somebody writes down what they say by
    telephone; without them it is the desk at `place` itself."""

    kind, buttons = "directive.reported", "outcome"
    desk = Choice(choices=list, number=True, label=gettext_lazy("Desk"))
    figure = field(kind, "figure")
    reason = field(kind, "reason", label=gettext_lazy("What is lacking, where it is not ready"))
    outcome = Choice(choices=list, label=gettext_lazy("Answer"))

    def __init__(
        self, *args: Any, directive: Mapping[str, Any], place: int | None = None, desks: Choices = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.directive, self.place = directive, place
        line = next((one for one in directive["lines"] if one["place"] == place), None)
        offered = [] if line and line["state"] != "silent" else [("read", _("read"))]
        offered += worded.choices(self.kind, "outcome")
        outcome = self.fields["outcome"]
        if directive["evidence"] == "tasks":
            offered = [one for one in offered if one[0] != "done"]
            outcome.error_messages["invalid_choice"] = _shown_by_tasks(line)
        outcome.choices = offered  # type: ignore[attr-defined]
        self.fields["desk"].choices = [("", "–"), *desks]  # type: ignore[attr-defined]
        if place is not None:
            del self.fields["desk"]
        if directive["evidence"] != "figure":
            del self.fields["figure"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        outcome, reason = given.get("outcome"), given.get("reason")
        if outcome == "not_ready" and not reason and "reason" not in self.errors:
            self.add_error("reason", REQUIRED["required"])
        if outcome in ("read", "done", "partly") and reason:
            self.add_error("reason", _("This is said only of what is not ready."))
        if (
            outcome == "done"
            and "figure" in self.fields
            and given.get("figure") is None
            and "figure" not in self.errors
        ):
            self.add_error("figure", _("The figure that this directive asks for."))
        self.place = given.pop("desk", None) or self.place
        return given

    def answered(self, now: dt.datetime, channel: str = "") -> Said:
        """What the desk says; over a `channel` where somebody else writes it down."""
        assert self.place is not None
        post = Behalf(queries.post_at(self.place), self.place, channel) if channel else None  # type: ignore[arg-type]
        about = {"directive": self.directive["key"]}
        if self.cleaned_data["outcome"] == "read":
            return say.said("directive.acknowledged", self.fact_id, now, self.place, about, behalf=post)
        return self.said(now, self.place, behalf=post, **about)


def _shown_by_tasks(line: Mapping[str, Any] | None) -> str:
    """Why "done" is not said here: the tasks say it."""
    tasks = line["tasks"] if line else {"all": 0}
    if not tasks["all"]:
        return _("tasks first: this directive is shown by tasks, and the last one closes it")
    return _("%(n)s of %(all)s tasks are done: the last one closes it") % {"n": tasks["done"], "all": tasks["all"]}


class End(FactForm):
    """Nobody has to answer any more."""

    kind, buttons, grave = "directive.ended", "reason", frozenset({"withdrawn"})
    reason = field(kind, "reason")


class Ask(FactForm):
    """A desk asks the one above; each urgency says within how many hours it is answered."""

    kind, draft = "support.requested", True
    text = field(kind, "text")
    what = field(kind, "what")
    amount = field(kind, "amount")
    urgency = field(kind, "urgency", required=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        within = queries.hours()
        told = [(code, _("%(what)s: answer within %(h)s h") % {"what": words, "h": f"{within[code]:g}"})
                for code, words in worded.choices(self.kind, "urgency")]  # fmt: skip
        self.fields["urgency"].choices = told  # type: ignore[attr-defined]


class Grant(FactForm):
    """An answer; anything but a plain yes says why. `further`: the desk to which it can be passed up."""

    kind, buttons = "support.answered", "outcome"
    amount = field(kind, "amount")
    text = field(kind, "text", label=gettext_lazy("Reason (needed unless granted in full)"))
    outcome = field(kind, "outcome")

    def __init__(self, *args: Any, further: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.further = further
        if further is None:
            offered = [one for one in worded.choices(self.kind, "outcome") if one[0] != "passed_up"]
            self.fields["outcome"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("outcome") in ("partly", "refused") and not given.get("text") and "text" not in self.errors:
            self.add_error("text", _("The reason, so that those who asked can act on it."))
        return given

    def granted(self, one: Mapping[str, Any], now: dt.datetime) -> list[Said]:
        """The answer; passed up, the same is asked of the desk above."""
        facts = [self.said(now, one["to"], request=one["key"])]
        if self.cleaned_data["outcome"] == "passed_up":
            body = {"parent": one["key"], **{name: one[name] for name in ("what", "text", "urgency", "amount")}}
            id = say.next_id(self.fact_id, 1)
            facts.append(say.said("support.requested", id, now, one["to"], body, reporting=self.further))
        return facts
