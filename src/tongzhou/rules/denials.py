"""Words that deny: a field filled with "not considered", a document without a number, an exception that is none."""

from __future__ import annotations

import re
import unicodedata

from tongzhou.rules.words import PLACEHOLDERS, Vocabulary, folded

_NUMERAL = "[〇零一二三四五六七八九十百]"
# What is left of a text once its dates and counts are gone must still hold a number.
_DATES = re.compile(
    r"\d{4}\s*年度?|\d{1,2}\s*月份?|\d{1,2}\s*[日次例人天点时分](?!\d)|[（(〔\[]\s*\d{4}\s*年?\s*[)）〕\]]|(?<!\d)(?:19|20)\d\d(?![\d\-－—/])"
)
_NUMBER_OF_A_DOCUMENT = re.compile(rf"\d|{_NUMERAL}+\s*号")
# Said of a paper that is not there, or is not yet one: by word of mouth, asked for, to follow.
_NO_PAPER = re.compile(
    r"口头|电话|微信|短信|当面|会上|原则(?:上)?同意|请示|申请|拟|待|后补|补发|未下|未批|未编|无编号|无文号|"
    r"\b(?:oral|verbal|phone|by phone|draft|applied|application|request)",
    re.IGNORECASE,
)

_ABSENT = re.compile(
    r"(?:[尚暂还均并皆]?(?:未|没有|没|无(?!症状|人|法)|待|不(?=公开|公布|发布|提供))[^\d]{0,10}|(?:no|not|none|nothing|without)\b(?:\W+[a-z]+){0,3}\W*)",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"待审查|待落实|不(?:掌握|了解|清楚|知道|适用)|(?:尚|还)?未(?:获|得到|取得)?批准|未批|拟报|待补|待批|待定|待审|待办|补办|未批|审批中|办理中|申请中|无须审批|不需要?审批|"
    r"pending|to be (?:given|decided|issued|added)|not yet",
    re.IGNORECASE,
)


def says_none(text: str) -> bool:
    """A sentence that only says that there is nothing, or nothing yet: "not considered", "尚未公布", "pending 17"."""
    plain = unicodedata.normalize("NFKC", text).strip(" .。")
    return folded(text) in PLACEHOLDERS or bool(_ABSENT.fullmatch(plain) or _TO_COME.search(plain))


def to_come(text: str) -> bool:
    """Whether a text says of a thing that it is asked for and not there: "未批准", "pending"."""
    return bool(_TO_COME.search(unicodedata.normalize("NFKC", text)))


def numbered(text: str) -> bool:
    """Whether a text gives the number of a document; "pending", "by phone on 9 March" and a year alone do not."""
    plain = unicodedata.normalize("NFKC", text)
    if says_none(text) or _NO_PAPER.search(plain):
        return False
    return bool(_NUMBER_OF_A_DOCUMENT.search(_DATES.sub("", plain)))


_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HOURS = re.compile(
    r"(?P<n>\d+|[零〇一二两三四五六七八九十百]+)\s*(?P<of>个?(?:小时|钟头)|h(?![a-z])|hours?|日|天|days?)\s*(?:之?内|以内|within)?\s*[^\d,，。;；]{0,6}?"
    r"(?:答复|回复|办结|处理|答|受理)|"
    r"(?:answer|repl|decid|heard)\w*\s+(?:is\s+)?(?:given\s+)?(?:in|within)\s+(?P<n2>\d+)\s*(?P<of2>h\b|hours?|days?)|"
    r"(?P<n3>\d+)\s*(?P<of3>h\b|hours?|days?)\W+(?:to\s+)?(?:answer|repl)",
    re.IGNORECASE,
)


def hours_said(text: str) -> int | None:
    """Within how many hours a text says that something is answered: 24 小时内答复, 三日内答复, answered in 24 h."""
    found = _HOURS.search(unicodedata.normalize("NFKC", text))
    if found is None:
        return None
    number, unit = found["n"] or found["n2"] or found["n3"], (found["of"] or found["of2"] or found["of3"]).lower()
    return _numeral(number) * (24 if unit[0] in "日天d" else 1)


def _numeral(text: str) -> int:
    """12 and 十二: a count in digits or in Chinese numerals below a thousand."""
    if text.isdecimal():
        return int(text)
    total, digit = 0, 0
    for sign in text:
        if sign in "十百":
            total, digit = total + (digit or 1) * (10 if sign == "十" else 100), 0
        else:
            digit = digit * 10 + _DIGITS[sign]
    return total + digit


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
