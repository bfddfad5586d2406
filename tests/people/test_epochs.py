"""The week's key turns under the living, and dies when the last backup that needs it has died."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import world

from tongzhou import keys, problems
from tongzhou.ledger import door
from tongzhou.people import epochs, erasing, sealing, sweeping, vault
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
TODAY = dt.datetime.now(dt.UTC)
NOW = TODAY.replace(hour=12) - dt.timedelta(days=TODAY.weekday() - 2)  # some hours later it is still the same week
WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def staff(db, tmp_path, monkeypatch):
    monkeypatch.setenv("TONGZHOU_KEYS", str(tmp_path / "keys"))
    return world.furnish()


def put(n, **fields):
    with door.ledger() as connection:
        held = fields or {"name": f"陈小{'明亮光'[n % 3]}", "telephone": f"1380000{n:04}"}
        return vault.put(connection, f"case/{n}", held, place=6, sees="cases")


def found(staff, telephone):
    with door.ledger() as connection:
        return vault.find(connection, "telephone", telephone, holder_of(staff["lin"]))


def one(query):
    with door.ledger() as connection:
        return connection.execute(query).fetchone()[0]


def test_a_file_of_keys_written_today_opens_what_is_sealed_in_five_weeks(staff):
    keys.make_ready(NOW)
    assert {keys.week(NOW + n * WEEK) for n in range(6)} == {name[:6] for name in keys.vault_keys()}
    assert keys.make_ready(NOW) == min(keys.vault_keys()) and len(keys.vault_keys()) == 6


def test_the_living_are_wrapped_anew_and_found_before_during_and_after(staff):
    for n in range(5):
        put(n)
    week, then = keys.make_ready(NOW), NOW + WEEK
    digests = one("select array_agg(digest order by digest) from people_vault_index where field = 'telephone'")
    with door.ledger() as connection:  # the week has begun to turn; somebody is put in before it is done
        connection.execute("update people_vault_turn set turning = %s", [keys.make_ready(then)])
    put(5)
    assert one("select count(distinct epoch) from people_vault_index where owner = 'case/5'") == 2
    assert found(staff, "13800000005") == ["case/5"] and found(staff, "13800000001") == ["case/1"]
    assert epochs.turn(then) == 5
    assert one("select count(*) from people_vault_key where kek <> '" + keys.make_ready(then) + "'") == 0
    assert [found(staff, f"1380000{n:04}") for n in range(6)] == [[f"case/{n}"] for n in range(6)]
    put(6)  # an old list that is being read in still meets those who are put in now
    assert one("select count(distinct epoch) from people_vault_index where owner = 'case/6'") == 2
    assert epochs.turn(then + dt.timedelta(hours=2)) == 0
    assert one("select count(*) from people_vault_index where epoch = '" + week + "'") == 0
    after = one("select array_agg(digest order by digest) from people_vault_index where field = 'telephone'")
    assert not set(digests) & set(after), "a telephone must not be found in an old backup by this week's key"
    with door.ledger() as connection:
        lin = holder_of(staff["lin"])
        assert vault.read(connection, "case/3", lin, "investigation", ["telephone"]) == {"telephone": "13800000003"}
        assert vault.find(connection, "name", "陈小光", lin) == ["case/2", "case/5"]


def test_doubles_are_counted_once_while_the_week_turns(staff):
    put(1, name="陈小明", telephone="13900000001")
    put(2, name="陈小明", telephone="13900000001")
    epochs.turn(NOW + WEEK)
    put(3, name="陈小明", telephone="13900000001")
    assert one("select count(distinct epoch) from people_vault_index") == 2
    with door.ledger() as connection:
        lin = holder_of(staff["lin"])
        assert vault.shared_numbers(connection, lin) == [("telephone", ["case/1", "case/2", "case/3"])]
        assert vault.same(connection, "case/1", lin) == ["case/2", "case/3"]
        assert vault.namesakes(connection, "case/3", lin) == ["case/1", "case/2"]


def test_a_key_dies_35_days_after_nothing_living_needs_it_and_not_before(staff):
    put(1)
    old = keys.make_ready(NOW)
    assert epochs.bury(NOW) == [] and epochs.turn(NOW + WEEK) == 1
    turned = NOW + WEEK + dt.timedelta(hours=2)
    epochs.turn(turned)
    assert epochs.bury(turned) == [] and old in keys.vault_keys()
    with door.ledger() as connection:
        assert erasing.erase(connection, "request", owners=["case/1"]) == 1
        (dies,) = connection.execute("select destroyed_by from people_deletion_report").fetchone()
    assert NOW.date() + dt.timedelta(days=36) <= dies <= NOW.date() + dt.timedelta(days=43)
    assert epochs.bury(turned + dt.timedelta(days=34)) == [] and old in keys.vault_keys()
    assert old in epochs.bury(turned + dt.timedelta(days=35)) and old not in keys.vault_keys()
    assert one("select d.at is not null from people_deletion_report r join erasure_destroyed d on d.week = r.epoch")
    with pytest.raises(problems.KeyNotHere):
        sealing.blind("telephone", "1", "200001")


def test_a_key_that_is_in_use_again_is_not_destroyed(staff):
    put(1)
    old, later = keys.make_ready(NOW), NOW + WEEK + dt.timedelta(hours=2)
    epochs.turn(later)
    epochs.turn(later + dt.timedelta(hours=2))
    epochs.bury(later)
    with door.ledger() as connection:  # as a restored backup brings it
        key = vault._key(connection, "case/1")
        connection.execute(
            "update people_vault_key set wrapped = %s, kek = %s", [sealing.wrap("case/1", key, old), old]
        )
    assert epochs.bury(later + dt.timedelta(days=60)) == [] and old in keys.vault_keys()


def test_a_missing_key_is_a_sentence_and_stops_no_other(staff):
    put(1)
    with door.ledger() as connection:
        connection.execute("update people_vault_key set kek = '201901'")
    put(2)
    done = sweeping.sweep(NOW + WEEK)
    assert done["rewrapped"] == 1
    with door.ledger() as connection:
        with pytest.raises(problems.KeyNotHere):
            vault.read(connection, "case/1", holder_of(staff["lin"]), "investigation")
        assert erasing.owed(connection)["key_not_here"] == 1


def test_who_is_put_in_while_the_week_turns_is_never_missed(staff):
    for n in range(30):
        put(n)

    stop, put_in = threading.Event(), []

    def go_on():
        n = 100
        while not stop.is_set():
            put_in.append(put(n))
            n += 1

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        for n in range(1, 4):
            epochs.turn(NOW + n * WEEK)
            epochs.turn(NOW + n * WEEK + dt.timedelta(hours=2))
    finally:
        stop.set()
        writer.join()
    epochs.turn(NOW + 3 * WEEK + dt.timedelta(hours=4))
    assert put_in
    for owner in [f"case/{n}" for n in range(30)] + put_in:
        assert found(staff, f"1380000{int(owner[5:]):04}") == [owner]
    assert one("select count(distinct epoch) from people_vault_index") == 1


def test_what_an_older_program_sealed_is_found_opened_and_wrapped_anew(staff):
    """Before there were weeks: one key for ever, and one for the index."""
    import base64
    import os

    folder = keys.folder() / "vault"
    folder.mkdir(mode=0o700)
    (folder / "0001").write_bytes(base64.b64encode(os.urandom(32)))
    with door.ledger() as connection:  # as the upgrade leaves it
        connection.execute("insert into people_vault_turn (searching) values ('0001')")
    put(1)
    assert one("select kek from people_vault_key") == "0001" and found(staff, "13800000001") == ["case/1"]
    assert epochs.turn(NOW) == 1 and one("select kek from people_vault_key") == keys.make_ready(NOW)
    assert found(staff, "13800000001") == ["case/1"]
    epochs.turn(NOW + dt.timedelta(hours=2))
    assert one("select count(*) from people_vault_index where epoch = '0001'") == 0
    epochs.bury(NOW)
    assert "0001" in epochs.bury(NOW + dt.timedelta(days=35))
    with door.ledger() as connection:
        read = vault.read(connection, "case/1", holder_of(staff["lin"]), "investigation", ["telephone"])
    assert read == {"telephone": "13800000001"}
