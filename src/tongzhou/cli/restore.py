"""`tongzhou restore`: from a backup to a ledger that is proved, with nobody in it who was erased since."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from tongzhou.cli.backup import say
from tongzhou.cli.setup import UNFINISHED, bring_up_to_date, data_dir, opened

DEMAND = (
    "Who was erased since this backup was made is told by the newest list of the erased: erased.jsonl of the data "
    "folder, of a folder of --continuous, or /erasures/list.jsonl of the server. Give it with --erased FILE. Where it "
    "is lost for good, --erased-lost restores with the backup's own list and says so in public."
)


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@data_dir
@click.option("--keys", type=click.Path(path_type=Path, exists=True), help="File of keys that `backup --keys` wrote.")
@click.option("--erased", type=click.Path(path_type=Path, exists=True), help="The newest list of the erased.")
@click.option("--erased-lost", is_flag=True, help="There is no newer list than the backup's own.")
@click.option("--until", help="With a folder: the moment to restore, as 2026-11-23T10:00+08:00.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def restore(
    source: Path,
    data_dir: Path | None,
    keys: Path | None,
    erased: Path | None,
    erased_lost: bool,
    until: str | None,
    as_json: bool,
) -> None:
    """Restore SOURCE (a file of --out or a folder of --continuous) into a new, empty installation and verify it."""
    moment = _moment(until)
    if moment and not source.is_dir():
        raise click.BadParameter("a file holds one moment only; --until needs a folder of --continuous")
    if source.is_dir() and erased is None and (source / "erased.jsonl").exists():
        erased = source / "erased.jsonl"  # kept up to the second, as the changes are
    if erased is None and not erased_lost:
        raise click.UsageError(DEMAND)
    if data_dir is not None:
        os.environ["TONGZHOU_DATA_DIR"] = str(data_dir.resolve())
    from tongzhou.database import keyfile
    from tongzhou.database.roles import Installation
    from tongzhou.database.tools import BackupFailed

    installation = Installation.here()
    try:
        if keys:
            keyfile.read_keys(installation, keys.resolve())
        with _unfinished(installation.home):
            told = _restored(installation, source.resolve(), moment, erased, signed=keys is not None)
    except BackupFailed as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(f"{told['found']['facts']:,} facts restored; {told['links']:,} links of the seal hold.")
        click.echo(f"The list of the erased ends with number {told['list']}: compare with the newest situation report.")
    sys.exit(0 if told["ok"] else 1)


@contextmanager
def _unfinished(home: Path) -> Iterator[None]:
    """Until the end nobody else may open this folder: what was erased may still be readable in it."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = home / UNFINISHED
    mark.touch()
    yield
    mark.unlink()


def _restored(
    installation: Any, source: Path, moment: dt.datetime | None, brought: Path | None, *, signed: bool
) -> dict[str, Any]:
    from tongzhou.database import backup, continuous

    if source.is_dir():
        continuous.read_until(installation, source, moment)
        with opened(None, migrate=False, restoring=True):
            told: dict[str, Any] = {"sealed_later": continuous.outside_of(installation, source)}
            _take_list([], "", brought, signed)
            return _finish(told, lost=brought is None)
    with backup.opened(installation, source) as archive, opened(None, migrate=False, restoring=True):
        _take_list_of(archive, brought, signed)
        told = backup.read(installation, archive)
        return _finish(told, lost=brought is None)


def _take_list_of(archive: Any, brought: Path | None, signed: bool) -> None:
    from tongzhou.ledger import erased

    was = archive.manifest.get("database", "")
    _take_list(erased.lines(was, archive.folder / "erased.jsonl"), was, brought, signed)


def _take_list(kept: list[dict[str, Any]], was: str, brought: Path | None, signed: bool) -> None:
    """Put the newest list in place before anything can be read."""
    from django.conf import settings

    from tongzhou.database.tools import BackupFailed
    from tongzhou.ledger import erased
    from tongzhou.problems import ListBroken

    try:
        lines = erased.newest(kept, erased.brought(brought, was), signatures=signed) if brought else kept
    except ListBroken as error:
        raise BackupFailed(f"{brought} cannot be used: {error}. Bring the newest list of the erased.") from None
    erased.adopt(lines, str(settings.DATABASES["default"]["NAME"]))


def _finish(told: dict[str, Any], *, lost: bool) -> dict[str, Any]:
    """Bring the restored database up to date, put the followers where they were, and prove the ledger.

    The persons on the list are erased as the last of the migrations, before anything else is read.
    """
    from tongzhou.ledger import door, erased, follow, seal
    from tongzhou.people import epochs, erasing, staff

    if "manifest" in told:
        with staff.owner() as owner:
            follow.after_restore(owner)
    bring_up_to_date(say)
    with door.ledger() as connection:
        verdict = seal.verify(connection)
    epochs.turn()
    if lost:
        with door.ledger() as connection:
            erasing.tell_list_lost(connection)
    with door.ledger() as connection:
        row = connection.execute("select count(*) from ledger_fact").fetchone()
        unopened = connection.execute(
            "select kek, count(*) from people_vault_key where wrapped is not null and kek <> %s group by 1 order by 1",
            [epochs.searching(connection)],
        ).fetchall()
        told["list"] = erased.tip(connection.info.dbname)[0]
        told["owed"] = erasing.owed(connection)
    told.setdefault("found", {"facts": row[0] if row else 0})
    told |= {"ok": verdict.ok, "links": verdict.links, "findings": verdict.findings, "keys_lacking": dict(unopened)}
    if told.get("manifest") and any(told["manifest"][name] != n for name, n in told["found"].items()):
        told["ok"] = False
        told["findings"].append({"what": "counts_differ", "backup": told["manifest"], "found": told["found"]})
    for finding in told["findings"]:
        say(f"FOUND {finding}")
    if later := told.get("sealed_later"):
        say(f"{later} heads are of later than this backup: what was said after it is not in it (phones send again).")
    for week, n in unopened:
        say(f"{n} persons are sealed under key {week}, which is not here: tongzhou keys add FILE, then wait a minute.")
    return told


def _moment(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is not a moment like 2026-11-23T10:00+08:00", param_hint="--until"
        ) from None
    if moment.tzinfo is None:
        raise click.BadParameter("say the zone as well, as in 2026-11-23T10:00+08:00", param_hint="--until")
    return moment
