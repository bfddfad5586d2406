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
from tongzhou.directives.asks import IN_WORDS
from tongzhou.directives.shown import moment
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.ledger.time import stamp
from tongzhou.pages.fields import NUMBER, REQUIRED, Choice, Choices, Several, field
from tongzhou.pages.form import FactForm, Form
from tongzhou.problems import Malformed

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

    def add_error(self, field: str | None, error: Any) -> None:
        """With what to write instead of a number."""
        if getattr(error, "code", None) == NUMBER:
            told = _(
                "Write the post instead, as in “supply desk of Huangshi”: whoever reads it finds the desk's telephone"
                " beside its name."
            )
            error = f"{error.message} {told}"
        super().add_error(field, error)

    def clean_due(self) -> str:
        return self.to_come("due")

    def to_come(self, name: str) -> str:
        due: str = self.cleaned_data[name]
        if moment(due) <= self.now:
            raise forms.ValidationError(_("A moment that is still to come."))
        return due


class Sends(ToCome):
    """A directive to places right below, and what shows that it is done: an answer, a figure of something, tasks."""

    kind = "directive.issued"
    founds = True  # does it say by itself what shows it? Passed on, it may be as the desk above asked

    def __init__(self, *args: Any, places: Places, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].among(places)  # type: ignore[attr-defined]
        self.fields["counted"].widget = forms.TextInput(attrs={"maxlength": 60})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        shown = given.get("evidence") or self.shown_by
        for name, of in (("counted", "figure"), ("task", "tasks")):
            if given.get(name) and shown != of and name not in self.errors:
                self.add_error(name, _("This is said only where it is shown by that."))
        if shown == "tasks" and self.founds and not given.get("task") and "task" not in self.errors:
            self.add_error("task", _("Which task shows it: the last of these tasks closes the directive."))
        return given

    @property
    def shown_by(self) -> str:
        """What shows it where the form does not say so."""
        return ""


class Issue(Sends):
    """A directive of this desk to places right below it."""

    draft = True
    kind = "directive.issued"
    text = field(kind, "text")
    what = field(kind, "what")
    due = field(kind, "due")
    evidence = field(kind, "evidence", required=True)
    counted = field(kind, "counted")
    task = field(kind, "task")
    to = Among(label=gettext_lazy("To"))


class PassOn(Sends):
    """A directive from above to desks below: to whom, in one's own words, by an hour of one's own, shown by what. What
    was received stands in the fact from above and is not changed."""

    draft, founds = True, False
    kind = "directive.issued"
    to = Among(label=gettext_lazy("To"))
    text = field(kind, "text", required=False, label=gettext_lazy("Our own words (left empty: as received)"))
    due = field(kind, "due")
    evidence = field(kind, "evidence", required=False)
    counted = field(kind, "counted")
    task = field(kind, "task")

    def __init__(self, *args: Any, above: Mapping[str, Any], **options: Any) -> None:
        due = {"due": above["due"]} if above["due"] > options["now"] else {}
        options["initial"] = {"evidence": above["evidence"], "counted": above.get("counted"),
                              "task": above.get("task"), **due}  # fmt: skip
        super().__init__(*args, **options)
        self.above = above

    @property
    def shown_by(self) -> str:
        return str(self.above["evidence"])

    def clean_due(self) -> str:
        due, last = super().clean_due(), self.above["due"]
        if self.now < last < moment(due):
            raise forms.ValidationError(_("Not later than the desk above asks for: %(t)s.") % {"t": stamp(last)})
        return due

    def passed(self, place: int) -> Said:
        above, own = self.above, self.values()
        known = {name: above[name] for name in ("text", "evidence") if name not in own}
        if "evidence" in known:  # shown as the desk above asks, in all of it
            known |= {name: above[name] for name in ("counted", "task") if above.get(name) and name not in own}
        return self.said(self.now, place, what=above["what"], parent=above["key"], **known)


class Direct(Sends):
    """A decision as a directive, in one act: to whom, about what, shown by what. Words and hour are the decision's."""

    kind = "directive.issued"
    to = Among(label=gettext_lazy("To"))
    what = field(kind, "what")
    evidence = field(kind, "evidence", required=True)
    counted = field(kind, "counted")
    task = field(kind, "task")

    def directed(self, decision: Mapping[str, Any], place: int) -> Said:
        """Said by the desk that decided, or by that of its owner. Raises Malformed where its hour has passed."""
        if decision["due"] <= self.now:
            raise Malformed(_("Its hour has passed: settle it, or decide anew."))
        return self.said(self.now, place, text=decision["text"], due=decision["due"].isoformat(),
                         decision=decision["key"])  # fmt: skip


class Tasks(Form):
    """A task for each of some grids: its worker does it, and doing it answers the directive."""

    def __init__(self, *args: Any, grids: Places, task: str | None = None, **options: Any) -> None:
        if task:  # the directive names it: nothing is left to choose
            options["initial"] = {"task": task, **(options.get("initial") or {})}
        super().__init__(*args, **options)
        self.fields["task"] = field("task.set", "what", only=(task,) if task else ())
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
    text = field(kind, "text")
    reason = field(kind, "reason", label=gettext_lazy("What is lacking, where it is not ready"))
    outcome = Choice(choices=list, label=gettext_lazy("Answer"))

    def __init__(
        self, *args: Any, directive: Mapping[str, Any], place: int | None = None, desks: Choices = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.directive, self.place = directive, place
        line = next((one for one in directive["lines"] if one["place"] == place), None)
        offered = [] if line and not line["unread"] else [("read", _("read"))]
        offered += worded.choices(self.kind, "outcome")
        outcome = self.fields["outcome"]
        if directive["evidence"] == "tasks":
            offered = [one for one in offered if one[0] != "done"]
            outcome.error_messages["invalid_choice"] = _shown_by_tasks(line)
        outcome.choices, outcome.gone = offered, {"read"}  # type: ignore[attr-defined]
        self.fields["desk"].choices = [("", "–"), *desks]  # type: ignore[attr-defined]
        if place is not None:
            del self.fields["desk"]
        if directive["evidence"] != "figure":
            del self.fields["figure"]
        elif directive.get("counted"):
            self.fields["figure"].label = directive["counted"]

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
        if (
            outcome == "done"
            and self.directive["evidence"] == "answer"
            and not given.get("text")
            and "text" not in self.errors
        ):
            self.add_error("text", IN_WORDS)
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
    """An answer; anything but a plain yes says why. `further`: the desk to which it can be passed up; `asked`: how many
    are asked for, or still owed. Another figure than that is asked back, not taken in silence."""

    kind, buttons = "support.answered", "outcome"
    amount = field(kind, "amount")
    meant = forms.BooleanField(required=False, label=gettext_lazy("More than was asked for is meant"))
    text = field(kind, "text", label=gettext_lazy("Reason (needed unless granted in full)"))
    outcome = field(kind, "outcome")

    def __init__(self, *args: Any, further: int | None = None, asked: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.further, self.owed = further, asked
        if not self._more():
            del self.fields["meant"]
        if further is None:
            offered = [one for one in worded.choices(self.kind, "outcome") if one[0] != "passed_up"]
            self.fields["outcome"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        meant = given.pop("meant", False)
        if given.get("outcome") in ("partly", "refused") and not given.get("text") and "text" not in self.errors:
            self.add_error("text", _("The reason, so that those who asked can act on it."))
        if meant:
            given["more"] = True
        if "amount" not in self.errors and (odd := self._odd(given.get("outcome"), given.get("amount"), meant)):
            self.add_error("amount", odd)
        return given

    def _more(self) -> bool:
        """Is more granted than is asked for? Only then the form asks whether that is meant."""
        typed = say.ungrouped(str(self.data.get("amount", "")).strip())
        return self.owed is not None and typed.isdecimal() and int(typed) > self.owed

    def _odd(self, outcome: str | None, amount: int | None, meant: bool) -> str:
        """What is asked back about an amount; empty where it agrees with what was asked for."""
        asked = {"asked": self.owed, "amount": amount}
        if outcome in ("refused", "passed_up"):
            return _("An amount is said only of what is granted.") if amount is not None else ""
        if self.owed is None:
            return ""
        if outcome == "partly" and amount is None:
            return _("How many of the %(asked)s that are asked for?") % asked
        if amount is None:
            return ""
        if outcome == "partly" and amount >= self.owed:
            return _("%(asked)s are asked for: %(amount)s is all of it, not a part.") % asked
        if outcome == "granted" and amount < self.owed:
            return _("%(asked)s are asked for: %(amount)s is a part. Grant it in part; the rest stays owed.") % asked
        if outcome == "granted" and amount > self.owed and not meant:
            return _("%(asked)s are asked for and %(amount)s would be granted. If more is meant, tick it.") % asked
        return ""

    def granted(self, one: Mapping[str, Any], now: dt.datetime) -> list[Said]:
        """The answer; passed up, the same is asked of the desk above, or what is left of it."""
        if self.cleaned_data["outcome"] != "passed_up":
            return [self.said(now, one["to"], request=one["key"])]
        body = {"parent": one["key"], **{name: one[name] for name in ("what", "text", "urgency")}}
        body |= {"amount": queries.left(one)}
        id = say.next_id(self.fact_id, 1)
        return [self.said(now, one["to"], request=one["key"], to=self.further),
                say.said("support.requested", id, now, one["to"], body, reporting=self.further)]  # fmt: skip
