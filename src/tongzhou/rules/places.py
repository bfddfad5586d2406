"""The place of a question: a code of the statistical tree, a unit outside it, or a name of the shipped list."""

from __future__ import annotations

import unicodedata

from tongzhou.rules.given import Given
from tongzhou.rules.inputs import DataError
from tongzhou.rules.pack import trimmed
from tongzhou.rules.words import folded, is_unknown, vocabulary


def place_of(place_code: str | None, given: Given) -> str | None:
    """The code of the place asked about; None where nobody said. Raises DataError where two places are named."""
    own = given.used.get("place_code")
    named = None if own is None or is_unknown(own) else code_of(own)
    asked = None if place_code is None else code_of(place_code)
    if asked is None or named is None:
        return asked or named
    strange = not named.isdigit() and asked != named
    if strange or not _within(asked, named):
        raise DataError(f"two places: {place_code} and {own}", f"地区有两个：{place_code} 与 {own}")
    return max(asked, named, key=lambda code: len(trimmed(code)))


def code_of(place: object) -> str:
    """420100 and 武汉市 are one place. What is neither a code nor a listed name stays as it is: a unit of command."""
    said = unicodedata.normalize("NFKC", str(place)).strip()
    if said.isdecimal() and len(said) < 6 and len(said) % 2:
        raise DataError(f"{said} is no code of a place", f"“{said}”不是地区代码")
    return _listed(said) or _below(said) or said


def _listed(said: str) -> str | None:
    term = vocabulary("regions").find(said)
    return term.codes[0] if term and term.codes else None


def _below(said: str) -> str | None:
    """湖北省武汉市, 襄阳市樊城区: a name after that of the place it lies in, kept where it is not listed."""
    words = folded(said)
    heads = [name for name in vocabulary("regions").by_word if len(name) > 1 and words.startswith(name)]
    if not heads:
        return None
    head = max(heads, key=len)
    above, rest = _listed(head), words.removeprefix(head)
    if above is None or head.isdecimal():
        return None
    below = _listed(rest) or _below(rest)
    if below is None:
        return f"{trimmed(above)}-{rest}"
    if not below.startswith(trimmed(above)):
        raise DataError(f"{rest} does not lie in {head}", f"“{rest}”不属“{head}”")
    return below


def _within(first: str, second: str) -> bool:
    if not (first.isdigit() and second.isdigit()):
        return True  # a unit of command outside the statistical tree: its codes do not nest
    a, b = sorted((trimmed(first), trimmed(second)), key=len)
    return b.startswith(a)
