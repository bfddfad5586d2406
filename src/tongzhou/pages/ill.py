"""Why it presses: how ill somebody is, in one sentence for the line that is about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.ledger import worded
from tongzhou.ledger.time import local_day
from tongzhou.pages.templatetags.pages import degrees

GRAVE = "breathless"  # said first, of whatever was said


def ill(of: str, codes: Iterable[str], *more: str, temp10: int | None = None, spo2: int | None = None) -> str:
    """`breathless, fever · 38.9 ℃ · SpO2 91 % · for 2 days`; `of`: the field of a kind whose codes they are; `more`:
    what else is known, in words."""
    kind, _dot, name = of.rpartition(".")
    said = [worded.choice(kind, name, code) for code in sorted(codes, key=lambda code: (code != GRAVE, code))]
    told = [_(", ").join(said), degrees(temp10) if temp10 else "", f"SpO2 {spo2} %" if spo2 else "", *more]
    return " · ".join(part for part in told if part)


def since(moment: dt.datetime | str | None, now: dt.datetime) -> str:
    """`for 2 days`; nothing on the day itself."""
    if moment is None:
        return ""
    began = dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    days = (local_day(now) - local_day(began)).days
    return ngettext("for %(n)s day", "for %(n)s days", days) % {"n": days} if days > 0 else ""


def last(of: str, records: Iterable[Mapping[str, Any]], now: dt.datetime) -> str:
    """How somebody was when they were last reached with symptoms, of those who are asked every day; and since when."""
    told = [one for one in records if one["reached"]]
    ill_at = next((one for one in reversed(told) if one["symptoms"]), None)
    if ill_at is None:
        return ""
    return ill(of, ill_at["symptoms"], since(ill_at["at"], now), temp10=ill_at["temp10"])
