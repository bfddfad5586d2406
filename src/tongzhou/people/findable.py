"""What a name or a number is found by. Search folds what people write differently; telling two people apart does not.

A search for Jose finds José and 008613871120004 finds +86 138-7112-0004; but José and Jose are two names, and the
passports EA1234567 and EB1234567 two passports.
"""

from __future__ import annotations

import re
import unicodedata

_PHONE_PARTS = re.compile(r"(?:转|分机|ext\.?|x)\s*\d{1,6}\s*$", re.IGNORECASE)
# Scripts written without blanks: each sign is searched by itself. Han with its extensions, kana, hangul, bopomofo.
_SIGNS = re.compile(
    "[\u3005\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORDS = re.compile(r"[^\W_]+")


def tokens(field: str, value: str) -> set[str]:
    """What a value is found by: a number plain, a name by each of its signs and words."""
    if field == "telephone":
        return {plain_telephone(value)} - {""}
    if field == "identity":
        if value.isascii() and value.isalnum():
            return {value.upper()}
        return {"".join(char for char in unicodedata.normalize("NFKC", value).upper() if char.isalnum())} - {""}
    text = unicodedata.normalize("NFKC", value)
    signs = set(_SIGNS.findall(text))
    if len(text) == len(signs):
        return signs
    return signs | set(_WORDS.findall(_folded(_SIGNS.sub(" ", text))))


def written(name: str) -> str:
    """A name by which two people are told apart: as it is written, but for blanks, width and case."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def plain_telephone(value: str) -> str:
    """Digits without the country's number in front, without an extension and without the `.0` of a column of floats."""
    if len(value) == 11 and value.isascii() and value.isdecimal():
        return value
    text = unicodedata.normalize("NFKC", value).strip()
    text = _PHONE_PARTS.sub("", re.sub(r"\.0+$", "", text))
    digits = "".join(char for char in text if char.isdecimal())
    for front in ("0086", "86"):
        rest = digits.removeprefix(front)
        if rest != digits and ((len(rest) == 11 and rest.startswith("1")) or (front == "0086" and len(rest) >= 7)):
            return rest
    return digits


def _folded(text: str) -> str:
    """Without case and diacritics; ё is found by е, as it is written in most papers."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in apart if not unicodedata.combining(char)))
