"""Where somebody comes from cannot be entered; and nothing that lacks what the law asks for gets through the gate."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou.bench.attempts import measure
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.owed import moment_in
from tongzhou.measures import gate, kinds
from tongzhou.rules.words import vocabulary

NOW = dt.datetime(2020, 3, 10, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
COUNTY = gate.Stands(3, "洪区", "Hong", "county", 2, "")
CITY = gate.Stands(2, "武市", "Wu", "prefecture", 1, "")
COMMUNITY = gate.Stands(5, "同舟里", "Tongzhouli", "community", 4, "")
BY_ORIGIN = [
    "湖北籍人员不得进入小区", "武汉人一律居家", "外地人员不得租住", "外省返回人员先隔离", "户籍不在本区的不得购物",
    "农民工不得返回工地", "流动人口登记后劝返", "外来务工人员限制出入", "少数民族人员另行登记", "外籍人员不得外出",
    "来自疫区的人员不得进入", "信教人员不得聚集", "上访人员限制出行", "村镇银行储户限制出行",
    "老家在黄冈的租户居家十四天",
    "Residents from Hubei stay at home", "People from Wuhan may not enter",
    "Workers from other provinces are sent back",
    "Migrant households may not shop", "Foreigners may not leave the building", "Anyone born in Hubei is registered",
    "Outsiders are not let in", "Those of Hubei hukou stay inside", "Natives of Huanggang stay inside",
    "Ethnic Hui households are registered", "Petitioners may not travel", "Depositors may not travel",
    "Visitors from Hubei are turned back", "Returnees from Wuhan stay at home", "Non-local tenants may not go out",
    "Nobody from Wuhan may enter", "Whoever has come back from Hubei stays at home",
    "Cars from Xiaogan City are turned back",
    "武汉返回人员不得进入小区", "从荆州市回来的一律居家", "黄冈人员劝返", "湖北来的车辆不得驶入",
]  # fmt: skip


def whole(**other: Any) -> dict[str, Any]:
    class Side:
        community, county = 5, 3

    body = measure(Side(), NOW) | {"groups": ["residents"]}  # type: ignore[arg-type]
    read = KINDS["measure.drafted"].decode(json.dumps(body).encode())
    data: dict[str, Any] = msgspec.to_builtins(read)
    return data | other


def missing(data: dict[str, Any]) -> list[str]:
    found = gate.judge(data, COUNTY, CITY, [COMMUNITY], COUNTY, number="7", published=NOW, code=None)
    return gate.reasons(found)


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


@pytest.mark.parametrize("field", ["text", "aim", "why", "lighter", "basis"])
@pytest.mark.parametrize(
    "words",
    ["外\u200b地人员不得进入", "外\u2060来务工人员", "Ｐｅｏｐｌｅ ｆｒｏｍ Hubei", "peo\u200bple from Hubei",
     "鄂Ａ车辆禁止通行", "從湖北返回的人", "外來人員不得進入", "戶口不在本區的", "湖北来的一律劝返",
     "异地返回的先隔离"],
)  # fmt: skip
def test_no_scope_by_origin_in_any_words_or_letters(field: str, words: str) -> None:
    article = "《传染病防治法》第四十二条" if field == "basis" else ""
    assert missing(whole(**{field: article + words}))


def test_one_place_of_low_risk_forbids_what_another_would_allow() -> None:
    """A checkpoint at a high-risk place and a low-risk one is none at the low-risk one."""
    high, low = (gate.Stands(n, f"里{n}社区", "Li", "community", 4, risk) for n, risk in ((5, "high"), (6, "low")))
    province = gate.Stands(1, "湖省", "Hu", "province", 0, "")
    data = whole(type="road_checkpoint", groups=["vehicles"], limits=["passing"])

    def told(*where: gate.Stands) -> list[str]:
        found = gate.judge(data, COUNTY, province, where, COUNTY, number="7", published=NOW, code=None)
        return gate.reasons(found)

    assert told(high) == [] and told(low) and told(high, low) and told(low, high)


WORSE = st.fixed_dictionaries(
    {},
    optional={
        "basis": st.sampled_from(["", "无法律依据", "传染病防治法", "参照第四十二条精神", "待定"]),
        "until": st.integers(-3, 40).map(lambda days: (NOW + dt.timedelta(days=days)).isoformat()),
        "review": st.integers(-3, 40).map(lambda days: (NOW + dt.timedelta(days=days)).isoformat()),
        "passes": st.lists(st.sampled_from(get_args(kinds.Passes)), unique=True),
        "support": st.lists(st.sampled_from(get_args(kinds.Support)), unique=True),
        "telephone": st.sampled_from(["", "无", "027-8888"]),
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
    assert data["telephone"] == "027-8888" and "第四十二条" in data["basis"] and "精神" not in data["basis"]
    assert data["evidence"] not in ("", "待补", "听说有病例") and data["lighter"] not in ("", "无", "没有考虑过")
