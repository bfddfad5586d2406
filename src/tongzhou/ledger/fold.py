"""What facts mean: the state of a subject is a function of all its facts in their total order.

A fold is total: it never fails on any facts in any order, because the truth that arrives late is still the truth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tongzhou.ledger.kinds import KINDS, Fact
from tongzhou.ledger.owed import Owed
from tongzhou.ledger.rights import HANDING


@dataclass(frozen=True)
class Conflict:
    """Facts that cannot all be true, and the role that has to find out."""

    owner_role: str
    facts: tuple[Any, ...]
    question: str


@dataclass(frozen=True)
class Row:
    """The folded state of one subject. The ledger puts it where its authority says it lies; `audience`: which of the
    places invited see it now, None for all of them; `owed`: what must be done about it next (owed.py); `ends`: from
    then on it is over by itself, and lists of what runs need not read it."""

    place: int
    effective_at: dt.datetime
    state: str
    sees: str
    data: dict[str, Any]
    counts: list[tuple[int, dt.date, dict[str, int]]] = field(default_factory=list)
    audience: frozenset[int] | None = None
    conflict: Conflict | None = None
    owed: Sequence[Owed] = ()
    ends: dt.datetime | None = None


Fold = Callable[[str, Sequence[Fact]], Row | None]
Check = Callable[[Row | None, Fact], None]

# What the ledger itself does with a subject: folds never see it.
OF_DUTIES = frozenset({"owed.hindered", "owed.passed", "owed.seen", "owed.urged"})
HANDLING = frozenset({"fact.withdrawn", "word.taken", "word.left", *OF_DUTIES, *HANDING})

FOLDS: dict[str, Fold] = {}
# noun → its states in which nothing is owed on it, each with why: it is over, or another noun owes.
SETTLED: dict[str, Mapping[str, str]] = {}
# noun → its states that end by themselves: everything that is owed in them has an end, each with why.
ENDING: dict[str, Mapping[str, str]] = {}
# noun → the field of its row that tells when it began, where subjects are named and not founded.
BEGINS: dict[str, str] = {}
CALLED: dict[str, str] = {}  # noun → what it is called, in words of the catalogue
CHECKS: dict[str, Check] = {}


def folds(
    noun: str, *, called: str, settled: Mapping[str, str], ending: Mapping[str, str] | None = None, begins: str = ""
) -> Callable[[Fold], Fold]:
    """Register the fold of subjects `noun/key`. It gets the key and the facts that nothing corrects, in order.
    `called`: what such a subject is called; `settled`: the states in which it may owe nothing, each with the reason; in
    every other state something is owed, and in others than those `ending` something is owed until a fact says that it
    is done. `begins`: of what is named and not founded, the field of the row that tells when it began (begun.py)."""

    def register(fold: Fold) -> Fold:
        if noun in FOLDS:
            raise ValueError(f"{noun} has two folds")
        FOLDS[noun], CALLED[noun], SETTLED[noun] = fold, called, {"void": "nothing counts any more", **settled}
        ENDING[noun] = ending or {}
        if begins:
            BEGINS[noun] = begins
        return fold

    return register


def checks(kind: str) -> Callable[[Check], Check]:
    """Register the check of a decision: it sees the subject's row as locked now and raises a Problem to refuse."""

    def register(check: Check) -> Check:
        CHECKS[kind] = check
        return check

    return register


def latest(facts: Sequence[Fact], kind: str) -> Fact | None:
    """The latest statement of a kind: where a statement was corrected more than once, the last one holds."""
    return next((fact for fact in reversed(facts) if fact.kind == kind), None)


def counted(fact: Fact) -> Fact:
    """The fact at the moment from which it counts: what gives or takes a right is never dated back."""
    if not KINDS[fact.kind].from_known or fact.effective_at >= fact.received_at:
        return fact
    return replace(fact, effective_at=fact.received_at)


def fold(subject: str, facts: Sequence[Fact]) -> Row | None:
    """Fold a subject from all its facts that count, in any order; None where none does."""
    noun, _, key = subject.partition("/")
    words = sorted((counted(fact) for fact in facts if fact.kind not in HANDLING), key=lambda fact: fact.order)
    return FOLDS[noun](key, words) if words else None
