"""Words of these lists in ours: results, categories, where somebody stays, temperatures and symptoms."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongzhou.linelist import values
from tongzhou.linelist.values import Unreadable
from tongzhou.rules.words import vocabulary

TABLE = Path(__file__).resolve().parents[4] / "rulebooks/policies/drafts.yaml"
RESULTS = {
    **dict.fromkeys(("阴性", "阴", "阴性(-)", "未检出", "negative", "neg", "not detected"), "negative"),
    **dict.fromkeys(("阳性", "阳", "阳性(+)", "检出", "positive", "pos", "detected"), "positive"),
    **dict.fromkeys(("可疑", "弱阳性", "灰区", "不确定", "inconclusive", "indeterminate"), "unclear"),
}
AGAIN = frozenset({"是", "需复检", "复检", "复采", "y", "yes", "1", "true"})
SYMPTOMS = {
    "fever": ("发热", "发烧", "高烧", "低热", "fever"),
    "cough": ("咳嗽", "咳", "cough"),
    "breathless": ("胸闷", "气促", "气短", "呼吸困难", "喘", "breathless", "short of breath"),
    "diarrhoea": ("腹泻", "拉肚子", "diarrhoea", "diarrhea"),
    "tired": ("乏力", "无力", "疲劳", "tired", "fatigue"),
}
_FINE = re.compile(
    r"(?:一切|均|都|家人|全家|身体|体温)*(?:正常|良好|平安|健康|ok|fine|well|none|no)|(?:均|都)?无(?:异常|不适|症状)*",
    re.IGNORECASE,
)
_DENIED = re.compile(r"(?:没有|没|无(?!力)|未见|未|否认|no )[^,，。;；、\s]*", re.IGNORECASE)
_STAYS = (
    ("hospital", ("医院", "住院", "方舱", "hospital")),
    ("central", ("隔离点", "集中", "宾馆", "酒店", "旅馆", "central", "hotel")),
    ("home", ("居家", "在家", "家中", "home")),
)
_NOT_YET = re.compile(r"未|待|拟|不|没|否|已出|出院|解除|not |await", re.IGNORECASE)


def tube(text: str) -> str:
    """A label as the kinds of a sample allow it."""
    if values.ROUNDED.fullmatch(text):
        raise Unreadable("tube_rounded", text)
    plain = values.whole(text.replace(" ", ""))
    if not re.fullmatch(r"[0-9A-Za-z-]{1,40}", plain):
        raise Unreadable("tube_unreadable", text)
    return plain


def _result(text: str) -> dict[str, Any]:
    found = RESULTS.get(text.lower())
    if found is None:
        raise Unreadable("result_unknown", text)
    return {"result": found}


def _category(text: str) -> dict[str, Any]:
    known = vocabulary("categories")
    found = known.find(text)
    if found is None:
        raise Unreadable("category_unknown", text)
    return {"category": found.within or found.code, "written": text}


def _stay(text: str) -> dict[str, Any]:
    """Where somebody stays. A word that speaks of what is to come, or is over, is no place of today."""
    found = [code for code, marks in _STAYS if any(mark in text.lower() for mark in marks)]
    if len(found) != 1 or _NOT_YET.search(text):
        raise Unreadable("stay_unknown", text)
    return {"stay": found[0]}


def temperature(text: str) -> int:
    """Tenths of a degree Celsius."""
    met = re.fullmatch(r"(\d{2})(?:[.．,，](\d)\d?)?\s*(?:度|℃|°c|c)?", text.lower())
    tenths = int(met[1]) * 10 + int(met[2] or 0) if met else 0
    if not 340 <= tenths <= 429:
        raise Unreadable("temperature_unreadable", text)
    return tenths


def symptoms(text: str) -> list[str] | None:
    """Symptoms that a text says; empty where it says that there are none, None where it says neither."""
    left = _DENIED.sub(" ", text.lower())
    found = [code for code, marks in SYMPTOMS.items() if any(mark in left for mark in marks)]
    if found:
        return found
    denied = left != text.lower()
    return [] if denied or _FINE.fullmatch(re.sub(r"[\s,，。;；、!！]", "", text)) else None


def _symptoms(text: str) -> dict[str, Any]:
    found = symptoms(text)
    if found is None:
        raise Unreadable("symptoms_unknown", text)
    return {"symptoms": found}


READ: dict[str, Callable[[str], dict[str, Any]]] = {
    "result": _result,
    "again": lambda text: {"again": text.lower() in AGAIN},
    "category": _category,
    "stay": _stay,
    "sex": lambda text: {"sex": values.sex(text)},
    "age": lambda text: {"age": values.age(values.whole(text))},
    "temperature": lambda text: {"temperature": temperature(text)},
    "morning": lambda text: {"morning": temperature(text)},
    "evening": lambda text: {"evening": temperature(text)},
    "symptoms": _symptoms,
}


@cache
def fever() -> int:
    """Tenths of a degree from which a building's message is called back about."""
    return int(yaml.safe_load(TABLE.read_text(encoding="utf-8"))["values"]["fever_tenths"])
