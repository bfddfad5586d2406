"""One parser of days and moments: ISO and Chinese forms, zones, seconds, 24:00; local time is Beijing time."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

LOCAL = timezone(timedelta(hours=8), "Asia/Shanghai")
YEARS = range(1900, 2101)
_WRITTEN = re.compile(
    r"(?P<y>\d{4})(?:(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})|年(?P<zm>\d{1,2})月(?P<zd>\d{1,2})[日号]?|(?P<cm>\d{2})(?P<cd>\d{2}))"
    r"(?:[T\s]*(?P<half>上午|下午|晚上|凌晨|中午)?(?P<h>\d{1,2})(?:[:点时](?:(?P<min>\d{2})分?(?::?(?P<sec>\d{2})(?:\.\d+)?秒?)?)?|(?P<hm>\d{2}))"
    r"\s*(?P<zone>Z|UTC|GMT|北京时间|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)


class Unreadable(ValueError):
    """A text that is no day and no moment."""


def as_moment(value: object) -> datetime | date:
    """A local moment without zone, or a day where no time of day was said. Raises Unreadable."""
    if isinstance(value, datetime):
        found: datetime | date = local(value)
    elif isinstance(value, date):
        found = value
    elif isinstance(value, str):
        found = _written(value)
    else:
        raise Unreadable(repr(value))
    if found.year not in YEARS:
        raise Unreadable(repr(value))
    return found


def as_day(value: object) -> date:
    """A local calendar day. 24:00 belongs to the day it closes."""
    if isinstance(value, str) and "24" in value:
        found = _WRITTEN.fullmatch(_plain(value))
        if found and found["h"] == "24" and found["zone"] is None:
            as_moment(value)
            return _day(found)
    moment = as_moment(value)
    return moment.date() if isinstance(moment, datetime) else moment


def local(value: datetime) -> datetime:
    return value if value.tzinfo is None else value.astimezone(LOCAL).replace(tzinfo=None)


@lru_cache(maxsize=4096)
def _written(text: str) -> datetime | date:
    found = _WRITTEN.fullmatch(_plain(text))
    if not found:
        raise Unreadable(text)
    try:
        day = _day(found)
        if found["h"] is None:
            return day
        hour, minute = int(found["h"]), int(found["min"] or found["hm"] or 0)
        second = int(found["sec"] or 0)
        if found["half"] in ("下午", "晚上") and hour < 12:
            hour += 12
        if hour == 24 and minute == second == 0:
            moment = datetime.combine(day, time()) + timedelta(days=1)
        else:
            moment = datetime.combine(day, time(hour, minute, second))
        return local(moment.replace(tzinfo=_zone(found["zone"])))
    except (ValueError, OverflowError) as error:
        raise Unreadable(text) from error


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _day(found: re.Match[str]) -> date:
    month = found["m"] or found["zm"] or found["cm"]
    return date(int(found["y"]), int(month), int(found["d"] or found["zd"] or found["cd"]))


def _zone(text: str | None) -> timezone | None:
    if text is None or text == "北京时间":
        return None
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
