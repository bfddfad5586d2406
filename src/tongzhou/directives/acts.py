"""What a desk does about directives, requests, handovers and decisions, where they are owed."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.api.say import form_id, said
from tongzhou.directives import forms, queries
from tongzhou.directives import kinds as _kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.pages.acts import Act, Given, acts
from tongzhou.pages.form import fact_form

Lacking = fact_form("directive.reported", "reason", reason={"required": True, "label": gettext_lazy("What is lacking")})
Figure = fact_form("directive.reported", "figure", figure={"label": gettext_lazy("Figure, where it asks for one")})
Sentence: dict[str, Any] = {"text": {"label": gettext_lazy("In a sentence")}}
Granted = fact_form("support.answered", "amount", "text", **Sentence)
Refused = fact_form("support.answered", "text", **Sentence)
Settled = fact_form("decision.settled", "text", **Sentence)


reported = partial(worded.words, "directive.reported", "outcome")
ended = partial(worded.words, "directive.ended", "reason")
answered = partial(worded.words, "support.answered", "outcome")
settled = partial(worded.words, "decision.settled", "outcome")


def answer(given: Given) -> list[Said]:
    told = queries.directive(given.one["key"], given.now)
    return [forms.answered(given.form, told, given.at, given.now)]


def _body(kind: str, body: Any) -> Any:
    def says(given: Given) -> list[Said]:
        return [said(kind, form_id(given.form.get("id", "")), given.now, given.at, body(given))]

    return says


def support(given: Given) -> list[Said]:
    return [forms.granted(given.form, given.one, given.at, given.now)]


def settle(given: Given) -> list[Said]:
    day, number = given.one["key"].split("/")[1:]
    about = {"place": int(given.one["key"].split("/")[0]), "day": day, "number": int(number)}
    one = forms.settled(given.form, about, given.now)
    return [said("decision.settled", one.id, given.now, given.at, _decoded(one))]


def _decoded(one: Said) -> dict[str, Any]:
    import msgspec

    body: dict[str, Any] = msgspec.json.decode(one.body)
    return body


def by_word(one: dict[str, Any]) -> bool:
    """Does the desk itself say that it is done? Where tasks show it, the last task says it."""
    return bool(one["evidence"] != "tasks")


def directives(_one: dict[str, Any]) -> str:
    return reverse("directives")


READ = Act("read", gettext_noop("Read"), answer, sends={"say": "read"}, own=True)
NOT_READY = Act("not_ready", gettext_noop("Not ready"), answer, Lacking, sends={"say": "not_ready"},
                own=True)  # fmt: skip
PASS_ON = Act("pass_on", gettext_noop("Break it down"), page=directives)
ANSWERS = (
    Act(
        "done",
        reported("done"),
        answer,
        Figure,
        sends={"say": "done"},
        own=True,
        when=by_word,
    ),
    Act(
        "partly",
        reported("partly"),
        answer,
        Figure,
        sends={"say": "partly"},
        own=True,
    ),
    NOT_READY,
    PASS_ON,
)
acts("read_directive", READ, *ANSWERS)
acts("answer_directive", *ANSWERS)
acts("end_directive", *(
    Act(reason, ended(reason), _body("directive.ended", lambda g, reason=reason: {"directive": g.one["key"],
        "reason": reason}), grave=reason == "withdrawn") for reason in ("done", "replaced", "withdrawn")
))  # fmt: skip
acts("answer_support", Act("granted", answered("granted"), support, Granted, sends={"outcome": "granted"}),
     Act("partly", answered("partly"), support, Granted, sends={"outcome": "partly"}),
     Act("refused", answered("refused"), support, Refused, sends={"outcome": "refused"}),
     Act("passed_up", gettext_noop("Pass it up"), page=lambda _one: reverse("requests")))  # fmt: skip
acts("take_desk", Act("taken", gettext_noop("Take over"), _body("duty.taken_over", lambda g: {
    "place": g.at, "handover": g.one["handover"]})), Act("open", gettext_noop("Open the handover"),
    page=lambda _one: reverse("handover")))  # fmt: skip
acts("hand_back_desk", Act("back", gettext_noop("Hand back"), _body("desk.handed_back", lambda g: {
    "place": int(g.one["key"])})))  # fmt: skip
acts("carry_out", *(
    Act(outcome, settled(outcome), settle, Settled, sends={"outcome": outcome}, grave=outcome == "dropped")
    for outcome in ("done", "partly", "dropped")
))  # fmt: skip
