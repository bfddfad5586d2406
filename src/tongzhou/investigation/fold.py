"""What the facts of an investigation mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou import rules
from tongzhou.investigation import kinds
from tongzhou.ledger.append import ASKS
from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after, day_in, on, table_on
from tongzhou.ledger.shapes import reshaped
from tongzhou.ledger.time import local_day
from tongzhou.persons.identity import person_of
from tongzhou.sites.named import PLACES, names_site


@folds("interview", called=gettext_noop("interview of a case"), settled={"open": "the case owes its investigation"})
def fold_interview(key: str, facts: Sequence[Fact]) -> Row | None:
    """The answers by line, the last one holding, and where the person was."""
    answers: dict[str, Any] = {}
    exposures: list[dict[str, Any]] = []
    for fact in facts:
        if fact.kind == "interview.answered":
            said: kinds.InterviewAnswered = fact.body
            earlier = answers.get(said.line)
            answers[said.line] = {
                "answer": said.answer,
                "at": fact.effective_at,
                "by": fact.by,
                "before": earlier["answer"] if earlier and earlier["answer"] != said.answer else None,
            }
        elif fact.kind == "exposure.stated":
            stated: kinds.ExposureStated = fact.body
            exposures.append(
                {
                    "fact": str(fact.id),
                    "setting": stated.setting,
                    "first_day": stated.first_day,
                    "last_day": stated.last_day,
                    "about": stated.about,
                    "source": stated.source,
                    "ride": stated.ride,
                    "carriage": stated.carriage,
                    **({"venue": stated.venue} if stated.venue else {}),
                }
            )
    last = next((f for f in reversed(facts) if f.kind in ("interview.answered", "exposure.stated")), None)
    if last is None:
        return None
    data = {"case": key, "answers": answers, "exposures": sorted(exposures, key=lambda one: one["first_day"])}
    return Row(last.place, last.effective_at, "open", "cases", data)


ENDED = {"source_excluded": "the source is no case", "became_case": "the case owes"}


@folds(
    "contact",
    called=gettext_noop("contact of a case"),
    settled={
        "general": "no close contact: told, not observed",
        "observed": "the community where they live asks every day (observation)",
        **ENDED,
    },
)
def fold_contact(key: str, facts: Sequence[Fact]) -> Row | None:
    """A contact as the investigator sees it. Whether the observation has ended depends on the day it is asked."""
    named = latest(facts, "contact.named")
    if named is None:
        return None
    said: kinds.ContactNamed = named.body
    observed = _observed(facts)
    data = observed | {
        "person": person_of("contact.named", key, said),
        "case": said.case,
        "category": said.category,
        "first_day": said.first_day,
        "protected": said.protected,
        "household": said.household,
        "age": said.age,
        "sex": said.sex,
        "home": named.home,
        "named_at": named.effective_at,
        "by": named.by,
        "depended_on": _depended(facts),
    }
    owed = [*_of_contact(named, observed), *_of_letters(facts, named, observed)]
    return Row(named.place, named.effective_at, observed["state"], "cases", data, owed=owed)


def _of_letters(facts: Sequence[Fact], named: Fact, observed: dict[str, Any]) -> list[Owed]:
    """The other county in which a contact lives is told of them as soon as that is known."""
    if observed["state"] not in ("observed", "symptoms"):
        return []
    lives = next((f for f in reversed(facts) if f.kind == "contact.elsewhere" and f.body.letter is None), None)
    sent = {f.body.county for f in facts if f.kind == "contact.elsewhere" and f.body.letter}
    if lives is None or lives.body.county in sent:
        return []
    return [Owed("send_letter", lives.effective_at, until=_ends(named, observed))]


def _of_contact(named: Fact, observed: dict[str, Any]) -> list[Owed]:
    """Whoever fell ill is judged by the investigator; whose home nobody knows is looked for."""
    if observed["state"] == "symptoms":
        return [Owed("judge_symptoms", observed["symptoms_at"])]
    if observed["state"] == "observed" and named.home is None and not observed["told_end"]:
        return [] if observed["moved"] else [Owed("find_contact", named.effective_at, until=_ends(named, observed))]
    return []


OVER = "the days are over and the household was told"


@folds(
    "observation",
    called=gettext_noop("contact under observation"),
    settled={
        "sent": "on the way to a clinic: the investigator judges",
        "general": "no close contact: nobody asks every day",
        "over": OVER,
        **ENDED,
    },
)
def fold_observation(key: str, facts: Sequence[Fact]) -> Row | None:
    """The same person as the community sees them: a household, days and temperatures; not the case, nor what was
    shared with it."""
    named = latest(facts, "contact.named")
    if named is None or named.home is None or not named.body.close:
        return None
    observed = _observed(facts)
    said: kinds.ContactNamed = named.body
    data = observed | {"person": person_of("contact.named", key, said), "household": said.household,
                       "home": named.home, "age": said.age, "sex": said.sex}  # fmt: skip
    over = observed["state"] == "observed" and observed["told_end"] is not None
    sent = observed["state"] == "symptoms" and observed["sent_at"] is not None
    state = "over" if over else "sent" if sent else observed["state"]
    owed = _of_observation(state, named, observed)
    ends = _ends(named, observed) if not owed and state != "sent" else None
    return Row(named.home, named.effective_at, state, "care", data, owed=owed, ends=ends)


DAYS = 14  # of observation, where no edition says otherwise


def _of_observation(state: str, named: Fact, observed: dict[str, Any]) -> list[Owed]:
    """Told at the beginning, asked every day until the last, told at the end; ill, brought to a clinic. What was not
    told or asked by the end is owed no more; that it is over is told also later."""
    if state == "symptoms":
        return [Owed("symptoms_to_clinic", observed["symptoms_at"])]
    if state != "observed":
        return []
    ends = _ends(named, observed)
    found = [] if observed["told_begin"] else [Owed("tell_begin", named.effective_at, until=ends)]
    records = observed["records"]
    since = records[-1]["at"] if records else named.effective_at
    opens = after(on(local_day(since), 0), days=1) if records else since
    if opens < ends:
        due = after(on(local_day(opens), 0), hours=18)
        due = due if due > opens else after(due, days=1)  # named in the evening: asked first on the next day
        found.append(Owed("follow_up", since, opens=opens, due=due, until=ends))
    found.append(Owed("tell_end", named.effective_at, opens=ends))
    return found


def _ends(named: Fact, observed: dict[str, Any]) -> dt.datetime:
    """The midnight after the last day of observation."""
    last = day_in(observed["last_day"]) or local_day(named.effective_at)
    pack = rules.in_force("CC-E6", last)
    days = int(pack.parameters.get("observation_days", DAYS)) if pack else DAYS
    return after(on(last, 0), days=days + 1)


def _observed(facts: Sequence[Fact]) -> dict[str, Any]:
    """Days, place of stay, follow-up, and how it ended."""
    named = latest(facts, "contact.named")
    assert named is not None
    said: kinds.ContactNamed = named.body
    again = [fact.body.last_day for fact in facts if fact.kind == "contact.exposed"]
    moved, ended = latest(facts, "contact.moved"), _ended(facts)
    records = [fact for fact in facts if fact.kind == "observation.recorded"]
    told = {fact.body.what: fact.effective_at for fact in facts if fact.kind == "observation.told"}
    ill = next((fact for fact in reversed(records) if fact.body.symptoms), None)  # as the observer judges, fever too
    judged = latest(facts, "contact.judged")
    if ill and judged and judged.order > ill.order:
        ill = None
    sent = latest(facts, "observation.sent") if ill else None
    state = "general" if not said.close else ended.body.reason if ended else "symptoms" if ill else "observed"
    return {
        "state": state,
        "last_day": max([said.last_day, *again]),
        "stay": moved.body.stay if moved else said.stay,
        "moved": moved is not None,
        "records": [
            {
                "at": fact.effective_at,
                "temp10": fact.body.temp10,
                "symptoms": sorted(fact.body.symptoms),
                "reached": fact.body.reached,
            }
            for fact in records[-40:]
        ],
        "symptoms_at": ill.effective_at if ill else None,
        "sent_at": sent.effective_at if sent and ill and sent.order > ill.order else None,
        "told_begin": told.get("begin"),
        "told_end": told.get("end"),
        "ended_at": ended.effective_at if ended else None,
        "became": ended.body.case if ended else None,
    }


def _depended(facts: Sequence[Fact]) -> bool | None:
    """Does anybody at home depend on them, as it was told last; None where nobody was asked."""
    told = [f.body.dependants for f in facts if f.kind in ("contact.named", "contact.moved")]
    return next((one for one in reversed(told) if one is not None), None)


@reshaped("contact", 2)
def _with_dependants(data: dict[str, Any]) -> dict[str, Any]:
    return {"depended_on": None, **data}


def _ended(facts: Sequence[Fact]) -> Fact | None:
    """The word that ends the observation: a later exposure, or the case that counts again, outlives a release."""
    ended = latest(facts, "contact.ended")
    if ended is None or ended.body.reason == "became_case":
        return ended
    again = [f for f in facts if f.kind in ("contact.exposed", "contact.resumed") and f.order > ended.order]
    return None if again else ended


CLOSED = "the sender said what became of them"


@folds(
    "letter",
    called=gettext_noop("letter between counties"),
    settled={
        "taken_over": "the other county observes them",
        "found_elsewhere": CLOSED,
        "sent_on": CLOSED,
        "given_up": CLOSED,
    },
)
def fold_letter(key: str, facts: Sequence[Fact]) -> Row | None:
    sent = latest(facts, "letter.sent")
    if sent is None:
        return None
    answered = next(
        (f for f in reversed(facts) if f.kind == "letter.answered" and _receiver(f) == sent.reporting), None
    )
    data = {
        "case": sent.body.case,
        "contacts": list(sent.body.contacts),
        "to": sent.reporting,
        "sent_at": sent.effective_at,
        "by": sent.by,
        "answered_at": answered.effective_at if answered else None,
    }
    closed = latest(facts, "letter.closed")
    state = closed.body.outcome if closed else answered.body.outcome if answered else "sent"
    owed = (
        []
        if closed
        else _unanswered(sent)
        if answered is None
        else [Owed("search_again", answered.effective_at)]
        if state != "taken_over"
        else []
    )
    return Row(sent.place, sent.effective_at, state, "cases", data, owed=owed)


def _unanswered(sent: Fact) -> list[Owed]:
    """The receiver owes its receipt; from the hour at which that was due whoever wrote owes to ask for it."""
    due = table_on(local_day(sent.effective_at)).entries["answer_letter"].due_h
    return [
        Owed("answer_letter", sent.effective_at, place=sent.reporting),
        Owed("ask_for_receipt", sent.effective_at, opens=after(sent.effective_at, hours=due)),
    ]


def _receiver(fact: Fact) -> int:
    """The county whose word it is: also where its answer was written down by somebody else."""
    return fact.behalf.place if fact.behalf else fact.place


@folds(
    "home",
    called=gettext_noop("household with dependants"),
    settled={"together": "somebody who cares for them is there", "cared": "a carer is named"},
)
def fold_home(key: str, facts: Sequence[Fact]) -> Row | None:
    """Who depends on whom. Somebody is alone from the moment the last who cared for them left, until a carer is
    named or one of them is back."""
    dependants: dict[str, kinds.DependantStated] = {}
    persons: dict[str, str | None] = {}
    away: set[str] = set()
    carer: dict[str, Any] | None = None
    since = None
    for fact in facts:
        if fact.kind == "dependant.stated":
            dependants[str(fact.id)] = fact.body
            persons[str(fact.id)] = person_of(fact.kind, str(fact.corrects or fact.id), fact.body)
        elif fact.kind == "member.left":
            away.add(fact.body.who)
        elif fact.kind == "member.returned":
            away.discard(fact.body.who)
        elif fact.kind == "carer.named":
            carer = {"fact": str(fact.id), "who": fact.body.carer, "where": fact.body.where, "at": fact.effective_at}
        left = any(not one.others and one.on <= away for one in dependants.values())
        since = (since or fact.effective_at) if left else None
        carer = carer if left or fact.kind == "carer.named" else None
    last = facts[-1]
    data = {
        "household": int(key),
        "dependants": [
            {"fact": id, "who": one.who, "years": one.years, "on": sorted(one.on), "others": one.others,
             "left": not one.others and one.on <= away, "person": persons[id],
             "agreed": one.agreed}
            for id, one in dependants.items()
        ],
        "away": sorted(away),
        "alone_since": since,
        "carer": carer,
    }  # fmt: skip
    place = next((fact.home for fact in reversed(facts) if fact.home), last.place)
    state = "together" if since is None else "cared" if carer else "alone"
    owed = [Owed("name_carer", since)] if state == "alone" and since else []
    return Row(place, last.effective_at, state, "care", data, owed=owed)


ASKS["exposure.stated"] = names_site("venue", PLACES)  # where somebody was may lie anywhere
