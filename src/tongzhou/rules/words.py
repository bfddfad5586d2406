"""Words of a question: one normaliser, the words for unknown, yes and no, and the closed vocabularies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

TERMS = Path(__file__).resolve().parents[3] / "rulebooks" / "terms"
_SEPARATORS = re.compile(r"[\s\-_‐‑‒–—·.,;:'\"()/\\、，。；：“”‘’（）《》〔〕\[\]]+")


def visible(text: str) -> str:
    """A text in one width, without characters that nobody sees and that would part a word."""
    return "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """One form of a word: width, case, blanks, hyphens and punctuation no longer tell two apart."""
    wide = visible(text).casefold()
    return _SEPARATORS.sub("", wide) or wide.strip()


def _all(*words: str) -> frozenset[str]:
    return frozenset(folded(word) for word in words)


# Said to be unknown, or not done: a value of its own, never "no" and never "never".
UNKNOWN = _all(
    *("unknown", "unk", "not known", "n/a", "na", "not available", "not recorded", "not stated", "unclear"),
    *(
        "tbd",
        "tba",
        "to be determined",
        "pending",
        "?",
        "??",
        "？",
        "-",
        "--",
        "—",
        "…",
        "...",
        "*",
        "/",
        "null",
        "nan",
    ),
    *("not done", "not tested", "not taken", "not measured", "not yet", "undetermined", "uncertain", "don't know"),
    *(
        "未知",
        "不详",
        "不明",
        "不清楚",
        "不知道",
        "不知",
        "未详",
        "待查",
        "待定",
        "待补",
        "待核",
        "待核实",
        "待填",
        "未填",
        "未填写",
    ),
    *(
        "待测",
        "未做",
        "未查",
        "未检",
        "未检测",
        "未测",
        "未测量",
        "未采样",
        "未出",
        "未出结果",
        "结果未出",
        "待出结果",
        "未记录",
        "无法判断",
        "说不清",
    ),
)
YES = _all(
    *("true", "yes", "y", "positive", "pos", "+", "present", "met", "done", "1"),
    *("是", "有", "对", "真", "阳性", "阳", "符合", "存在", "满足", "已", "√", "✓", "☑"),
)
NO = _all(
    *("false", "no", "n", "negative", "neg", "absent", "not met", "none", "0"),
    *("否", "无", "没有", "没", "假", "不是", "阴性", "阴", "不符合", "不存在", "不满足", "×", "✗"),
)
NEVER = _all(
    "never", "none", "no", "从未", "从无", "无", "没有", "从来没有", "未发生", "never any", "无病例", "从未外出"
)
# Written into a field so that it is not empty; says nothing.
PLACEHOLDERS = (
    UNKNOWN
    | NO
    | NEVER
    | _all("todo", "true", "ok", "asdf", "x", "xx", "xxx", "test", "none yet", "to follow", "暂无", "空", "略", "同上")
)


def is_unknown(value: object) -> bool:
    return isinstance(value, str) and folded(value) in UNKNOWN


def is_blank(value: object) -> bool:
    """Nothing was said: null, or a text of blanks only."""
    return value is None or (isinstance(value, str) and not value.strip())


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a closed vocabulary. `codes` are codes of a standard; `within` names what it belongs to."""

    code: str
    zh: str
    en: str
    also: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    within: str = ""

    def names(self) -> tuple[str, ...]:
        return self.code, self.zh, self.en, *self.also, *self.codes


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of terms. A word that is not in it is nothing that a branch may take as its default."""

    name: str
    terms: Mapping[str, Term]
    by_word: Mapping[str, str]

    def find(self, word: object) -> Term | None:
        """The term a word names, whatever its case, width, blanks or hyphens."""
        if isinstance(word, bool) or not isinstance(word, str | int):
            return None
        said = str(word).strip()
        if said[:1] in ("-", "+") and said[1:].isdigit():
            return None  # the hyphen of a number is its sign
        code = self.by_word.get(folded(said))
        return self.terms[code] if code is not None else None


@lru_cache(maxsize=64)
def vocabulary(name: str) -> Vocabulary:
    return read_vocabulary(TERMS / f"{name}.yaml")


def read_vocabulary(path: Path) -> Vocabulary:
    """A file of terms. Raises ValueError where one word would mean two terms."""
    raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    classes = _classes(path.parent / raw["classes"]) if "classes" in raw else {}
    terms: dict[str, Term] = {}
    by_word: dict[str, str] = {}
    for row in raw["terms"]:
        term = Term(
            str(row["code"]),
            row["zh"],
            row["en"],
            tuple(map(str, row.get("also", ()))),
            tuple(map(str, row.get("codes", ()))),
            str(row.get("within", "")),
        )
        if term.code in terms:
            raise ValueError(f"{path.name}: {term.code} is there twice")
        terms[term.code] = term
        for word in term.names():
            if by_word.setdefault(folded(word), term.code) != term.code:
                raise ValueError(f"{path.name}: {word!r} names both {by_word[folded(word)]} and {term.code}")
    for code, heading in _headings(classes, by_word).items():
        for word in (code, f"{classes[code]}{code}"):
            by_word.setdefault(folded(word), heading)
    return Vocabulary(path.stem, terms, by_word)


def _classes(path: Path) -> dict[str, str]:
    """Every code of a classification, with the letter of its section."""
    raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {code: letter for letter, codes in raw["sections"].items() for code in codes.split()}


def _headings(classes: Mapping[str, str], by_word: Mapping[str, str]) -> dict[str, str]:
    """The term of the nearest code above each that is listed: 2110 lies in 21. What lies in none is not there."""
    above = {code: [by_word.get(code[:length]) for length in range(len(code), 1, -1)] for code in classes}
    return {code: next(filter(None, terms)) for code, terms in above.items() if any(terms)}


def mentions(text: str, words: Iterable[str], *, begins: bool = False) -> str | None:
    """The first of the words that a text holds. For flags only: a text that holds none of them is not clean.

    An English word counts as a word ("unit" is not in "community"); `begins`: also where a longer one begins with it.
    """
    return _mentioned(text, tuple(words), begins)


@lru_cache(maxsize=2048)
def _mentioned(text: str, words: tuple[str, ...], begins: bool) -> str | None:
    plain, inside = visible(text).casefold().replace("_", " "), folded(text)
    return next((word for word in words if _holds(plain, inside, word, begins)), None)


def _holds(plain: str, inside: str, word: str, begins: bool) -> bool:
    if not word.isascii():
        return folded(word) in inside
    return bool(_as_word(word, begins).search(plain))


@lru_cache(maxsize=4096)
def _as_word(word: str, begins: bool) -> re.Pattern[str]:
    written = r"[\s\-]+".join(re.escape(part) for part in re.split(r"[\s\-_]+", word.casefold()))
    return re.compile(rf"(?<![a-z]){written}" + ("" if begins else r"(?:e?s)?(?![a-z])"))


def level_in(name: str, words: Vocabulary) -> str | None:
    """The first term of a vocabulary that a name holds: the finest, where it is ordered from fine to wide."""
    return _level_in(name, words.name)


@lru_cache(maxsize=2048)
def _level_in(name: str, words: str) -> str | None:
    terms = vocabulary(words).terms.items()
    spoken = ((code, [word for word in term.names() if not word.isdigit()]) for code, term in terms)
    return next((code for code, said in spoken if mentions(name, said)), None)


def listed(text: str) -> list[str]:
    """The items of a text that is written as a list: "food, medicine and heating"."""
    parts = re.split(
        r"[,，、;；+&＋]|\band\b|\bor\b|\bplus\b|\bwith\b|以及|及|和|与|或|并", unicodedata.normalize("NFKC", text)
    )
    return [part.strip(" .。") for part in parts if part.strip(" .。")]
