"""The form registry: every form with owner, basis, purpose and end; a field that is held already is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tongzhou.ledger.kinds import KINDS
from tongzhou.reports.definitions import Words

FOLDER = Path(__file__).resolve().parents[3] / "rulebooks"
# What only says what a fact is about is not asked of anybody.
REFERENCES = {
    "household",
    "case",
    "contact",
    "exception",
    "need",
    "task",
    "referral",
    "request",
    "bed",
    "ward",
    "letter",
}
REFERENCES |= {"directive", "place", "day", "number", "handover", "who", "into", "line"}


@dataclass(frozen=True)
class Form:
    """A form. `fields` are what it asks somebody to state; what only says what it is about is not asked."""

    id: str
    title: Words
    owner: Words
    basis: Words
    purpose: Words
    expires: dt.date
    seen_by: tuple[str, ...]
    fields: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Why a form is refused: which field of the definition, and what to do."""

    field: str
    zh: str
    en: str


@cache
def forms() -> tuple[Form, ...]:
    """The forms of the platform."""
    told = yaml.safe_load((FOLDER / "forms/platform.yaml").read_text())["forms"]
    interview = yaml.safe_load((FOLDER / "forms/case_interview.yaml").read_text())
    found = [_form(one) for one in told]
    lines = tuple(f"interview.{line['id']}" for line in interview["lines"])
    owner = Words("县（区）疾控中心", interview["owner"])
    basis = Words("传染病防治法第四十条", interview["basis"])
    asked = Words("流行病学调查", "Interview of a case")
    purpose = Words("感染来源与密切接触者", "where the infection came from and whom it reached")
    found.append(Form("case_interview", asked, owner, basis, purpose, interview["expires"], ("epidemiologist",), lines,
                      ("interview.answered",), ("investigate",)))  # fmt: skip
    return tuple(found)


def _form(one: dict[str, Any]) -> Form:
    fields = tuple(f"{kind}.{name}" for kind in one["kinds"] for name in _asked(kind))
    return Form(one["form"], Words(one["zh"], one["en"]), Words(**one["owner"]), Words(**one["basis"]),
                Words(**one["purpose"]), one["expires"], tuple(one["seen_by"]), fields, tuple(one["kinds"]),
                tuple(one["pages"]))  # fmt: skip


def _asked(kind: str) -> list[str]:
    names = [field.name for field in msgspec.structs.fields(KINDS[kind].body)]
    return [name for name in names if name not in REFERENCES]


@cache
def limits() -> dict[str, float]:
    values: dict[str, float] = yaml.safe_load((FOLDER / "policies/burden.yaml").read_text())["values"]
    return values


def judge(text: str, today: dt.date, held: Iterable[Form] | None = None) -> tuple[dict[str, Any], list[Refusal]]:
    """A proposed form (YAML) and why it is refused; no refusal means that it may run until its end.

    It names form, owner, basis, purpose, issued, expires, seen_by and fields; each field has a name, the use that is
    made of it, and `means`: the field of a form that holds the same already, where there is one.
    """
    try:
        told = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        return {}, [Refusal("yaml", f"第 {line} 行不是有效的 YAML", f"line {line} is not YAML")]
    if not isinstance(told, dict):
        return {}, [Refusal("form", "应是一个表单的定义", "the definition of a form is expected")]
    return told, [*_missing(told), *_ends(told, today), *_double(told, list(held or forms()))]


def _missing(told: dict[str, Any]) -> Iterable[Refusal]:
    for name in ("form", "owner", "basis", "purpose", "issued", "expires", "seen_by", "fields"):
        if not told.get(name):
            yield Refusal(name, f"缺少“{name}”", f"{name} is missing")


def _ends(told: dict[str, Any], today: dt.date) -> Iterable[Refusal]:
    issued, expires, days = told.get("issued"), told.get("expires"), int(limits()["new_form_days"])
    if not isinstance(issued, dt.date) or not isinstance(expires, dt.date):
        return
    if expires < today:
        yield Refusal("expires", "已过期", "it has ended")
    if told.get("law") is not True and expires > issued + dt.timedelta(days=days):
        yield Refusal("expires", f"非法定表单最长 {days} 天", f"a form that no law asks for runs {days} days at most")


def _double(told: dict[str, Any], held: list[Form]) -> Iterable[Refusal]:
    known = {field: form for form in held for field in form.fields}
    by_name = {field.rsplit(".", 1)[1]: field for field in known}
    seen: set[str] = set()
    for n, field in enumerate(told.get("fields") or [], 1):
        if not isinstance(field, dict) or not field.get("name"):
            yield Refusal(f"fields[{n}]", "缺少名称", "it has no name")
            continue
        name = str(field["name"])
        if not field.get("use"):
            yield Refusal(f"fields[{n}] {name}", "没有说明用途", "no use is made of it")
        same = str(field.get("means") or by_name.get(name, ""))
        if same in known:
            form = known[same]
            yield Refusal(f"fields[{n}] {name}", f"“{form.title.zh}”已有此项（{same}）：请引用，不再填写",
                          f"{form.title.en} holds it already ({same}): use that, do not ask again")  # fmt: skip
        if name in seen:
            yield Refusal(f"fields[{n}] {name}", "重复", "asked twice")
        seen.add(name)
