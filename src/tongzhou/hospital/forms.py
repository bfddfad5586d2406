"""What a form of the bed pages says, as facts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongzhou.api.say import form_id, said, whole
from tongzhou.hospital.queries import Ward
from tongzhou.ledger.kinds import Said
from tongzhou.problems import Malformed, NotFound


def requested(form: QueryDict, place: int, now: dt.datetime) -> Said:
    """A clinician asks for a bed."""
    body = {
        "infection": form.get("infection", ""),
        "severity": form.get("severity", ""),
        "need": form.get("need") or "general",
        "age": whole(form.get("age"), 0, 130, "age"),
        "case": form.get("case") or None,
        "together": form.get("together") or None,
        **{
            name: {"yes": True, "no": False}.get(form.get(name, ""))
            for name in ("self_care", "chronic", "flu_negative")
        },
    }
    return said("bed.requested", form_id(form.get("id", "")), now, place, body)


def signed(form: QueryDict, request: dict[str, Any], wards: list[Ward], proposed: int | None, now: dt.datetime) -> Said:
    """Captain Sun signs the proposed bed, or another with a reason."""
    bed = whole(form.get("bed"), 1, 2**31 - 1, "bed")
    ward = next((w for w in wards for b in w.beds if b.id == bed), None)
    if ward is None:
        raise NotFound()
    same = bed == proposed
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


def on_the_ward(form: QueryDict, ward: Ward, now: dt.datetime) -> Said:
    """What the ward says: takes the patient or not, admitted, left, cleaned, closed, counted."""
    id, what = form_id(form.get("id", "")), form.get("say", "")
    if what == "counted":
        return said("ward.counted", id, now, ward.place,
                    {"ward": ward.id, "staffed": whole(form.get("staffed"), 0, 5000, "staffed")})  # fmt: skip
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
        left = {"request": body["request"], "bed": bed.id, "how": how, "destination": to}
        return said("patient.left", id, now, ward.place, left)
    raise Malformed(_("what the ward says"), "say")
