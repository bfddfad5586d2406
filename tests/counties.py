"""Two counties that speak of each other's cases: the people of both, and how things stand with what they said."""

from __future__ import annotations

from typing import Any

from world import said, say

from tongzhou.ledger import door, follow, seal
from tongzhou.ledger.append import Receipt
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.rebuild import rebuild
from tongzhou.people.scope import Holder

HONG, AN = "{[3,8)}", "{[9,11)}"  # two counties of two prefectures


def epi(covers: str, place: int) -> Holder:
    return Holder(1, {"epidemiologist": covers}, {}, (("epidemiologist", place),))


LIN, FENG = epi(HONG, 3), epi(AN, 9)  # epidemiologists of Hong and of An
DOCTOR = Holder(2, {"community_doctor": "{[5,8)}"}, {}, (("community_doctor", 5),))


def state(noun: str, key: object) -> Any:
    with door.ledger() as connection:
        row = connection.execute(
            "select place, state, data from ledger_row where noun = %s and key = %s", [noun, str(key)]
        ).fetchone()
    return row


def waits() -> list[tuple[str, int | None, bool]]:
    with door.ledger() as connection:
        return connection.execute("select subject, holder, looked from ledger_pending order by 1").fetchall()


def identified(who: Holder = LIN, place: int = 3, **more: Any) -> Said:
    fact = Said(**{**as_dict(said("case.identified", {"classification": "suspected"}, place=place)), **more})
    assert say(fact, authority=who).accepted == 1
    return fact


def as_dict(fact: Said) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}


def classified(case: Said, classification: str, place: int, **more: Any) -> Said:
    body = {"case": str(case.id), "classification": classification, "basis": "pcr"}
    return said("case.classified", body, place=place, **more)


def codes(receipt: Receipt) -> list[str]:
    return [problem.code for problem in receipt.refused.values()]


def unchanged() -> None:
    """Everything kept up is what a rebuild finds, and the seal covers it."""
    follow.catch_up()
    result = rebuild()
    assert result.unchanged, result
    with door.ledger() as connection:
        assert seal.verify(connection).ok
