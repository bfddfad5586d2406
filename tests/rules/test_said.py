"""What is said in other words: findings that are yes or no, papers that are none, codes below a listed one."""

from datetime import date

import pytest

from tongzhou import rules
from tongzhou.rules.cases import read_cases
from tongzhou.rules.denials import hours_said, numbered
from tongzhou.rules.evaluate import Side, evaluate
from tongzhou.rules.load import case_files
from tongzhou.rules.words import vocabulary

BOOK = rules.book()
CASES = {case.id: case for path in case_files(rules.RULEBOOKS) for case in read_cases(path)[0]}
FULL = next(case.given for case in CASES.values() if case.rule == "GATE-01" and case.expect == "can_activate")
DISCHARGE = {
    "date": "2020-03-10",
    "days_normal_temp": 4,
    "symptoms_improved": True,
    "imaging_improved": True,
    "negatives": ["2020-03-07T09:00", "2020-03-08T09:00"],
}


def gate(**said):
    return evaluate(BOOK, "GATE-01", FULL | said, worked=True)


@pytest.mark.parametrize(
    "text",
    [
        "3月9日口头同意",
        "电话请示2次，原则同意",
        "微信群3月9日回复“同意”",
        "编号待取（2020）",
        "武政函2020年第  号",
        "〔2020〕号",
        "请示文号：江防〔2020〕5号，批复未下",
        "文号后补2020",
        "申请编号2020-17",
        "2020年",
        "无编号，2020年印发",
        "by phone on 9 March",
        "拟报批",
    ],
)
def test_what_gives_no_number_of_a_document_approves_nothing(text):
    assert not numbered(text)
    assert gate(approval_id=text).outcome == "cannot_activate"
    asked = {"asks_community_for": "登记本", "required_by_centre": True, "centre_document": text}
    assert evaluate(BOOK, "BURDEN-01", asked, worked=True).side is not Side.RELAXES
    for level in ("low", "medium", "high"):
        draft = {"level": level, "changes": ["封闭管理"], "approval_id": text}
        assert evaluate(BOOK, "CONSIST", draft, worked=True).outcome == "flag_before_publication"


@pytest.mark.parametrize("text", ["武政函〔2020〕17号", "武指〔2020〕第十七号", "No. 2020-17", "WZH-2020-0017", "17"])
def test_a_number_of_a_document_is_read_in_any_form(text):
    assert numbered(text)
    assert gate(approval_id=text).outcome == "can_activate"


@pytest.mark.parametrize(
    ("document", "outcome"),
    [("肺炎机制发〔2020〕8号", "allow"), ("国发明电2020年4号", "allow"), ("市防指〔2020〕8号", "needs_ruling")],
)
def test_what_the_centre_requires_is_a_document_of_the_centre(document, outcome):
    asked = {"asks_community_for": "登记本", "required_by_centre": "是", "centre_document": document}
    assert evaluate(BOOK, "BURDEN-01", asked, worked=True).outcome == outcome


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("24小时内答复", 24),
        ("二十四小时内答复", 24),
        ("七十二小时内书面答复", 72),
        ("3天内答复", 72),
        ("三日内办结", 72),
        ("2日内答复", 48),
        ("24h答复", 24),
        ("answered in 24 h", 24),
        ("replies within 2 days", 48),
        ("12345（24小时热线）", None),
        ("24小时不停办，另行答复", None),
    ],
)
def test_hours_are_those_within_which_somebody_answers(text, hours):
    assert hours_said(text) == hours
    assert (gate(appeal_channel=f"027-1，{text}").outcome == "can_activate") == (hours is not None)


@pytest.mark.parametrize(
    "said",
    [
        {"place_exact": "有关小区"},
        {"place_exact": "七号小区等地"},
        {"place_exact": "小区"},
        {"place_exact": "涉疫小区"},
        {"legal_basis": "参照第42条精神"},
        {"legal_basis": "不适用第四十二条"},
        {"legal_basis": "第42条，待审查"},
        {"approving_body": "武汉市人民政府未批准"},
        {"approving_body": "拟报武汉市人民政府"},
        {"public_notice_url": "内部文件"},
        {"data_used": "手机定位轨迹"},
        {"data_used": "人脸识别"},
        {"data_used": "petition records"},
        {"evidence": "听说有人发热"},
        {"appeal_channel": "24小时内不予受理"},
    ],
    ids=str,
)
def test_a_filled_field_that_names_nothing_or_what_is_never_used_activates_nothing(said):
    assert gate(**said).outcome == "cannot_activate"


def test_data_that_are_not_used_are_no_fault():
    assert gate(data_used="不使用定位数据").outcome == "can_activate"


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"symptoms_improved": "明显好转", "imaging_improved": "明显改善"}, True),
        ({"symptoms_improved": "未好转"}, False),
        ({"symptoms_improved": "有所好转"}, "data_error"),
        ({"imaging_improved": "未复查"}, "data_error"),
    ],
    ids=str,
)
def test_a_finding_is_read_in_the_words_of_the_protocol(said, outcome):
    assert evaluate(BOOK, "DISCH-T7", DISCHARGE | said).outcome == outcome


@pytest.mark.parametrize("said", ["发热", "咳嗽两天", "有不适", "fever since noon"])
def test_a_symptom_by_its_name_sends_a_contact_to_the_clinic(said):
    told = evaluate(BOOK, "CC-E6", {"last_exposure": "2020-03-01", "symptoms": said}, on=date(2020, 3, 10))
    assert (told.outcome, told.side) == ("transfer_fever_clinic", Side.HELPS)


@pytest.mark.parametrize("said", ["无发热，咳嗽待查", "不咳嗽但头晕", "没胃口"])
def test_a_text_that_denies_clears_nobody(said):
    told = evaluate(BOOK, "CC-E6", {"last_exposure": "2020-03-01", "symptoms": said}, on=date(2020, 3, 10))
    assert told.outcome == "data_error"


def test_a_case_not_isolated_is_never_isolated():
    inputs = {"onset": "2020-03-10", "contact_day": "2020-03-12", "protected": "无防护"}
    for said, outcome in (("未隔离", "close"), ("待隔离", "data_error")):
        told = evaluate(BOOK, "CC-E6", inputs | {"isolated": said}, on=date(2020, 3, 14))
        assert told.outcome == outcome


def test_a_class_code_is_of_the_trade_whose_code_lies_above_it():
    trades = vocabulary("trades")
    for code, trade in (
        ("2110", "furniture"),
        ("C2110", "furniture"),
        ("c21", "furniture"),
        ("8930", "gym"),
        ("2750", "veterinary_drugs"),
        ("R9011", "ktv"),
        ("5243", "bookshop"),
        ("7231", "law"),
    ):
        assert trades.find(code).code == trade, code
    for code in ("2799", "A2110", "8040", "6231", "9999", "X21"):  # no such class, another section, in no trade
        assert trades.find(code) is None, code


@pytest.mark.parametrize("said", ["例外未批", "出去转转", "买烟", "无聊"])
def test_an_errand_or_a_request_is_no_exception(said):
    inputs = {"last_out": "2020-02-16", "exception": said}
    found = evaluate(BOOK, "OUTING", inputs, on=date(2020, 2, 24), place_code="420103")
    assert found.outcome == "nobody_but_exceptions_open"


def test_a_checkpoint_needs_its_approval_at_every_level_and_is_never_at_a_low_one():
    def asked(**said):
        return evaluate(BOOK, "CONSIST", {"changes": ["设卡"]} | said, worked=True).outcome

    number = "鄂防指〔2020〕9号"
    assert asked(level="high") == asked(level="low", approval_id=number) == "flag_before_publication"
    assert asked(level="high", approval_id=number) == "no_flag"
