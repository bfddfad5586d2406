"""The declarations of a rule as data: for `rules explain --help-inputs`, and as the tables of docs/rules.md."""

from __future__ import annotations

from typing import Any

from tongzhou.rules.book import RuleBook
from tongzhou.rules.definition import DEFINITIONS, Definition
from tongzhou.rules.inputs import Input
from tongzhou.rules.kinds import Kind


def describe(definition: Definition) -> dict[str, Any]:
    """Inputs and answers of a rule in the order of their declaration."""
    return {
        "rule": definition.rule_id,
        "inputs": [_input(one) for one in definition.declared.own],
        "answers": [
            {"name": one.name, "side": one.side.value, "zh": one.zh, "needs": list(one.needs)}
            for one in definition.answers.values()
        ],
    }


def _input(one: Input) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind.value,
        "zh": one.zh,
        "en": one.en,
        "names": list(one.names),
        "unit": one.unit,
        "least": one.least,
        "most": one.most,
        "bounds": _bounds(one),
        "terms": _terms(one),
        "never": one.never,
    }


def _bounds(one: Input) -> str:
    if one.least is None and one.most is None:
        return f" ({one.unit})" if one.unit else ""
    low, high = ("…" if value is None else f"{value:g}" for value in (one.least, one.most))
    return f" ({low} to {high}{' ' + one.unit if one.unit else ''})"


def _terms(one: Input) -> list[str]:
    if not one.terms:
        return []
    known = one.vocabulary.terms.values()
    own = [term for term in known if term.within == one.name] if one.kind is Kind.CRITERIA else known
    return [f"{term.code} {term.zh}" for term in own if not one.among or term.code in one.among]


def as_markdown(book: RuleBook) -> str:
    """Every rule with its inputs and answers; rules that share a definition stand together."""
    together: dict[int, list[Definition]] = {}
    for definition in DEFINITIONS.values():
        together.setdefault(id(definition.declared), []).append(definition)
    return "\n".join(line for group in together.values() for line in _section(group, book))


def _section(group: list[Definition], book: RuleBook) -> list[str]:
    names = [definition.rule_id for definition in group]
    told, pack = describe(group[0]), book.editions(names[0])[0]
    editions = [one for name in names for one in book.editions(name)]
    places = sorted({one.jurisdiction or "CN" for one in editions})
    lines = [f"### {', '.join(names)}", "", f"{pack.title_en} · {pack.title_zh} · {', '.join(places)}", ""]
    lines += ["| input | 中文 | is | other names |", "|---|---|---|---|"]
    for one in told["inputs"]:
        kind = f"{one['kind']}{one['bounds']}" + (", or never" if one["never"] else "")
        terms = f": {', '.join(one['terms'])}" if one["terms"] else ""
        other = ", ".join(f"`{name}`" for name in one["names"])
        lines.append(f"| `{one['name']}` | {one['zh']} | {one['en']}; {kind}{terms} | {other} |")
    lines += ["", "| answer | 中文 | side | needs |", "|---|---|---|---|"]
    for answer in told["answers"]:
        needs = ", ".join(f"`{name}`" for name in answer["needs"])
        lines.append(f"| `{answer['name']}` | {answer['zh']} | {answer['side']} | {needs} |")
    return [*(line.rstrip() for line in lines), ""]
