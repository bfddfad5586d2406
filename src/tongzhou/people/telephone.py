"""Telephone numbers as people type them: full-width digits, any dash, an extension."""

from __future__ import annotations

import re
import unicodedata

NUMBER = re.compile(r"[0-9+()\- ]{5,24}")
EXTENSION = re.compile(r"(?i)\s*(?:转|轉|分机|分機|内线|extension|ext\.?|x|#|,|;|、)\s*:?\s*([0-9]{1,6})$")
MOBILE = re.compile(r"(?:(?:00|\+)?86)?(1[3-9][0-9]+)")
MOBILE_DIGITS = 11
SERVICE = 6  # digits of the longest number of an office: 12345, 10086
WHOLE = 7  # digits: what has fewer is rather a slip than a telephone
SHORT = frozenset({"12345", "12320", "12348", "95120"})  # of offices
AREA = re.compile("0(?:00|10|2[0-9]|[3-9][0-9]{2})")
DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\uff0d]")


def read(text: str) -> str | None:
    """The number with ` #12` for an extension; None for what is none."""
    plain = " ".join(DASHES.sub("-", unicodedata.normalize("NFKC", text)).split())
    extension = EXTENSION.search(plain)
    number = plain[: extension.start()] if extension else plain
    if not NUMBER.fullmatch(number) or sum(char.isdigit() for char in number) < 5:
        return None
    if mobile_digits(number):
        return None
    return number + (f" #{extension[1]}" if extension else "")


def too_short(text: str) -> int:
    """How many digits a number has that is rather a slip than a telephone; 0 for any other, and for that of an office.
    Short ones of a house or a switchboard there are: it is asked back, and whoever insists is believed."""
    line = (read(text) or "").partition(" #")[0]
    digits = "".join(char for char in line if char.isdigit())
    return len(digits) if digits and len(digits) < WHOLE and digits not in SHORT else 0


def mobile_digits(text: str) -> int:
    """How many digits a mobile number has that was written too short or too long; 0 for every other number. Numbers of
    other countries begin with + or 00."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", text) if char in "+0123456789")
    found = MOBILE.fullmatch(plain)
    n = len(found[1]) if found else 0
    return n if n > SERVICE and n != MOBILE_DIGITS else 0


def rings(text: str) -> bool:
    """Could this be the number of an office: seven digits or more behind an area code, or a short number that is
    declared?"""
    digits = "".join(char for char in (read(text) or "").partition(" #")[0] if char.isdigit())
    area = AREA.match(digits)
    return digits in SHORT or len(digits[area.end() :] if area else digits) >= WHOLE
