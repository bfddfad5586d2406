"""Nobody changes, moves or hides what another county holds, whichever kind of fact they say and however it comes in;
and nobody is refused what is theirs to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tongzhou.bench import land as lands
from tongzhou.bench.attack import Attack, Report, sides, untried
from tongzhou.ledger import follow

pytestmark = pytest.mark.postgres


@pytest.fixture
def attack(db: str) -> Iterator[Attack]:
    land = lands.lay_out(2, 4, 12)
    with lands.owner_connection() as owner:
        lands.furnish(owner, land)
        me, them = sides(owner, land)
    yield Attack(me, them, send, page, follow.catch_up)


def send(token: str, batch: dict[str, Any]) -> dict[str, Any]:
    answer = Client(headers={"Authorization": f"Bearer {token}"}).post("/api/facts", batch, "application/json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def page(token: str, path: str, form: dict[str, Any]) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return int(Client(headers=headers, raise_request_exception=False).post(path, form).status_code)


def told(report: Report) -> str:
    return "\n".join(str(one) for one in [*report.holes, *report.refused])


def test_every_kind_is_tried() -> None:
    assert untried() == []


PARTS = [
    "own",
    "invited",
    "foreign",
    "effects",
    "corrections",
    "early",
    "days",
    "withdrawals",
    "forms",
    "slips",
    "lists",
]


@pytest.mark.parametrize("part", PARTS)
def test_nothing_foreign_moves_and_nothing_lawful_is_refused(attack: Attack, part: str) -> None:
    report = attack.run(only=part)
    assert report.tried and report.holes == [] and report.refused == [], told(report)
