"""National identity numbers, and what in them contradicts itself or what else is known: told, not refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from operator import mul

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def is_national(plain: str) -> bool:
    """Eighteen digits, the last perhaps X, or fifteen as until 1999."""
    return len(plain) in (15, 18) and plain[:-1].isdecimal() and (plain[-1].isdecimal() or plain[-1] == "X")


def fits(plain: str) -> bool:
    """Does the check digit of a national number fit? Fifteen digits have none."""
    return len(plain) != 18 or _CHECKS[sum(map(mul, _WEIGHTS, map(int, plain[:17]))) % 11] == plain[17]


def doubts(plain: str, sex: str | None, age: int | None, day: dt.date) -> Iterator[str]:
    """Codes of what does not agree: the check digit, the day of birth, the sex and the age of the row on a `day`."""
    if not is_national(plain):
        return
    if not fits(plain):
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
