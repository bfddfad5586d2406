"""A work item: opened by one kind of fact, answered by others, owed by somebody until it is answered.

Whoever declares one needs no fold, no list and no clock of their own: the row, what is owed on it, the list of what is
open and the pages of what is over follow from the declaration. Handing over a desk and the first page of whoever owes
it read what is owed, so the item stands there as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongzhou.ledger import known
from tongzhou.ledger.fold import Row, folds
from tongzhou.ledger.kinds import KINDS, Fact
from tongzhou.ledger.owed import Owed, moment_in

Data = Mapping[str, Any]
WORK: dict[str, WorkItem] = {}  # by the entry of the table of duties that it owes


@dataclass(frozen=True)
class WorkItem:
    """`opened`: the kind that opens it (the last one said counts); `answered`: the kinds that answer it, where
    `answers` says so. `opening` and `answer`: the fields of the row that each of them gives, the latter also while
    there is none; the row has `asked_at`, `by` and `answered_at` besides. `owed`: what is owed until then, by the desk
    `owner` (where it was opened); `due` and `urgency` where the table of what is owed does not say it. `settled`: the
    states in which it may end, each with why nothing is owed in it.

    `do`: what has to be done, as one says it to a colleague, and `page`: where, where no table of words says it
    (people/duties.py). The field of an answer that holds the item's key is called as the noun. What is not said here
    follows from the kinds: every field of the opening, and of the first answer all but key and outcome.

    Where one answer need not be all: `outcomes` reads the state from all answers, `all_answers` the fields of the row
    that they give together, and in the state `rest` what is left is owed still."""

    noun: str
    called: str
    sees: str
    opened: str
    answered: Collection[str]
    settled: Mapping[str, str]
    owed: str
    owner: Callable[[Fact], int] = lambda opened: opened.place
    opening: Callable[[Fact], dict[str, Any]] | None = None
    answer: Callable[[Fact | None], dict[str, Any]] | None = None
    answers: Callable[[Fact, Fact], bool] = lambda opened, answer: True
    outcome: Callable[[Fact], str] = lambda answer: str(answer.body.outcome)
    outcomes: Callable[[Fact, Sequence[Fact]], str] | None = None
    all_answers: Callable[[Fact, Sequence[Fact]], dict[str, Any]] = lambda opened, told: {}
    rest: str = ""
    due: Callable[[Data], dt.datetime | None] = lambda data: None
    urgency: Callable[[Data], int] = lambda data: 0
    waiting: str = "waiting"  # the state until it is answered
    do: str = ""
    page: str = ""

    def __post_init__(self) -> None:
        folds(self.noun, called=self.called, settled=self.settled)(self.fold)
        WORK.setdefault(self.owed, self)

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields of the opening."""
        return KINDS[self.opened].body.__struct_fields__

    @property
    def told_by(self) -> str:
        """The kind that answers it: the first of those."""
        return next(iter(self.answered))

    @property
    def told_of(self) -> tuple[str, ...]:
        """What an answer says beside its outcome."""
        return tuple(one for one in KINDS[self.told_by].body.__struct_fields__ if one not in (self.noun, "outcome"))

    def fold(self, key: str, facts: Sequence[Fact]) -> Row | None:
        opened = next((fact for fact in reversed(facts) if fact.kind == self.opened), None)
        if opened is None:
            return None
        told = [fact for fact in facts if fact.kind in self.answered and self.answers(opened, fact)]
        last = told[-1] if told else None
        data = {**self._opening(opened), "asked_at": opened.effective_at, "by": opened.by,
                "answered_at": last.effective_at if last else None, **self._answer(last),
                **self.all_answers(opened, told)}  # fmt: skip
        state = self.waiting
        if last:
            state = self.outcomes(opened, told) if self.outcomes else self.outcome(last)
        owed = []
        if state in self.running:
            since, due = (last or opened).effective_at, self.due({**data, "state": state})
            owed = [Owed(self.owed, since, due=due, place=self.owner(opened), urgency=self.urgency(data))]
        return Row(opened.place, opened.effective_at, state, self.sees, data, owed=owed)

    @property
    def running(self) -> list[str]:
        """The states in which it is owed."""
        return [self.waiting, self.rest] if self.rest else [self.waiting]

    def _opening(self, opened: Fact) -> dict[str, Any]:
        if self.opening:
            return self.opening(opened)
        return {name: getattr(opened.body, name) for name in self.asked}

    def _answer(self, last: Fact | None) -> dict[str, Any]:
        if self.answer:
            return self.answer(last)
        return {name: getattr(last.body, name, None) if last else None for name in self.told_of}

    def open(self, at: dt.datetime | None = None, key: str | None = None) -> list[dict[str, Any]]:
        """All that wait, or the one that is named: what is due first, first."""
        found = [self.told(row) for row in known.rows(self.noun, key=key, states=self.running, at=at)]
        return sorted(found, key=lambda one: (one["due"] or one["asked_at"], one["key"]))

    def over(self, **asked: Any) -> known.Page:
        """A page of those that are answered, newest first; filtered as in `known.page`."""
        found = known.page(self.noun, but=self.running, **asked)
        return replace(found, rows=[self.told(row) for row in found.rows])

    def told(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row as pages show it: its moments as moments, and when it is due."""
        one = {**row["data"], **{name: row[name] for name in ("key", "place", "state")}}
        one |= {name: moment_in(one[name]) for name in ("asked_at", "answered_at")}
        return one | {"due": self.due(one)}
