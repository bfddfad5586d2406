"""What a rule in Python is: its declared inputs and answers, the day it is judged on, and what it proposes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from tongzhou.rules.given import Declared, Given
from tongzhou.rules.guard import Answer, Side
from tongzhou.rules.inputs import Input
from tongzhou.rules.pack import Pack

Outcome = str | bool | int | list[Any] | dict[str, Any]
NO_PACK, UNVERIFIED = "no_pack", "unverified"
INSUFFICIENT, DATA_ERROR, NEEDS_RULING = "insufficient_data", "data_error", "needs_ruling"
LOCAL_UNREAD = "local_edition_unread"
REFUSALS = frozenset({NO_PACK, UNVERIFIED, INSUFFICIENT, DATA_ERROR, NEEDS_RULING, LOCAL_UNREAD})
JudgedOn = tuple[str, ...] | Callable[[Given], date | None]


class Part(NamedTuple):
    """One of several reasons, and the input that it is about."""

    about: str
    en: str
    zh: str


@dataclass(frozen=True)
class Proposal:
    """What a definition returns: the outcome and one sentence of reason in each language.

    `answer` names the declared answer where the outcome is a figure. `next_change`: the day from which the text
    itself says something else. `despite`: inputs that cannot change this answer, be they unknown. `parts`: what the
    reason is made of, each with the input that it is about.
    """

    outcome: Outcome
    en: str
    zh: str
    answer: str = ""
    next_change: date | None = None
    despite: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def key(self) -> str:
        outcome = self.outcome
        return self.answer or (str(outcome).lower() if isinstance(outcome, bool) else str(outcome))


@dataclass(frozen=True)
class Definition:
    """A rule in Python. Packs give its numbers; `judged_on` finds the day it is judged on in the inputs.

    `synonyms`: for outcomes that the source book leaves unnamed, other words a case file may use for them.
    `timeless`: the answer does not depend on a day. `help`: an emergency that no edition has to allow.
    """

    rule_id: str
    propose: Callable[[Given, Pack], Proposal]
    declared: Declared
    answers: Mapping[str, Answer]
    judged_on: Callable[[Given], date | None]
    synonyms: Mapping[str, tuple[str, ...]]
    accepts: Callable[[Mapping[str, Any]], bool]
    timeless: bool
    help: Callable[[Given], Proposal | None] | None
    place_in: Callable[[Given], str | None] | None


DEFINITIONS: dict[str, Definition] = {}


def rule(
    *rule_ids: str,
    inputs: tuple[Input, ...],
    answers: tuple[Answer, ...],
    judged_on: JudgedOn = (),
    synonyms: Mapping[str, tuple[str, ...]] | None = None,
    accepts: Callable[[Mapping[str, Any]], bool] = lambda given: True,
    timeless: bool = False,
    help: Callable[[Given], Proposal | None] | None = None,  # the word of the field
    place_in: Callable[[Given], str | None] | None = None,
) -> Callable[[Callable[[Given, Pack], Proposal]], Callable[[Given, Pack], Proposal]]:
    """Registers the definition of one or more rules with its declared inputs and answers."""

    def register(propose: Callable[[Given, Pack], Proposal]) -> Callable[[Given, Pack], Proposal]:
        own = judged_on if callable(judged_on) else lambda given: first_day(given, judged_on)
        declared, named = Declared(inputs), {one.name: one for one in answers}
        more = (synonyms or {}, accepts, timeless, help, place_in)
        for rule_id in rule_ids:
            DEFINITIONS[rule_id] = Definition(rule_id, propose, declared, named, own, *more)
        return propose

    return register


def relaxes(name: str, zh: str, *needs: str) -> Answer:
    return Answer(name, Side.RELAXES, needs, zh)


def restricts(name: str, zh: str, *needs: str) -> Answer:
    return Answer(name, Side.RESTRICTS, needs, zh)


def helps(name: str, zh: str, *needs: str) -> Answer:
    return Answer(name, Side.HELPS, needs, zh)


def tells(name: str, zh: str, *needs: str) -> Answer:
    return Answer(name, Side.TELLS, needs, zh)


def first_day(given: Given, names: tuple[str, ...]) -> date | None:
    """The first of the inputs that is known, as a day."""
    for name in names:
        value = given[name]
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
    return None
