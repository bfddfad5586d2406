"""What a folder of --continuous keeps and throws away: every moment of four weeks, and nothing as old as the keys."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tongzhou import keys
from tongzhou.database import bases, continuous
from tongzhou.database.tools import BackupFailed

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)


def segment(n: int) -> str:
    return f"00000001{n:016X}"


def base(folder: Path, days: float, first: int, name: str = "") -> Path:
    """A base backup that was complete so many days ago."""
    path = folder / (name or (NOW - dt.timedelta(days=days)).strftime("base-%Y%m%dT%H%M%S%fZ"))
    path.mkdir()
    (path / "PG_VERSION").write_text("18")
    (path / "backup_label").write_text(f"START WAL LOCATION: 0/2000028 (file {segment(first)})\nSTART TIME: x\n")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wal").mkdir()
    for n in range(1, 8):
        (tmp_path / "wal" / segment(n)).touch()
    (tmp_path / "wal" / f"00000002{8:016X}.partial").touch()
    (tmp_path / "wal" / "00000002.history").touch()
    return tmp_path


def test_any_moment_of_four_weeks_stays_and_nothing_is_as_old_as_a_dead_key(folder: Path) -> None:
    assert bases.KEEP + bases.EVERY < keys.BACKUPS_DIE
    base(folder, 40, 1), base(folder, 34, 3)
    oldest, young = base(folder, 28.5, 5), base(folder, 20, 7)
    (folder / "going-base-x").mkdir()  # a removal that was cut short
    assert bases.throw_away(folder, NOW) == 2
    assert [one.path for one in bases.held(folder)] == [oldest, young] and not list(folder.glob("going-*"))
    left = sorted(path.name for path in (folder / "wal").iterdir())
    assert left == [segment(5), segment(6), segment(7), "00000002.history", f"00000002{8:016X}.partial"]
    assert bases.throw_away(folder, NOW) == 0


def test_the_last_before_a_moment_is_where_its_restore_begins(folder: Path) -> None:
    old, young = base(folder, 20, 2), base(folder, 10, 4)
    assert bases.for_moment(folder, NOW - dt.timedelta(days=12)).path == old
    assert bases.for_moment(folder, NOW - dt.timedelta(days=10)).path == young
    assert bases.for_moment(folder, None).path == young
    with pytest.raises(BackupFailed, match="before the first"):
        bases.for_moment(folder, NOW - dt.timedelta(days=21))


def test_a_new_one_is_due_after_days_and_a_half_made_one_is_none(folder: Path) -> None:
    assert bases.due(folder, NOW)
    base(folder, 0, 1, "base.part")
    assert bases.due(folder, NOW)
    base(folder, 5.9, 1)
    assert not bases.due(folder, NOW) and bases.due(folder, NOW + dt.timedelta(hours=3))


def test_a_folder_of_an_older_program_counts_and_a_damaged_one_is_named(folder: Path) -> None:
    old = base(folder, 0, 1, "base")
    assert [one.path for one in bases.held(folder)] == [old]
    (old / "backup_label").write_text("")
    with pytest.raises(BackupFailed, match="is damaged"):
        bases.for_moment(folder, None)


def test_the_files_outside_are_followed_when_they_grow_and_when_they_are_replaced(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "kept"
    home.mkdir(), folder.mkdir()
    heads, outside = home / "heads.jsonl", continuous._Outside(home, folder)
    for change in (b"1\n", b"1\n2\n", b"1\n2\n3"):
        heads.write_bytes(change)  # the same file, longer
        outside.copy()
        assert (folder / "heads.jsonl").read_bytes() == change
    part = home / "part"
    part.write_bytes(b"1\n9\n3")  # another file of the same length
    part.replace(heads)
    outside.copy()
    assert (folder / "heads.jsonl").read_bytes() == b"1\n9\n3"
