"""Identity and passport numbers, and what in them contradicts itself or the row: told, not refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from operator import mul

from tongzhou.linelist.values import ROUNDED, Unreadable, whole

# Taiwan, Hong Kong, Macau and army papers are often written with the name of the paper in front.
_IDENTITY = re.compile(r"[\u4e00-\u9fff]{0,8}[:：]?[0-9A-Z()-]{5,20}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def identity(text: str) -> str:
    """An identity or passport number. Raises Unreadable: identity_unreadable, identity_rounded."""
    if ROUNDED.fullmatch(text):
        raise Unreadable("identity_rounded")
    plain = whole("".join(text.split())).upper().replace("×", "X")
    digits = plain[:-1].isdecimal() and len(plain) > 12
    if not _IDENTITY.fullmatch(plain) or (digits and len(plain) not in (15, 18)):
        raise Unreadable("identity_unreadable")
    return plain


def is_national(plain: str) -> bool:
    """Eighteen digits, the last perhaps X, or fifteen as until 1999."""
    return len(plain) in (15, 18) and plain[:-1].isdecimal() and (plain[-1].isdecimal() or plain[-1] == "X")


def doubts(plain: str, sex: str | None, age: int | None, day: dt.date) -> Iterator[str]:
    """Codes of what does not agree: the check digit, the day of birth, the sex and the age of the row on a `day`."""
    if not is_national(plain):
        return
    if len(plain) == 18 and _CHECKS[sum(map(mul, _WEIGHTS, map(int, plain[:17]))) % 11] != plain[17]:
        yield "identity_check_digit"
    born = birth(plain)
    if born is None or born > day:
        yield "identity_birth"
    elif age is not None and abs(day.year - born.year - ((day.month, day.day) < (born.month, born.day)) - age) > 1:
        yield "identity_age"
    odd = int(plain[16] if len(plain) == 18 else plain[14]) % 2 == 1 if plain[-1] != "X" or len(plain) == 18 else None
    if sex is not None and odd is not None and odd != (sex == "male"):
        yield "identity_sex"


def birth(plain: str) -> dt.date | None:
    """The day of birth in a national number; None where it is no day."""
    text = plain[6:14] if len(plain) == 18 else f"19{plain[6:12]}"
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
