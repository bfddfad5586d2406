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
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, moment_in

Data = Mapping[str, Any]


@dataclass(frozen=True)
class WorkItem:
    """`opened`: the kind that opens it (the last one said counts); `answered`: the kinds that answer it, where
    `answers` says so. `opening` and `answer`: the fields of the row that each of them gives, the latter also while
    there is none; the row has `asked_at`, `by` and `answered_at` besides. `owed`: what is owed until then, by the desk
    `owner`; `due` and `urgency` where the table of what is owed does not say it. `settled`: the states in which it may
    end, each with why nothing is owed in it."""

    noun: str
    called: str
    sees: str
    opened: str
    answered: Collection[str]
    settled: Mapping[str, str]
    owed: str
    owner: Callable[[Fact], int]
    opening: Callable[[Fact], dict[str, Any]]
    answer: Callable[[Fact | None], dict[str, Any]] = lambda answer: {}
    answers: Callable[[Fact, Fact], bool] = lambda opened, answer: True
    outcome: Callable[[Fact], str] = lambda answer: str(answer.body.outcome)
    due: Callable[[Data], dt.datetime | None] = lambda data: None
    urgency: Callable[[Data], int] = lambda data: 0
    waiting: str = "waiting"  # the state until it is answered

    def __post_init__(self) -> None:
        folds(self.noun, called=self.called, settled=self.settled)(self.fold)

    def fold(self, key: str, facts: Sequence[Fact]) -> Row | None:
        opened = next((fact for fact in reversed(facts) if fact.kind == self.opened), None)
        if opened is None:
            return None
        told = [fact for fact in facts if fact.kind in self.answered and self.answers(opened, fact)]
        last = told[-1] if told else None
        data = {**self.opening(opened), "asked_at": opened.effective_at, "by": opened.by,
                "answered_at": last.effective_at if last else None, **self.answer(last)}  # fmt: skip
        owed = Owed(self.owed, opened.effective_at, due=self.due(data), place=self.owner(opened),
                    urgency=self.urgency(data))  # fmt: skip
        state = self.outcome(last) if last else self.waiting
        return Row(opened.place, opened.effective_at, state, self.sees, data, owed=() if last else [owed])

    def open(self, at: dt.datetime | None = None, key: str | None = None) -> list[dict[str, Any]]:
        """All that wait, or the one that is named: what is due first, first."""
        found = [self.told(row) for row in known.rows(self.noun, key=key, states=[self.waiting], at=at)]
        return sorted(found, key=lambda one: (one["due"] or one["asked_at"], one["key"]))

    def over(self, **asked: Any) -> known.Page:
        """A page of those that are answered, newest first; filtered as in `known.page`."""
        found = known.page(self.noun, but=[self.waiting], **asked)
        return replace(found, rows=[self.told(row) for row in found.rows])

    def told(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row as pages show it: its moments as moments, and when it is due."""
        one = {**row["data"], **{name: row[name] for name in ("key", "place", "state")}}
        one |= {name: moment_in(one[name]) for name in ("asked_at", "answered_at")}
        return one | {"due": self.due(one)}
