"""Nothing is sealed, found or left behind without a key of its owner, though it is asked once for each statement."""

from __future__ import annotations

import psycopg
import pytest

from tongzhou.ledger import door
from tongzhou.people import staff, vault

pytestmark = pytest.mark.postgres
SEALED = "insert into people_vault_item (owner, field, sealed) values ('case/1', 'name', 'x'), (%s, 'name', 'x')"
FOUND = "insert into people_vault_index (field, digest, owner, epoch) values ('name', 'x', %s, 'w')"


@pytest.mark.parametrize("statement", [SEALED, FOUND])
def test_a_row_without_a_key_of_its_owner_is_refused(staff_of: None, statement: str) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation), door.ledger() as ledger:
        ledger.execute(statement, ["case/2"])
    with door.ledger() as ledger:
        ledger.execute(statement.replace("('case/1', 'name', 'x'), ", ""), ["case/1"])


def test_a_key_under_which_something_lies_stays(staff_of: None) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation), staff.owner() as owner:
        owner.execute("delete from people_vault_key where owner = 'case/1'")


@pytest.fixture
def staff_of(staff: dict[str, int]) -> None:
    with door.ledger() as ledger:
        vault.put(ledger, "case/1", {"address": "x"}, place=3, sees="cases")
