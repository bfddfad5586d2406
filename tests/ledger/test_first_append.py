"""The numbers of the kinds: remembered only once they are everybody's."""

from __future__ import annotations

import pytest
import world

from tongzhou.ledger import door
from tongzhou.ledger.append import kind_ids

pytestmark = pytest.mark.postgres


def test_numbers_of_a_transaction_that_never_was_are_not_used(db: str) -> None:
    world.furnish()
    with door.ledger() as connection:
        kind_ids(connection)
        connection.rollback()
    fact = world.said("case.identified", {"classification": "suspected"}, place=3)
    assert world.say(fact).accepted == 1
    with door.ledger() as connection:
        assert connection.execute("select state from ledger_row where key = %s", [str(fact.id)]).fetchone() == (
            "suspected",
        )
