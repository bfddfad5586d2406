"""The place of a question: a code of the statistical tree, a unit outside it, or a name of the shipped list."""

from __future__ import annotations

from tongzhou.rules.given import Given
from tongzhou.rules.inputs import DataError
from tongzhou.rules.pack import trimmed
from tongzhou.rules.words import is_unknown, vocabulary


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
    term = vocabulary("regions").find(place)
    return term.codes[0] if term and term.codes else str(place).strip()


def _within(first: str, second: str) -> bool:
    if not (first.isdigit() and second.isdigit()):
        return True  # a unit of command outside the statistical tree: its codes do not nest
    a, b = sorted((trimmed(first), trimmed(second)), key=len)
    return b.startswith(a)
