"""Names and numbers are sealed, found blind, read for a purpose, and gone when their key is."""

import datetime as dt

import pytest
import world

from tongzhou import keys
from tongzhou.ledger import door
from tongzhou.people import epochs, erasing, vault
from tongzhou.people.reindex import reindex
from tongzhou.people.scope import holder_of
from tongzhou.problems import NotFound, PurposeNeeded

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(db):
    return world.furnish()


def kept(**fields):
    with door.ledger() as connection:
        return vault.put(
            connection, "person/1", fields or {"name": "陈小明", "telephone": "138 0000 1111"}, place=6, sees="care"
        )


def test_only_those_in_charge_read_and_every_reading_is_written_down(staff):
    kept()
    with door.ledger() as connection:
        assert vault.read(connection, "person/1", holder_of(staff["zhao"]), "call_back", ["telephone"]) == {
            "telephone": "138 0000 1111"
        }
        for outsider in ("charlie", "far", "wu", "mei", "qian"):
            with pytest.raises(NotFound):
                vault.read(connection, "person/1", holder_of(staff[outsider]), "call_back")
        with pytest.raises(PurposeNeeded):
            vault.read(connection, "person/1", holder_of(staff["zhao"]), "curiosity")
        assert connection.execute("select staff, purpose, fields from people_reading").fetchall() == [
            (staff["zhao"], "call_back", ["telephone"])
        ]


def test_found_by_number_however_it_is_written_and_by_name_in_any_order(staff):
    kept()
    with door.ledger() as connection:
        lin = holder_of(staff["lin"])
        assert vault.find(connection, "telephone", "+86 138-0000-1111", lin) == ["person/1"]
        assert vault.find(connection, "name", "明小陈", lin) == ["person/1"]
        assert vault.find(connection, "name", "陈大明", lin) == []
        assert vault.find(connection, "telephone", "13800001111", holder_of(staff["charlie"])) == []


def test_nothing_readable_lies_in_the_database(staff):
    kept()
    with door.ledger() as connection:
        for table in ("people_vault_key", "people_vault_item", "people_vault_index"):
            text = str(connection.execute(f"select * from {table}").fetchall())
            assert (
                "0000 1111" not in text
                and "00001111" not in text
                and "陈" not in text
                and "小明".encode().hex() not in text
            )


def test_the_erasure_is_the_key(staff):
    kept()
    with door.ledger() as connection:
        backup = connection.execute("select sealed from people_vault_item").fetchall()
        assert erasing.erase(connection, "request", owners=["person/1"]) == 1
        with pytest.raises(NotFound):
            vault.read(connection, "person/1", holder_of(staff["zhao"]), "call_back")
        assert vault.find(connection, "telephone", "13800001111", holder_of(staff["zhao"])) == []
        assert connection.execute("select wrapped from people_vault_key").fetchall() == [(None,)]
        assert backup  # what a backup of the items holds cannot be opened: its key is nowhere
        assert connection.execute("select keys_destroyed, by_sort from people_deletion_report").fetchone() == (
            1,
            {"care": 1},
        )


def test_what_has_a_term_expires(staff):
    with door.ledger() as connection:
        soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=14)
        vault.put(connection, "gate/1", {"name": "张三"}, place=5, sees="households", expires_at=soon)
        assert erasing.erase(connection, "term") == 0
        assert erasing.erase(connection, "term", now=soon) == 1


def test_keys_are_outside_the_database_and_for_the_owner_alone(staff):
    kept()
    assert (keys.folder() / "vault" / keys.make_ready()).stat().st_mode & 0o077 == 0


def test_the_app_role_cannot_touch_the_vault(staff):
    from django.db import ProgrammingError, connection, transaction

    kept()
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select * from people_vault_item")


def test_entries_of_an_older_index_are_written_as_they_are_made_today(staff):
    kept(name="José 𬭎𬱖", identity="EA1234567", telephone="008613800001111")
    lin = holder_of(staff["lin"])
    with door.ledger() as connection:
        # as an earlier release wrote them: the passport without its letters, no sign outside the common block
        connection.execute("delete from people_vault_index where field in ('name', 'name_written', 'identity')")
        week = epochs.searching(connection)
        old = vault.blind("identity", "1234567", week)[0]
        connection.execute(
            "insert into people_vault_index (field, digest, owner, epoch) values ('identity', %s, 'person/1', %s)",
            [old, week],
        )
        assert vault.find(connection, "name", "jose", lin) == []
    told = reindex()
    assert (told.owners, told.changed, told.not_here) == (1, 1, 0)
    with door.ledger() as connection:
        for field, value in {"name": "jose", "identity": "ea1234567", "telephone": "13800001111"}.items():
            assert vault.find(connection, field, value, lin) == ["person/1"], field
        assert vault.find(connection, "name", "𬱖", lin) == ["person/1"]
        assert vault.find(connection, "identity", "1234567", lin) == []
    assert reindex().changed == 0
