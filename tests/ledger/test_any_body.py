"""Folds are total: whatever stands in a body of good form, the append answers; it never falls over, nor does a
later fact of the same subject.

Every stored sample is said first, so that the odd one meets others; then each value of it is made odd in turn.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import world
from samples import SAMPLES

from tongzhou.ledger import door, follow
from tongzhou.ledger.append import append
from tongzhou.people.scope import System

pytestmark = pytest.mark.postgres

TEXTS = [
    *("", "x", "a/b", "\\u0000'", "深" * 300, "\N{PILE OF POO}", "00000000-0000-0000-0000-000000000000"),
    *("2020-03-10", "20200310", "2020-02-30", "2020-13-45T99:00", "2020-03-10T09:00"),
    *("9999-12-31T23:59:59+08:00", "0001-01-01"),
]
NUMBERS = [-1, 0, 1, 99, 2**31 - 1, 2**31, 2**63, 1.5]


def odd_bodies(body: Any) -> Iterator[Any]:
    """The body with one value after the other replaced."""
    for path, value in leaves(body):
        odd: list[Any] = TEXTS if isinstance(value, str) else NUMBERS if not isinstance(value, bool) else []
        for other in odd:
            made = copy.deepcopy(body)
            at = made
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] = other
            yield made


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if isinstance(inner, dict | list):
            yield from leaves(inner, (*path, key))
        else:
            yield (*path, key), inner


def test_no_body_makes_the_append_fall_over(db: Any) -> None:
    world.furnish(simulated=True)
    fell: list[str] = []
    with door.ledger() as connection:
        append(connection, [world.said(kind, body, place=6) for kind, body in SAMPLES.items()], System())
    for kind, sample in SAMPLES.items():
        with door.ledger() as connection:
            for body in odd_bodies(sample):
                try:
                    with connection.transaction():
                        append(connection, [world.said(kind, body, place=6)], System())
                except Exception as error:  # every one is told, not the first alone
                    fell.append(f"{kind} {json.dumps(body, ensure_ascii=False)[:200]}: {error!r}"[:420])
    assert fell == []
    follow.catch_up()
