"""What a form says, as facts. A form carries its own id, so that pressing twice says it once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongzhou.api import asked
from tongzhou.api.say import form_id, said
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import zone
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
