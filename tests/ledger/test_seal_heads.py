"""The heads outside the database: written once they are true, read whatever a crash did to the file."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest
import world

from tongzhou.database import outside
from tongzhou.ledger import door, follow, seal

pytestmark = pytest.mark.postgres


@pytest.fixture
def heads(db, tmp_path, monkeypatch):
    world.furnish()
    path = tmp_path / "heads.jsonl"
    monkeypatch.setattr(seal, "heads_file", lambda: path)
    return path


def verdict():
    with door.ledger() as connection:
        return seal.verify(connection)


def test_a_torn_line_spoils_no_other(heads):
    world.say(world.heard(1))
    follow.catch_up()
    whole = heads.read_bytes()
    for torn in (whole[: len(whole) // 2], b"\0" * 40, b'"text"\n', b'{"database": 1}\n{"a', b"\xff\xfe\n"):
        heads.write_bytes(whole + torn)
        world.say(world.heard(2))
        follow.catch_up()
        found = verdict()
        assert found.ok and found.unreadable_heads >= 1 and found.unsealed_appends == 0, found
        assert outside.read(heads)[0][-1]["n"] == found.links


def test_a_head_outside_that_the_database_lacks_is_still_found(heads):
    from django.conf import settings
    from tests_support import admin_dsn

    world.say(world.heard(1))
    world.say(world.heard(2))
    follow.catch_up()
    assert verdict().ok
    with psycopg.connect(admin_dsn(), dbname=settings.DATABASES["default"]["NAME"]) as admin:
        admin.execute("set session_replication_role = replica")
        for table in ("ledger_seal", "ledger_seal_head"):
            admin.execute(f"delete from {table} where n = (select max(n) from {table})")
    assert "head_missing_or_changed" in {one["what"] for one in verdict().findings}


def test_a_ledger_that_is_being_sealed_verifies(heads):
    stop = threading.Event()

    def load():
        n = 0
        while not stop.is_set():
            n += 1
            world.say(world.heard(1 + n % 40))
            follow.advance_or_bury(follow.FOLLOWERS["seal"])

    writer = threading.Thread(target=load)
    writer.start()
    try:
        links, deadline = 0, time.monotonic() + 60
        while links < 60:
            assert time.monotonic() < deadline
            found = verdict()
            assert found.ok, found.findings[:2]
            links = found.links
    finally:
        stop.set()
        writer.join()


def test_no_head_is_written_before_its_step_is_committed(heads, monkeypatch):
    world.say(world.heard(1))
    with pytest.raises(ZeroDivisionError), door.ledger() as connection:
        assert follow.advance(connection, follow.FOLLOWERS["seal"]) == 1
        raise ZeroDivisionError
    assert not heads.exists()
    follow.catch_up()
    assert len(outside.read(heads)[0]) == 1


def test_a_full_disk_keeps_the_heads_and_buries_nothing(heads, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    append = outside.append
    monkeypatch.setattr(outside, "append", full)
    world.say(world.heard(1))
    follow.catch_up()
    assert not heads.exists()
    monkeypatch.setattr(outside, "append", append)
    follow.catch_up()
    assert [one["n"] for one in outside.read(heads)[0]] == [1]
    with door.ledger() as connection:
        assert connection.execute("select count(*) from ledger_dead_letter").fetchone() == (0,)
    assert verdict().ok
