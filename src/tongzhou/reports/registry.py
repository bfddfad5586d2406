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
from tongzhou.tables.policy import shipped

FOLDER = Path(__file__).resolve().parents[3] / "rulebooks"
SAID = ("owner", "basis", "purpose", "every")
OWN = ("platform.yaml", "case_interview.yaml")
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
    every: Words
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


class BadForm(Exception):
    """The platform's own registry cannot be meant; the text names the form and the field."""


@cache
def forms() -> tuple[Form, ...]:
    """The forms of the platform. Raises BadForm where one lacks what it needs or asks what another holds."""
    told = yaml.safe_load((FOLDER / "forms" / OWN[0]).read_text())["forms"]
    interview = yaml.safe_load((FOLDER / "forms" / OWN[1]).read_text())
    found = (*(_form(one) for one in told), _interview(interview))
    admit(found)
    return found


def admit(found: Iterable[Form]) -> None:
    """Raises BadForm where two forms say the same fact, or one has a line that a fact of another form holds."""
    said: dict[str, str] = {}
    named: dict[str, str] = {}
    for form in found:
        for kind in form.kinds:
            if kind in said:
                raise BadForm(f"{form.id}: {said[kind]} holds {kind} already")
            said[kind] = form.id
        for field in form.fields:
            fact, name = field.rsplit(".", 1)
            if name in named and fact not in form.kinds:
                raise BadForm(f"{form.id}, field {name}: {named[name]} holds it already")
        named |= {field.rsplit(".", 1)[1]: f"{form.id} ({field})" for field in form.fields}


def registered(today: dt.date, folder: Path | None = None) -> tuple[list[Form], list[tuple[str, list[Refusal]]]]:
    """The platform's forms and those brought as further files, and by file why others are refused: a field that is
    held already, no owner, no basis, ended."""
    held, refused = list(forms()), []
    for path in sorted((folder or FOLDER / "forms").glob("*.yaml")):
        if path.name in OWN:
            continue
        told, refusals = judge(path.read_text(), today, held)
        if refusals:
            refused.append((path.name, refusals))
        else:
            held.append(_brought(told))
    return held, refused


def _words(told: Any) -> Words:
    return Words(**told) if isinstance(told, dict) else Words(str(told), str(told))


def _brought(told: dict[str, Any]) -> Form:
    told = {"title": told["form"]} | told
    title, owner, basis, purpose, every = (_words(told[name]) for name in ("title", *SAID))
    fields = tuple(f"{told['form']}.{field['name']}" for field in told["fields"])
    return Form(str(told["form"]), title, owner, basis, purpose, every, told["expires"], tuple(told["seen_by"]), fields)


def _interview(told: dict[str, Any]) -> Form:
    lines = tuple(f"interview.{line['id']}" for line in told["lines"])
    owner, basis = Words("县（区）疾控中心", told["owner"]), Words("传染病防治法第四十条", told["basis"])
    asked = Words("流行病学调查", "Interview of a case")
    purpose = Words("感染来源与密切接触者", "where the infection came from and whom it reached")
    every = Words("每例一次", "once for each case")
    return Form("case_interview", asked, owner, basis, purpose, every, told["expires"], ("epidemiologist",), lines,
                ("interview.answered",), ("investigate",))  # fmt: skip


def _form(one: dict[str, Any]) -> Form:
    kinds = (*one["kinds"], *sorted(kind.name for kind in KINDS.values() if kind.form == one["form"]))
    fields = tuple(f"{kind}.{name}" for kind in kinds for name in _asked(kind))
    owner, basis, purpose, every = (Words(**one[name]) for name in SAID)
    return Form(one["form"], Words(one["zh"], one["en"]), owner, basis, purpose, every, one["expires"],
                tuple(one["seen_by"]), fields, kinds, tuple(one["pages"]))  # fmt: skip


def _asked(kind: str) -> list[str]:
    names = [field.name for field in msgspec.structs.fields(KINDS[kind].body)]
    return [name for name in names if name not in REFERENCES]


def limits() -> dict[str, float]:
    values: dict[str, float] = shipped("burden")["values"]
    return values


@dataclass(frozen=True)
class Rule:
    """The rule against many-headed forms (BURDEN-01), and the certificates that a community may be asked for."""

    id: str
    text: Words
    source: Words
    certificates: tuple[Words, ...]


@cache
def rule() -> Rule:
    told = shipped("burden")["rule"]
    certificates = tuple(Words(**one) for one in told["certificates"])
    return Rule(told["id"], Words(told["zh"], told["en"]), Words(**told["source"]), certificates)


def judge(text: str, today: dt.date, held: Iterable[Form] | None = None) -> tuple[dict[str, Any], list[Refusal]]:
    """A proposed form (YAML) and why it is refused; no refusal means that it may run until its end.

    It names form, owner, basis, purpose, every (how often), issued, expires, seen_by and fields; each field has a name,
    the use that is made of it, and `means`: the field of a form that holds the same already, where there is one.
    """
    try:
        told = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a day or a number that cannot be; endless brackets
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        return {}, [Refusal("yaml", f"第 {line} 行不是有效的 YAML", f"line {line} is not YAML")]
    if not isinstance(told, dict):
        return {}, [Refusal("form", "应是一个表单的定义", "the definition of a form is expected")]
    return told, [*_missing(told), *_ends(told, today), *_double(told, list(held or forms()))]


def _missing(told: dict[str, Any]) -> Iterable[Refusal]:
    for name in ("form", "owner", "basis", "purpose", "every", "issued", "expires", "seen_by", "fields"):
        if not told.get(name):
            yield Refusal(name, f"缺少“{name}”", f"{name} is missing")


def _ends(told: dict[str, Any], today: dt.date) -> Iterable[Refusal]:
    issued, expires, days = told.get("issued"), told.get("expires"), int(limits()["new_form_days"])
    for name, given in (("issued", issued), ("expires", expires)):
        if given and type(given) is not dt.date:  # a moment is no day either
            yield Refusal(name, "应是日期，如 2020-03-10", "a day, as in 2020-03-10")
    if type(issued) is not dt.date or type(expires) is not dt.date:
        return
    if expires < today:
        yield Refusal("expires", "已过期", "it has ended")
    if told.get("law") is not True and (expires - issued).days > days:
        yield Refusal("expires", f"非法定表单最长 {days} 天", f"a form that no law asks for runs {days} days at most")


def _double(told: dict[str, Any], held: list[Form]) -> Iterable[Refusal]:
    known = {field: form for form in held for field in form.fields}
    by_name = {field.rsplit(".", 1)[1]: field for field in known}
    seen: set[str] = set()
    fields = told.get("fields") or []
    if not isinstance(fields, list):
        yield Refusal("fields", "应是一个列表", "a list is expected")
        return
    for n, field in enumerate(fields, 1):
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
