"""What is kept of a plan that somebody signed: how good it is, and from what it was made."""

from __future__ import annotations

from typing import Any


def about(
    engine: str, day: str, plan: str, tables: str, rows: int, unplanned: int, proof: dict[str, Any]
) -> dict[str, Any]:
    """The body of `plan.signed`; costs and bounds in thousandths."""
    bound = proof["bound"]
    return {
        "engine": engine, "day": day, "plan": plan, "tables": tables, "rows": rows, "unplanned": unplanned,
        "objective_thousandths": round(proof["objective"] * 1000), "feasible": proof["feasible"],
        "bound_thousandths": None if bound is None else round(bound * 1000),
    }  # fmt: skip
