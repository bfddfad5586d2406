"""What a form of the investigation says, as facts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongzhou.api import asked
from tongzhou.api.say import form_id, next_id, said, tenths, whole
from tongzhou.investigation import interview
from tongzhou.investigation.queries import STAYS, SYMPTOMS, contact_fields
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.problems import Malformed
from tongzhou.rules import drawn
from tongzhou.sites import queries as sites
from tongzhou.sites.named import PLACES

RIDE = re.compile(r"[A-Z]{0,3}[0-9]{1,5}")
SETTINGS = ("travel", "market", "hospital", "gathering", "household", "work", "transport", "other")
DEPENDANTS = ("child", "old", "disabled", "ill")
CARERS = ("relative", "neighbour", "community", "civil_affairs")
WHERE = ("home", "with_carer", "home_of_care")


def line(form: QueryDict, case: dict[str, Any], now: dt.datetime) -> Said:
    """One line of the interview: saved by itself."""
    id, name, answer = form_id(form.get("id", "")), form.get("line", ""), form.get("answer", "").strip()
    asked = next((one for one in interview.lines() if one.id == name), None)
    if asked is None:
        raise Malformed(_("a line of the interview"), "line")
    if not asked.accepts(answer):
        raise Malformed(_("an answer to “%(line)s”") % {"line": asked}, "answer")
    return said("interview.answered", id, now, case["place"], {"case": case["key"], "line": name, "answer": answer})


def exposure(form: QueryDict, case: dict[str, Any], now: dt.datetime) -> Said:
    first, last = _days(form, now)
    body = {
        "case": case["key"],
        "setting": _one_of(form, "setting", SETTINGS),
        "first_day": first,
        "last_day": last,
        "about": whole(form.get("about"), 1, 2**31 - 1, "about"),
        "source": form.get("source", "").strip() or None,
        "ride": _ride(form.get("ride", "")),
        "carriage": whole(form.get("carriage"), 1, 99, "carriage"),
        "venue": sites.named(form.get("venue", ""), PLACES, local_day(now), "venue"),
    }
    return said("exposure.stated", form_id(form.get("id", "")), now, case["place"], body)


def contact_of(form: QueryDict, now: dt.datetime) -> dict[str, Any]:
    """What the form says of a contact, for the rule and for the fact. `protected` may be unknown."""
    first, last = _days(form, now)
    met, protected = contact_fields(now)
    return {
        "category": _one_of(form, "category", met.codes) if form.get("category") else None,
        "first_day": first,
        "last_day": last,
        "protected": drawn.flag_of(protected.read(form)),
        "stay": _one_of(form, "stay", STAYS),
        "household": whole(form.get("household"), 1, 2**31 - 1, "household"),
        "age": whole(form.get("age"), 0, 130, "age"),
        "sex": form.get("sex") or None,
    }


def contact(form: QueryDict, case: dict[str, Any], close: bool, home: int, now: dt.datetime) -> list[Said]:
    """A contact; one who goes to central observation or hospital has left home in the same breath."""
    id, told = form_id(form.get("id", "")), contact_of(form, now)
    if told["category"] is None:
        raise Malformed(_("one of the choices"), "category")
    body = {**told, "case": case["key"], "close": close, "protected": bool(told["protected"])}
    facts = [said("contact.named", id, now, case["place"], body, home=home)]
    if close and told["stay"] in ("central", "hospital") and told["household"]:
        left = {"household": told["household"], "who": f"contact/{id}"}
        facts.append(said("member.left", next_id(id, 1), now, case["place"], left, home=home))
    return facts


def contact_step(form: QueryDict, one: dict[str, Any], case: dict[str, Any], now: dt.datetime) -> list[Said]:
    """Exposed again, moved, or ended."""
    id, what, place = form_id(form.get("id", "")), form.get("say", ""), case["place"]
    if what == "exposed":
        return [said("contact.exposed", id, now, place, {"contact": one["key"], "last_day": _days(form, now)[1]})]
    if what == "became_case":
        return [said("contact.ended", id, now, place, {"contact": one["key"], "reason": "became_case"})]
    if what != "moved":
        raise Malformed(_("what is said of the contact"), "say")
    stay = _one_of(form, "stay", STAYS)
    facts = [said("contact.moved", id, now, place, {"contact": one["key"], "stay": stay})]
    if one["household"]:
        moved = {"household": one["household"], "who": f"contact/{one['key']}"}
        kind = "member.left" if stay in ("central", "hospital") else "member.returned"
        facts.append(said(kind, next_id(id, 1), now, place, moved, home=one["home"]))
    return facts


def dependant(form: QueryDict, case: dict[str, Any], household: int, home: int, now: dt.datetime) -> list[Said]:
    """Somebody at home who depends on the case and, perhaps, on contacts; the case itself has left home."""
    id = form_id(form.get("id", ""))
    on = [f"case/{case['key']}", *(f"contact/{key}" for key in form.getlist("on"))]
    body = {
        "household": household,
        "who": _one_of(form, "dependant", DEPENDANTS),
        "years": whole(form.get("years"), 0, 130, "years"),
        "on": on,
        "others": whole(form.get("others"), 0, 20, "others") or 0,
    }
    left = {"household": household, "who": f"case/{case['key']}"}
    return [
        said("dependant.stated", id, now, case["place"], body, home=home),
        said("member.left", next_id(id, 1), now, case["place"], left, home=home),
    ]


def carer(form: QueryDict, household: dict[str, Any], now: dt.datetime) -> Said:
    body = {
        "household": household["household"],
        "carer": _one_of(form, "carer", CARERS),
        "where": _one_of(form, "where", WHERE),
    }
    return said("carer.named", form_id(form.get("id", "")), now, household["place"], body)


def observation(form: QueryDict, one: dict[str, Any], now: dt.datetime) -> Said:
    """The daily follow-up, or what the household was told."""
    id, what = form_id(form.get("id", "")), form.get("say", "")
    if what == "told":
        return said(
            "observation.told", id, now, one["asked_at"], {"contact": one["key"], "what": one["to_tell"] or "end"}
        )
    if what == "no_answer":
        return said("observation.recorded", id, now, one["asked_at"], {"contact": one["key"], "reached": False})
    symptoms = [name for name in form.getlist("symptoms") if name in SYMPTOMS]
    body = {"contact": one["key"], "temp10": tenths(form.get("temp", ""), "temp"), "symptoms": symptoms}
    return said("observation.recorded", id, now, one["asked_at"], body)


def ended_by(case: str, contacts: list[dict[str, Any]], form: QueryDict, now: dt.datetime) -> list[Said]:
    """A suspected case was excluded: nobody is observed because of it any longer."""
    id = form_id(form.get("id", ""))
    running = [one for one in contacts if one["state"] in ("observed", "symptoms")]
    return [
        said("contact.ended", next_id(id, n + 2), now, one["place"], {"contact": one["key"],
                                                                     "reason": "source_excluded"})
        for n, one in enumerate(running)
    ]  # fmt: skip


def _one_of(form: QueryDict, field: str, choices: tuple[str, ...]) -> str:
    value = form.get(field, "")
    if value not in choices:
        raise Malformed(_("one of the choices"), field)
    return value


def _ride(text: str) -> str | None:
    """The public number of a train, flight or bus, as K1068 or CZ3521."""
    number = "".join(text.split()).upper()
    if not number:
        return None
    if not RIDE.fullmatch(number):
        raise Malformed(_("the number of a train, flight or bus, as K1068"), "ride")
    return number


def _days(form: QueryDict, now: dt.datetime) -> tuple[str, str]:
    """First and last day, in order and not to come; where one is left out, the other holds for both."""
    told = {}
    for field in ("first_day", "last_day"):
        if text := form.get(field, "").strip():
            told[field] = asked.day(text, field)
    if not told:
        raise Malformed(_("the day of the contact"), "last_day")
    first, last = told.get("first_day", told.get("last_day")), told.get("last_day", told.get("first_day"))
    assert first is not None and last is not None
    if first > last:
        raise Malformed(_("the first day lies after the last"), "first_day")
    if last > local_day(now):
        raise Malformed(_("a day that has come"), "last_day")
    return first.isoformat(), last.isoformat()
