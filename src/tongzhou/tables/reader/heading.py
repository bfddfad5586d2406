"""The row of headings: a title may stand above it, and it may be two rows, the upper with the names of groups."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .types import Line

SEARCHED = 20  # rows in which headings are looked for
_BRACKETS = re.compile(r"[(\[【<].*?[)\]】>]")
_DROPPED = dict.fromkeys(map(ord, " _*\u3000\t\n\r:：.。'\"\ufeff\u200b\u200c\u200d\u2060\xad"))
_LONGEST = 500  # characters that a heading has at most; a cell of a million, looked at twelve times, took seconds


class Heading(NamedTuple):
    """A row (or two) that may be the headings. `forms`: column → the names it may be known by, plain, best first."""

    n: int
    shown: tuple[str, ...]
    forms: tuple[tuple[str, ...], ...]

    def places(self) -> dict[str, int]:
        """Plain name → position. Where two columns bear one name, the first has it; best forms go before others."""
        found: dict[str, int] = {}
        for rank in range(max(map(len, self.forms), default=0)):
            for position, names in enumerate(self.forms):
                if rank < len(names):
                    found.setdefault(names[rank], position)
        return found


def said_first(lines: Sequence[Line]) -> list[Line]:
    """The first rows that say anything: those in which headings are looked for."""
    return [line for line in lines if any(cell.strip() for cell in line.cells)][:SEARCHED]


def headings(lines: Sequence[Line], row: int | None = None) -> Iterator[Heading]:
    """Every row among the first that may be the headings, then every two rows joined; only `row`, where it is said."""
    head = said_first(lines)
    for line in head:
        if row in (None, line.n):
            yield Heading(line.n, tuple(map(_shown, line.cells)), tuple(map(_forms, line.cells)))
    for upper, lower in pairwise(head):
        if lower.n == upper.n + 1 and row in (None, lower.n):
            yield _joined(upper.cells, lower)


def unheaded(lines: Sequence[Line]) -> Heading:
    """Letters for headings, where a list has none."""
    width = max((len(line.cells) for line in lines), default=0)
    names = [letter(n) for n in range(min(width, 702))]
    return Heading(0, tuple(names), tuple(() for _ in names))


def letter(position: int) -> str:
    """A column as a spreadsheet names it: A, B … Z, AA."""
    name = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def plain(heading: str) -> str:
    """A heading compared without blanks, case, width, underscores, points and the star of a required field."""
    return unicodedata.normalize("NFKC", heading[:_LONGEST]).lower().translate(_DROPPED)


def _forms(*texts: str) -> tuple[str, ...]:
    """The whole text, then without what stands in brackets (a unit, an example)."""
    found: list[str] = []
    for text in texts:
        whole = plain(text)
        short = _BRACKETS.sub("", whole)
        found += [one for one in (whole, short) if one and one not in found]
    return tuple(found)


def _joined(upper: Sequence[str], lower: Line) -> Heading:
    """Two rows as one: the upper name of a group goes on over the blanks beside it."""
    width = max(len(upper), len(lower.cells))
    shown, forms, group = [], [], ""
    for position in range(width):
        top = _shown(upper[position]) if position < len(upper) else ""
        bottom = _shown(lower.cells[position]) if position < len(lower.cells) else ""
        group = top or (group if bottom else "")
        if not bottom or bottom == group:
            shown.append(bottom or top)
            forms.append(_forms(bottom or top))
        else:
            shown.append(f"{group} {bottom}".strip())
            forms.append(_forms(group + bottom, bottom))
    return Heading(lower.n, tuple(shown), tuple(forms))


def _shown(cell: str) -> str:
    return " ".join(cell.split())
