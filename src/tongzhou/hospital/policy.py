"""The planner's signed table of beds."""

from __future__ import annotations

from functools import cache
from typing import Any

from tongzhou.engines import beds as engine
from tongzhou.tables.policy import shipped


@cache
def policy() -> engine.Policy:
    told = shipped("beds")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told["values"].items()}
    openings = tuple(engine.Opening(**one) for one in told["openings"])
    return engine.Policy(openings=openings, source=told["source"], signed_by=told["signed_by"], **values)
