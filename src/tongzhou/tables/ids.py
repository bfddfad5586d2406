"""Ids as people and programs write them: 45.0 is 45, and 045 beside 45 is a doubt that is told."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from tongzhou.tables.nothing import is_nothing

_POINT = re.compile(r"(\d+)\.0*")
# As a spreadsheet writes a long number: with a point or a plus. 3e7820 is an id of six signs that happens to have an e.
_ROUNDED = re.compile(r"\d(?:\.\d+[eE]\+?|[eE]\+)\d{1,3}")


def plain_id(text: str) -> str:
    """An id without blanks around it and without the `.0` of a column with gaps; empty for a word for nothing."""
    text = unicodedata.normalize("NFKC", text).strip().removeprefix("'")
    if is_nothing(text):
        return ""
    found = _POINT.fullmatch(text)
    return found[1] if found else text


def doubtful(ids: Iterable[str]) -> dict[str, str]:
    """Ids that may be another's: 02 where 2 is meant (of both, the rarer), capitals aside, or rounded by a spreadsheet
    (4.2E+17); with the id they may be, empty where nobody knows. A Counter says how often each stands there."""
    counted = ids if isinstance(ids, Counter) else Counter(one for one in ids if one)
    forms: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    for one in counted:
        if _ROUNDED.fullmatch(one):
            found[one] = ""
        forms.setdefault(_key(one), []).append(one)
    for same in forms.values():
        best, *others = sorted(same, key=lambda one: (-counted[one], len(one), one))
        found |= dict.fromkeys(others, best)
    return found


def _key(one: str) -> str:
    return one.lstrip("0") or "0" if one.isdecimal() else one.casefold()
