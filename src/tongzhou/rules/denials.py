"""Words that deny: a field filled with "not considered", a document without a number, an exception that is none."""

from __future__ import annotations

import re
import unicodedata

from tongzhou.rules.words import PLACEHOLDERS, Vocabulary, folded

_NUMBER_OF_A_DOCUMENT = re.compile(r"\d|[〇零一二三四五六七八九十百]+\s*号")


_ABSENT = re.compile(
    r"(?:[尚暂还均并皆]?(?:未|没有|没|无(?!症状|人|法)|待|不(?=公开|公布|发布|提供))[^\d]{0,10}|(?:no|not|none|nothing|without)\b(?:\W+[a-z]+){0,3}\W*)",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"待补|待批|待定|待审|待办|补办|未批|审批中|办理中|申请中|无须审批|不需要?审批|"
    r"pending|to be (?:given|decided|issued|added)|not yet",
    re.IGNORECASE,
)


def says_none(text: str) -> bool:
    """A sentence that only says that there is nothing, or nothing yet: "not considered", "尚未公布", "pending 17"."""
    plain = unicodedata.normalize("NFKC", text).strip(" .。")
    return folded(text) in PLACEHOLDERS or bool(_ABSENT.fullmatch(plain) or _TO_COME.search(plain))


def numbered(text: str) -> bool:
    """Whether a text gives the number of a document; "pending" and "there is one" do not."""
    return not says_none(text) and bool(_NUMBER_OF_A_DOCUMENT.search(unicodedata.normalize("NFKC", text)))


# What a denial begins with. What follows must be a listed word: "not breathing" and "无法呼吸" deny nothing.
DENYING = tuple(
    sorted(
        map(
            folded,
            ("无", "没有", "没", "非", "不", "不是", "不属于", "并非", "并无", "暂无", "no", "not", "none", "without"),
        ),
        key=len,
        reverse=True,
    )
)


def denies(text: str, words: Vocabulary) -> bool:
    """Whether a text only says that none of the listed words applies."""
    said = folded(text)
    for head in DENYING:
        rest = said.removeprefix(head)
        if rest == said:
            continue
        rest = re.sub(r"^(任何|其他|特别|什么|啥|of|any|an(?=[a-z]{3})|a(?=[a-z]{3}))", "", rest)
        if rest in words.by_word or words.find(rest) is not None:
            return True
    return False
