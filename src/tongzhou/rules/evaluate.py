"""Asks a rule a question: the right edition is chosen, the rule proposes, the answer says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongzhou.rules.book import RuleBook
from tongzhou.rules.given import Contradiction, Given, Insufficient
from tongzhou.rules.pack import Pack

Outcome = str | bool | int | list[Any] | dict[str, Any]
NO_PACK, UNVERIFIED = "no_pack", "unverified"
INSUFFICIENT, DATA_ERROR = "insufficient_data", "data_error"
# Read by the choice of edition, not by the rule.
CHOOSING = ("pack", "date", "as_of", "place_code")


@dataclass(frozen=True)
class Proposal:
    """What a definition returns: the outcome and one sentence of reason in each language."""

    outcome: Outcome
    en: str
    zh: str


FROM_MEMORY = Proposal(
    UNVERIFIED,
    "this item is from memory and switched off until its source is read and checked",
    "此条目凭记忆写入，未核对来源前不启用",
)


OUT_OF_BOUNDS = Proposal(DATA_ERROR, "a number or day out of all bounds", "数字或日期超出范围")


@dataclass(frozen=True)
class Definition:
    """A rule in Python. Packs give its numbers; `judged_on` finds the day it is judged on in the inputs.

    `synonyms`: for outcomes that the source book leaves unnamed, other words a case file may use for them.
    """

    rule_id: str
    propose: Callable[[Given, Pack], Proposal]
    judged_on: Callable[[Given], date | None]
    synonyms: Mapping[str, tuple[str, ...]]
    accepts: Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Evaluation:
    """A proposal with everything needed to check it. Never a decision: a named person decides."""

    rule_id: str
    outcome: Outcome
    edition: str | None
    status: str | None
    reason_en: str
    reason_zh: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    pack: Pack | None = None


DEFINITIONS: dict[str, Definition] = {}


def rule(
    *rule_ids: str,
    judged_on: tuple[str, ...] | Callable[[Given], date | None] = (),
    synonyms: Mapping[str, tuple[str, ...]] | None = None,
    accepts: Callable[[Mapping[str, Any]], bool] = lambda given: True,
) -> Callable[[Callable[[Given, Pack], Proposal]], Callable[[Given, Pack], Proposal]]:
    """Registers the definition of one or more rules. An explicit `date` or `as_of` always comes first."""

    def register(propose: Callable[[Given, Pack], Proposal]) -> Callable[[Given, Pack], Proposal]:
        own = judged_on if callable(judged_on) else lambda given: given.first_day(judged_on)
        for rule_id in rule_ids:
            DEFINITIONS[rule_id] = Definition(rule_id, propose, own, synonyms or {}, accepts)
        return propose

    return register


def evaluate(
    book: RuleBook,
    rule_id: str,
    given: Mapping[str, Any],
    *,
    on: date | None = None,
    place_code: str | None = None,
    known_at: date | None = None,
) -> Evaluation:
    """Ask one rule one question.

    The edition is the one named by `given["pack"]`; else the one in force on `on`, or on the day the inputs
    carry; else, for a question without any date, the newest. Never raises for what the inputs say.
    """
    definition = DEFINITIONS.get(rule_id)
    if definition is None or not definition.accepts(given):
        return _without_pack(rule_id, "no rule pack answers this", "没有规则包回答此问题")
    inputs = Given(given)
    try:
        pack, note = _choose(book, definition, inputs, on, place_code, known_at)
    except Contradiction as error:
        return Evaluation(rule_id, DATA_ERROR, None, None, error.en, error.zh, dict(given))
    except OverflowError:
        return Evaluation(rule_id, DATA_ERROR, None, None, OUT_OF_BOUNDS.en, OUT_OF_BOUNDS.zh, dict(given))
    if pack is None:
        return _without_pack(rule_id, f"no edition of {rule_id} {note[0]}", f"没有{note[1]}的 {rule_id} 版本")
    if not pack.enabled:
        return _answer(pack, inputs, FROM_MEMORY)
    return _ask(definition, inputs, pack, note)


def _ask(definition: Definition, given: Given, pack: Pack, note: tuple[str, str]) -> Evaluation:
    try:
        proposal = definition.propose(given, pack)
    except Insufficient as error:
        names = ", ".join(error.missing)
        return _answer(pack, given, Proposal(INSUFFICIENT, f"not given: {names}", f"缺少：{names}"), error.missing)
    except Contradiction as error:
        return _answer(pack, given, Proposal(DATA_ERROR, error.en, error.zh))
    except OverflowError:
        return _answer(pack, given, OUT_OF_BOUNDS)
    if note[0]:
        proposal = Proposal(proposal.outcome, f"{proposal.en} ({note[0]})", f"{proposal.zh}（{note[1]}）")
    return _answer(pack, given, proposal)


def _choose(
    book: RuleBook,
    definition: Definition,
    given: Given,
    on: date | None,
    place_code: str | None,
    known_at: date | None,
) -> tuple[Pack | None, tuple[str, str]]:
    place = place_code or given.raw.get("place_code")
    place = None if place is None else str(place)
    day = on or given.first_day(("date", "as_of")) or definition.judged_on(given)
    named = given.raw.get("pack")
    if named is not None:
        pack = book.edition(definition.rule_id, str(named))
        if pack is None:
            return None, (f"is called {named}", f"名为 {named} ")
        if day is not None and not pack.applies_on(day, known_at):
            return pack, (
                f"edition named by the question; it was not in force on {day}",
                f"版本由提问指定；{day} 并不有效",
            )
        return pack, ("", "")
    if day is None:
        newest = book.latest(definition.rule_id, place)
        return newest, ("", "") if newest else ("covers this place", "适用于该地")
    pack = book.in_force(definition.rule_id, day, place, known_at=known_at)
    return pack, ("", "") if pack else (f"is in force on {day}", f"在 {day} 有效")


def _answer(pack: Pack, given: Given, proposal: Proposal, missing: tuple[str, ...] = ()) -> Evaluation:
    asked = proposal is not FROM_MEMORY
    ignored = tuple(name for name in given.ignored() if asked and name not in CHOOSING)
    return Evaluation(
        pack.rule_id,
        proposal.outcome,
        pack.edition,
        pack.status,
        proposal.en,
        proposal.zh,
        dict(given.used),
        missing,
        ignored,
        pack,
    )


def _without_pack(rule_id: str, en: str, zh: str) -> Evaluation:
    return Evaluation(rule_id, NO_PACK, None, None, en, zh)
