"""What every planning engine returns beside its plan: proof, reasons, and what could not be planned.

An engine is called as ``plan, problems = plan_x(data, ..., seed=1, budget=Budget(iterations=1000))``;
``plan`` is a :class:`Plan` whose ``certificate`` was filled by a checker that shares no code with the
solver call.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Rows = TypeVar("Rows")
USEFUL = 0.25  # a bound says something where the plan is at most so much worse than the best


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages; numbers are already in it, with their units."""

    zh: str
    en: str


def renamed(text: str, names: Mapping[str, str]) -> str:
    """A sentence that speaks of rows by their keys, with the names by which people know them instead."""
    for key in sorted(names, key=len, reverse=True):  # the longest first: one key may begin another
        text = text.replace(key, names[key])
    return text


def quality(objective: float, bound: float | None) -> Text:
    """How good a plan is, as far as its bound says something; a bound far below it is told as none."""
    if bound is not None and objective <= bound + 1e-9 * max(1.0, abs(bound)):
        return Text("已证明没有更好的方案", "proved best: no plan is better")
    worse = objective / bound - 1 if bound is not None and bound > 0 else math.inf
    if worse > USEFUL:
        return Text("离最好的方案有多远，算不出有用的界限", "no useful bound: how far from the best cannot be told")
    share = math.ceil(round(worse * 1000, 6)) / 10
    told = f"{share:.1f}".removesuffix(".0")
    return Text(f"比最好的方案至多差 {told} %", f"at most {told} % worse than the best")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be planned, or a fault the checker found, named so that a human can act on it.

    ``code`` is a stable identifier in snake case (``demand_over_capacity``); ``subject`` names the row
    (``customer 17``); ``field`` the column, where one is at fault. ``blocking`` says that there is no plan
    at all.
    """

    code: str
    subject: str
    text: Text
    field: str = ""
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit that the plan uses up: more of it would allow a better plan.

    ``used`` and ``limit`` are in ``unit``. ``gain`` is the objective's improvement per unit where an exact
    re-solve gave it, and None otherwise; raw duals are not unique and are never put here.
    """

    name: str
    used: float
    limit: float
    unit: str
    text: Text
    gain: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one row of the plan is as it is. ``chain`` lists the names of what binds it, nearest first."""

    row: str
    text: Text
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs between two plans; ``before`` or ``after`` is empty where it is new or gone."""

    row: str
    before: str
    after: str
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """Today's plan against yesterday's; ``churn_price`` is what one moved row costs, in objective units."""

    kept: int
    moved: tuple[Change, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    churn_price: float = 0.0

    @property
    def churn_cost(self) -> float:
        return self.churn_price * len(self.moved)

    @property
    def moved_share(self) -> float:
        """Share of the rows present in both plans that moved, 0 to 1."""
        both = self.kept + len(self.moved)
        return len(self.moved) / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Fairness:
    """The price of fairness: ``fair`` and ``efficient`` are the objectives of the two plans, in ``unit``."""

    fair: float
    efficient: float
    unit: str
    text: Text

    @property
    def price(self) -> float:
        return self.fair - self.efficient


@dataclass(frozen=True, slots=True)
class Budget:
    """How long an engine may search.

    ``iterations`` makes a run repeatable on any machine. ``seconds`` needs ``clock`` (a function returning
    seconds, ``time.process_time`` for CPU seconds): engines own no clock. With both, whichever ends first
    stops the search.
    """

    iterations: int | None = None
    seconds: float | None = None
    clock: Callable[[], float] | None = None

    def __post_init__(self) -> None:
        if self.seconds is not None and self.clock is None:
            raise ValueError("a budget in seconds needs a clock, for example time.process_time")
        if self.iterations is not None and self.iterations < 0:
            raise ValueError(f"iterations must not be negative: {self.iterations}")


@dataclass(frozen=True, slots=True)
class Effort:
    """What the search used. Under a budget in iterations, the same ``seed`` gives the same plan anywhere.

    A budget in seconds stops at the reported ``iterations`` (an annealing schedule then follows the clock).

    ``stopped_by`` is ``iterations``, ``seconds``, ``optimal`` (the bound was met), ``gap`` (it was not, but the plan
    is as near to it as was asked, or nothing is left to try) or ``empty`` (nothing to search).
    """

    seed: int
    iterations: int
    budget_iterations: int | None = None
    budget_seconds: float | None = None
    stopped_by: str = "iterations"


@dataclass(frozen=True, slots=True)
class Term:
    """One addend of the objective, or a figure a planner reads beside it (``unit`` in words)."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """Proof that a plan is what it says.

    ``faults`` come from the independent checker; the plan is feasible when there are none. ``objective`` is
    the checker's own recomputation, minimised, in ``unit``. ``bound`` is a proven lower bound on the
    objective of *any* feasible plan of the same input, or None where none is known; ``bound_method`` says
    how it was proven.
    """

    engine: str
    objective: float
    bound: float | None
    unit: str
    faults: tuple[Problem, ...] = ()
    bound_method: Text = Text("", "")
    terms: tuple[Term, ...] = ()
    binding: tuple[Binding, ...] = ()
    reasons: tuple[Reason, ...] = ()
    effort: Effort = Effort(seed=0, iterations=0, stopped_by="empty")
    difference: Difference | None = None
    fairness: Fairness | None = None

    @property
    def feasible(self) -> bool:
        return not self.faults

    @property
    def gap(self) -> float | None:
        """(objective − bound) / |objective|, as MIP solvers state it; 0 where both are 0, None without a
        bound.
        """
        if self.bound is None:
            return None
        if self.objective == self.bound:
            return 0.0
        return (self.objective - self.bound) / abs(self.objective) if self.objective else None

    @property
    def quality(self) -> Text:
        """How good the plan is, in words."""
        return quality(self.objective, self.bound)


@dataclass(frozen=True, slots=True)
class Plan(Generic[Rows]):
    """The rows of a plan (each engine's own frozen type) and their certificate."""

    rows: Rows
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer of a contrastive re-solve: what the asked change would cost, and who would lose or gain
    what.

    ``after`` is None where the change makes the input infeasible; ``problems`` then say why.
    """

    question: Text
    before: float
    after: float | None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def delta(self) -> float | None:
        return None if self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an input figure comes from: ``source`` in words, ``age_days`` at planning time, None where
    unknown.
    """

    source: str = ""
    age_days: float | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


def difference(
    before: Mapping[str, str],
    after: Mapping[str, str],
    *,
    churn_price: float = 0.0,
    cost: Callable[[str], float] = lambda row: 0.0,
) -> Difference:
    """Compare two plans given as ``row -> assignment``; rows come out sorted, so that the order of input is
    no matter.
    """
    both = sorted(before.keys() & after.keys())
    moved = [Change(row, before[row], after[row], cost(row)) for row in both if before[row] != after[row]]
    return Difference(
        kept=len(both) - len(moved),
        moved=tuple(moved),
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        churn_price=churn_price,
    )


def summary(certificate: Certificate, problems: Iterable[Problem]) -> dict[str, Any]:
    """The machine-readable line of a plan: ``objective, bound, gap, feasible, unplanned`` and the effort
    used.

    ``unplanned`` counts the distinct subjects among the problems.
    """
    return {
        "engine": certificate.engine,
        "objective": certificate.objective,
        "bound": certificate.bound,
        "gap": certificate.gap,
        "feasible": certificate.feasible,
        "unplanned": len({problem.subject for problem in problems}),
        "unit": certificate.unit,
        "seed": certificate.effort.seed,
        "iterations": certificate.effort.iterations,
        "stopped_by": certificate.effort.stopped_by,
    }
