"""What a form says, as facts. A form carries its own id, so that pressing twice says it once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongzhou.api import asked
from tongzhou.api.say import form_id, said, whole
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day, zone
from tongzhou.problems import Malformed

CLASSES = ("suspected", "clinical", "confirmed", "asymptomatic")


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
    kept = ("epi", "clinical", "denied", "pcr", "referral", "source", "person", "dependants")
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
