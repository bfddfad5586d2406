"""Rows of an engine's table that cannot be read: they count nowhere, and are told by row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from .series import Columns, place_of

STRICT = click.option("--strict", is_flag=True, help="Leave with 2 at the first cell that cannot be read.")


@dataclass(frozen=True)
class LeftOut:
    """Rows that could not be read and count nowhere: (line, field, why)."""

    rows: tuple[tuple[int, str, str], ...] = ()

    def told(self, path: Path) -> list[str]:
        """Sentences for a person, the first twenty rows by name and all by their number."""
        if not self.rows:
            return []
        named = [f"{path}, {place_of(line, field)}: {why}." for line, field, why in self.rows[:20]]
        return [*named, f"Left out: {len(self.rows)} rows."]

    def listed(self) -> list[dict[str, Any]]:
        return [{"line": line, "field": field, "why": why} for line, field, why in self.rows]


def leave_out(
    table: Columns, fields: Sequence[str], days: Sequence[str] = (), *, strict: bool
) -> tuple[Columns, LeftOut]:
    """The table without the rows of which a cell cannot be read. Raises BadInput at the first where that is asked, and
    where nothing is left."""
    bad = table.unreadable(fields, days)
    if bad and (strict or len(bad) == len(table)):
        row, (field, why) = next(iter(bad.items()))
        raise table.wrong(row, field, f"{why}.")
    rows = tuple((table.lines[i], field, why) for i, (field, why) in bad.items())
    return table.without(bad), LeftOut(rows)


def unbroken(
    table: Columns, fields: Sequence[str], days: Sequence[str], enough: int
) -> tuple[Columns, int, LeftOut]:  # fmt: skip
    """The newest stretch of rows without an unreadable cell that has `enough` of them, else the longest; how many rows
    stand before it, and what could not be read. A day that nobody can read is no day without cases: the series ends
    there and begins again behind it."""
    bad = table.unreadable(fields, days)
    edges = [-1, *bad, len(table)]
    stretches = [(a + 1, b) for a, b in pairwise(edges) if b > a + 1] or [(0, len(table))]
    newest = [one for one in stretches if one[1] - one[0] >= enough][-1:]
    first, end = newest[0] if newest else max(stretches, key=lambda one: (one[1] - one[0], one[0]))
    rows = tuple((table.lines[i], field, why) for i, (field, why) in bad.items())
    return table.without({*range(first), *range(end, len(table))}), first, LeftOut(rows)
