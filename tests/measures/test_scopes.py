"""Where somebody comes from cannot be entered; and nothing that lacks what the law asks for gets through the gate."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measures_told import ORDINARY, TOLD_APART
from measures_town import BY_ORIGIN

from tongzhou.bench.attempts import measure
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.owed import moment_in
from tongzhou.measures import gate, kinds
from tongzhou.rules.words import vocabulary

NOW = dt.datetime(2020, 3, 10, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
COUNTY = gate.Stands(3, "洪区", "Hong", "county", 2, "")
CITY = gate.Stands(2, "武市", "Wu", "prefecture", 1, "")
COMMUNITY = gate.Stands(5, "同舟里", "Tongzhouli", "community", 4, "")


def whole(**other: Any) -> dict[str, Any]:
    class Side:
        community, county = 5, 3

    body = measure(Side(), NOW) | {"groups": ["residents"]}  # type: ignore[arg-type]
    read = KINDS["measure.drafted"].decode(json.dumps(body).encode())
    data: dict[str, Any] = msgspec.to_builtins(read)
    return data | other


def missing(data: dict[str, Any]) -> list[gate.Reason]:
    found = gate.judge(data, COUNTY, CITY, [COMMUNITY], COUNTY, number="7", published=NOW, code=None)
    return gate.reasons(found, data)


def test_a_whole_one_gets_through() -> None:
    assert missing(whole()) == []
    for text in (
        "小区只留值守出入口，每户三天一人外出",
        "Gates are staffed from 5 March on; one may shop",
        "送武汉市人民医院的急诊车辆一律放行",
        "Let through whoever goes to Wuhan Union Hospital",
    ):
        assert missing(whole(text=text)) == []


@pytest.mark.parametrize("text", BY_ORIGIN)
def test_no_scope_by_origin(text: str) -> None:
    """Not in the words, and there is no field in which it could stand: every other scope is a closed list."""
    assert missing(whole(text=text))
    with pytest.raises(msgspec.ValidationError):
        KINDS["measure.drafted"].decode(json.dumps(whole() | {"groups": [text]}).encode())


def test_every_list_is_that_of_the_rule_book() -> None:
    for literal, terms in ((kinds.Type, "measures"), (kinds.Group, "scopes"), (kinds.Support, "support")):
        assert set(get_args(literal)) == set(vocabulary(terms).terms), terms
    assert set(get_args(kinds.Passes)) <= set(vocabulary("purposes").terms)


@pytest.mark.parametrize("field", gate.WORDED)
@pytest.mark.parametrize(
    "words",
    ["外\u200b地人员不得进入", "外\u2060来务工人员", "Ｐｅｏｐｌｅ ｆｒｏｍ Hubei", "peo\u200bple from Hubei",
     "鄂Ａ车辆禁止通行", "從湖北返回的人", "外來人員不得進入", "戶口不在本區的", "湖北来的一律劝返",
     "异地返回的先隔离"],
)  # fmt: skip
def test_no_scope_by_origin_in_any_words_or_letters(field: str, words: str) -> None:
    article = "《传染病防治法》第四十二条" if field == "basis" else ""
    assert [one.field for one in missing(whole(**{field: article + words}))] == [field]


def test_one_place_of_low_risk_forbids_what_another_would_allow() -> None:
    """A checkpoint at a high-risk place and a low-risk one is none at the low-risk one."""
    high, low = (gate.Stands(n, f"里{n}社区", "Li", "community", 4, risk) for n, risk in ((5, "high"), (6, "low")))
    province = gate.Stands(1, "湖省", "Hu", "province", 0, "")
    data = whole(type="road_checkpoint", groups=["vehicles"], limits=["passing"])

    def told(*where: gate.Stands) -> list[gate.Reason]:
        found = gate.judge(data, COUNTY, province, where, COUNTY, number="7", published=NOW, code=None)
        return gate.reasons(found, data)

    assert told(high) == [] and told(low) and told(high, low) and told(low, high)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"basis": "传染病防治法"}, "basis"), ({"evidence": "听说有病例"}, "evidence"), ({"lighter": "无"}, "lighter"),
        ({"passes": ["fire"]}, "passes"), ({"support": ["food"]}, "support"), ({"telephone": "无"}, "telephone"),
        ({"until": "2020-04-20T12:00:00+08:00"}, "until"), ({"review": "2020-03-20T12:00:00+08:00"}, "review"),
        ({"data_end": "2021-03-20", "collects": "counts"}, "data_end"), ({"type": "rural_road_block"}, "type"),
    ],
)  # fmt: skip
def test_every_reason_names_its_field(other: dict[str, Any], field: str) -> None:
    assert {one.field for one in missing(whole(**other))} == {field}


def test_several_reasons_are_told_at_once() -> None:
    told = missing(whole(basis="依法", evidence="听说有病例", passes=["fire"], text="湖北籍人员不得进入小区"))
    assert {one.field for one in told} == {"basis", "evidence", "passes", "text"}


WORSE = st.fixed_dictionaries(
    {},
    optional={
        "basis": st.sampled_from(["", "无法律依据", "传染病防治法", "参照第四十二条精神", "待定"]),
        "until": st.integers(-3, 40).map(lambda days: (NOW + dt.timedelta(days=days)).isoformat()),
        "review": st.integers(-3, 40).map(lambda days: (NOW + dt.timedelta(days=days)).isoformat()),
        "passes": st.lists(st.sampled_from(get_args(kinds.Passes)), unique=True),
        "support": st.lists(st.sampled_from(get_args(kinds.Support)), unique=True),
        "telephone": st.sampled_from(["", "无", "027-8888 0000"]),
        "evidence": st.sampled_from(["", "待补", "听说有病例", "三例"]),
        "lighter": st.sampled_from(["", "无", "没有考虑过"]),
    },
)


@settings(max_examples=150, deadline=None)
@given(WORSE)
def test_nothing_is_active_without_what_it_needs(worse: dict[str, Any]) -> None:
    data = whole(**worse)
    if missing(data):
        return
    start, until, review = (moment_in(data[name]) for name in ("start", "until", "review"))
    assert start and until and review
    assert start < until <= start + dt.timedelta(days=14)
    assert start.date() <= review.date() <= (start + dt.timedelta(days=7)).date()
    assert set(data["passes"]) == set(get_args(kinds.Passes))
    assert set(data["support"]) == set(get_args(kinds.Support))
    assert data["telephone"] == "027-8888 0000" and "第四十二条" in data["basis"] and "精神" not in data["basis"]
    assert data["evidence"] not in ("", "待补", "听说有病例") and data["lighter"] not in ("", "无", "没有考虑过")


@pytest.mark.parametrize("text", TOLD_APART)
def test_no_words_that_tell_persons_apart(text: str) -> None:
    """By where they are from, live, speak, are registered or how they look, in whatever words."""
    assert gate.by_origin(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_measures_can_be_written(text: str) -> None:
    assert gate.by_origin(text) is None


def test_whoever_approves_is_shown_the_words_of_places_and_persons() -> None:
    told = dict(gate.to_read(whole(text="某某县村民凭证进出", why="Whoever is in Wuhan")))
    assert told["text"] == ["村民"] and told["why"] == ["whoever", "wuhan"] and "basis" not in told
