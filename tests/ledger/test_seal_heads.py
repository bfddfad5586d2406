"""The heads outside the database: written once they are true, read whatever a crash did to the file."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time

import psycopg
import pytest
import world

from tongzhou.database import outside
from tongzhou.ledger import door, follow, seal
from tongzhou.ledger import heads as heads_file

pytestmark = pytest.mark.postgres


@pytest.fixture
def heads(db, tmp_path, monkeypatch):
    world.furnish()
    path = tmp_path / "heads.jsonl"
    monkeypatch.setattr(heads_file, "file", lambda: path)
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


def test_damaged_lines_are_counted_and_never_stop_the_proof(heads):
    world.say(world.heard(1))
    follow.catch_up()
    whole = heads.read_bytes()
    line = json.loads(whole.splitlines()[-1])
    spoilt = [
        {"n": "x"},
        {"n": None},
        {"n": 10**30},
        {"n": True},
        {"chain": [1]},
        {"chain": 1.5},
        {"head": 7},
        {"head": "x"},
    ]
    lines = [json.dumps(line | one).encode() for one in spoilt] + [b"[" * 100_000, b'{"n": ' + b"9" * 6000 + b"}"]
    heads.write_bytes(b"\n".join([*lines, whole]))
    found = verdict()
    assert found.ok and found.unreadable_heads == len(lines)
    heads.write_bytes(whole + json.dumps(line | {"signature": "00" * 64}).encode())
    assert [one["what"] for one in verdict().findings] == ["signature_wrong"]


def test_old_heads_are_thinned_and_what_was_altered_is_found_all_the_same(heads):
    from django.conf import settings
    from tests_support import admin_dsn

    for n in range(6):
        world.say(world.heard(1 + n))
        follow.advance_or_bury(follow.FOLLOWERS["seal"])
    lines = [json.loads(line) for line in heads.read_bytes().splitlines()]
    now = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
    ages = (
        dt.timedelta(days=9),
        dt.timedelta(days=9),
        dt.timedelta(hours=5),
        dt.timedelta(hours=5),
        *[dt.timedelta()] * 2,
    )
    aged = [line | {"at": (now - age).isoformat()} for line, age in zip(lines, ages, strict=True)]
    disagrees = aged[0] | {"head": "00" * 32}
    heads.write_text("".join(json.dumps(line) + "\n" for line in [disagrees, *aged]) + "torn")

    with door.ledger() as connection:
        assert heads_file.thin(connection, now) == 0, "a small file is left alone"
        assert heads_file.thin(connection, now, grows=0) == 2
    kept, unreadable = outside.read(heads)
    assert kept == [disagrees, aged[1], *aged[3:]] and unreadable == 1
    found = verdict().findings
    assert [one["what"] for one in found] == ["signature_wrong"], found

    # Whoever alters a fact and makes the chain anew cannot sign: the heads of before disagree, and none is dropped.
    heads.write_text("".join(json.dumps(line) + "\n" for line in aged))
    with psycopg.connect(admin_dsn(), dbname=settings.DATABASES["default"]["NAME"]) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from ledger_seal_head")
        admin.execute("update ledger_seal set head = sha256(head) where n >= 2")
    with door.ledger() as connection:
        assert heads_file.thin(connection, now, grows=0) == 0
    assert "head_missing_or_changed" in {one["what"] for one in verdict().findings}
