"""What is done about a fever at a door, a referral and a case, where they are owed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tongzhou.api.say import form_id, said
from tongzhou.cases import calls, clinics, queries
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import stamp
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.pages.form import fact_form
from tongzhou.pages.ill import ill, since
from tongzhou.people import ringing
from tongzhou.people.scope import Holder

TAKEN = ("temp10", "spo2", "exposed")


def within_reach(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """How ill somebody is at each door, and the clinics they can be sent to: asked once for all of them."""
    found = clinics.offered({one["place"] for one in ones}, now)
    visits = queries.visits(ones)
    without = [one for one in ones if not one["callback"]]
    desks = ringing.telephones((one["place"], ringing.ANY) for one in without)
    for one in ones:
        one["now"] = now
        one["visit"] = visits.get(one["key"])
        one["told"] = asked_to_go(one) if one["callback"] else without_number(one, desks.get(one["place"]))
        one["clinics"] = found[one["place"]]
        tried = ngettext("tried once", "tried %(n)s times", one["tries"]) % {"n": one["tries"]}
        advised = worded.choice("exception.called_back", "advice", one["advice"]) if one["advice"] else ""
        called = advised or (tried if one["tries"] else "")
        refused = _("will not go") if one["refuses"] else ""
        one["ill"] = ill("exception.raised.concerns", one["concerns"], since(one["raised_at"], now), called, refused,
                         temp10=one["temp10_called"] or one["temp10"], spo2=one["spo2"])  # fmt: skip


def asked_to_go(one: dict[str, Any]) -> list[str]:
    """That somebody goes to a door whose number could not be read. It may have been given again since: it can be
    opened."""
    return [_("The grid worker was asked to go there by %(at)s.") % {"at": stamp(one["visit"])}] if one["visit"] else []


def without_number(one: dict[str, Any], desk: ringing.Ring | None) -> list[str]:
    """That nobody can be rung, whether somebody goes there, and the telephone of the desk whose grid workers do."""
    told = [_("No number was left: somebody has to go there.")]
    if one["visit"]:
        told = [_("No number was left. The grid worker was asked to go there by %(at)s.") % {"at": stamp(one["visit"])}]
    return [*told, _("Desk there: %(number)s") % {"number": desk.number}] if desk else told


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


STAY = calling("stay_home", gettext_noop("Stay home"), *TAKEN, "at_home")
TO_CLINIC = calling("clinic", gettext_noop("To the clinic"), *TAKEN, "clinic", "afoot")
EMERGENCY = calling("emergency", "120", *TAKEN, "clinic")


def visit(id: uuid.UUID, one: dict[str, Any], now: dt.datetime) -> list[Said]:
    """The grid worker goes to a door that left no number, within the hour."""
    due = (now + dt.timedelta(hours=1)).isoformat()
    body = {"what": "visit", "household": one["household"], "due": due, "about": f"exception/{one['key']}"}
    return [said("task.set", id, now, one["place"], body)]


def visited(given: Given) -> list[Said]:
    return visit(form_id(given.form.get("id", "")), given.one, given.now)


VISIT = Act("visit", gettext_noop("Ask the grid worker to go"), visited,
            when=lambda one: not one["callback"] and one["visit"] is None)  # fmt: skip
REFUSES = calling("refuses", gettext_noop("Will not go"), *TAKEN)
NO_ANSWER = calling("no_answer", gettext_noop("No answer"))


def closed(given: Given) -> list[Said]:
    form = calls.Close(given.form, one=given.one, now=given.now).checked()
    return [form.said(given.now, given.one["place"], exception=given.one["key"])]


IN_CARE, MOVED, MISTAKEN = (
    Act(code, worded.words("exception.closed", "outcome", code), closed, sends={"outcome": code},
        grave=code == "mistaken")
    for code in ("in_care", "moved", "mistaken")
)  # fmt: skip


def ends_well(code: str, when: Callable[[dict[str, Any]], bool], *asks: str) -> Act:
    """An end that is measured, or that they told on the telephone themselves: never one tap."""
    label = worded.words("exception.closed", "outcome", code)
    return Act(code, label, closed, calls.Close, ("temp10", "said_so", *asks), its_end, {"outcome": code}, when=when)


def its_end(one: dict[str, Any]) -> dict[str, Any]:
    return {"one": one, "now": one["now"]}


# Of whoever was in danger it is asked whether they are not any more; whoever came from elsewhere and never was ill does
# not recover: their days are over.
WELL_AGAIN = (
    ends_well("well", lambda one: not calls.arrived_well(one) and not calls.in_danger(one)),
    ends_well("well", lambda one: not calls.arrived_well(one) and bool(calls.in_danger(one)), "recovered"),
    ends_well("days_over", lambda one: calls.arrived_well(one) and calls.days_over(one, one["now"])),
)
ADVISED = (STAY, TO_CLINIC, EMERGENCY, REFUSES)
acts("call_back", *ADVISED, NO_ANSWER, VISIT, MISTAKEN, reads=within_reach)
acts("call_again", EMERGENCY, TO_CLINIC, STAY, REFUSES, NO_ANSWER, VISIT, IN_CARE, *WELL_AGAIN, MOVED,
     MISTAKEN, reads=within_reach)  # fmt: skip
acts("send_on", IN_CARE, *WELL_AGAIN, MOVED, TO_CLINIC, EMERGENCY, REFUSES, MISTAKEN, reads=within_reach)
acts("close_call", *ADVISED, NO_ANSWER, *WELL_AGAIN, IN_CARE, MOVED, MISTAKEN, reads=within_reach)

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
acts("link_card", replace(REPORTED, label=gettext_noop("Link the card")), OPEN)
acts("receive_case", Act("received", gettext_noop("Received"), saying(Received, "case", here=True)), OPEN)
INVESTIGATED = Act("investigated", gettext_noop("Initial investigation done"), saying(Investigated, "case", here=True))
acts("investigate_case", OPEN, INVESTIGATED, blocked("investigation"))
acts("classify_case", CLASSIFY, OPEN)
BedSettled = fact_form("case.bed_settled", "how", how={"only": ("has_one", "not_needed")})
acts(
    "settle_bed",
    Act("ask", gettext_noop("Ask for a bed"), page=lambda one: f"/beds/ask?case={one['key']}"),
    Act("settled", gettext_noop("No bed has to be asked for"), saying(BedSettled, "case", here=True), BedSettled),
)
