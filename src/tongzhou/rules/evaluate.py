"""Asks a rule a question: the right edition is chosen, the rule proposes, the guard lets the answer out or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tongzhou.rules.book import RuleBook
from tongzhou.rules.definition import (
    DATA_ERROR,
    DEFINITIONS,
    INSUFFICIENT,
    NEEDS_RULING,
    NO_PACK,
    REFUSALS,
    UNVERIFIED,
    Definition,
    Outcome,
    Part,
    Proposal,
)
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.guard import Answer, Doubt, Side, check, doubts_of
from tongzhou.rules.inputs import DataError, Unruled
from tongzhou.rules.pack import Pack
from tongzhou.rules.places import place_of


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
    side: Side | None = None
    next_change: date | None = None
    judged_on: date | None = None
    place: str | None = None
    answer: Answer | None = None
    parts: tuple[Part, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether the rule proposes something, rather than asking or handing over."""
        return not (isinstance(self.outcome, str) and self.outcome in REFUSALS)

    @property
    def missing_en(self) -> tuple[str, ...]:
        return tuple(DEFINITIONS[self.rule_id].declared.label(name, zh=False) for name in self.missing)

    @property
    def missing_zh(self) -> tuple[str, ...]:
        return tuple(DEFINITIONS[self.rule_id].declared.label(name, zh=True) for name in self.missing)


def evaluate(
    book: RuleBook,
    rule_id: str,
    given: Mapping[str, Any],
    *,
    on: date | None = None,
    place_code: str | None = None,
    known_at: date | None = None,
    worked: bool = False,
) -> Evaluation:
    """Ask one rule one question, asked on the day `on` (or `date` of the inputs) about a place.

    The edition is the one named by `given["pack"]`; else the one in force on the day the inputs carry, else on `on`.
    `worked`: a worked case of the source book stands in its pack: without a place it is asked at home, without a
    day of the newest edition. Never raises for what the inputs say.
    """
    definition = DEFINITIONS.get(rule_id)
    if definition is None or not definition.accepts(given):
        return _without_pack(rule_id, "no rule pack answers this", "没有规则包回答此问题")
    try:
        return _Question(book, definition, given, on, place_code, known_at, worked).answer()
    except Exception as error:  # a rule that falls over must not end a run, nor permit anything
        kind = type(error).__name__
        return Evaluation(
            rule_id,
            DATA_ERROR,
            None,
            None,
            f"{rule_id} fell over ({kind})",
            f"{rule_id} 无法判断（内部错误）",
            dict(given),
        )


class _Question:
    """One question on its way: edition, proposal, guard."""

    def __init__(
        self,
        book: RuleBook,
        definition: Definition,
        raw: Mapping[str, Any],
        on: date | None,
        place_code: str | None,
        known_at: date | None,
        worked: bool,
    ) -> None:
        self.book, self.definition, self.known_at, self.worked = book, definition, known_at, worked
        self.given = Given({str(key): value for key, value in raw.items()}, definition.declared, worked=worked)
        self.given.on = on
        self.on, self.place = on, place_code
        self.pack: Pack | None = None
        self.day: date | None = None

    def answer(self) -> Evaluation:
        if self.definition.help and (urgent := self.definition.help(self.given)):
            return self._tell(urgent, Side.HELPS)
        try:
            doubts = self._choose()
            if self.pack is None:
                return self._no_pack()
            if not self.pack.enabled:
                en = "this item is from memory and switched off until its source is read and checked"
                return self._tell(Proposal(UNVERIFIED, en, "此条目凭记忆写入，未核对来源前不启用"), ignores=False)
            proposal = self.definition.propose(self.given, self.pack)
            answer = self.definition.answers.get(proposal.key)
            return self._guarded(proposal, answer, doubts)
        except Insufficient as error:
            return self._insufficient(error.missing)
        except DataError as error:
            return self._tell(Proposal(DATA_ERROR, error.en, error.zh))
        except Unruled as error:
            return self._tell(Proposal(NEEDS_RULING, error.en, error.zh))
        except OverflowError:
            return self._tell(Proposal(DATA_ERROR, "a number or day out of all bounds", "数字或日期超出范围"))

    def _choose(self) -> list[Doubt]:
        """Finds day, place and edition; what is doubtful about them is weighed once the answer is known."""
        given, definition = self.given, self.definition
        self.day = definition.judged_on(given) or given.asked
        self.place = place_of(self.place, given) or (definition.place_in(given) if definition.place_in else None)
        given.place = self.place
        named = given["pack"]
        if named is not None:
            self.pack = self.book.edition(definition.rule_id, named)
        elif self.day is None:
            self.pack = self.book.latest(definition.rule_id, self.place)
        else:
            self.pack = self.book.in_force(definition.rule_id, self.day, self.place, known_at=self.known_at)
        if self.pack is None:
            return []
        return doubts_of(
            self.pack,
            self.day,
            self.place,
            named=named is not None,
            undated=self.worked or definition.timeless,
            home=self.worked and not given.said("place_code"),
        )

    def _guarded(self, proposal: Proposal, answer: Answer | None, doubts: list[Doubt]) -> Evaluation:
        if answer is None:
            if proposal.outcome in REFUSALS:
                return self._tell(proposal)
            raise LookupError(f"{self.definition.rule_id} does not declare the answer {proposal.key!r}")
        if answer.side is Side.HELPS:
            note = Doubt("", "", "") if not doubts else doubts[0]
            return self._tell(_noted(proposal, note), Side.HELPS)
        check(answer, self.given, proposal.despite)
        for doubt in doubts:
            if answer.side is Side.RELAXES or not doubt.relaxing_only:
                if doubt.missing:
                    raise Insufficient(*doubt.missing)
                return self._tell(Proposal(doubt.outcome, doubt.en, doubt.zh))
            proposal = _noted(proposal, doubt)
        return self._tell(proposal, answer.side)

    def _tell(
        self, proposal: Proposal, side: Side | None = None, missing: tuple[str, ...] = (), *, ignores: bool = True
    ) -> Evaluation:
        pack, given = self.pack, self.given
        return Evaluation(
            self.definition.rule_id,
            proposal.outcome,
            pack.edition if pack else None,
            pack.status if pack else None,
            proposal.en,
            proposal.zh,
            dict(given.used),
            missing,
            tuple(given.unlisted) if ignores else (),
            pack,
            side,
            proposal.next_change or (pack.next_change if pack else None),
            self.day,
            self.place,
            self.definition.answers.get(proposal.key) if side else None,
            proposal.parts,
        )

    def _insufficient(self, missing: tuple[str, ...]) -> Evaluation:
        label = self.definition.declared.label
        en, zh = "; ".join(label(one, zh=False) for one in missing), "、".join(label(one, zh=True) for one in missing)
        return self._tell(Proposal(INSUFFICIENT, f"not given or not known: {en}", f"缺少或不详：{zh}"), missing=missing)

    def _no_pack(self) -> Evaluation:
        rule_id, named = self.definition.rule_id, self.given["pack"]
        if named is not None:
            en, zh = f"is called {named}", f"名为 {named} "
        elif self.day is None:
            en, zh = "covers this place", "适用于该地"
        else:
            en, zh = f"is in force on {self.day} at this place", f"在 {self.day} 于该地有效"
        return _without_pack(rule_id, f"no edition of {rule_id} {en}", f"没有{zh}的 {rule_id} 版本")


def _noted(proposal: Proposal, doubt: Doubt) -> Proposal:
    if not doubt.en:
        return proposal
    en, zh = f"{proposal.en} ({doubt.en})", f"{proposal.zh}（{doubt.zh}）"
    return replace(proposal, en=en, zh=zh)


def _without_pack(rule_id: str, en: str, zh: str) -> Evaluation:
    return Evaluation(rule_id, NO_PACK, None, None, en, zh)
