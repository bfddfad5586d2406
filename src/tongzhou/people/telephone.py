"""Telephone numbers as people type them: full-width digits, any dash, an extension."""

from __future__ import annotations

import re
import unicodedata

NUMBER = re.compile(r"[0-9+()\- ]{5,24}")
EXTENSION = re.compile(r"(?i)\s*(?:转|轉|分机|分機|内线|extension|ext\.?|x|#|,|;|、)\s*:?\s*([0-9]{1,6})$")
DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\uff0d]")


def read(text: str) -> str | None:
    """The number with ` #12` for an extension; None for what is none."""
    plain = " ".join(DASHES.sub("-", unicodedata.normalize("NFKC", text)).split())
    extension = EXTENSION.search(plain)
    number = plain[: extension.start()] if extension else plain
    if not NUMBER.fullmatch(number) or sum(char.isdigit() for char in number) < 5:
        return None
    return number + (f" #{extension[1]}" if extension else "")
