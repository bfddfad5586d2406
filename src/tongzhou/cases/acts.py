"""What is done about a fever at a door, a referral and a case, where they are owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tongzhou.cases import calls, clinics
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.pages.form import fact_form
from tongzhou.pages.ill import ill, since
from tongzhou.people.scope import Holder

TAKEN = ("temp10", "spo2", "exposed")


def within_reach(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """How ill somebody is at each door, and the clinics they can be sent to: asked once for all of them."""
    found = clinics.offered({one["place"] for one in ones}, now)
    for one in ones:
        one["clinics"] = found[one["place"]]
        tried = ngettext("tried once", "tried %(n)s times", one["tries"]) % {"n": one["tries"]}
        advised = worded.choice("exception.called_back", "advice", one["advice"]) if one["advice"] else ""
        called = advised or (tried if one["tries"] else "")
        one["ill"] = ill("exception.raised.concerns", one["concerns"], since(one["raised_at"], now), called,
                         temp10=one["temp10"], spo2=one["spo2"])  # fmt: skip


def sent_to(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """How ill each was, and which clinic they were sent to, where that was told."""
    named = clinics.named(ones, now)
    for one in ones:
        by = _("by 120") if one["how"] == "ambulance" else ""
        one["ill"] = ill("exception.raised.concerns", one["concerns"], since(one["made_at"], now), by,
                         temp10=one["temp10"], spo2=one["spo2"])  # fmt: skip
        if site := named.get(one.get("site") or ""):
            one["told"] = [clinics.words(site, now)]


def made_with(one: dict[str, Any]) -> dict[str, Any]:
    return {"one": one}


def call(given: Given) -> list[Said]:
    return calls.Call(given.form, one=given.one).checked().facts(given.now)


def told(given: Given) -> list[Said]:
    form, behalf = calls.Told(given.form).checked(), calls.by_the_clinic(given.one)
    return [form.said(given.now, given.one["place"], referral=given.one["key"], behalf=behalf)]


def page(one: dict[str, Any]) -> str:
    return reverse("case", args=[one["key"]])


def calling(advice: str, label: str, *asks: str) -> Act:
    return Act(advice, label, call, calls.Call if asks else None, asks, made_with, {"advice": advice})


STAY = calling("stay_home", gettext_noop("Stay home"), *TAKEN)
TO_CLINIC = calling("clinic", gettext_noop("To the clinic"), *TAKEN, "clinic", "afoot")
EMERGENCY = calling("emergency", "120", *TAKEN, "clinic")
NO_ANSWER = calling("no_answer", gettext_noop("No answer"))
CLOSED = saying(calls.Close, "exception", here=True)
CLOSE = tuple(
    Act(code, worded.words("exception.closed", "outcome", code), CLOSED, sends={"outcome": code},
        grave=code == "mistaken")
    for code in ("in_care", "well", "moved", "mistaken")
)  # fmt: skip
acts("call_back", STAY, TO_CLINIC, EMERGENCY, NO_ANSWER, CLOSE[-1], reads=within_reach)
acts("send_on", *CLOSE, TO_CLINIC, EMERGENCY, reads=within_reach)
acts("close_call", CLOSE[1], CLOSE[0], *CLOSE[2:], TO_CLINIC, EMERGENCY, reads=within_reach)

SEEN = {
    code: Act(code, worded.words("referral.seen", "outcome", code), saying(calls.Seen, "referral"),
              sends={"outcome": code})
    for code in calls.SEEN
}  # fmt: skip
IDENTIFY = Act("identify", gettext_noop("Identify a case"), page=lambda _one: reverse("clinic"))
acts("receive_referral", SEEN["arrived"], SEEN["did_not_come"], SEEN["emergency"], reads=sent_to)
acts("examine", SEEN["sent_home"], IDENTIFY, SEEN["emergency"], reads=sent_to)
acts("find_who_did_not_come", Act("told", gettext_noop("The clinic has them"), told, calls.Told), reads=sent_to)

Reported = fact_form("case.reported", "card")
Received = fact_form("case.received")
Investigated = fact_form("case.investigated")
Blocked = fact_form("case.blocked", "reason")
Classified = fact_form("case.classified", "classification", "basis", classification={"only": (
    "confirmed", "clinical", "asymptomatic", "excluded")})  # fmt: skip
REPORTED = Act("reported", gettext_noop("Reported"), saying(Reported, "case", here=True), Reported)


def blocked(clock: str) -> Act:
    """What stood in the way: it is asked to remove it, never to blame anybody."""
    says = saying(Blocked, "case", here=True, clock=clock)
    return Act("blocked", gettext_noop("What stood in the way"), says, Blocked)


CLASSIFY = Act("classified", gettext_noop("Classify"), saying(Classified, "case", here=True), Classified)
OPEN = Act("open", gettext_noop("Open the case"), page=page)
acts("report_case", REPORTED, OPEN, blocked("report"))
acts("receive_case", Act("received", gettext_noop("Received"), saying(Received, "case", here=True)), OPEN)
INVESTIGATED = Act("investigated", gettext_noop("Initial investigation done"), saying(Investigated, "case", here=True))
acts("investigate_case", OPEN, INVESTIGATED, blocked("investigation"))
acts("classify_case", CLASSIFY, OPEN)
