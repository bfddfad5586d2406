"""The declarations of a rule as data: for forms, for `rules explain --help-inputs` and for docs/rules.md."""

from __future__ import annotations

from typing import Any

from tongzhou.rules.evaluate import Definition
from tongzhou.rules.inputs import Input


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
    return [
        f"{term.code} {term.zh}" for term in one.vocabulary.terms.values() if not one.among or term.code in one.among
    ]
