"""Computes which places a place covers, as ranges of ids, whenever a tree changes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection


@dataclass(frozen=True)
class Cover:
    place: int
    parent: int | None
    depth: int
    covers: tuple[tuple[int, int], ...]  # closed ranges of ids
    leaf: bool

    def as_multirange(self) -> str:
        return "{" + ",".join(f"[{low},{high}]" for low, high in self.covers) + "}"


def covers(parents: Mapping[int, int | None]) -> list[Cover]:
    """Compute every place's cover from each place's parent. Raises ValueError on a cycle or an unknown parent."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for place, parent in parents.items():
        if parent is not None and parent not in parents:
            raise ValueError(f"place {place} has the parent {parent}, which is not in the tree")
        children[parent].append(place)
    found: dict[int, Cover] = {}

    def visit(place: int, depth: int) -> None:
        stack: list[tuple[int, int, bool]] = [(place, depth, False)]
        while stack:
            at, level, done = stack.pop()
            if not done:
                stack.append((at, level, True))
                stack.extend((child, level + 1, False) for child in children[at])
                continue
            ranges = [(at, at), *(r for child in children[at] for r in found[child].covers)]
            found[at] = Cover(at, parents[at], level, merge(ranges), not children[at])

    for root in children[None]:
        visit(root, 0)
    if len(found) != len(parents):
        lost = next(iter(set(parents) - set(found)))
        raise ValueError(f"place {lost} is its own ancestor")
    return list(found.values())


def merge(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def store(
    connection: Connection[Any], tree: str, since: dt.date, until: dt.date | None, computed: Sequence[Cover]
) -> None:
    """Write the covers of a tree in force from `since` to `until` (exclusive; None: still)."""
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy places_cover (tree, place, parent, depth, covers, leaf, valid_from, valid_to) from stdin"
        ) as copy,
    ):
        for one in computed:
            copy.write_row((tree, one.place, one.parent, one.depth, one.as_multirange(), one.leaf, since, until))
