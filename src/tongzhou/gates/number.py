"""The number of a card: six digits and two check digits (ISO 7064 MOD 97-10), said in two groups of four."""

from __future__ import annotations

import re
import unicodedata

from stdnum.iso7064 import mod_97_10

LEAST, MOST = 100_000, 999_999
_BETWEEN = re.compile(r"[\s\u200b\ufeff.\u00b7_\u2010-\u2015\u2212\u30fb-]+")


def numbered(n: int) -> str:
    """The eight digits of a number from LEAST to MOST."""
    return f"{n}{mod_97_10.calc_check_digits(str(n))}"


def bare(typed: str) -> str:
    """What was typed or said without blanks and dashes, in plain digits."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))


def fits(number: str) -> bool:
    """Eight digits of which the last two are the check digits of the others: a slip of one digit, or two that were
    exchanged, is told at once."""
    return bool(re.fullmatch(r"[1-9][0-9]{7}", number)) and int(number) % 97 == 1


def grouped(number: str) -> str:
    return f"{number[:4]} {number[4:]}"
