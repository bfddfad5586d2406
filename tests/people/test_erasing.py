"""The list of the erased stands outside the database, is synced before it, and is held against what comes back."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import world
from django.conf import settings

from tongzhou import keys, problems
from tongzhou.database import outside
from tongzhou.ledger import door, erased
from tongzhou.people import erasing, sweeping, vault
from tongzhou.problems import NotFound

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(db, tmp_path, monkeypatch):
    monkeypatch.setattr(erased, "file", lambda: tmp_path / "erased.jsonl")
    return world.furnish()


def put(*owners, **more):
    with door.ledger() as connection:
        for owner in owners:
            vault.put(connection, owner, {"name": "张三", "telephone": "13900000000"}, place=6, sees="cases", **more)


def erase(*owners, reason="request"):
    with door.ledger() as connection:
        return erasing.erase(connection, reason, owners=owners)


def living():
    with door.ledger() as connection:
        rows = connection.execute("select owner from people_vault_key where wrapped is not null order by 1")
        return [owner for (owner,) in rows]


def held():
    return erased.lines(settings.DATABASES["default"]["NAME"])


def test_the_list_names_nobody_and_nothing_can_be_taken_out_of_it(staff):
    put("case/1", "case/2", "contact/3")
    erase("case/1", "contact/3")
    erase("case/2")
    lines = held()
    assert [(line["n"], len(line["erased"]), line["reason"]) for line in lines] == [
        (1, 2, "request"),
        (2, 1, "request"),
    ]
    assert "case/" not in erased.file().read_text() and "张" not in erased.file().read_text()
    erased.check(lines)
    for broken, what in (
        (lines[1:], "line 1 is missing"),
        ([{**lines[0], "erased": []}, lines[1]], "line 1 was altered"),
        ([lines[0], {**lines[1], "signature": lines[0]["signature"]}], "line 2 is not signed"),
    ):
        with pytest.raises(problems.ListBroken, match=what):
            erased.check(broken)


def test_the_line_is_synced_before_the_commit_and_an_erasure_that_was_cut_short_is_done(staff):
    put("case/1")
    with pytest.raises(ZeroDivisionError), door.ledger() as connection:
        erasing.erase(connection, "request", owners=["case/1"])
        raise ZeroDivisionError  # the power goes between the list and the commit
    assert living() == ["case/1"] and len(held()) == 1
    assert sweeping.sweep()["reconciled"] == 1
    assert living() == [] and len(held()) == 1


def test_no_list_no_erasure(staff, monkeypatch):
    put("case/1")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outside, "append", full)
    with pytest.raises(OSError):
        erase("case/1")
    assert living() == ["case/1"]


def test_whoever_was_erased_is_not_taken_in_again(staff):
    put("case/1", "case/2")
    erase("case/1")
    with door.ledger() as connection:  # as an older backup would leave it
        connection.execute("update people_vault_key set owner = 'case/other' where owner = 'case/1'")
    with pytest.raises(NotFound):
        put("case/1")
    with door.ledger() as connection:
        held = [vault.Held("case/1", {"name": "张三"}, 6), vault.Held("case/9", {"name": "李四"}, 6)]
        vault.put_many(connection, held, sees="cases")
    assert living() == ["case/2", "case/9"]


def test_list_and_database_give_each_other_what_they_lack(staff):
    put("case/1", "case/2")
    erase("case/1")
    whole = erased.file().read_bytes()
    erased.file().write_bytes(b"")  # the data folder came from an older copy
    assert sweeping.sweep()["reconciled"] == 0
    assert [line["n"] for line in held()] == [1]
    erase("case/2")
    erased.check(held())
    assert erased.file().read_bytes() != whole


def test_an_erasure_goes_on_from_the_lists_end_however_the_file_was_cut(staff):
    put("case/1", "case/2", "case/3")
    erase("case/1")
    erase("case/2")
    erased.file().write_bytes(b"".join(erased.file().read_bytes().splitlines(keepends=True)[:1]))
    erase("case/3")  # before any sweep
    assert [line["n"] for line in held()] == [1, 2, 3]
    erased.check(held())
    assert sweeping.sweep()["reconciled"] == 0


def test_what_a_damage_made_of_a_line_erases_nobody_and_stops_nothing(staff):
    put("case/1", "case/2")
    erase("case/1")
    whole = erased.file().read_bytes()
    line = held()[0]
    for spoilt in (
        {"erased": None},
        {"erased": ["zz"]},
        {"erased": "ff"},
        {"head": 1},
        {"n": True},
        {"n": 10**30},
        {"n": -1},
    ):
        more = json.dumps({**line, "n": 2, **spoilt}).encode() + b"\n"
        erased.file().write_bytes(whole + more)
        assert sweeping.sweep()["reconciled"] == 0
        assert living() == ["case/2"]
    forged = {**line, "n": 2, "erased": [erased.digest("case/2")]}  # without its head
    erased.file().write_bytes(whole + json.dumps(forged).encode() + b"\n")
    assert "reconciled" not in sweeping.sweep() and living() == ["case/2"]


def test_a_list_that_contradicts_is_refused(staff):
    put("case/1")
    erase("case/1")
    line = json.loads(erased.file().read_text())
    erased.file().write_text(json.dumps({**line, "head": "0" * 64}) + "\n")
    with pytest.raises(problems.ListBroken, match="line 1"), door.ledger() as connection:
        erasing.reconcile(connection)


def test_who_was_erased_before_there_was_a_list_is_on_it(staff):
    put("case/1", "case/2")
    with door.ledger() as connection:
        connection.execute("update people_vault_key set wrapped = null where owner = 'case/1'")
        erasing.reconcile(connection)
    assert [(line["reason"], line["erased"]) for line in held()] == [("before_lists", [erased.digest("case/1")])]


def test_terms_end_by_themselves_and_are_owed_when_they_do_not(staff, monkeypatch):
    put("exception/1", "gate/1", "manifest/1", "text/1", "import/1", "case/1")
    now = dt.datetime.now(dt.UTC)
    with door.ledger() as connection:
        rows = connection.execute("select owner, expires_at from people_vault_key where expires_at is not null")
        days = {owner: (at - now + dt.timedelta(minutes=1)).days for owner, at in rows}
        assert days == {"exception/1": 28, "gate/1": 14, "manifest/1": 28, "text/1": 90, "import/1": 7}
        connection.execute("update people_vault_key set expires_at = expires_at - interval '15 days'")
        assert erasing.owed(connection) == {"terms_ended": 2}
    monkeypatch.setattr(outside, "append", lambda *_: 1 / 0)
    assert "expired" not in sweeping.sweep()
    with door.ledger() as connection:
        assert erasing.owed(connection) == {"terms_ended": 2}
    monkeypatch.undo()
    monkeypatch.setattr(erased, "file", lambda: settings.INSTALLATION.home / "erased-again.jsonl")
    assert sweeping.sweep()["expired"] == 2
    with door.ledger() as connection:
        assert erasing.owed(connection) == {}
    assert living() == ["case/1", "exception/1", "manifest/1", "text/1"]


def test_a_contacts_term_runs_from_the_end_of_the_observation(staff):
    from tongzhou.ledger import clock

    with door.ledger() as connection:
        clock.simulate(connection, "exercise", world.NOW)
    body = {"case": "0170bbd2-0000-7000-8000-000000000004", "category": "household", "close": True,
            "first_day": "2020-03-01", "last_day": "2020-03-02"}  # fmt: skip
    named = world.said("contact.named", body, place=3)
    receipt = world.say(named)
    assert not receipt.refused, receipt.refused
    put(f"contact/{named.id}")
    sweeping.sweep()
    with door.ledger() as connection:
        (ends,) = connection.execute("select expires_at from people_vault_key").fetchone()
    assert ends.date() == dt.date(2020, 3, 3) + dt.timedelta(days=14 + 28)  # the last day is over at 24:00


def test_the_report_is_signed_and_tells_when_backups_are_through(staff):
    put("case/1", "contact/2")
    erase("case/1", "contact/2")
    with door.ledger() as connection:
        told, signature, by = connection.execute(
            "select told, signature, destroyed_by from people_deletion_report"
        ).fetchone()
    keys.verify_key().verify(bytes(signature), told.encode())
    said = json.loads(told)
    assert (said["keys"], said["reason"], said["list"], said["destroyed_by"]) == (2, "request", 1, str(by))


def test_the_lists_head_is_published_with_the_seals(staff):
    from tongzhou.ledger import follow, heads

    put("case/1")
    erase("case/1")
    world.say(world.heard(1))
    follow.catch_up()
    head = outside.read(heads.file())[0][-1]
    assert head["database"] == settings.DATABASES["default"]["NAME"]
    assert head["erased"] == [1, held()[-1]["head"]]
    assert held()[-1]["head"] in world.page("duty", "/report/sitrep")


def test_a_list_of_one_installation_is_read_under_whatever_name_its_database_had(staff, tmp_path):
    put("case/1")
    erase("case/1")
    assert erased.brought(erased.file(), "another") == held()
    two = tmp_path / "two.jsonl"
    outside.append(two, [*held(), {**held()[0], "database": "third"}])
    assert erased.brought(two, "another") == [] and erased.brought(two, held()[0]["database"]) == held()
