"""What a form of the bed pages says, as facts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou import rules
from tongzhou.api import asked
from tongzhou.api.say import form_id, said, whole
from tongzhou.hospital.leaving import Account, fields, verdict
from tongzhou.hospital.queries import Ward
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.ledger.time import zone
from tongzhou.places.queries import official_code
from tongzhou.problems import Malformed, NotFound, NotYours
from tongzhou.rules import drawn


def requested(
    form: QueryDict,
    place: int,
    now: dt.datetime,
    home: int | None = None,
    household: int | None = None,
    person: str | None = None,
) -> Said:
    """A clinician asks for a bed. `home`, `household` and `person`: where the patient lives and who it is, where a
    case says so."""
    body = {
        "infection": form.get("infection", ""),
        "severity": form.get("severity", ""),
        "need": form.get("need") or "general",
        "age": whole(form.get("age"), 0, 130, "age"),
        "case": form.get("case") or None,
        "together": form.get("together") or None,
        "sex": form.get("sex") or None,
        "oxygen": form.get("oxygen") == "yes" or None,
        "household": household,
        "person": person,
        **{
            name: {"yes": True, "no": False}.get(form.get(name, ""))
            for name in ("self_care", "chronic", "flu_negative")
        },
    }
    return said("bed.requested", form_id(form.get("id", "")), now, place, body, home=home)


def signed(form: QueryDict, request: dict[str, Any], wards: list[Ward], proposed: int | None, now: dt.datetime) -> Said:
    """Captain Sun signs the proposed bed, or another with a reason: among `wards` that take patients, never into
    another infection class, never beyond the staff there is."""
    bed = whole(form.get("bed"), 1, 2**31 - 1, "bed")
    ward = next((w for w in wards for b in w.beds if b.id == bed), None)
    if ward is None:
        raise NotFound()
    same = bed == proposed
    if ward.serves != request["infection"]:
        raise Malformed(_("infection classes are kept apart: this ward serves another"), "bed")
    if not same and not ward.free:
        raise Malformed(_("this ward has no bed that its staff can serve"), "bed")
    reason = form.get("reason") or None
    if not same and reason is None:
        raise Malformed(_("why another bed than the proposed one"), "reason")
    body = {
        "request": request["key"],
        "bed": bed,
        "ward": ward.id,
        "proposed": same,
        "reason": None if same else reason,
    }
    return said("bed.assigned", form_id(form.get("id", "")), now, ward.place, body)


BY_TELEPHONE = ("accepted", "not_ready", "admitted", "left")


def by_telephone(form: QueryDict, ward: Ward, patient: dict[str, Any] | None, now: dt.datetime) -> Said:
    """What the ward said to a dispatcher, who writes it down for it; the ward confirms or contests it."""
    if form.get("say") not in BY_TELEPHONE:
        raise NotYours()
    return msgspec.structs.replace(on_the_ward(form, ward, patient, now), behalf=Behalf("ward_nurse", ward.place))


def on_the_ward(form: QueryDict, ward: Ward, patient: dict[str, Any] | None, now: dt.datetime) -> Said:
    """What the ward says: takes the patient or not, admitted, left, cleaned, closed, counted."""
    id, what = form_id(form.get("id", "")), form.get("say", "")
    if what == "counted":
        return said("ward.counted", id, now, ward.place, {"ward": ward.id, "staffed": _staffed(form, ward, now)})
    number = whole(form.get("bed"), 1, 2**31 - 1, "bed")
    bed = next((b for b in ward.beds if b.id == number), None)
    if bed is None:
        raise NotFound()
    if what in ("cleaned", "closed"):
        return said(f"bed.{what}", id, now, ward.place, {"bed": bed.id})
    body: dict[str, Any] = {"request": form.get("request", ""), "bed": bed.id, "ward": ward.id}
    if what == "accepted":
        return said("ward.answered", id, now, ward.place, {**body, "answer": "accepted"})
    if what == "not_ready":
        reason = form.get("reason", "")
        if not reason:
            raise Malformed(_("why the ward is not ready"), "reason")
        return said("ward.answered", id, now, ward.place, {**body, "answer": "not_ready", "reason": reason})
    if what == "admitted":
        return said("patient.admitted", id, now, ward.place, body)
    if what == "left":
        how, to = form.get("how", ""), form.get("destination", "")
        if not to:
            raise Malformed(_("where the patient goes: nobody leaves without a destination"), "destination")
        left = {"request": body["request"], "bed": bed.id, "how": how, "destination": to,
                "to": form.get("to") or None, "ruling": _ruling(form, how, patient, now)}  # fmt: skip
        return said("patient.left", id, now, ward.place, left)
    raise Malformed(_("what the ward says"), "say")


def _staffed(form: QueryDict, ward: Ward, now: dt.datetime) -> int | None:
    """Beds the staff can serve: as counted, or by the rule from the doctors and nurses on shift (FANGCANG-STAFF)."""
    doctors, nurses = (whole(form.get(name), 0, 5000, name) for name in ("doctors", "nurses"))
    if doctors is None and nurses is None:
        return whole(form.get("staffed"), 0, 5000, "staffed")
    if doctors is None or nurses is None:
        raise Malformed(_("both doctors and nurses on shift"), "doctors" if doctors is None else "nurses")
    given = {"doctors": doctors, "nurses": nurses, "beds": len(ward.beds)}
    code = official_code(ward.place)
    told = rules.evaluate(rules.book(), "FANGCANG-STAFF", given, on=now.astimezone(zone()).date(), place_code=code)
    if not isinstance(told.outcome, dict):
        raise Malformed(told.reason_zh if get_language() == "zh-hans" else told.reason_en, "doctors")
    return int(told.outcome["usable"])


def _ruling(form: QueryDict, how: str, patient: dict[str, Any] | None, now: dt.datetime) -> str | None:
    """By the rule, or by a clinician's ruling where the rule leaves it open. Raises Malformed where it says no."""
    if how != "discharged" or patient is None or patient["infection"] != "confirmed":
        return None
    told = verdict(patient["examined"], now)
    if told.outcome is True:
        return "rule"
    if told.open and form.get("ruling") == "clinician":
        return "clinician"
    raise Malformed(told.zh if get_language() == "zh-hans" else told.en, "how")


def of_the_vehicle(form: QueryDict, request: dict[str, Any], now: dt.datetime) -> Said:
    """On the way; not ready and why; or the bed is given up, so that the patient is planned again."""
    id = form_id(form.get("id", ""))
    if form.get("answer") == "release":
        body = {"request": request["key"], "bed": request["bed"], "reason": "elsewhere"}
        return said("bed.released", id, now, request["place"], body)
    reason = form.get("reason") or None
    if form.get("answer") == "not_ready" and reason is None:
        raise Malformed(_("why the vehicle is not ready"), "reason")
    sent = form.get("answer") == "on_the_way"
    body = {
        "request": request["key"],
        "answer": form.get("answer", ""),
        "reason": reason,
        "vehicle": (form.get("vehicle") or None) if sent else None,
        "carried": (form.get("carried") or None) if sent else None,
        "driver": whole(form.get("driver"), 1, 2**31 - 1, "driver") if sent else None,
    }
    return said("vehicle.answered", id, now, request["place"], body)


def of_the_patient(form: QueryDict, patient: dict[str, Any], now: dt.datetime) -> Said:
    """What was found, for the rule of discharge; or the same patient asks for a bed elsewhere."""
    id = form_id(form.get("id", ""))
    if form.get("say") == "transfer":
        kept = ("infection", "severity", "need", "age", "self_care", "chronic", "flu_negative", "case", "sex", "person")
        body = {name: patient[name] for name in kept} | {name: form[name] for name in ("severity",) if form.get(name)}
        return said("bed.requested", id, now, patient["place"], body)
    if form.get("say") != "examined":
        raise Malformed(_("what is said of the patient"), "say")
    moments = {name: _moments(form, name, now) for name in ("negatives", "positives")}
    answers = {one.name: drawn.flag_of(one.read(form)) for one in fields(now)}
    days = whole(form.get("days_normal_temp"), 0, 365, "days_normal_temp")
    body = {"request": patient["key"], "days_normal_temp": days, **answers, **moments}
    return said("patient.examined", id, now, patient["place"], body)


def _moments(form: QueryDict, name: str, now: dt.datetime) -> list[str]:
    found = []
    for text in form.getlist(name):
        if not text.strip():
            continue
        if (at := asked.moment(text.strip(), name)) > now:
            raise Malformed(_("a moment that has come"), name)
        found.append(at.isoformat())
    return sorted(set(found))


def of_the_house(form: QueryDict, accounts: list[Account], wards: list[Ward], now: dt.datetime) -> Said:
    """A house takes nobody any more; and, when everybody has left with a destination, it is closed with its account."""
    id, one = form_id(form.get("id", "")), next((a for a in accounts if a.facility == form.get("facility")), None)
    if one is None:
        raise NotFound()
    place = next(ward.place for ward in wards if ward.facility == one.facility)
    if form.get("say") == "closing" and one.state == "open":
        return said("facility.closing", id, now, place, {"facility": one.facility})
    if form.get("say") != "closed" or one.state == "closed":
        raise Malformed(_("that it closes, or is closed"), "say")
    if not one.may_close:
        left = {"n": one.lying + one.promised + one.without}
        raise Malformed(_("%(n)s patients still lie there, are promised a bed or left nobody knows where to") % left,
                        "facility")  # fmt: skip
    names = ("patients", "discharged", "transferred", "died", "otherwise")
    return said("facility.closed", id, now, place,
                {"facility": one.facility, **{name: getattr(one, name) for name in names}})  # fmt: skip
