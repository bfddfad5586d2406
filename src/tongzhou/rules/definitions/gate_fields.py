"""The fields of a restrictive measure, and what counts as not filled in."""

from __future__ import annotations

from datetime import date

from tongzhou.rules.denials import says_none
from tongzhou.rules.inputs import day, moment, other, text
from tongzhou.rules.words import folded

Miss = tuple[str, str]
TEXTS = (
    text("legal_basis", "法律依据", "article of the law"),
    text("issuer", "发布机关", "who decides"),
    text("approving_body", "批准机关", "who approves"),
    other("approval_id", "批准文号", "number of the approval"),
    text("aim", "目的", "aim"),
    text("evidence", "证据", "evidence"),
    text("alternatives_considered", "已考虑的替代措施", "alternatives considered"),
    text("why_least_restrictive", "为何损害最小", "why it is the least restrictive"),
    text("place_exact", "确切地点", "the exact place"),
    text("persons_scope", "适用人员", "to whom it applies", names=("scope",)),
    text("appeal_channel", "申诉渠道", "how to appeal, and within how many hours it is answered"),
    text("contact", "联系方式", "contact"),
    text("public_notice_url", "公告地址", "where it is published"),
    text("data_used", "使用的数据", "data used"),
)
DATES = (
    moment("start", "开始", "when it starts"),
    moment("expiry", "到期", "when it ends"),
    day("review_date", "复核日期", "day of review"),
    day("data_end", "数据删除日期", "day the data are deleted"),
)
LISTS = (
    other("exceptions", "例外情形", "who is always let through"),
    other("support_package", "保障内容", "what those bound by it get"),
)
FIELDS = tuple(one.name for one in (*TEXTS, *DATES, *LISTS))


def says_nothing(value: object) -> bool:
    """Empty, a placeholder, or no word at all; a number counts only as the number of an approval."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value <= 0
    if isinstance(value, list | dict | date):
        return not value
    if not isinstance(value, str):
        return True
    said = folded(value)
    return says_none(value) or not any(one.isalnum() for one in said) or (len(said) < 2 and not said.isdigit())
