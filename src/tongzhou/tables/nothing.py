"""Words by which people write that nothing is known; they mean nothing at every door alike."""

from __future__ import annotations

import unicodedata

NOTHING = frozenset(
    {
        *("", "-", "--", "---", "—", "——", "–", "_", "/", "//", "\\", "?", "??", "？", ".", "…", "......"),
        *("无", "没有", "暂无", "不详", "不明", "未知", "未详", "不清楚", "不知道", "不知", "未填", "空", "空白", "略"),
        *("n/a", "na", "n.a.", "#n/a", "#na", "nan", "nat", "nil", "null", "none", "unknown", "unk", "not known"),
        *("missing", "<na>", "(blank)", "blank", "not available", "not applicable"),
    }
)
# What a spreadsheet shows where it could not reckon, or where the column was too narrow when the list was copied.
ERRORS = frozenset({"#value!", "#ref!", "#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!", "#getting_data"})


def is_nothing(text: str) -> bool:
    """Does the cell say that nothing is known? Blanks, case and width do not matter."""
    return unicodedata.normalize("NFKC", text).strip().lower() in NOTHING


def is_error(text: str) -> bool:
    """Does the cell hold an error of the spreadsheet in place of a value?"""
    return text.startswith("#") and (text.lower() in ERRORS or not text.strip("#"))
