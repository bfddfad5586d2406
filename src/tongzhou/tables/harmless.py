"""Cells that no spreadsheet takes for a formula, whatever they begin with."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[+-]?[\d .,]*\d(?:[eE][+-]?\d+)?%?")
_RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")


def harmless(cell: str) -> str:
    """The cell, with an apostrophe in front where a spreadsheet could reckon it; the readers take it off again.

    Plain numbers stay as they are: a minus before digits alone reckons nothing.
    """
    bare = cell.lstrip(" \t\r\n\0\u00a0\u3000\ufeff\u200b")
    if not bare.startswith(_RISKY) or len(bare) == 1 or _NUMBER.fullmatch(bare):
        return f"'{cell}" if cell[:1] in ("\t", "\r", "\n") else cell
    return f"'{cell}"
