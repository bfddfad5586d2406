"""A file of sites taken in, or looked at first: what would be new, what says what holds anyway, what is wrong where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from tongzhou.sites import files
from tongzhou.sites.drafts import Draft, read
from tongzhou.sites.keep import keep
from tongzhou.sites.words import Wrong

Refusal = tuple[int, dict[str, str], list[Wrong] | str]


@dataclass
class Taken:
    """`written` and `same`: drafts with their line; `refused`: line, row, and all that is wrong in it."""

    written: list[tuple[int, Draft]] = field(default_factory=list)
    same: list[tuple[int, Draft]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def take(
    connection: Connection[Any],
    content: bytes,
    name: str,
    places: Mapping[str, int],
    now: dt.datetime,
    since: dt.date,
    *,
    by: int | None = None,
    branch: str | None = None,
    dry: bool = False,
    alone: bool = False,
) -> Taken:
    """Good rows go in, all of them or with `dry` none; a row that is wrong comes back whole. Raises BadInput where the
    file is no table. `since`: from when rows without a day hold."""
    brought = files.read(content, name, alone=alone)
    taken = Taken(columns=brought.columns, unread=brought.unread)
    taken.refused += [*brought.wrong, *brought.damaged]
    lines: list[tuple[int, dict[str, str], Draft]] = []
    for n, row in brought.rows:
        draft, wrong = read(row, places, since)
        if draft is None:
            taken.refused.append((n, row, wrong))
        else:
            lines.append((n, row, draft))
    kept = keep(connection, [draft for _n, _row, draft in lines], now, by=by, branch=branch, dry=dry)
    taken.written = [(lines[n][0], lines[n][2]) for n in kept.written]
    taken.same = [(lines[n][0], lines[n][2]) for n in kept.same]
    taken.refused += [(lines[n][0], lines[n][1], wrong) for n, wrong in kept.wrong.items()]
    taken.refused.sort(key=lambda one: one[0])
    return taken


def english(wrong: list[Wrong] | str) -> str:
    return wrong if isinstance(wrong, str) else "; ".join(one.english() for one in wrong)
