"""What a form says, as facts. A form carries its own id, so that pressing twice says it once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongzhou.api import asked
from tongzhou.api.say import form_id, next_id, said, tenths, whole
from tongzhou.cases import clinics, criteria
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.ledger.time import local_day, zone
from tongzhou.problems import Malformed

WARNINGS = ("unusual_pneumonia", "staff_infected", "cluster", "drug_failure", "other")
SEEN = ("arrived", "did_not_come", "sent_home", "emergency")
CLASSES = ("suspected", "clinical", "confirmed", "asymptomatic")


def seen(form: QueryDict, referral: dict[str, Any], place: int, now: dt.datetime, behalf: Behalf | None = None) -> Said:
    """What became of a referral at the clinic."""
    outcome = form.get("outcome", "")
    if outcome not in SEEN:
        raise Malformed(_("arrived, did not come, sent home or emergency"), "outcome")
    body = {"referral": referral["key"], "outcome": outcome}
    return said("referral.seen", form_id(form.get("id", "")), now, place, body, behalf=behalf)


def told_by_the_clinic(form: QueryDict, referral: dict[str, Any], now: dt.datetime) -> Said:
    """The same as the clinic told it to the community doctor by telephone; the clinic confirms or contests it."""
    return seen(form, referral, referral["place"], now, Behalf("clinician", referral["clinic"]))


def called_back(form: QueryDict, exception: dict[str, Any], now: dt.datetime) -> list[Said]:
    """The community doctor's call: reached or not, and where to: home, clinic or 120."""
    id, place = form_id(form.get("id", "")), exception["place"]
    advice = form.get("advice", "")
    if advice == "no_answer":
        return [said("exception.called_back", id, now, place, {"exception": exception["key"], "outcome": "no_answer"})]
    if advice not in ("stay_home", "clinic", "emergency"):
        raise Malformed(_("where to: home, clinic or 120"), "advice")
    found = {
        "temp10": tenths(form.get("temp", ""), "temp") or exception.get("temp10"),
        "spo2": whole(form.get("spo2"), 50, 100, "spo2"),
        "exposed": {"yes": True, "no": False}.get(form.get("exposed", "")),
    }
    called = {"exception": exception["key"], "outcome": "reached", "advice": advice, **found}
    facts = [said("exception.called_back", id, now, place, called)]
    if advice != "stay_home":
        where = clinics.chosen(form.get("clinic", ""), now)
        body = {
            **found,
            "clinic": where.site,
            "exception": exception["key"],
            "person": exception.get("person"),
            "household": exception["household"],
            "concerns": exception["concerns"],
            "how": "ambulance" if advice == "emergency" else form.get("how") or "self",
        }
        facts.append(said("referral.made", next_id(id, 1), now, place, body, reporting=where.place))
    return facts


CLOSED = ("well", "in_care", "moved", "mistaken")


def closed(form: QueryDict, exception: dict[str, Any], now: dt.datetime) -> list[Said]:
    """Nothing more has to be done about it, and why."""
    if form.get("outcome") not in CLOSED:
        raise Malformed(_("well, in care, moved or a mistake"), "outcome")
    body = {"exception": exception["key"], "outcome": form["outcome"]}
    return [said("exception.closed", form_id(form.get("id", "")), now, exception["place"], body)]


def warned(form: QueryDict, place: int, now: dt.datetime) -> list[Said]:
    """A clinician's early warning. It needs nobody's leave and cannot be taken back."""
    if form.get("what") not in WARNINGS:
        raise Malformed(_("what it is about"), "what")
    body = {"what": form["what"], "patients": whole(form.get("patients"), 0, 100_000, "patients") or 0}
    return [said("warning.given", form_id(form.get("id", "")), now, place, body)]


def identified(form: QueryDict, referral: dict[str, Any] | None, clinic: int, now: dt.datetime) -> list[Said]:
    """The clinician's judgement, and the reply to whoever referred."""
    id = form_id(form.get("id", ""))
    classification = form.get("classification", "")
    if classification not in CLASSES:
        raise Malformed(_("suspected, clinical, confirmed or asymptomatic"), "classification")
    body = {
        **criteria.noted(form, local_day(now)),
        "classification": classification,
        "onset": _day(form.get("onset", ""), now),
        "age": whole(form.get("age"), 0, 130, "age"),
        "sex": form.get("sex") or None,
        "referral": referral["key"] if referral else None,
        "person": referral.get("person") if referral else None,
    }
    home = referral["place"] if referral else _place(form.get("home", ""))
    facts = [said("case.identified", id, now, clinic, body, home=home, reporting=clinic)]
    if referral:
        reply = {"referral": referral["key"], "outcome": "identified", "case": str(id)}
        facts.append(said("referral.seen", next_id(id, 1), now, clinic, reply))
    return facts


def step(form: QueryDict, case: dict[str, Any], now: dt.datetime) -> Said:
    """One step of a case: reported, received, investigated, blocked, a sample, a result, a classification."""
    id, what, key = form_id(form.get("id", "")), form.get("say", ""), case["key"]
    body: dict[str, Any] = {"case": key}
    if what == "reported":
        body["card"] = form.get("card", "").strip()
    elif what == "blocked":
        body |= {"clock": form.get("clock", ""), "reason": form.get("reason", "")}
    elif what == "classified":
        body |= {"classification": form.get("classification", ""), "basis": form.get("basis", "")}
    elif what == "taken":
        return said("sample.taken", id, now, case["place"], {**body, "label": form.get("label", "").strip(),
                                                             "material": form.get("material") or "throat"})  # fmt: skip
    elif what == "resulted":
        body |= {"label": form.get("label", "").strip(), "result": form.get("result", "")}
        return said("sample.resulted", id, now, case["place"], body)
    elif what == "merged":
        body["into"] = form.get("into", "")
    elif what not in ("received", "investigated"):
        raise Malformed(_("what is said of the case"), "say")
    return said(f"case.{what}", id, _moment(form.get("when", ""), now), case["place"], body)


def corrected(form: QueryDict, case: dict[str, Any], now: dt.datetime) -> Said:
    """Age, sex or day of onset as they should have been written: replaces what the identification said, in its place
    and at its moment. Raises Malformed where nothing differs."""
    kept = ("epi", "clinical", "denied", "pcr", "referral", "source", "person")
    first = case.get("identified_as") or case["history"][0]["classification"]
    same = {name: case[name] for name in kept if name in case}
    body = {**same, "classification": first, "onset": _day(form.get("onset", ""), now),
            "age": whole(form.get("age"), 0, 130, "age"), "sex": form.get("sex") or None}  # fmt: skip
    if all(body[name] == case[name] for name in ("onset", "age", "sex")):
        raise Malformed(_("something else than what stands there"), "onset")
    where = {"home": case["home"], "reporting": case["place"], "corrects": uuid.UUID(case["key"])}
    return said("case.identified", form_id(form.get("id", "")), case["identified_at"], case["place"], body, **where)


def _day(text: str, now: dt.datetime) -> str | None:
    if not text:
        return None
    if asked.day(text, "onset") > local_day(now):
        raise Malformed(_("a day that has come"), "onset")
    return text


def day(text: str, field: str) -> dt.datetime | None:
    """The beginning of a day in the region's time; None where nothing was typed."""
    return dt.datetime.combine(asked.day(text, field), dt.time(), zone()) if text else None


def _moment(text: str, now: dt.datetime) -> dt.datetime:
    """When it happened: as typed (region's time), or now."""
    if not text:
        return now
    if (typed := asked.moment(text, "when")) > now:
        raise Malformed(_("a moment that has come"), "when")
    return typed


def _place(text: str) -> int:
    if (place := asked.number(text)) is None:
        raise Malformed(_("where the person lives"), "home")
    return place
