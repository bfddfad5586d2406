"""Reads of an investigation, under the scope of whoever asks; what depends on the day is judged when it is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from tongzhou import rules
from tongzhou.cases.clocks import moment
from tongzhou.cases.queries import one_row
from tongzhou.ledger import door, merged
from tongzhou.ledger.known import Page, page, rows
from tongzhou.ledger.time import close_of, local_day
from tongzhou.people import clocks
from tongzhou.persons.queries import attach
from tongzhou.rules import drawn

SYMPTOMS = ("fever", "cough", "breathless", "diarrhoea", "tired")
LENGTHENED = dt.timedelta(days=60)  # by which an edition may have lengthened what runs already
STAYS = ("home", "central", "hospital", "elsewhere")


def interview(case: str) -> dict[str, Any]:
    """Answers by line and exposures; empty where nobody asked yet."""
    found = rows("interview", keys=merged.family("interview", case)[:1])
    return found[0]["data"] if found else {"answers": {}, "exposures": []}


def contacts(case: str, now: dt.datetime) -> list[dict[str, Any]]:
    """The contacts of a case and of those merged into it: with symptoms first, then whose observation ends first."""
    with door.ledger() as ledger:
        # As the ledger role: an expression index does not serve under a policy. What is in scope is read by key.
        asked = "select key from ledger_row where noun = 'contact' and data ->> 'case' = any(%s) and state <> 'void'"
        keys = [row[0] for row in ledger.execute(asked, [merged.family("case", case)])]
    found = [judged(row, now) for row in rows("contact", keys=keys)]
    return sorted(found, key=lambda one: (one["state"] != "symptoms", one["ends"] or now, one["key"]))


def observed(now: dt.datetime, *, at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """Contacts under observation in the asker's places, as the community sees them, those that ended yesterday or
    today, and those who were not told yet that it is over: as long as that is owed they can be found."""
    found = [judged(row, now) for row in rows("observation", running=now - LENGTHENED, at=at)]
    keep = now - dt.timedelta(days=2)
    kept = [
        one
        for one in found
        if one["state"] in ("observed", "symptoms")
        or (one["ends"] or now) >= keep
        or (one["state"] == "released" and one["told_end"] is None)
    ]
    return sorted(kept, key=lambda one: (one["state"] != "symptoms", one["ends"] or now, one["key"]))


def at_doors(now: dt.datetime) -> list[dict[str, Any]]:
    """The follow-up as the doorway takes it along: no case, no relation, no history."""
    kept = ("key", "household", "state", "day", "ends", "due", "per_day", "to_tell")
    found = [one for one in observed(now) if one["stay"] == "home" and one["household"]]
    attach(found)
    return [
        {**{name: one[name] for name in kept}, "place": one["asked_at"], "person": one.get("person"),
         "code": one["whose"].code if one["whose"] else ""}
        for one in found
    ]  # fmt: skip


def judged(row: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """A contact's row with what the rule says of it today (CC-E6): the moment of release, and whether it has come.

    `state`: general, observed, symptoms, released, source_excluded or became_case; nobody has to release anybody.
    """
    one = {**row["data"], "key": row["key"], "place": row["place"], "named_at": row["effective_at"]}
    one["asked_at"] = one.get("home") or row["place"]  # where whoever asks them speaks from
    for name in ("symptoms_at", "told_begin", "told_end", "ended_at"):
        one[name] = moment(one.get(name))
    for record in one["records"]:
        record["at"] = moment(record["at"])
    last = dt.date.fromisoformat(one["last_day"])
    one["ends_day"] = last_observed(last, now)
    one["ends"] = close_of(one["ends_day"]) if one["ends_day"] else None
    one["day"] = (local_day(now) - last).days
    told = observation(last, now)
    per_day = int(told.pack.parameters.get("temperature_per_day", 1)) if told.pack else 1
    today = [r for r in one["records"] if local_day(r["at"]) == local_day(now) and r["reached"]]
    if one["state"] == "observed" and one["ends"] is not None and now >= one["ends"]:
        one["state"] = "released"
    one["per_day"] = per_day
    one["due"] = max(0, per_day - len(today)) if one["state"] in ("observed", "symptoms") else 0
    one["last"] = one["records"][-1] if one["records"] else None
    one["to_tell"] = _to_tell(one, now)
    return one


def observation(last: dt.date, now: dt.datetime) -> rules.Evaluation:
    """What the rule says of contacts last exposed on `last`; an edition that came into force while their observation
    ran holds for them."""
    given = {"last_exposure": last.isoformat()}
    told = rules.evaluate(rules.book(), "CC-E6", given)
    later = rules.in_force("CC-E6", local_day(now)) if told.pack is None else None
    return told if later is None else rules.evaluate(rules.book(), "CC-E6", given | {"pack": later.edition})


def last_observed(last: dt.date, now: dt.datetime) -> dt.date | None:
    """The last day of observation of contacts last exposed on `last`; None where no rule says."""
    told = observation(last, now)
    days = told.pack.parameters.get("observation_days") if told.pack else None
    return last + dt.timedelta(days=int(days)) if days is not None else None


def _to_tell(one: dict[str, Any], now: dt.datetime) -> str | None:
    """What the household has still to be told: that it begins, or (on the last day and after it) that it ends."""
    if one["state"] == "general":
        return None
    ended = one["state"] in ("released", "source_excluded")
    last_day = one["ends"] is not None and now >= one["ends"] - dt.timedelta(days=1) and one["state"] == "observed"
    if ended or last_day:
        return None if one["told_end"] else "end"
    return None if one["told_begin"] or one["state"] == "became_case" else "begin"


def homes(now: dt.datetime, states: tuple[str, ...] = ("alone", "cared")) -> list[dict[str, Any]]:
    """Households where somebody cannot stay alone and whoever cares for them left; those without a carer first,
    with the clock of what is owed."""
    found = []
    for row in rows("home", states=list(states)):
        one = {**row["data"], "key": row["key"], "place": row["place"], "state": row["state"]}
        one["alone_since"] = moment(one["alone_since"]) or row["effective_at"]
        found.append(one)
    clocks.attach("home", found, now)
    return sorted(found, key=lambda one: (one["state"] != "alone", one["alone_since"], one["key"]))


def home(household: int) -> dict[str, Any] | None:
    found = rows("home", key=str(household))
    return found[0]["data"] | {"state": found[0]["state"]} if found else None


def cared_by(households: Collection[int]) -> set[str]:
    """Of whom it was told that somebody in these households depends on them."""
    found = rows("home", keys=map(str, households))
    return {who for row in found for one in row["data"]["dependants"] for who in one["on"]}


def asked_before(contacts: Sequence[dict[str, Any]]) -> None:
    """Marks the contacts of whom it is known already who depends on them: that is asked once, wherever it was said."""
    known = cared_by([one["household"] for one in contacts if one["household"]])
    for one in contacts:
        if f"contact/{one['key']}" in known:
            one["depended_on"] = True


def letters(but: Collection[str] = ()) -> list[dict[str, Any]]:
    """All letters to and from other counties in other states than these, the unanswered first."""
    found = [_letter(row) for row in rows("letter", but=but)]
    return sorted(found, key=lambda one: (one["state"] != "sent", one["sent_at"]))


def taken_over(after: tuple[dt.datetime, str] | None = None) -> Page:
    """Letters of which nothing is owed any more, newest first."""
    found = page("letter", states=["taken_over"], after=after)
    return replace(found, rows=[_letter(row) for row in found.rows])


def _letter(row: dict[str, Any]) -> dict[str, Any]:
    one = {**row["data"], "key": row["key"], "place": row["place"], "state": row["state"]}
    return one | {"sent_at": moment(one["sent_at"]), "answered_at": moment(one["answered_at"])}


def letter(key: str) -> dict[str, Any]:
    return one_row("letter", key)


def contact_fields(now: dt.datetime) -> list[drawn.Field]:
    """What the rule asks of a contact. Somebody of no category is a general contact, which a button says."""
    names = ("category", "protected")
    return drawn.fields(rules.book(), "CC-E6", names, local_day(now), without=("general",))


def proposal(
    case: dict[str, Any], answers: dict[str, Any], contact: dict[str, Any], now: dt.datetime
) -> rules.Evaluation:
    """What the rule says of somebody who was near a case, from the first to the last day: close or not, and why."""
    given: dict[str, Any] = {
        "contact_day": contact["first_day"],
        "last_exposure": contact["last_day"],
    }
    if contact["category"]:
        given["category"] = contact["category"]
    if contact.get("protected") is not None:
        given["protected"] = contact["protected"]
    if case.get("onset"):
        given["onset"] = case["onset"]
    else:
        # Only of somebody without symptoms does the window open with the sample.
        given["case_symptoms"] = case["state"] != "asymptomatic"
        positive = [s["taken_at"] for s in case["samples"] if s.get("result") == "positive" and s.get("taken_at")]
        if positive:
            given["first_positive"] = str(local_day(moment(min(positive)) or dt.datetime.now(dt.UTC)))
    if isolated := (answers.get("isolated_on") or {}).get("answer"):
        given["isolated"] = isolated
    return rules.evaluate(rules.book(), "CC-E6", given, on=local_day(now))
