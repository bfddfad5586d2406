"""Values as people type them: ages, sexes, telephones, numbers of cards. Each is read, or refused with a code.

Codes are explained in plain words by linelist.refusals. Days stand in linelist.days, identity numbers in
linelist.identity.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache

from tongzhou.people.telephone import mobile_digits


class Unreadable(Exception):
    """A value that cannot be taken: `code` names the reason, `detail` what to look at (never a person's name)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_POINT = re.compile(r"(\d+)\.0+")


def clean(text: str) -> str:
    """Without blanks around it and signs that nobody sees, full-width digits made plain, and without the apostrophe
    of a spreadsheet."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if not text.isprintable():
        text = _UNSEEN.sub("", text)
    return text.strip().removeprefix("'").strip()


def whole(text: str) -> str:
    """A number without the `.0` that a program puts behind it where a column has gaps."""
    found = _POINT.fullmatch(text)
    return found[1] if found else text


_AGE = re.compile(r"(\d{1,4})(?:\.\d+)?\s*(岁半?|周岁|y|yr|yrs|years?|years? old|year-old)?")
_AGE_PARTS = re.compile(
    r"(?:(\d{1,3})\s*(?:岁|周岁|years?|yrs?|y)\s*)?(\d{1,4})(?:\.\d+)?\s*"
    r"(个?月龄?|月|months?|mo|m|周|weeks?|wks?|w|天|日龄?|days?|d)\s*(?:old)?"
)
_AGE_CODE = re.compile(r"([ymd])\s*(\d{1,4})")
_BAND = re.compile(r"(\d{1,3})\s*(?:岁)?\s*(?:-|–|—|~|至|到|to)\s*(\d{1,3})\s*(?:岁|years?|yrs?)?")
_FROM = re.compile(r"(?:(?:>=|≥)\s*(\d{1,3})|(\d{1,3})\s*(?:\+|岁?(?:及|或)?以上|years? and over))\s*岁?")
_BELOW = re.compile(r"(?:<\s*(\d{1,3})|(\d{1,3})\s*岁?以下)\s*岁?")
_MANY = re.compile(r"(\d)0\s*(?:多|余|几)\s*岁?")
OLDEST = 130


@lru_cache(maxsize=8_192)
def age(text: str, unit: str = "") -> int:
    """Completed years. "3 months", "8月" and "12天" are 0; `unit` is what a column of units says (岁, 月, 天).

    Raises:
        Unreadable: age_unreadable, age_impossible.
    """
    low = text.lower()
    if low in ("半岁", "半周岁", "新生儿", "newborn"):
        return 0
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
    if years > OLDEST:
        raise Unreadable("age_impossible", text)
    return years


@lru_cache(maxsize=1_024)
def age_band(text: str) -> str | None:
    """A band of years as 40-49 or 80+, kept as a band since nobody knows more; None for what is none."""
    low = text.lower()
    if found := _BAND.fullmatch(low):
        youngest, oldest = int(found[1]), int(found[2])
        return f"{youngest}-{oldest}" if youngest <= oldest <= OLDEST else None
    if found := _FROM.fullmatch(low):
        return f"{int(found[1] or found[2])}+" if int(found[1] or found[2]) <= OLDEST else None
    if found := _BELOW.fullmatch(low):
        upper = int(found[1] or found[2]) - 1
        return f"0-{upper}" if 0 <= upper <= OLDEST else None
    found = _MANY.fullmatch(low)
    return f"{found[1]}0-{found[1]}9" if found else None


def age_on(born: dt.date, day: dt.date) -> int:
    """Completed years on a day. Raises Unreadable where the birth lies after it."""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if not 0 <= years <= OLDEST:
        raise Unreadable("age_impossible", born.isoformat())
    return years


_SEX = {
    **dict.fromkeys(("男", "男性", "男士", "先生", "m", "male", "man", "boy", "1", "1.0"), "male"),
    **dict.fromkeys(("女", "女性", "女士", "小姐", "f", "female", "woman", "girl", "2", "2.0"), "female"),
}


def sex(text: str) -> str:
    """Raises Unreadable: sex_unknown."""
    found = _SEX.get(text.lower())
    if found is None:
        raise Unreadable("sex_unknown", text)
    return found


ROUNDED = re.compile(r"\d(?:\.\d+)?e\+?\d{1,2}", re.IGNORECASE)
_NUMBERS = re.compile(
    r"[/,;、\n|]+|或|(?<!\b86)(?<!\b0086)\s+(?=(?:\+?86[ -]?|0086[ -]?)?1\d{10}(?!\d))"
)  # blanks stand inside numbers, too


def telephones(text: str) -> list[str]:
    """One or more numbers, the first to be searched by. Raises Unreadable: telephone_unreadable, _rounded, _length."""
    if len(text) == 11 and text.isascii() and text.isdecimal():
        return [text]
    if ROUNDED.fullmatch(text):  # 1.39E+10: the spreadsheet has thrown the last digits away
        raise Unreadable("telephone_rounded")
    found = [whole(part.strip()) for part in _NUMBERS.split(text) if part.strip()]
    if not found or not all(7 <= sum(char.isdigit() for char in one) <= 20 for one in found):
        raise Unreadable("telephone_unreadable")
    if any(map(mobile_digits, found)):
        raise Unreadable("telephone_length")
    return found


def card(text: str) -> str:
    """A card number as the kind case.reported allows it. Raises Unreadable: card_unreadable, card_rounded."""
    if ROUNDED.fullmatch(text):
        raise Unreadable("card_rounded", text)
    plain = whole(text.replace(" ", ""))
    if not re.fullmatch(r"[0-9A-Za-z-]{4,40}", plain):
        raise Unreadable("card_unreadable", text)
    return plain
