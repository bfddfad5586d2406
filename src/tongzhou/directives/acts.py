"""What a desk does about directives, requests, handovers and decisions, where they are owed."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from tongzhou.api.acts import Act, Field, Given, acts, chosen
from tongzhou.api.say import form_id, said
from tongzhou.directives import forms, queries
from tongzhou.directives.templatetags.directives import WORDS
from tongzhou.ledger.kinds import Said

LACKING = chosen(WORDS, "no_staff", "no_supplies", "no_transport", "unclear", "not_lawful", "other")
WHY = gettext_noop("What is lacking")
TEXT = gettext_noop("In a sentence")


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
NOT_READY = Act("not_ready", gettext_noop("Not ready"), answer, (Field("reason", WHY, words=LACKING, needed=True),),
                {"say": "not_ready"}, own=True)  # fmt: skip
FIGURE = Field("figure", gettext_noop("Figure, where it asks for one"), "number")
PASS_ON = Act("pass_on", gettext_noop("Break it down"), page=directives)
ANSWERS = (
    Act("done", WORDS["done"], answer, (FIGURE,), {"say": "done"}, own=True, when=by_word),
    Act("partly", WORDS["partly"], answer, (FIGURE,), {"say": "partly"}, own=True),
    NOT_READY,
    PASS_ON,
)
acts("read_directive", READ, *ANSWERS)
acts("answer_directive", *ANSWERS)
acts("end_directive", *(
    Act(reason, WORDS[reason], _body("directive.ended", lambda g, reason=reason: {"directive": g.one["key"],
        "reason": reason}), grave=reason == "withdrawn") for reason in ("done", "replaced", "withdrawn")
))  # fmt: skip
REASON = Field("text", TEXT, "text", size=30)
AMOUNT = Field("amount", gettext_noop("Amount"), "number", size=8)
acts("answer_support", Act("granted", WORDS["granted"], support, (AMOUNT, REASON), {"outcome": "granted"}),
     Act("partly", WORDS["partly"], support, (AMOUNT, REASON), {"outcome": "partly"}),
     Act("refused", WORDS["refused"], support, (REASON,), {"outcome": "refused"}),
     Act("passed_up", gettext_noop("Pass it up"), page=lambda _one: reverse("requests")))  # fmt: skip
acts("take_desk", Act("taken", gettext_noop("Take over"), _body("duty.taken_over", lambda g: {
    "place": g.at, "handover": g.one["handover"]})), Act("open", gettext_noop("Open the handover"),
    page=lambda _one: reverse("handover")))  # fmt: skip
acts("hand_back_desk", Act("back", gettext_noop("Hand back"), _body("desk.handed_back", lambda g: {
    "place": int(g.one["key"])})))  # fmt: skip
acts("carry_out", *(
    Act(outcome, WORDS[outcome], settle, (REASON,), {"outcome": outcome}, grave=outcome == "dropped")
    for outcome in ("done", "partly", "dropped")
))  # fmt: skip
