"""What is done about a fever at a door, a referral and a case, where they are owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from tongzhou.api.acts import Act, Field, Given, acts, chosen
from tongzhou.cases import calls, clinics, forms
from tongzhou.cases.templatetags.cases import WORDS
from tongzhou.ledger.kinds import Said
from tongzhou.people.scope import Holder

YES_NO = {"yes": gettext_noop("yes"), "no": gettext_noop("no")}
TAKEN = (
    Field("temp10", gettext_noop("Temperature °C"), "number"),
    Field("spo2", gettext_noop("SpO₂ %"), "number", size=4),
    Field("exposed", gettext_noop("Exposed in 14 days"), words=YES_NO),
)


def within_reach(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """The clinics somebody can be sent to from each door: asked once for a place."""
    found = {place: clinics.offered(place, now) for place in {one["place"] for one in ones}}
    for one in ones:
        one["clinics"] = found[one["place"]]


def sent_to(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """Which clinic each was sent to, where that was told."""
    named = clinics.named(ones, now)
    for one in ones:
        if site := named.get(one.get("site") or ""):
            one["told"] = [clinics.words(site, now)]


CLINIC = Field("clinic", gettext_noop("Clinic"), offers=lambda one: one["clinics"], first=True)


def call(given: Given) -> list[Said]:
    return calls.Call(given.form, one=given.one, now=given.now).checked().facts()


def close(given: Given) -> list[Said]:
    form = calls.Close(given.form).checked()
    return [form.said(given.now, given.one["place"], exception=given.one["key"])]


def seen(given: Given) -> list[Said]:
    form = calls.Seen(given.form).checked()
    return [form.said(given.now, given.at, referral=given.one["key"])]


def told(given: Given) -> list[Said]:
    form, behalf = calls.Seen(given.form).checked(), calls.by_the_clinic(given.one)
    return [form.said(given.now, given.one["place"], referral=given.one["key"], behalf=behalf)]


def step(given: Given) -> list[Said]:
    return [forms.step(given.form, given.one, given.now)]


def page(one: dict[str, Any]) -> str:
    return reverse("case", args=[one["key"]])


STAY = Act("stay_home", gettext_noop("Stay home"), call, TAKEN, {"advice": "stay_home"})
TO_CLINIC = Act("clinic", gettext_noop("To the clinic"), call, (*TAKEN, CLINIC), {"advice": "clinic"})
EMERGENCY = Act("emergency", "120", call, (*TAKEN, CLINIC), {"advice": "emergency"})
NO_ANSWER = Act("no_answer", gettext_noop("No answer"), call, sends={"advice": "no_answer"})
CLOSE = tuple(
    Act(outcome, WORDS[outcome], close, sends={"outcome": outcome}, grave=outcome == "mistaken")
    for outcome in ("in_care", "well", "moved", "mistaken")
)
acts("call_back", STAY, TO_CLINIC, EMERGENCY, NO_ANSWER, Act("mistaken", WORDS["mistaken"], close,
     sends={"outcome": "mistaken"}, grave=True), reads=within_reach)  # fmt: skip
acts("send_on", *CLOSE, TO_CLINIC, reads=within_reach)
acts("close_call", CLOSE[1], CLOSE[0], *CLOSE[2:], TO_CLINIC, reads=within_reach)

SEEN = {
    outcome: Act(outcome, WORDS[outcome], seen, sends={"outcome": outcome})
    for outcome in ("arrived", "did_not_come", "sent_home", "emergency")
}
IDENTIFY = Act("identify", gettext_noop("Identify a case"), page=lambda _one: reverse("clinic"))
acts("receive_referral", SEEN["arrived"], SEEN["did_not_come"], SEEN["emergency"], reads=sent_to)
acts("examine", SEEN["sent_home"], IDENTIFY, SEEN["emergency"], reads=sent_to)
SAYS = Field("outcome", gettext_noop("The clinic says"), words=chosen(WORDS, "arrived", "sent_home", "emergency"),
             needed=True)  # fmt: skip
acts("find_who_did_not_come", Act("told", gettext_noop("The clinic has them"), told, (SAYS,)), reads=sent_to)

CARD = Field("card", gettext_noop("Card number"), "text", needed=True, size=14)
LATE = chosen(WORDS, "network", "system_down", "no_result", "too_ill", "no_staff", "transport", "definition", "other")
REPORTED = Act("reported", gettext_noop("Reported"), step, (CARD,), {"say": "reported"})


def blocked(clock: str) -> Act:
    """What stood in the way: it is asked to remove it, never to blame anybody."""
    return Act("blocked", gettext_noop("What stood in the way"), step,
               (Field("reason", gettext_noop("Reason"), words=LATE, needed=True),),
               {"say": "blocked", "clock": clock})  # fmt: skip


CLASSES = chosen(WORDS, "confirmed", "clinical", "asymptomatic", "excluded")
BASES = chosen(WORDS, "pcr", "sequencing", "antibody", "two_negatives", "clinical")
CLASSIFY = Act("classified", gettext_noop("Classify"), step,
               (Field("classification", gettext_noop("Classification"), words=CLASSES, needed=True),
                Field("basis", gettext_noop("Basis"), words=BASES, needed=True)), {"say": "classified"})  # fmt: skip
OPEN = Act("open", gettext_noop("Open the case"), page=page)
acts("report_case", REPORTED, OPEN, blocked("report"))
acts("receive_case", Act("received", gettext_noop("Received"), step, sends={"say": "received"}), OPEN)
acts("investigate_case", OPEN, Act("investigated", gettext_noop("Initial investigation done"), step,
                                   sends={"say": "investigated"}), blocked("investigation"))  # fmt: skip
acts("classify_case", CLASSIFY, OPEN)
