"""What the facts of a referral and of a case mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou import rules
from tongzhou.cases import kinds
from tongzhou.ledger.fold import Conflict, Row, folds, latest
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after
from tongzhou.ledger.shapes import reshaped
from tongzhou.ledger.time import local_day, zone
from tongzhou.persons.identity import person_of
from tongzhou.tables import danger

PAST = dt.timedelta(days=3)  # a case that a list brings later than this after its identification is history
BRINGS = "epidemiologist"  # whoever takes in lists


def day_only(moment: dt.datetime) -> bool:
    """Of a moment that a list told: does it say no more than the day?"""
    return moment.astimezone(zone()).time() == dt.time()


def _first(facts: Sequence[Fact], kind: str) -> Fact | None:
    return next((fact for fact in facts if fact.kind == kind), None)


@folds(
    "referral",
    called=gettext_noop("referral to a fever clinic"),
    settled={
        "sent_home": "examined and sent home",
        "identified": "a case was identified: that owes",
        "emergency": "in emergency care",
    },
)
def fold_referral(key: str, facts: Sequence[Fact]) -> Row | None:
    """On the way until the clinic says what became of it. Seen by the community and by the clinic."""
    made = latest(facts, "referral.made")
    if made is None:
        return None
    said: kinds.ReferralMade = made.body
    seen = [fact for fact in facts if fact.kind == "referral.seen"]
    last = seen[-1] if seen else None
    data: dict[str, Any] = {
        "person": person_of("referral.made", key, said),
        "exception": said.exception,
        "household": said.household,
        "how": said.how,
        "concerns": sorted(said.concerns),
        "temp10": said.temp10,
        "spo2": said.spo2,
        "exposed": said.exposed,
        "made_at": made.effective_at,
        "by": made.by,
        "clinic": made.reporting,
        "site": said.clinic,
        "arrived_at": next((f.effective_at for f in seen if f.body.outcome == "arrived"), None),
        "seen_at": last.effective_at if last else None,
        "case": next((f.body.case for f in reversed(seen) if f.body.case), None),
    }
    state = last.body.outcome if last else "made"
    return Row(made.place, made.effective_at, state, "referrals", data, owed=_of_referral(state, made, last))


def _of_referral(state: str, made: Fact, last: Fact | None) -> Sequence[Owed]:
    """The clinic says whether they came and what was found; who did not come is looked for where they live."""
    clinic = made.reporting or made.place
    since = last.effective_at if last else made.effective_at
    urgency = 3 if made.body.how == "ambulance" or danger.low(made.body.spo2) else 0
    if state == "made":
        return [Owed("receive_referral", since, place=clinic, urgency=urgency)]
    if state == "arrived":
        return [Owed("examine", since, place=clinic, urgency=urgency)]
    if state == "did_not_come":
        return [Owed("find_who_did_not_come", since, urgency=urgency)]
    return ()


def _own(key: str, facts: Sequence[Fact]) -> Fact | None:
    """The identification of this case, as last corrected; those of cases merged into it are of another number."""
    return next(
        (f for f in reversed(facts) if f.kind == "case.identified" and key in (str(f.id), str(f.corrects))), None
    )


NOTHING_MORE = "its clocks are met; beds, contacts and interview owe for themselves"


@folds(
    "case",
    called=gettext_noop("case"),
    settled={
        "merged": "it counts under another",
        "excluded": "it is no case",
        "confirmed": NOTHING_MORE,
        "clinical": NOTHING_MORE,
        "asymptomatic": NOTHING_MORE,
    },
)
def fold_case(key: str, facts: Sequence[Fact]) -> Row | None:
    """A case with its classification history, samples and the moments that clocks run between.

    The row lies where the case is reported and is seen where the person lives, too.
    """
    identified = _own(key, facts)
    if identified is None:
        return None
    said: kinds.CaseIdentified = identified.body
    changes = [fact for fact in facts if fact.kind == "case.classified"]
    history = [
        *(
            {"at": f.effective_at, "classification": f.body.classification, "basis": "definition", "by": f.by}
            for f in facts
            if f.kind == "case.identified"
        ),
        *(
            {"at": f.effective_at, "classification": f.body.classification, "basis": f.body.basis, "by": f.by}
            for f in changes
        ),
    ]
    history.sort(key=lambda one: one["at"])
    reported, received = _first(facts, "case.reported"), _first(facts, "case.received")
    investigated = _first(facts, "case.investigated")
    data: dict[str, Any] = {
        "person": person_of("case.identified", key, said),
        "epi": sorted(said.epi),
        "clinical": sorted(said.clinical),
        "denied": sorted(said.denied),
        "pcr": said.pcr,
        "onset": said.onset,
        "age": said.age,
        "sex": said.sex,
        "referral": said.referral,
        "source": said.source,
        "depended_on": said.dependants,
        "identified_as": said.classification,
        "past": said.source is not None and identified.received_at - identified.effective_at > PAST,
        "home": identified.home,
        "identified_at": identified.effective_at,
        "identified_by": identified.by,
        "history": history,
        "card": reported.body.card if reported else None,
        "reported_at": reported.effective_at if reported else None,
        "linked": said.source is not None and reported is not None and reported.append > identified.append,
        "received_at": received.effective_at if received else None,
        "investigated_at": investigated.effective_at if investigated else None,
        "blocked": {f.body.clock: f.body.reason for f in facts if f.kind == "case.blocked"},
        "samples": _samples(facts),
        "lives_in": elsewhere.body.county if (elsewhere := latest(facts, "case.elsewhere")) else None,
        "bed": next((f.body.how for f in reversed(facts) if f.kind == "case.bed_settled"), None),
    }
    merged = next((f.body.into for f in reversed(facts) if f.kind == "case.merged" and f.body.case == key), None)
    data["merged_into"] = merged
    data["merged_from"] = sorted({f.body.case for f in facts if f.kind == "case.merged" and f.body.into == key})
    cards = {fact.body.card for fact in facts if fact.kind == "case.reported"}
    conflict = (
        Conflict("epidemiologist", tuple(f.id for f in facts if f.kind == "case.reported"), "reported_under_two_cards")
        if len(cards) > 1
        else None
    )
    return Row(
        identified.place,
        identified.effective_at,
        "merged" if merged else history[-1]["classification"],
        "cases",
        data,
        conflict=conflict,
        owed=() if merged else _of_a_list(data, history, facts) if said.source else _of_case(data, history),
    )


@reshaped("case", 2)
def _with_home(data: dict[str, Any]) -> dict[str, Any]:
    return {"lives_in": None, **data}


@reshaped("case", 3)
def _with_bed(data: dict[str, Any]) -> dict[str, Any]:
    return {"bed": None, **data}


ILL = ("suspected", "confirmed", "clinical")  # who lies in a bed of their class, or a clinician says why not
# clock: (rule, moment that starts it, moment that ends it, what is owed meanwhile)
CLOCKS = {
    "report": ("CLK-01", "identified_at", "reported_at", "report_case"),
    "investigation": ("CLK-05", "received_at", "investigated_at", "investigate_case"),
}


def _of_case(data: dict[str, Any], history: Sequence[dict[str, Any]]) -> list[Owed]:
    """The clocks that run by the rules of the day they started, the receipt of the report, a suspicion to be judged."""
    state = history[-1]["classification"]
    if state == "excluded":
        return []
    found = [
        _running(clock, data[starts])
        for clock, (_rule, starts, ends, _what) in CLOCKS.items()
        if data[starts] is not None and data[ends] is None
    ]
    if data["reported_at"] and not data["received_at"]:
        found.append(Owed("receive_case", data["reported_at"]))
    if state == "suspected":
        found.append(Owed("classify_case", history[-1]["at"]))
    if data["lives_in"] is not None:
        found.append(Owed("offer_case", data["identified_at"], handed=data["lives_in"]))
    if state in ILL and data["bed"] is None:
        found.append(Owed("settle_bed", data["identified_at"]))
    return found


def _of_a_list(data: dict[str, Any], history: Sequence[dict[str, Any]], facts: Sequence[Fact]) -> list[Owed]:
    """What a list brought was seen by no clinic of ours: whoever brings lists owes its card, its receipt and what
    became of a suspicion, from when the list was here, and no hour runs from a moment of which only the day is known.
    What comes long afterwards is history: nobody here could have been quicker."""
    state = history[-1]["classification"]
    here = min(fact.received_at for fact in facts if fact.kind == "case.identified")

    def since(moment: dt.datetime) -> dt.datetime:
        return max(moment, here)

    found = []
    if state == "suspected":
        found.append(Owed("classify_case", since(history[-1]["at"]), role=BRINGS))
    if state == "excluded" or data["past"]:
        return found
    if not data["reported_at"]:
        found.append(Owed("link_card", here, role=BRINGS))
    elif not data["received_at"]:
        found.append(Owed("receive_case", since(data["reported_at"])))
    elif not data["investigated_at"]:
        at = data["received_at"]
        found.append(Owed("investigate_case", since(at)) if day_only(at) else _running("investigation", at))
    return found


def _running(clock: str, start: dt.datetime) -> Owed:
    """A clock that runs by the rule of the day it started."""
    rule, _starts, _ends, what = CLOCKS[clock]
    pack = rules.in_force(rule, local_day(start))
    hours = pack.parameters.get("due_h") if pack else None
    due = after(start, hours=float(hours)) if hours else None
    return Owed(what, start, due=due, rule=rule if pack else None, edition=pack.edition if pack else None)


def _samples(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """Samples by label with their last result; a result may arrive before the record of its taking."""
    found: dict[str, dict[str, Any]] = {}
    for fact in facts:
        if fact.kind == "sample.taken":
            one = found.setdefault(fact.body.label, {"label": fact.body.label, "result": None})
            one |= {"taken_at": fact.effective_at, "material": fact.body.material}
        elif fact.kind == "sample.resulted":
            one = found.setdefault(fact.body.label, {"label": fact.body.label, "taken_at": None, "material": None})
            one |= {"result": fact.body.result, "method": fact.body.method, "resulted_at": fact.effective_at}
    return list(found.values())
