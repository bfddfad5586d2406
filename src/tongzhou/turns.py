"""Signs that turn the direction of writing: nobody types them, pasted text carries them unseen, and on a page they turn
other people's words round. Bodies of facts are kept without them, and tables and messages are read without them."""

from __future__ import annotations

import re

SIGNS = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_SIGN = re.compile(SIGNS)


def without(text: str) -> str:
    """The text without them. Nearly every text holds none."""
    return text if text.isascii() else _SIGN.sub("", text)
