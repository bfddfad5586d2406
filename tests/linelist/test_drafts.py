"""A laboratory's list and a building's message become drafts; nothing is said by reading them."""

from __future__ import annotations

import datetime as dt

import pytest

from tongzhou.linelist.drafts import residents, results
from tongzhou.tables import BadInput

LAST = dt.date(2020, 3, 10)


def test_a_laboratorys_list_by_batch() -> None:
    text = "某检验所第12批\n姓名;试管号;采样时间;检测结果;是否复检\n"
    text += "甲;T001;2020-03-01 9:30;阴性;\n乙;T002;3月1日;阳性;是\n"
    text += "丙;T003;2020-03-01;-;\n丁;;2020-03-01;阴性;\n戊;T001;2020-03-01;阳性;\n己;T004;2020-02-30;可疑;\n"
    batch = results(text.encode("gb18030"), LAST)
    assert [(one.n, one.tube, one.result, one.again) for one in batch.drafts] == [
        (3, "T001", "negative", False), (4, "T002", "positive", True)]  # fmt: skip
    assert [(line.n, code) for line, code in batch.refused] == [
        (5, "result_unknown"), (6, "empty"), (7, "twice_in_file"), (8, "date_impossible")]  # fmt: skip
    with pytest.raises(BadInput, match="no column"):
        results("姓名,年龄\n甲,41\n".encode(), LAST)


def test_a_buildings_message() -> None:
    message = (
        "大家接龙报体温\n1. 3栋-302 36.5 正常\n2、1203室 37.8度，咳嗽\n谁家有口罩？电话13800000000\n503 一切正常\n"
    )
    drafts, dropped = residents(message)
    assert [(one.n, one.temp10, one.words) for one in drafts] == [(2, 365, "正常"), (3, 378, "咳嗽")]
    assert [one.door for one in drafts] == ["3栋-302", "1203室"] and dropped == 3
