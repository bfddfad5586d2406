"""No rule permits what it does not know, whatever form the unknown takes: one property over all rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou import rules
from tongzhou.rules.cases import read_cases
from tongzhou.rules.definition import DEFINITIONS
from tongzhou.rules.evaluate import Side, evaluate
from tongzhou.rules.kinds import Kind
from tongzhou.rules.load import case_files
from tongzhou.rules.words import folded

BOOK = rules.book()
WORKED = [case for path in case_files(rules.RULEBOOKS) for case in read_cases(path)[0]]
UNKNOWN = ("unknown", "未知", "不详", "待查", "N/A", "TBD", "-", "未做", "not done", "？", "不清楚")
# Sentences that no rule can judge: that they are there is all that is asked.
SENTENCES = {
    "issuer",
    "approving_body",
    "aim",
    "evidence",
    "alternatives_considered",
    "why_least_restrictive",
    "contact",
}
SENTENCES |= {"public_notice_url", "data_used", "approval_id", "draft", "level", "table", "centre_document"}


def asked(case):
    """A worked case as a full question: its day and place said outright."""
    found = evaluate(BOOK, case.rule, case.given, worked=True)
    if found.pack is None:
        return None
    day = found.judged_on or max(found.pack.valid_from, date(2020, 3, 10))
    jurisdiction = found.pack.jurisdiction
    place = found.place or (jurisdiction.ljust(6, "0") if jurisdiction.isdigit() else jurisdiction or None)
    latest = max([day, *_days(case.given)])
    return case.rule, dict(case.given), latest, place, found


def _days(value):
    if isinstance(value, dict):
        return [day for one in value.values() for day in _days(one)]
    if isinstance(value, list):
        return [day for one in value for day in _days(one)]
    if isinstance(value, date):
        return [value if type(value) is date else value.date()]
    text = str(value)[:10]
    return [date.fromisoformat(text)] if len(text) == 10 and text[:2] == "20" and text.count("-") == 2 else []


QUESTIONS = [question for case in WORKED if (question := asked(case))]
RELAXED = [question for question in QUESTIONS if question[4].side is Side.RELAXES]
BOUND = [question for question in QUESTIONS if question[4].side is Side.RESTRICTS]


def ask(rule, inputs, day, place):
    return evaluate(BOOK, rule, inputs, on=day, place_code=place)


def declared(rule, key):
    return DEFINITIONS[rule].declared.by_key.get(folded(key))


def test_every_answer_of_every_rule_is_declared_with_a_side():
    for definition in DEFINITIONS.values():
        assert definition.answers, definition.rule_id
        assert all(one.zh and one.side for one in definition.answers.values())
        for answer in definition.answers.values():
            assert set(answer.needs) <= set(definition.declared.by_name), (definition.rule_id, answer.name)


def test_the_worked_cases_hold_a_permissive_answer_of_every_rule_that_has_one():
    silent = {"CLK-06", "CLK-07", "R-03"}  # from memory, switched off
    permissive = {
        rule for rule, one in DEFINITIONS.items() if any(a.side is Side.RELAXES for a in one.answers.values())
    }
    assert permissive - silent == {question[0] for question in RELAXED}


@pytest.mark.parametrize("question", RELAXED, ids=lambda q: f"{q[0]}-{q[4].outcome}")
def test_asked_in_full_a_permissive_answer_stays(question):
    rule, inputs, day, place, found = question
    inputs = {key: "never" if value is None else value for key, value in inputs.items()}
    again = ask(rule, inputs, day, place)
    stricter = {"local_edition_unread"} if found.pack.local_may_be_stricter else set()
    assert again.outcome == found.outcome or again.outcome in stricter, again.reason_en


@pytest.mark.parametrize("question", RELAXED, ids=lambda q: f"{q[0]}-{q[4].outcome}")
def test_what_is_unknown_unlisted_or_contradictory_is_never_permitted(question):
    rule, inputs, day, place, found = question
    for spoiled in (
        *_unknown(rule, inputs, found),
        *_unlisted(inputs),
        *_twice(rule, inputs),
        *_ahead(rule, inputs, day),
    ):
        told = ask(rule, spoiled, day, place)
        assert told.answer != found.answer, (spoiled, told.outcome)
        assert "fell over" not in told.reason_en, told.reason_en


def _unknown(rule, inputs, found):
    for key in inputs:
        one = declared(rule, key)
        if one is None or one.name not in found.answer.needs:
            continue
        yield {name: value for name, value in inputs.items() if declared(rule, name) is not one}
        yield inputs | {key: None}
        yield from (inputs | {key: word} for word in UNKNOWN)


def _unlisted(inputs):
    yield inputs | {"some_other_fact": True}
    yield inputs | {"其他情况": "有"}


def _twice(rule, inputs):
    for key, value in inputs.items():
        one = declared(rule, key)
        if one is None or one.name in ("epi", "clinical") or not isinstance(value, bool | int | float | str):
            continue
        other = next((name for name in (one.name, *one.names, one.zh) if folded(name) != folded(key)), None)
        if other:
            yield inputs | {other: "不详"}
            yield inputs | {
                other: (not value) if isinstance(value, bool) else value + 1 if not isinstance(value, str) else "asdf"
            }


def _ahead(rule, inputs, day):
    later = day + timedelta(days=3)
    for key in inputs:
        one = declared(rule, key)
        if one is not None and one.event:
            yield inputs | {key: [f"{later}T08:00"] if one.kind in (Kind.DAYS, Kind.MOMENTS) else f"{later}T08:00"}


@pytest.mark.parametrize("rule", sorted({question[0] for question in RELAXED}))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_random_word_is_never_permitted(rule, data):
    _, inputs, day, place, _found = data.draw(st.sampled_from([one for one in RELAXED if one[0] == rule]))
    keys = [key for key in inputs if (one := declared(rule, key)) and one.name not in SENTENCES]
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    word = data.draw(st.text(alphabet="qzxwvkj嘎哒咘", min_size=4, max_size=9))
    told = ask(rule, inputs | {key: word}, day, place)
    assert told.side is not Side.RELAXES, (key, word, told.outcome)


@pytest.mark.parametrize("question", BOUND, ids=lambda q: f"{q[0]}-{q[4].outcome}")
def test_nobody_is_bound_without_a_known_reason(question):
    rule, inputs, day, place, found = question
    for spoiled in _unknown(rule, inputs, found):
        told = ask(rule, spoiled, day, place)
        assert told.side is not Side.RESTRICTS, (spoiled, told.outcome)


@pytest.mark.parametrize(
    ("rule", "inputs", "outcome"),
    [
        ("OUTING", {"exception": "急产"}, "allowed"),
        ("OUTING", {"exception": True, "whatever": 1}, "allowed"),
        ("OUTING", {"purpose": "就医", "ask": "2020-02-24"}, "allowed"),
        ("SEV", {"休克": "是", "spo2": "abc", "whatever": 1}, "critical"),
        ("SEV", {"spo2": 88, "rr": "fast"}, "severe"),
        (
            "CC-E6",
            {"last_exposure": "2020-03-01", "symptoms": "有症状", "source_excluded": True},
            "transfer_fever_clinic",
        ),
        ("PLACE", {"category": "发热", "severe": "重症", "note": "?"}, "hospital"),
        ("CHILD", {"guardian": "确诊", "other_carer": "不详"}, "report_now"),
        ("GATE-01", {"measure": "compound closed", "expiry_passed": True, "whatever": 1}, "off_automatically"),
    ],
)
def test_what_is_unknown_never_blocks_help(rule, inputs, outcome):
    found = evaluate(BOOK, rule, inputs)
    assert (found.outcome, found.side) == (outcome, Side.HELPS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: f"{q[0]}-{q[4].outcome}")
def test_chinese_reasons_hold_no_english_word_outside_the_list(question):
    import re

    rule, inputs, day, place, _ = question
    for told in (
        ask(rule, inputs, day, place),
        ask(rule, inputs | {"whatever": 1}, day, place),
        ask(rule, {}, day, place),
    ):
        said = re.sub(r"“[^”]*”", "", told.reason_zh)
        words = set(re.findall(r"[A-Za-z]{2,}", said)) - {"KTV", "IgM", "IgG", "pH", "CT", "h", *rule.split("-")}
        assert not words, (told.reason_zh, words)


@pytest.mark.parametrize(
    ("rule", "inputs"),
    [
        ("PAY", {"date": "2020-03-10", "region": "hunan", "class": "-1", "days": 10}),
        ("STR-01", {"date": "2020-03-10", "days": 7, "place": "未知"}),
        ("CC-TRANSPORT", {"date": "2020-03-10", "vehicle": "高铁", "case_carriage": 5, "seat_carriage": "-6"}),
        ("CC-TRANSPORT", {"date": "2020-03-10", "vehicle": "ship", "case_cabin": "B12", "seat_cabin": "海景房"}),
        ("OUTING", {"ask": "2020-02-24", "last_out": "2020-02-20", "every_days": 1}),
        ("OUTING", {"ask": "2020-02-24", "last_out": "2020-02-20", "date": "2020-02-21"}),
        ("SEV", {"date": "2020-03-10", "pneumonia": True, "rr": 18, "spo2": 0.97}),
        ("SEV", {"date": "2020-03-10", "pneumonia": True, "rr": 18, "spo2": 97, "pf": 45}),
        ("LMIS", {"people": 30, "sets": 3, "days": 84, "buffer_pct": 0.4}),
        ("DISCH-T7", {"date": "2020-03-10", "days_normal_temp": 3, "reading": "at_least", "symptoms_improved": True,
                      "imaging_improved": True, "negatives": ["2020-03-08T09:00", "2020-03-10T08:00"]}),
        ("EF-01", {"event": "已排除", "date": "2020-07-20"}),
        ("BURDEN-01", {"date": "2020-03-10", "asks_community_for": "居住证明和银行流水"}),
        ("WORK-01", {"date": "2020-03-12", "zone": "low", "class": "家具", "place": "武汉市"}),
        ("PAY", {"date": "2020-03-10", "region": "湖北", "class": 1, "days": 10, "doubled": True, "place": "长沙市"}),
        ("STR-01", {"date": "2020-03-10", "days": 7, "place": "42010"}),
        ("STR-01", {"date": "2020-03-10", "days": 7, "place": "四川省武汉市"}),
    ],
)  # fmt: skip
def test_what_once_slipped_through(rule, inputs):
    for worked in (True, False):
        assert evaluate(BOOK, rule, inputs, worked=worked).side is not Side.RELAXES


@pytest.mark.parametrize(
    "said",
    ["没有", "无例外", "没有急事", "不紧急", "非紧急", "无特殊情况", "no exception", "not urgent",
     "none of them", "暂无", "asdf", "取快递", "走亲戚"],
)  # fmt: skip
def test_an_exception_that_is_none_opens_no_gate(said):
    inputs = {"last_out": "2020-02-16", "exception": said}
    found = evaluate(BOOK, "OUTING", inputs, on=date(2020, 2, 24), place_code="420103")
    assert found.outcome == "nobody_but_exceptions_open"


@pytest.mark.parametrize("said", ["无法呼吸", "not breathing", "没有脉搏", "不省人事", "紧急情况", "孩子高烧", "fire"])
def test_an_exception_in_any_words_opens_the_gate(said):
    found = evaluate(BOOK, "OUTING", {"exception": said}, on=date(2020, 2, 24), place_code="420103")
    assert (found.outcome, found.side) == ("allowed", Side.HELPS)


def test_the_place_of_the_caller_counts_as_much_as_one_among_the_inputs():
    inputs = {"zone": "low", "class": "家具"}
    assert evaluate(BOOK, "WORK-01", inputs, on=date(2020, 3, 12), place_code="420103").outcome == "data_error"
    pay = {"class": 1, "days": 10, "region": "湖北", "doubled": True}
    assert evaluate(BOOK, "PAY", pay, on=date(2020, 3, 10), place_code="430100").outcome == "data_error"


def test_a_case_file_may_name_a_place_and_no_day():
    assert evaluate(BOOK, "STR-01", {"days": 7, "place": "武汉"}, worked=True).outcome == {"yuan": 2100}
    assert evaluate(BOOK, "STR-01", {"days": 7, "place": "武汉"}).missing == ("date",)


def test_an_input_is_found_by_its_names_and_words_in_any_form():
    given = {"Date": "2020-03-10", "呼吸频率": 18, "ＳｐＯ２": 97, "肺炎": "是", "Shock": "否"}
    assert evaluate(BOOK, "SEV", given).outcome == "moderate"
    trades = ("GYM", " gym ", "健身房", "8930", 8930, "健身中心")
    for trade in trades:
        told = evaluate(
            BOOK, "WORK-01", {"date": "2020-03-12", "zone": "低风险地区", "class": trade, "place": "襄阳市"}
        )
        assert told.outcome == "negative_list"
