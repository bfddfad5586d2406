"""Days and moments that a body holds as text. A new fact names one that a calendar has; a fact received before that
was asked is read with the nearest one, so that no fold and no page has to doubt it."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, inspect

from tongzhou.ledger.time import local_day, zone

Sort = Literal["day", "moment", "hour", "either"]
Bounds = tuple[int, int]  # days before and after the moment of the fact
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", extra={"dated": "day"})]
Moment = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", extra={"dated": "moment"})]
# A moment on the full hour of the region: what is counted by the hour has one name for each.
Hour = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", extra={"dated": "hour"})]
# Of kinds that took any text at first.
LooseDay = Annotated[str, Meta(extra={"dated": "day"})]
LooseMoment = Annotated[str, Meta(extra={"dated": "either"})]


def within(back: int, ahead: int) -> msgspec.Meta:
    """Declares of a field that its day or moment lies at most so many days before and after the moment of the fact:
    `Annotated[Day, within(7, 0)]`. With none ahead no moment is later than the fact."""
    return Meta(extra={"within": (back, ahead)})


FIRST, LAST = 1900, 2199  # years: what lies beyond is a slip of the hand, and arithmetic on it may leave the calendar
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9-]{10}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_FURTHEST = dt.timedelta(hours=15, minutes=59)  # from Greenwich, where PostgreSQL follows
_PARTS = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?")


def fields(body: type[msgspec.Struct]) -> dict[str, Sort]:
    """The fields of a kind's body that hold days or moments, one or several."""
    found = {field.encode_name: _sort(field.type) for field in inspect.type_info(body).fields}  # type: ignore[attr-defined]
    return {name: sort for name, sort in found.items() if sort}


def bounds(body: type[msgspec.Struct]) -> dict[str, Bounds]:
    """The fields of a kind's body whose days have bounds."""
    found = {field.encode_name: declared(field.type, "within") for field in inspect.type_info(body).fields}  # type: ignore[attr-defined]
    return {name: held for name, held in found.items() if held}


def _sort(info: Any) -> Any:
    return declared(info, "dated")


def declared(info: Any, name: str) -> Any:
    """What a field's type declares under this name, itself or for its items."""
    if isinstance(info, inspect.Metadata):
        return (info.extra or {}).get(name) or declared(info.type, name)
    inner = getattr(info, "types", None) or ([info.item_type] if hasattr(info, "item_type") else [])
    return next((held for one in inner if (held := declared(one, name))), None)


def beyond(body: msgspec.Struct, held: Mapping[str, Bounds], at: dt.datetime) -> tuple[str, Bounds] | None:
    """The first field whose day lies further from the fact's moment than its kind allows, with what it allows; None
    where all is well. Days are compared as local days."""
    here = local_day(at)
    for name, (back, ahead) in held.items():
        for text in _texts(getattr(body, name)):
            moment = None if _DAY.fullmatch(text) else _zoned(text)
            day = local_day(moment) if moment else dt.date.fromisoformat(text)
            if not -back <= (day - here).days <= ahead or (moment and not ahead and moment > at):
                return name, (back, ahead)
    return None


def _zoned(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=zone())


def wrong(body: msgspec.Struct, dated: dict[str, Sort]) -> tuple[str, Sort] | None:
    """The first field that names what no calendar has, with what stands there; None where all is well."""
    for name, sort in dated.items():
        for text in _texts(getattr(body, name)):
            if not is_one(text, sort):
                return name, sort
    return None


def nearest(body: Any, dated: dict[str, Sort]) -> Any:
    """The body with the nearest day or moment wherever it names one that no calendar has; where the text is none at
    all, with nothing."""
    if wrong(body, dated) is None:
        return body
    mended: dict[str, Any] = {}
    for name, sort in dated.items():
        held = getattr(body, name)
        if isinstance(held, str):
            mended[name] = _nearest(held, sort)
        elif held is not None:
            mended[name] = tuple(one for text in held if (one := _nearest(text, sort)))
    return msgspec.structs.replace(body, **mended)


def is_one(text: str, sort: Sort) -> bool:
    """Is this a day or a moment that can be reckoned with?"""
    try:
        if sort in ("day", "either") and _DAY.fullmatch(text):
            return FIRST <= dt.date.fromisoformat(text).year <= LAST
        if sort == "day" or not _MOMENT.fullmatch(text):
            return False
        found = dt.datetime.fromisoformat(text)
        reckoned = FIRST < found.year < LAST and abs(found.utcoffset() or dt.timedelta()) <= _FURTHEST
        return reckoned and (sort != "hour" or _full(_zoned(text)) == _zoned(text))
    except ValueError:
        return False


def _full(moment: dt.datetime) -> dt.datetime:
    """The full hour of the region in which a moment lies."""
    return moment.astimezone(zone()).replace(minute=0, second=0, microsecond=0)


def _nearest(text: str, sort: Sort) -> str | None:
    if is_one(text, sort):
        return text
    if sort == "hour":
        moment = _nearest(text, "moment")
        return _full(_zoned(moment)).isoformat() if moment else None
    found = _PARTS.match(text)
    if not found:
        return None
    year, month, day, hour, minute = (int(part) if part else None for part in found.groups())
    year, month = _within(FIRST + 1, year, LAST - 1), _within(1, month, 12)
    on = f"{year:04}-{month:02}-{_within(1, day, calendar.monthrange(year, month)[1]):02}"
    if sort == "day" or hour is None:
        return on
    return f"{on}T{_within(0, hour, 23):02}:{_within(0, minute, 59):02}:00+00:00"


def _within(least: int, n: int | None, most: int) -> int:
    return max(least, min(n or 0, most))


def _texts(held: Any) -> tuple[str, ...]:
    return (held,) if isinstance(held, str) else tuple(held or ())


Read = Callable[[bytes | str | msgspec.Raw], Any]


def reader(decode: Read, dated: dict[str, Sort]) -> Read:
    """How stored bodies of a kind are read."""
    return (lambda stored: nearest(decode(stored), dated)) if dated else decode
