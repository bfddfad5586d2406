"""Forms drawn from declarations: what a rule asks, in the words of its inputs and of the edition in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongzhou.rules.book import RuleBook
from tongzhou.rules.definition import DEFINITIONS
from tongzhou.rules.inputs import Input
from tongzhou.rules.kinds import Kind
from tongzhou.rules.words import vocabulary

YES, NO = "yes", "no"


@dataclass(frozen=True)
class Words:
    """One thing in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Field:
    """One question of a form: its name, its words, what may be chosen (none: it is typed), and what silence means."""

    name: str
    words: Words
    choices: tuple[tuple[str, Words], ...]
    unsaid: Words
    group: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code, _words in self.choices)

    def read(self, form: Mapping[str, Any]) -> str | None:
        """The chosen code; None where nothing was chosen, or nothing that is offered."""
        said = str(form.get(self.name, ""))
        return said if said in self.codes else None


@dataclass(frozen=True)
class Group:
    """The criteria of one input of a rule."""

    name: str
    words: Words
    fields: tuple[Field, ...]


def fields(
    book: RuleBook, rule_id: str, names: Iterable[str], on: date, *, without: tuple[str, ...] = ()
) -> list[Field]:
    """The questions of a rule's inputs, by the edition in force on a day (the newest where none is)."""
    declared = DEFINITIONS[rule_id].declared.by_name
    return [one for name in names for one in _fields(book, rule_id, declared[name], on, without)]


def groups(book: RuleBook, rule_id: str, names: Iterable[str], on: date) -> list[Group]:
    """The same, one group for each input: a list of criteria stands under the words of its input."""
    declared = DEFINITIONS[rule_id].declared.by_name
    return [
        Group(name, Words(declared[name].zh, declared[name].en), tuple(fields(book, rule_id, [name], on)))
        for name in names
    ]


def _fields(book: RuleBook, rule_id: str, one: Input, on: date, without: tuple[str, ...]) -> list[Field]:
    unsaid = Words(*one.unsaid)
    if one.kind is Kind.CRITERIA:
        pack = book.in_force(rule_id, on) or book.latest(rule_id)
        terms, codes = vocabulary(one.terms).terms, pack.terms(one.name) if pack else ()
        answers = _answers(one)
        return [Field(code, Words(terms[code].zh, terms[code].en), answers, unsaid, one.name) for code in codes]
    return [Field(one.name, Words(one.zh, one.en), _choices(one, without), unsaid)]


def _choices(one: Input, without: tuple[str, ...]) -> tuple[tuple[str, Words], ...]:
    if one.kind is Kind.FLAG:
        return _answers(one)
    if one.kind in (Kind.TERM, Kind.TERMS):
        known = one.vocabulary.terms.values()
        offered = [term for term in known if term.code not in without and (not one.among or term.code in one.among)]
        return tuple((term.code, Words(term.zh, term.en)) for term in offered)
    return ()


def _answers(one: Input) -> tuple[tuple[str, Words], ...]:
    yes, no = one.worded
    return (YES, Words(*yes)), (NO, Words(*no))


def flag_of(code: str | None) -> bool | None:
    """Yes, no, or nothing said."""
    return None if code is None else code == YES
