"""How telephones, plates, points and moments are written, each in one form."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
# A number in full, a short or service number, or one abroad. 000 leads nowhere: invented sites have such numbers.
_TELEPHONE = re.compile(r"1[3-9][0-9]{9}|0[1-9][0-9]{8,10}|[2-9][0-9]{6,7}|1[0-9]{2,4}|[48]00[0-9]{7}|9[0-9]{4}"
                        r"|\+[1-9][0-9]{7,14}|000[0-9]{5,8}")  # fmt: skip
_EXTENSION = re.compile(r"\s*(?:转|ext\.?|x|#)\s*([0-9]{1,6})$", re.IGNORECASE)
_PLATE = re.compile(r"(?=.*[0-9])[0-9A-Z一-鿿]{5,10}")


def plain(text: str) -> str:
    """One width and no blanks around."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def telephones(text: str) -> tuple[str, ...]:
    """Numbers in digits, an extension after `x`. Raises ValueError with the one that is none."""
    return tuple(_telephone(part) for part in re.split(r"[;；|,，、/]", plain(text)) if part.strip())


def invented(telephone: str) -> bool:
    return telephone.startswith("000")


def _telephone(text: str) -> str:
    extension = _EXTENSION.search(text)
    bare = re.sub(r"[\s().·-]", "", text[: extension.start()] if extension else text)
    if not _TELEPHONE.fullmatch(bare):
        raise ValueError(text.strip())
    return f"{bare}x{extension[1]}" if extension else bare


def plate(text: str) -> str:
    """A plate without blanks and dots. Raises ValueError."""
    bare = re.sub(r"[\s·•.-]", "", plain(text)).upper()
    if not _PLATE.fullmatch(bare):
        raise ValueError(text)
    return bare


def degrees(text: str, most: int) -> float:
    """Raises ValueError for what is no number of degrees within the bound."""
    value = float(plain(text))
    if not abs(value) <= most:
        raise ValueError(text)
    return round(value, 6)


def spans(text: str) -> tuple[str, ...]:
    """Hours of exposure, `2020-01-22T08:00/2020-01-22T12:30`, several with `;`. Raises ValueError."""
    found = []
    for part in filter(None, (one.strip() for one in re.split(r"[;；|]", plain(text)))):
        first, _, last = part.replace(" ", "T").partition("/")
        start, end = (dt.datetime.fromisoformat(one) for one in (first, last))
        if not start < end or start.tzinfo or end.tzinfo:
            raise ValueError(part)
        found.append(f"{start:%Y-%m-%dT%H:%M}/{end:%Y-%m-%dT%H:%M}")
    return tuple(found)
