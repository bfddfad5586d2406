"""What is done about contacts, those who depend on somebody, and letters between counties, where they are owed."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from tongzhou.api.acts import Act, Field, Given, acts
from tongzhou.api.say import form_id, said
from tongzhou.investigation import forms
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.worded import catalogue

DESKS = {"found_elsewhere": gettext_noop("found in another way"), "sent_on": gettext_noop("written to another county"),
         "given_up": gettext_noop("cannot be found")}  # fmt: skip


def observe(given: Given) -> list[Said]:
    told = {**given.one, "asked_at": given.at, "to_tell": given.form.get("told")}
    return forms.Observed(given.form).checked().facts(told, given.now)


def _said(kind: str, *fields: str, noun: str = "contact") -> Any:
    def says(given: Given) -> list[Said]:
        body = {noun: given.one["key"], **{name: given.form.get(name) or None for name in fields}}
        return [said(kind, form_id(given.form.get("id", "")), given.now, given.at, body)]

    return says


def carer(given: Given) -> list[Said]:
    return forms.Carer(given.form).checked().facts(given.one, given.now)


def answer(given: Given) -> list[Said]:
    return _said("letter.answered", "outcome", noun="letter")(given)  # type: ignore[no-any-return]


def case_page(one: dict[str, Any]) -> str:
    return reverse("investigate", args=[one["case"]])


ASKED = (
    Field("temp10", gettext_noop("Temperature °C"), "number"),
    Field("symptoms", gettext_noop("Symptoms"), "several", words=catalogue("observation.recorded", "symptoms")),
)
ASK = Act("asked", gettext_noop("Recorded"), observe, ASKED)
NOBODY = Act("no_answer", gettext_noop("No answer"), observe, sends={"say": "no_answer"})
OPEN = Act("open", gettext_noop("Open the investigation"), page=case_page)
HOW = Field(
    "how", gettext_noop("How"), words=catalogue("observation.sent", "how", "car", "ambulance", "self"), needed=True
)
acts("follow_up", ASK, NOBODY)
acts("tell_begin", Act("told", gettext_noop("Told: what, why, until when"), observe,
                       sends={"say": "told", "told": "begin"}))  # fmt: skip
acts("tell_end", Act("told", gettext_noop("Told: it is over"), observe, sends={"say": "told", "told": "end"}))
acts("symptoms_to_clinic", Act("sent", gettext_noop("Sent to the clinic"), _said("observation.sent", "how"), (HOW,)))
acts(
    "judge_symptoms",
    Act("became_case", gettext_noop("A case"), _said("contact.ended", "reason"), sends={"reason": "became_case"}),
    Act("not_ill", gettext_noop("Examined, not ill: observe on"), _said("contact.judged", "outcome"),
        sends={"outcome": "not_ill"}),
    OPEN,
)  # fmt: skip
STAY = Field("stay", gettext_noop("Stays"), words=catalogue("contact.moved", "stay"), needed=True)
acts("find_contact", Act("found", gettext_noop("Found, stays"), _said("contact.moved", "stay"), (STAY,)), OPEN)
RECEIPT = Field("outcome", gettext_noop("Receipt"), words=catalogue("letter.answered", "outcome"), needed=True)
acts("answer_letter", Act("answered", gettext_noop("Answer"), answer, (RECEIPT,), own=True))
acts("search_again", Act("closed", gettext_noop("Settled"), _said("letter.closed", "outcome", noun="letter"),
                         (Field("outcome", gettext_noop("How"), words=DESKS, needed=True),)), OPEN)  # fmt: skip
acts("name_carer", Act("named", gettext_noop("Name the carer"), carer,
     (Field("carer", gettext_noop("Who"), words=catalogue("carer.named", "carer"), needed=True),
      Field("where", gettext_noop("Where"), words=catalogue("carer.named", "where"), needed=True))))  # fmt: skip
