"""The sorts of lists that become drafts: their columns, and who may bring them."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from tongzhou.cases.kinds import CARE
from tongzhou.community.kinds import DOOR
from tongzhou.investigation.kinds import NEAR

_PERSON = {
    "name": ("姓名", "名字", "被采样人", "受检者", "隔离人员", "患者姓名", "name", "full name"),
    "sex": ("性别", "sex", "gender"),
    "age": ("年龄", "age"),
    "identity": ("身份证号", "身份证号码", "身份证", "证件号码", "证件号", "有效证件号", "identity", "id number"),
    "telephone": ("联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "telephone", "phone", "mobile"),
}


@dataclass(frozen=True)
class Sort:
    """`columns`: field → headings it may stand under; `needs`: of each of these at least one must be there."""

    name: str
    title: str
    roles: frozenset[str]
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[tuple[str, ...], ...] = ()
    daily: bool = False  # one sheet a day: the newest is read, and who is missing in it is told


RESULTS = Sort(
    "results",
    gettext_noop("a laboratory's results"),
    frozenset(CARE),
    _PERSON
    | {
        "tube": (
            "样本编号",
            "试管号",
            "管号",
            "采样管号",
            "条码",
            "条码号",
            "标本号",
            "样品编号",
            "tube",
            "label",
            "sample",
        ),
        "sampled": ("采样时间", "采样日期", "sampled", "sampled at"),
        "result": ("结果", "检测结果", "核酸结果", "核酸检测结果", "result"),
        "again": ("复检", "是否复检", "是否需复检", "retest", "again"),
    },
    (("tube", "name"), ("result",)),
)
CATEGORIES = Sort(
    "categories",
    gettext_noop("a street's ledger of the four categories"),
    frozenset({"epidemiologist", "community_lead", "community_doctor"}),
    _PERSON
    | {
        "category": ("人员类别", "四类人员类别", "四类人员", "四类", "人员分类", "类别", "分类", "category"),
        "stay": ("去向", "目前去向", "目前状态", "现状", "安置地点", "安置情况", "隔离方式", "隔离地点", "收治地点",
                 "收治情况", "stay", "where"),
        "door": ("住址", "家庭住址", "现住址", "居住地址", "详细地址", "门牌号", "address", "door"),
    },
    (("name",), ("category",)),
    daily=True,
)  # fmt: skip
ROOMS = Sort(
    "rooms",
    gettext_noop("an isolation point's rooms"),
    frozenset(NEAR),
    _PERSON
    | {
        "room": ("房号", "房间号", "房间", "房间编号", "room"),
        "morning": (
            "体温上午",
            "上午体温",
            "早体温",
            "晨检体温",
            "体温早",
            "体温(早)",
            "体温(上午)",
            "上午",
            "早",
            "morning",
        ),
        "evening": (
            "体温下午",
            "下午体温",
            "晚体温",
            "晚检体温",
            "体温晚",
            "体温(晚)",
            "体温(下午)",
            "下午",
            "晚",
            "evening",
        ),
        "temperature": ("体温", "今日体温", "temperature"),
        "symptoms": ("症状", "身体状况", "健康状况", "有无症状", "symptoms"),
    },
    (("room",), ("name",)),
    daily=True,
)  # fmt: skip
MESSAGE = Sort("message", gettext_noop("a message of a building's group"), frozenset(DOOR) - {"resident"})
SORTS = {one.name: one for one in (RESULTS, CATEGORIES, ROOMS, MESSAGE)}
