"""Days and moments as people and programs write them; what could be two days, or is none, is refused with a code."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from functools import lru_cache

from tongzhou.linelist.values import Unreadable
from tongzhou.tables.nothing import is_error

_CLOCK = r"(?:[ T]+(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?)?[秒分]?)?"
_YMD = re.compile(rf"(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})[日号]?{_CLOCK}")
_DMY = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_CLOCK}")
_SHORT = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{2}}){_CLOCK}")
_MD = re.compile(rf"(\d{{1,2}})月(\d{{1,2}})[日号]?{_CLOCK}")
_PACKED = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_WORDS = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[ -]([A-Za-z]{{3,9}})\.?,?[ -](\d{{4}}|\d{{2}}){_CLOCK}")
_WORDS_US = re.compile(rf"([A-Za-z]{{3,9}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){_CLOCK}")
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:[Zz]|[+-]\d\d(?::?\d\d)?)")
_MONTH_ONLY = re.compile(r"(?:\d{4}[-/.年])?\d{1,2}月?份?|\d{4}年")
_WEEKDAY = re.compile(
    r"(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\.?,?\s+|[,，]?\s*[(]?(?:星期|周)[一二三四五六日天][)]?", re.I
)
# The time of day behind a day in the other ways of writing it: 上午9:30, 10时, 3点半, 9:30 PM, 晚.
_HALVES = "上午|下午|早上|早晨|清晨|凌晨|中午|傍晚|晚上|夜里|夜间|晚|早|夜"
_LATER = frozenset({"下午", "傍晚", "晚上", "夜里", "夜间", "晚", "夜"})
_LOOSE = re.compile(
    rf"(?P<day>.*?)[\s,T]*(?:(?P<half>{_HALVES})\s*)?(?P<h>\d{{1,2}})\s*(?:[:时点]\s*(?:(?P<m>\d{{1,2}})|(?P<mid>半)|整)?"
    r"(?:\s*[:分]\s*(?P<s>\d{1,2})?(?:\.\d+)?\s*秒?)?)?\s*(?P<ap>[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_HALF_ONLY = re.compile(rf"(?P<day>.*?\S)\s*(?:{_HALVES})")
_NUMERALS = {char: n for n, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "廿": 2, "卅": 3}
_CHINESE = re.compile(
    r"(?:([〇零○一二三四五六七八九]{4})年)?([一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿卅]{1,3})[日号]?"
)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_YEAR = re.compile(r"\d{4}")
_EXCEL = dt.datetime(1899, 12, 30)  # noqa: DTZ001  day 0 of a spreadsheet that believes in 29 February 1900
_R = dt.date(1970, 1, 1)  # day 0 of R and of many programs


@lru_cache(maxsize=4_096)
def moment(
    text: str, last: dt.date, year: int | None = None, day_first: bool | None = None, near: dt.date | None = None
) -> dt.datetime:
    """A day or a moment; with its zone where the text has one, else without.

    Args:
        last: the newest day there can be; a day without a year is the newest such day not after it.
        year: the year of days without one, where the list says it.
        day_first: how 05/01/2020 is to be read; None: not at all where both readings are possible.
        near: another day of the same row: a day without a year is the one next to it.

    Raises:
        Unreadable: date_unreadable, date_impossible, date_ambiguous, date_month, date_of_r, error_cell.
    """
    if (plain := _iso(text)) is not None:
        return plain
    if near is not None and year is None and without_year(text):
        years = [one for n in (-1, 0, 1) if (one := _in_year(text, last, near.year + n)) and one.date() <= last]
        if years:
            return min(years, key=lambda one: abs(one.date() - near))
    try:
        found = _plain(text, last, year, day_first)
        return found if found is not None else _loose(text, last, year, day_first)
    except ValueError:  # the calendar knows no such day, the clock no such hour
        raise Unreadable("date_impossible", text) from None


def _iso(text: str) -> dt.datetime | None:
    """2020-02-01 and 2020-02-01 09:30:00, as most programs write them, the quick way; None for all else."""
    if len(text) not in (10, 16, 19) or text[4] != "-" or text[7] != "-":
        return None
    if len(text) > 10 and (text[10] not in " T" or text[13] != ":" or (len(text) == 19 and text[16] != ":")):
        return None
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def without_year(text: str) -> bool:
    """Is this a day such as 2月1日, that says no year?"""
    return "月" in text and "年" not in text and not _YEAR.search(text)


def _in_year(text: str, last: dt.date, year: int) -> dt.datetime | None:
    try:
        return moment(text, last, year)
    except Unreadable:
        return None


def _plain(text: str, last: dt.date, year: int | None, day_first: bool | None) -> dt.datetime | None:
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
    if found := _SHORT.fullmatch(text):
        return _short(text, found.groups(), last, day_first)
    if found := _MD.fullmatch(text):
        return _this_year(found.groups(), last, year)
    if found := _WORDS.fullmatch(text):
        return _at(_century(found[3], last), _month(text, found[2]), found[1], *found.groups()[3:])
    if found := _WORDS_US.fullmatch(text):
        return _at(found[3], _month(text, found[1]), found[2], *found.groups()[3:])
    if _ZONED.fullmatch(text):
        return dt.datetime.fromisoformat(text.replace(" +", "+").replace(" Z", "Z").upper())
    if found := _CHINESE.fullmatch(text):
        in_year = "".join(str(_NUMERALS[char]) for char in found[1] or "")
        month, day = _numeral(found[2]), _numeral(found[3])
        return _at(in_year, month, day) if in_year else _this_year((str(month), str(day)), last, year)
    return None


def _loose(text: str, last: dt.date, year: int | None, day_first: bool | None) -> dt.datetime:
    """What is left once the weekday, the point at the end and the time of day are taken off."""
    if is_error(text):
        raise Unreadable("error_cell", text)
    bare = _WEEKDAY.sub("", text).strip().rstrip(".")
    if bare != text and bare:
        return moment(bare, last, year, day_first)
    if (found := _LOOSE.fullmatch(text)) and found["day"] and _tells_time(found):
        if found["ap"] and day_first is None:
            day_first = False  # AM and PM are written where the month comes first
        return _with_clock(moment(found["day"].strip(), last, year, day_first), found)
    if found := _HALF_ONLY.fullmatch(text):
        return moment(found["day"], last, year, day_first)
    raise Unreadable("date_month" if _MONTH_ONLY.fullmatch(text) and not text.isdecimal() else "date_unreadable", text)


def _tells_time(found: re.Match[str]) -> bool:
    said = found[0][found.start("h") :]
    return bool(found["half"] or found["ap"]) or any(mark in said for mark in ":时点")


def _with_clock(day: dt.datetime, found: re.Match[str]) -> dt.datetime:
    half = found["half"] or (found["ap"] or "").replace(".", "").lower()
    hour, minute, second = int(found["h"]), 30 if found["mid"] else int(found["m"] or 0), int(found["s"] or 0)
    if day.time() != dt.time():
        raise Unreadable("date_unreadable", found[0])
    if (half in _LATER or half == "pm" or (half == "中午" and hour < 3)) and hour < 12:
        hour += 12
    elif half in ("am", "上午", "凌晨") and hour == 12:
        hour = 0
    return _at(day.year, day.month, day.day, str(hour), str(minute), str(second))


def _at(year: str | int, month: str | int, day: str | int, *clock: str | None) -> dt.datetime:
    hour, minute, second = (int(part or 0) for part in (*clock, None, None, None)[:3])
    night = (hour, minute, second) == (24, 0, 0)  # the end of the day is the beginning of the next
    found = dt.datetime(int(year), int(month), int(day), 0 if night else hour, minute, second)  # noqa: DTZ001
    return found + dt.timedelta(days=1) if night else found


def _serial(text: str) -> dt.datetime:
    """A day as Excel counts it: 43835 is 5 January 2020. Numbers of other sizes are no days of this century."""
    days = float(text)
    if 10_957 <= days < 20_000:
        raise Unreadable("date_of_r", f"{text} = {_R + dt.timedelta(days=int(days))}")
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


def _short(text: str, groups: tuple[str | None, ...], last: dt.date, day_first: bool | None) -> dt.datetime:
    """A day with a year of two digits: taken where only one reading is a day, or where the order is said."""
    first, _mark, second, third, *clock = groups
    assert first and second and third
    ways = {"day": (third, second, first), "month": (third, first, second), "year": (first, second, third)}
    if day_first is not None:
        ways = {"said": ways["day" if day_first else "month"]}
    found = set()
    for in_year, month, day in ways.values():
        if len(in_year) == 2 and 1 <= int(month) <= 12:
            with suppress(ValueError):
                found.add(_at(_century(in_year, last), month, day, *clock))
    if len(found) > 1:
        raise Unreadable("date_ambiguous", text)
    if not found:
        raise ValueError
    return found.pop()


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
    low = name.lower()
    for n, month in enumerate(_MONTHS, 1):
        if low == "sept" or month.startswith(low):
            return 9 if low == "sept" else n
    raise Unreadable("date_unreadable", text)


def _century(text: str, last: dt.date) -> int:
    """The year of two digits is the newest that is not to come."""
    if len(text) == 4:
        return int(text)
    year = last.year // 100 * 100 + int(text)
    return year if year <= last.year else year - 100


def _numeral(text: str) -> int:
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(_NUMERALS[char]) for char in text))
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)
