"""What a desk does about directives, requests, handovers and decisions, where they are owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.directives import desk, forms, queries
from tongzhou.directives.templatetags.directives import located
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.pages.acts import Act, Given, acts
from tongzhou.pages.form import fact_form
from tongzhou.people.scope import Holder

Lacking = fact_form("directive.reported", "reason", reason={"required": True, "label": gettext_lazy("What is lacking")})
Sentence: dict[str, Any] = {"text": {"label": gettext_lazy("In a sentence")}}


class Report(fact_form("directive.reported", "figure", "text")):  # type: ignore[misc]
    """What Today asks of an answer: what shows it, of what is `done` without fail."""

    def __init__(self, *args: Any, evidence: str, counted: str | None = None, done: bool = False, **options: Any):
        super().__init__(*args, **options)
        self.fields["text"].required = done and evidence == "answer"
        if evidence == "figure":
            self.fields["figure"].required = done
            self.fields["figure"].label = counted or self.fields["figure"].label
        else:
            del self.fields["figure"]


def shown_by(one: dict[str, Any]) -> dict[str, Any]:
    return {"evidence": one["evidence"], "counted": one.get("counted")}


def shown_done(one: dict[str, Any]) -> dict[str, Any]:
    return shown_by(one) | {"done": True}


class Granted(forms.Grant):
    """What Today asks of a grant, where the outcome is pressed."""

    buttons = ""


def owed_still(one: dict[str, Any]) -> dict[str, Any]:
    return {"asked": queries.left(one)}


Refused = fact_form("support.answered", "text", **Sentence)
Settled = fact_form("decision.settled", "text", **Sentence)
HandedBack = fact_form("desk.handed_back")


def answer(given: Given) -> list[Said]:
    told = queries.directive(given.one["key"], given.now)
    return [forms.Answer(given.form, directive=told, place=given.at).checked().answered(given.now)]


def end(given: Given) -> list[Said]:
    return [forms.End(given.form).checked().said(given.now, given.at, directive=given.one["key"])]


def support(given: Given) -> list[Said]:
    return forms.Grant(given.form, asked=queries.left(given.one)).checked().granted(given.one, given.now)


def settle(given: Given) -> list[Said]:
    return [desk.Settle(given.form).checked().settled(given.one["key"], given.at, given.now)]


def take(given: Given) -> list[Said]:
    form = desk.Take(given.form).checked()
    return [form.said(given.now, given.at, place=given.at, handover=given.one["handover"])]


def hand_back(given: Given) -> list[Said]:
    return [HandedBack(given.form).checked().said(given.now, given.at, place=int(given.one["key"]))]


def by_word(one: dict[str, Any]) -> bool:
    """Does the desk itself say that it is done? Where tasks show it, the last task says it."""
    return bool(one["evidence"] != "tasks")


def in_words(rows: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    """What each desk answered in words, for whoever asked."""
    answers = {one["key"]: {int(at): told["text"] for at, told in one["answers"].items() if told.get("text")}
               for one in rows}  # fmt: skip
    names = queries.names(sorted({place for told in answers.values() for place in told}))
    for one in rows:
        one["told"] = [f"{located(names, place)}{_(': ')}{text}" for place, text in sorted(answers[one["key"]].items())]


def directives(_one: dict[str, Any]) -> str:
    return reverse("directives")


reported = partial(worded.words, "directive.reported", "outcome")
ended = partial(worded.words, "directive.ended", "reason")
answered = partial(worded.words, "support.answered", "outcome")
settled = partial(worded.words, "decision.settled", "outcome")
READ = Act("read", gettext_noop("Read"), answer, sends={"outcome": "read"}, own=True)
NOT_READY = Act("not_ready", gettext_noop("Not ready"), answer, Lacking, sends={"outcome": "not_ready"}, own=True)
PASS_ON = Act("pass_on", gettext_noop("Break it down"), page=directives)
ANSWERS = (
    Act("done", reported("done"), answer, Report, (), shown_done, sends={"outcome": "done"}, own=True, when=by_word),
    Act("partly", reported("partly"), answer, Report, (), shown_by, sends={"outcome": "partly"}, own=True),
    NOT_READY,
    PASS_ON,
)
acts("read_directive", READ, *ANSWERS)
acts("answer_directive", *ANSWERS)
acts("end_directive", *(
    Act(reason, ended(reason), end, sends={"reason": reason}, grave=reason == "withdrawn")
    for reason in ("done", "replaced", "withdrawn")
), reads=in_words)  # fmt: skip
acts("answer_support",
     Act("granted", answered("granted"), support, Granted, ("amount", "meant", "text"), owed_still,
         sends={"outcome": "granted"}),
     Act("partly", answered("partly"), support, Granted, ("amount", "text"), owed_still, sends={"outcome": "partly"}),
     Act("refused", answered("refused"), support, Refused, sends={"outcome": "refused"}),
     Act("passed_up", gettext_noop("Pass it up"), page=lambda _one: reverse("requests")))  # fmt: skip
acts("take_desk", Act("taken", gettext_noop("Take over"), take),
     Act("open", gettext_noop("Open the handover"), page=lambda _one: reverse("handover")))  # fmt: skip
acts("hand_back_desk", Act("back", gettext_noop("Hand back"), hand_back))
PAPER = Act("paper", gettext_noop("Open the paper, or send it down"), page=lambda one: f"/decision/{one['key']}")
acts("carry_out", *(
    Act(outcome, settled(outcome), settle, Settled, sends={"outcome": outcome}, grave=outcome == "dropped")
    for outcome in ("done", "partly", "dropped")
), PAPER)  # fmt: skip
