"""A handle: twelve digits by which a person is named without a name. 4201 0071 8378 is the county's number (4201), the
block (0071), the place in it (83), and two check digits over all of it (78; ISO 7064 MOD 97-10).

A county has 10,000 blocks of 100, a million persons under each of its numbers.
"""

from __future__ import annotations

import re
import unicodedata

from stdnum.iso7064 import mod_97_10

from tongzhou.problems import HandleUnreadable, HandleWrong

IN_A_BLOCK = 100
BLOCKS = 10_000  # under one county number
BLOCK = r"^[1-9][0-9]{7}$"  # a county number and a block in it
HANDLE = r"^[1-9][0-9]{11}$"
_BETWEEN = re.compile(r"[\s\u200b\ufeff.\u00b7_\u2010-\u2015\u2212\u30fb-]+")  # blanks, dots and dashes of any script


def numbered(block: str, place: int) -> str:
    """The handle at a place (0 to 99) of a block."""
    plain = f"{block}{place:02d}"
    return plain + mod_97_10.calc_check_digits(plain)


def fits(handle: str) -> bool:
    """Twelve digits of which the last two are the check digits of the others: no other two serve as well."""
    return bool(re.fullmatch(HANDLE, handle)) and mod_97_10.calc_check_digits(handle[:-2]) == handle[-2:]


def read(typed: str) -> str:
    """The handle that somebody typed or pasted, with blanks, dashes, dots or full-width digits. Raises
    HandleUnreadable and HandleWrong."""
    text = digits(typed)
    if not re.fullmatch(HANDLE, text):
        raise HandleUnreadable("", "handle")
    if not fits(text):
        raise HandleWrong("", "handle")
    return text


def digits(typed: str) -> str:
    """What was typed or pasted without blanks, dashes and dots; empty where anything but digits is left."""
    text = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
    return text if re.fullmatch("[0-9]+", text) else ""


def looks_like(typed: str) -> bool:
    """Does somebody mean a handle? Twelve digits and nothing that is none."""
    return len(digits(typed)) == 12


def grouped(handle: str) -> str:
    """As it is written and said on the telephone."""
    return f"{handle[:4]} {handle[4:8]} {handle[8:]}"


def block_of(handle: str) -> str:
    return handle[:8]


def place_in_block(handle: str) -> str:
    """Two digits."""
    return handle[8:10]
