"""Identity and passport numbers as lists write them."""

from __future__ import annotations

import re

from tongzhou.linelist.values import ROUNDED, Unreadable, whole
from tongzhou.people.national import birth, doubts, is_national

__all__ = ["birth", "doubts", "identity", "is_national"]

# Taiwan, Hong Kong, Macau and army papers are often written with the name of the paper in front.
_NAMED = re.compile(r"(?:居民)?身份证(?:号码?)?[:：]?(\d{15}|\d{17}[0-9X])")  # this paper is known by its number alone
_IDENTITY = re.compile(r"[\u4e00-\u9fff]{0,8}[:：]?[0-9A-Z()-]{5,20}")


def identity(text: str) -> str:
    """An identity or passport number. Raises Unreadable: identity_unreadable, identity_rounded."""
    if len(text) == 18 and text.isascii() and text.isdecimal():
        return text
    if ROUNDED.fullmatch(text):
        raise Unreadable("identity_rounded")
    plain = whole("".join(text.split())).upper().replace("×", "X")
    if named := _NAMED.fullmatch(plain):
        return named[1]
    digits = plain[:-1].isdecimal() and len(plain) > 12
    if not _IDENTITY.fullmatch(plain) or (digits and len(plain) not in (15, 18)):
        raise Unreadable("identity_unreadable")
    return plain
