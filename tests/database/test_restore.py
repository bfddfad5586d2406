"""Whoever was erased does not come back, and everything else does: under load, after erasures, with old keys."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import world
from commands import ROOT, run, tongzhou
from django.conf import settings

from tongzhou import keys
from tongzhou.database import backup, keyfile, outside, tools
from tongzhou.ledger import door, erased, follow, heads, seal
from tongzhou.people import epochs, erasing, vault

pytestmark = pytest.mark.postgres

# Runs on a restored folder, as the server would: who can be read, who is found, is anything owed.
LOOK = f"""
import json, sys
sys.path[:0] = ["{ROOT}/src"]
from tongzhou.cli.setup import opened
with opened(None):
    from tongzhou.ledger import door
    from tongzhou.people import erasing, vault
    from tongzhou.people.scope import EVERYWHERE, Holder
    everybody = Holder(None, {{}}, {{"cases": EVERYWHERE}})
    with door.ledger() as c:
        rows = c.execute("select owner from people_vault_key where wrapped is not null order by 1").fetchall()
        names = {{owner: vault._open(c, owner, ["name"]).get("name") for (owner,) in rows}}
        found = vault.find(c, "telephone", "13900000000", everybody)
        left = c.execute("select count(*) from people_vault_item").fetchone()[0]
        why = [r for (r,) in c.execute("select reason from people_deletion_report order by id")]
        print(json.dumps({{"names": names, "found": found, "items": left, "why": why, "owed": erasing.owed(c)}}))
"""


def look(home: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run(home, [sys.executable, "-c", LOOK]).stdout.splitlines()[-1])
    return told


@dataclass
class Place:
    """An installation with a database of its own and files of its own."""

    db: str
    home: Path
    folder: Path

    def __post_init__(self) -> None:
        self.installation = type(settings.INSTALLATION)(settings.INSTALLATION.home, self.db)

    def put(self, *owners: str) -> None:
        with door.ledger() as connection:
            for owner in owners:
                held = {"name": f"陈{owner[-1]}", "telephone": "13900000000"}
                vault.put(connection, owner, held, place=6, sees="cases")

    def erase(self, owner: str) -> None:
        with door.ledger() as connection:
            assert erasing.erase(connection, "request", owners=[owner]) == 1

    def restore(self, name: str, *more: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return tongzhou(self.folder / name, "restore", str(self.folder / "b.tar"), "--json", *more, check=check)

    def path(self, name: str) -> str:
        return str(self.folder / name)


@pytest.fixture
def place(db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("TONGZHOU_KEYS", str(tmp_path / "keys"))
    world.furnish()
    return Place(db, settings.INSTALLATION.home, tmp_path)


def test_erased_persons_stay_erased_whichever_backup_is_restored(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.put("case/1", "case/2", "case/3")
    place.erase("case/3")
    backup.write(place.installation, place.folder / "b.tar")
    keyfile.write_keys(place.installation, place.folder / "k.tar")
    shutil.copyfile(erased.file(), place.folder / "older.jsonl")
    place.erase("case/1")
    shutil.copyfile(erased.file(), place.folder / "newest.jsonl")
    monkeypatch.delenv("TONGZHOU_KEYS")

    asked = place.restore("a", check=False)
    assert asked.returncode == 2 and "--erased FILE" in asked.stderr and not (place.folder / "a").exists()
    lines = [line for line in outside.read(place.folder / "newest.jsonl")[0] if line["database"] == place.db]
    outside.append(place.folder / "cut.jsonl", [line for line in lines if line["n"] != 1])
    for bad, why in (("cut.jsonl", "line 1 is missing"), ("k.tar", "it is older")):
        refused = place.restore(f"b{bad}", "--keys", place.path("k.tar"), "--erased", place.path(bad), check=False)
        assert refused.returncode == 1 and why in refused.stderr
        assert "did not finish" in tongzhou(place.folder / f"b{bad}", "verify", check=False).stderr

    told = json.loads(place.restore("c", "--keys", place.path("k.tar"), "--erased", place.path("newest.jsonl")).stdout)
    assert told["ok"] and told["list"] == lines[-1]["n"] and told["keys_lacking"] == {} and told["owed"] == {}
    there = look(place.folder / "c")
    assert there["names"] == {"case/2": "陈2"} and there["found"] == ["case/2"] and there["items"] == 2
    assert there["why"] == ["request", "restored"]

    told = json.loads(place.restore("d", "--keys", place.path("k.tar"), "--erased-lost").stdout)
    there = look(place.folder / "d")
    assert set(there["names"]) == {"case/1", "case/2"} and there["why"][-1] == "list_lost"


def test_a_backup_under_load_restores_whole(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, said = threading.Event(), []

    def load() -> None:
        while not stop.is_set():
            said.append(world.say(world.heard(1 + len(said) % 40)))
            follow.advance_or_bury(follow.FOLLOWERS["seal"])

    writer = threading.Thread(target=load)
    writer.start()
    try:
        while len(said) < 20:
            stop.wait(0.05)
        manifest = backup.write(place.installation, place.folder / "b.tar")
    finally:
        stop.set()
        writer.join()
    whole = heads.file().read_bytes()
    with heads.file().open("ab") as file:
        file.write(b'{"database": "torn')
    # As programs before this one wrote it: heads from after the dump.
    with door.ledger() as connection:
        assert seal.verify(connection).links > manifest["links"]
    keyfile.write_keys(place.installation, place.folder / "k.tar")
    _replace_in_tar(place.folder / "b.tar", "heads.jsonl", heads.file().read_bytes())
    heads.file().write_bytes(whole)  # the file is the whole run's
    monkeypatch.delenv("TONGZHOU_KEYS")
    told = json.loads(place.restore("a", "--keys", place.path("k.tar"), "--erased-lost").stdout)
    assert told["ok"] and told["found"]["facts"] == manifest["facts"] and told["sealed_later"] > 0
    verified = json.loads(tongzhou(place.folder / "a", "verify", "--json").stdout)
    assert verified["ok"] and verified["links"] == manifest["links"]


def test_old_keys_open_what_was_sealed_weeks_later_and_lacking_ones_can_be_brought(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("case/1")
    keyfile.write_keys(place.installation, place.folder / "old.tar")
    now = dt.datetime.now(dt.UTC)
    week = keys.make_ready(now + dt.timedelta(weeks=4))
    epochs.turn(now + dt.timedelta(weeks=4))
    place.put("case/2")
    backup.write(place.installation, place.folder / "b.tar")
    monkeypatch.delenv("TONGZHOU_KEYS")
    told = json.loads(place.restore("a", "--keys", place.path("old.tar"), "--erased-lost").stdout)
    assert told["ok"] and told["keys_lacking"] == {}
    assert look(place.folder / "a")["names"] == {"case/1": "陈1", "case/2": "陈2"}

    shutil.copytree(place.folder / "keys", place.folder / "less/keys")
    (place.folder / f"less/keys/vault/{week}").unlink()
    less = type(settings.INSTALLATION)(place.folder / "less", place.db)
    shutil.copyfile(place.home / "secrets.json", place.folder / "less/secrets.json")
    keyfile.write_keys(less, place.folder / "less.tar")
    lacking = place.restore("b", "--keys", place.path("less.tar"), "--erased-lost")
    assert json.loads(lacking.stdout)["keys_lacking"] == {week: 2} and "tongzhou keys add" in lacking.stderr
    assert f"Brought: {week}" in tongzhou(place.folder / "b", "keys", "add", place.path("old.tar")).stdout
    assert look(place.folder / "b")["names"] == {"case/1": "陈1", "case/2": "陈2"}


def test_a_full_disk_is_called_a_full_disk(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    given = place.installation.connection("tongzhou_owner")
    with pytest.raises(tools.BackupFailed, match="The disk is full: pg_dump could not write"):
        tools.run(["pg_dump", "-Fc", "-f", "/dev/full"], dict(given))
    with pytest.raises(tools.BackupFailed, match="is full"), tools.disk_told(place.folder):
        Path("/dev/full").write_bytes(b"x" * 100_000)


def test_what_a_killed_backup_left_does_not_outlive_its_term(place: Place) -> None:
    dump, copy, young = (place.folder / name for name in (".tongzhou-backup-x", ".k.tar.4711", ".k.tar.4712"))
    dump.mkdir()
    for path in (dump / "database.dump", copy, young):
        path.write_bytes(b"keys and names")
    for path in (dump, copy):
        os.utime(path, (0, 0))
    backup.write(place.installation, place.folder / "b.tar")
    keyfile.write_keys(place.installation, place.folder / "k.tar")
    assert not dump.exists() and not copy.exists() and young.exists()


def test_what_is_damaged_is_said_in_one_sentence(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.put("case/1")
    backup.write(place.installation, place.folder / "b.tar")
    keyfile.write_keys(place.installation, place.folder / "k.tar")
    week = max(keys.vault_keys())
    monkeypatch.delenv("TONGZHOU_KEYS", raising=False)
    manifest = {"format": 1, "facts": 0, "appends": 0, "rows": 0, "links": 0}
    for n, (file, name, content, word) in enumerate((
        ("b.tar", "manifest.json", b"[]", "does not say"),
        ("b.tar", "manifest.json", b"\xff\xfe", "does not say"),
        ("b.tar", "manifest.json", json.dumps(manifest).encode(), "does not say"),
        ("b.tar", "database.dump", None, "no database.dump"),
        ("k.tar", "secrets.json", b"{", "is damaged"),
        ("k.tar", "keys/seal.pem", b"junk", "is damaged"),
        ("k.tar", f"keys/vault/{week}", b"AAAA", "is damaged"),
    )):  # fmt: skip
        whole = (place.folder / file).read_bytes()
        _replace_in_tar(place.folder / file, name, content)
        told = place.restore(f"new{n}", "--keys", place.path("k.tar"), "--erased-lost", check=False)
        assert told.returncode == 1 and word in told.stderr and "Traceback" not in told.stderr, (name, told.stderr)
        (place.folder / file).write_bytes(whole)


def _replace_in_tar(path: Path, name: str, content: bytes | None) -> None:
    """Put other bytes, or nothing at all, in the place of one file."""
    import tarfile
    import tempfile

    from tongzhou.database import archive

    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(path) as tar:
            names = list(dict.fromkeys([*(one.name for one in tar if one.isfile()), name]))
            archive.unpack(tar, Path(scratch))
        if content is None:
            names.remove(name)
        else:
            (Path(scratch) / name).write_bytes(content)
        with tarfile.open(path, "w") as tar:
            for one in names:
                tar.add(Path(scratch) / one, one)
