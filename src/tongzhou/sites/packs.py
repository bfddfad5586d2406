"""Packs of a good: `box=24 tablet; case=10 box`. One box is a number of pieces only where that was declared."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tongzhou.rules.words import vocabulary

MOST = 1_000_000
_PACK = re.compile(r"(?P<pack>[^=＝0-9]+?)\s*[=＝]\s*(?P<n>[0-9]{1,7})\s*(?P<unit>[^0-9\s=]+)")
Packs = Mapping[str, tuple[int, str]]  # a pack → how many of what


class NotDeclared(ValueError):
    """A good has no pack of this name: how many pieces it holds is unknown."""


def unit(text: str, within: str = "") -> str | None:
    """The code of a unit as people write it; None for a word outside the list."""
    term = vocabulary("units").find(text)
    return term.code if term and within in ("", term.within) else None


def parse(text: str, piece: str) -> dict[str, tuple[int, str]]:
    """The packs of a good that is counted in `piece`. Raises ValueError with the part that is not understood, or that
    leads to no number of pieces."""
    packs: dict[str, tuple[int, str]] = {}
    for part in filter(None, (one.strip() for one in re.split(r"[;；|]", text))):
        found = _PACK.fullmatch(part)
        pack, of = (unit(found["pack"].strip(), "pack"), unit(found["unit"].strip())) if found else (None, None)
        if not found or not pack or not of or pack in packs or not 0 < int(found["n"]) <= MOST:
            raise ValueError(part)
        packs[pack] = (int(found["n"]), of)
    for pack in packs:
        try:
            pieces(packs, piece, 1, pack)
        except NotDeclared:
            n, of = packs[pack]
            raise ValueError(f"{pack}={n} {of}") from None
    return packs


def written(packs: Packs) -> str:
    return "; ".join(f"{pack}={n} {of}" for pack, (n, of) in packs.items())


def pieces(packs: Packs, piece: str, number: int, of: str) -> int:
    """How many pieces `number` of a unit or pack are. Raises NotDeclared where nobody declared it."""
    seen = set[str]()
    while of != piece:
        if of in seen or of not in packs:
            raise NotDeclared(of)
        seen.add(of)
        each, of = packs[of]
        number *= each
    return number
