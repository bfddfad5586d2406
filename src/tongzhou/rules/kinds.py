"""The types an input may have, in words of both languages, and the one value that is no value: never."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The type of an input: what a value must look like."""

    FLAG = "flag"
    NUMBER = "number"
    COUNT = "count"
    DAY = "day"
    MOMENT = "moment"
    TERM = "term"
    TERMS = "terms"
    TEXT = "text"
    DAYS = "days"
    MOMENTS = "moments"
    CRITERIA = "criteria"
    OTHER = "other"


KIND_WORDS = {
    Kind.FLAG: ("yes or no", "是或否"),
    Kind.NUMBER: ("a number", "数字"),
    Kind.COUNT: ("a whole number", "整数"),
    Kind.DAY: ("a day (YYYY-MM-DD)", "日期（如 2020-03-05）"),
    Kind.MOMENT: ("a time (YYYY-MM-DDTHH:MM)", "时间（如 2020-03-05T14:30）"),
    Kind.TERM: ("a listed word", "列表中的词"),
    Kind.TERMS: ("listed words", "列表中的词（可多个）"),
    Kind.TEXT: ("a text", "文字"),
    Kind.DAYS: ("a list of days", "日期列表"),
    Kind.MOMENTS: ("a list of times", "时间列表"),
    Kind.CRITERIA: ("criteria, each yes or no", "各项标准（是或否）"),
    Kind.OTHER: ("a value of its own form", "专用格式"),
}

UNITS_ZH = {"/min": "次/分", "h": "小时", "kg": "千克", "m": "米", "m²": "平方米", "mmHg": "毫米汞柱"}


class Never:
    """Said to have never happened; not the same as not said."""

    def __repr__(self) -> str:
        return "never"


NEVER_HAPPENED = Never()
