"""A county that decides, a prefecture that approves, a law desk that answers, and a measure as its form has it."""

from __future__ import annotations

from typing import Any

import world

STAFF = {
    "hong": ("洪", [("duty_officer", 3)]),
    "hua": ("华", [("commander", 3)]),
    "shi": ("石", [("commander", 2)]),
    "pan": ("潘", [("law_desk", 3)]),
    "ren": ("任", [("law_desk", 2)]),
    "anhe": ("和", [("duty_officer", 9)]),
}

# Scopes by where people come from, what they do or think, as somebody may try to write them.
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


def hire() -> dict[str, int]:
    from django.contrib.auth.hashers import make_password

    return world.make_staff(make_password(world.PASSWORD, hasher="md5"), STAFF)


def typed(**other: Any) -> dict[str, Any]:
    """The form as the county fills it in on 10 March 2020 at nine."""
    return {
        "type": "closed_management",
        "text": "小区只留值守出入口，每户三天可一人外出采购",
        "places": "湖街、同舟里",
        "buildings": "",
        "limits": ["leaving", "visiting"],
        "outing_days": "3",
        "groups": ["residents", "visitors"],
        "exposure": "none",
        "start": "2020-03-11T00:00",
        "until": "2020-03-24T12:00",
        "review": "2020-03-17T12:00",
        "basis": "《传染病防治法》第四十二条",
        "aim": "阻断小区内传播",
        "evidence": "二月二十日以来九例，其中六例在小区内感染",
        "lighter": "只测温、只限聚集，试过两周未见下降",
        "why": "只限外出次数，就医和照护不限",
        "passes": ["emergency_care", "childbirth", "dialysis", "carers", "domestic_violence_escape", "fire"],
        "support": ["food", "medicine", "income_contact", "communication", "dependants", "animals"],
        "collects": "counts",
        "data_end": "2020-03-31",
        "telephone": "027-8888 0000",
        "appeal": "3",
        **other,
    }


def proposed(who: str = "hong", **other: Any) -> str:
    """The key of a measure that the county proposed."""
    world.post(who, "/measures/draft", **typed(**other))
    return newest()


def newest() -> str:
    return world.rows("measure")[-1][0]


def approved(who: str = "hong", **other: Any) -> str:
    key = proposed(who, **other)
    world.post("shi", f"/measures/{key}/desk", form="approve", number="武指〔2020〕17号")
    return key


def state(key: str) -> str:
    return next(state for one, state, _data in world.rows("measure") if one == key)
