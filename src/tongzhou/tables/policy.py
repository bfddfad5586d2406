"""The planner's signed, dated table of an engine: YAML in rulebooks/policies/, read into the engine's Policy."""

import math
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from . import BadInput

Row = TypeVar("Row")
Policy = TypeVar("Policy")
POLICIES = Path(__file__).resolve().parents[3] / "rulebooks" / "policies"
HEAD = ("policy", "edition", "valid_from", "source", "source_zh", "signed_by", "signed_on", "values")


@cache
def shipped(name: str) -> dict[str, Any]:
    """The shipped table of that name as it stands, head and values, for those who only look numbers up."""
    table: dict[str, Any] = yaml.safe_load((POLICIES / f"{name}.yaml").read_text(encoding="utf-8"))
    return table


def read_policy(
    path: Path | None, name: str, policy: Callable[..., Policy], lists: dict[str, Callable[..., Any]]
) -> Policy:
    """The policy in ``path``, or the shipped one of that name; ``lists`` are fields made of rows.

    Raises BadInput naming the file and the entry that is unknown, missing or of the wrong kind.
    """
    path = path or POLICIES / f"{name}.yaml"
    try:
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BadInput(f"Cannot read the policy {path}: {error}") from error
    if not isinstance(table, dict) or table.get("policy") != name:
        raise BadInput(f"{path.name}: 'policy: {name}' is missing; is this the right table?")
    for entry in table:
        if entry not in HEAD and entry not in lists:
            raise BadInput(f"{path.name}: unknown entry '{entry}'.")
    known = {field.name: field for field in fields(policy)}  # type: ignore[arg-type]
    values = table.get("values") or {}
    for entry in values:
        if entry not in known:
            raise BadInput(f"{path.name}, values: unknown entry '{entry}'.")
        numbers = values[entry] if isinstance(values[entry], list) else [values[entry]]
        if not all(isinstance(n, int | float) and math.isfinite(n) for n in numbers):
            raise BadInput(f"{path.name}, values, {entry}: {values[entry]!r} is not a number or a list of numbers.")
    settings = {entry: tuple(value) if isinstance(value, list) else value for entry, value in values.items()}
    for entry, row in lists.items():
        if entry in table:
            settings[entry] = _rows(path, entry, row, table[entry])
    about = {entry: str(table.get(entry) or "") for entry in ("source", "signed_by", "signed_on")}
    try:
        return policy(**settings, **about)
    except (TypeError, ValueError) as error:
        raise BadInput(f"{path.name}: {error}") from error


def _rows(path: Path, entry: str, row: Callable[..., Row], listed: Any) -> tuple[Row, ...]:
    found = []
    for number, values in enumerate(listed, 1):
        try:
            found.append(row(**values))
        except TypeError as error:
            raise BadInput(f"{path.name}, {entry}, entry {number}: {error}") from error
    return tuple(found)
