"""Values as people type them: days, ages, sexes, telephones. Each is read, or refused with a code that says why.

Codes are explained in plain words by imports_refusals.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache


class Unreadable(Exception):
    """A value that cannot be taken: `code` names the reason, `detail` what to look at (never a person's name)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@lru_cache(maxsize=65_536)
def clean(text: str) -> str:
    """Without blanks around it, full-width digits made plain, and without the apostrophe of a spreadsheet."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "")
    return text.strip().removeprefix("'").strip()


_CLOCK = r"(?:[ T]+(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?)?[秒分]?)?"
_YMD = re.compile(rf"(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})[日号]?{_CLOCK}")
_DMY = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_CLOCK}")
_MD = re.compile(rf"(\d{{1,2}})月(\d{{1,2}})[日号]?{_CLOCK}")
_PACKED = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_WORDS = re.compile(rf"(\d{{1,2}})[ -]([A-Za-z]{{3,9}})\.?,?[ -](\d{{4}}){_CLOCK}")
_WORDS_US = re.compile(rf"([A-Za-z]{{3,9}})\.? (\d{{1,2}}),? (\d{{4}}){_CLOCK}")
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")  # with a zone behind it, as programs write it
_MONTHS = {name: n for n, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}  # fmt: skip
_EXCEL = dt.datetime(1899, 12, 30)  # noqa: DTZ001  day 0 of a spreadsheet that believes in 29 February 1900


@lru_cache(maxsize=65_536)
def moment(text: str, last: dt.date, year: int | None = None, day_first: bool | None = None) -> dt.datetime:
    """A day or a moment, without zone.

    Args:
        last: the newest day there can be; a day without a year is the newest such day not after it.
        year: the year of days without one, where the list says it.
        day_first: how 05/01/2020 is to be read; None: not at all where both readings are possible.

    Raises:
        Unreadable: date_unreadable, date_impossible, date_ambiguous.
    """
    try:
        return _moment(text, last, year, day_first)
    except ValueError:  # the calendar knows no such day, the clock no such hour
        raise Unreadable("date_impossible", text) from None


def _moment(text: str, last: dt.date, year: int | None, day_first: bool | None) -> dt.datetime:
    if found := _YMD.fullmatch(text):
        return _at(*found.groups())
    if found := _PACKED.fullmatch(text):
        return _at(*found.groups())
    if _SERIAL.fullmatch(text):
        return _serial(text)
    if found := _DMY.fullmatch(text):
        first, mark, second, in_year, *clock = found.groups()
        day, month = _order(text, int(first), int(second), True if mark == "." else day_first)
        return _at(in_year, month, day, *clock)
    if found := _MD.fullmatch(text):
        return _this_year(found.groups(), last, year)
    if found := _WORDS.fullmatch(text):
        return _at(found[3], _month(text, found[2]), found[1], *found.groups()[3:])
    if found := _WORDS_US.fullmatch(text):
        return _at(found[3], _month(text, found[1]), found[2], *found.groups()[3:])
    if not _ZONED.match(text):
        raise Unreadable("date_unreadable", text)
    return dt.datetime.fromisoformat(text)


def _at(year: str | int, month: str | int, day: str | int, *clock: str | None) -> dt.datetime:
    hour, minute, second = (int(part or 0) for part in (*clock, None, None, None)[:3])
    return dt.datetime(int(year), int(month), int(day), hour, minute, second)  # noqa: DTZ001  the zone is the reader's


def _serial(text: str) -> dt.datetime:
    """A day as Excel counts it: 43835 is 5 January 2020. Numbers of other sizes are no days of this century."""
    days = float(text)
    if not 20_000 <= days < 80_000:
        raise Unreadable("date_unreadable", text)
    found = _EXCEL + dt.timedelta(days=days)
    return (found + dt.timedelta(milliseconds=500)).replace(microsecond=0)


def _order(text: str, first: int, second: int, day_first: bool | None) -> tuple[int, int]:
    if first == second or (second > 12 and first > 12):
        return first, second
    if first > 12:
        return first, second
    if second > 12:
        return second, first
    if day_first is None:
        raise Unreadable("date_ambiguous", text)
    return (first, second) if day_first else (second, first)


def _this_year(groups: tuple[str | None, ...], last: dt.date, year: int | None) -> dt.datetime:
    month, day, *clock = groups
    if year is not None:
        return _at(year, month or 0, day or 0, *clock)
    for back in range(5):  # 29 February may lie up to four years back
        try:
            found = _at(last.year - back, month or 0, day or 0, *clock)
        except ValueError:
            continue
        if found.date() <= last:
            return found
    raise ValueError


def _month(text: str, name: str) -> int:
    found = _MONTHS.get(name[:3].lower())
    if found is None:
        raise Unreadable("date_unreadable", text)
    return found


_AGE = re.compile(r"(\d{1,4})(?:\.\d+)?\s*(岁|周岁|y|yr|yrs|years?|years? old|year-old)?")
_AGE_PARTS = re.compile(
    r"(?:(\d{1,3})\s*(?:岁|周岁|years?|yrs?|y)\s*)?(\d{1,4})\s*"
    r"(个?月龄?|月|months?|mo|m|周|weeks?|wks?|w|天|日龄?|days?|d)\s*(?:old)?"
)
_AGE_CODE = re.compile(r"([ymd])\s*(\d{1,4})")


@lru_cache(maxsize=8_192)
def age(text: str, unit: str = "") -> int:
    """Completed years. "3 months", "8月" and "12天" are 0; `unit` is what a column of units says (岁, 月, 天).

    Raises:
        Unreadable: age_unreadable, age_impossible.
    """
    low = text.lower()
    if found := _AGE_CODE.fullmatch(low):
        low = f"{found[2]} {found[1]}"
    elif unit and low.replace(".", "", 1).isdecimal():
        low = f"{low} {unit.lower()}"
    if found := _AGE.fullmatch(low):
        years = int(found[1])
    elif found := _AGE_PARTS.fullmatch(low):
        per_year = {"月": 12, "个": 12, "m": 12, "周": 52, "w": 52}.get(found[3][0], 365)
        years = int(found[1] or 0) + int(found[2]) // per_year
    else:
        raise Unreadable("age_unreadable", text)
    if years > 130:
        raise Unreadable("age_impossible", text)
    return years


def age_on(born: dt.date, day: dt.date) -> int:
    """Completed years on a day. Raises Unreadable where the birth lies after it."""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if not 0 <= years <= 130:
        raise Unreadable("age_impossible", born.isoformat())
    return years


_SEX = {
    **dict.fromkeys(("男", "男性", "先生", "m", "male", "1"), "male"),
    **dict.fromkeys(("女", "女性", "女士", "f", "female", "2"), "female"),
}


def sex(text: str) -> str:
    """Raises Unreadable: sex_unknown."""
    found = _SEX.get(text.lower())
    if found is None:
        raise Unreadable("sex_unknown", text)
    return found


_NUMBERS = re.compile(r"[/,;、]+|\s+(?=1\d{10}(?!\d))")  # blanks stand inside numbers, too


def telephones(text: str) -> list[str]:
    """One or more numbers, the first to be searched by. Raises Unreadable: telephone_unreadable."""
    if "e+" in text.lower():  # 1.39E+10: the spreadsheet has thrown the last digits away
        raise Unreadable("telephone_rounded")
    found = [part.strip() for part in _NUMBERS.split(text) if part.strip()]
    if not found or not all(7 <= sum(char.isdigit() for char in one) <= 15 for one in found):
        raise Unreadable("telephone_unreadable")
    return found


_IDENTITY = re.compile(r"[0-9A-Za-z()-]{5,20}")


def identity(text: str) -> str:
    """An identity or passport number. Raises Unreadable: identity_unreadable."""
    if "e+" in text.lower():
        raise Unreadable("identity_rounded")
    plain = text.replace(" ", "")
    if not _IDENTITY.fullmatch(plain) or (plain[:-1].isdecimal() and len(plain) > 12 and len(plain) not in (15, 18)):
        raise Unreadable("identity_unreadable")
    return plain.upper()


def card(text: str) -> str:
    """A card number as the kind case.reported allows it. Raises Unreadable: card_unreadable."""
    plain = text.replace(" ", "")
    if not re.fullmatch(r"[0-9A-Za-z-]{4,40}", plain):
        raise Unreadable("card_unreadable", text)
    return plain
