"""`tongzhou backup` and `tongzhou restore`."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from pathlib import Path
from threading import Event
from typing import Any

import click

from tongzhou.cli.setup import bring_up_to_date, data_dir, opened

path = click.Path(path_type=Path)


def say(sentence: str) -> None:
    click.echo(sentence, err=True)


@click.command()
@data_dir
@click.option("--out", type=path, help="File for the whole database (without keys).")
@click.option("--keys", type=path, help="File for keys and passwords. Keep it apart from the backup.")
@click.option("--continuous", type=click.Path(path_type=Path, file_okay=False), help="Folder kept up to the second.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def backup(data_dir: Path | None, out: Path | None, keys: Path | None, continuous: Path | None, as_json: bool) -> None:
    """Back up the ledger while it runs: --out a file, --continuous a folder for restoring any moment."""
    if not (out or keys or continuous):
        raise click.UsageError("say what to write: --out FILE, --keys FILE or --continuous FOLDER")
    for file in (out, keys):
        if file and not file.resolve().parent.is_dir():
            raise click.BadParameter(f"there is no folder {file.resolve().parent}")
    with opened(data_dir, migrate=False) as installation:
        from rich.console import Console

        from tongzhou.database import backup as work

        try:
            told: dict[str, Any] = {}
            if keys:
                work.write_keys(installation, keys.resolve())
                told["keys"] = str(keys)
                say(f"Keys are in {keys}. Whoever has them and a backup can read names: keep them apart.")
            if out:
                with Console(stderr=True).status("Backing up"):
                    told |= work.write(installation, out.resolve())
                told["file"], told["bytes"] = str(out), out.stat().st_size
                say(f"{told['facts']:,} facts are in {out} ({told['bytes'] / 1e6:.1f} MB).")
            if continuous:
                stop = Event()
                for number in (signal.SIGINT, signal.SIGTERM):
                    signal.signal(number, lambda *_: stop.set())
                work.keep_up(installation, continuous.resolve(), stop, say)
        except work.BackupFailed as error:
            raise click.ClickException(str(error)) from None
        if as_json:
            click.echo(json.dumps(told))


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@data_dir
@click.option("--keys", type=click.Path(path_type=Path, exists=True), help="File of keys that `backup --keys` wrote.")
@click.option("--until", help="With a folder: the moment to restore, as 2026-11-23T10:00+08:00.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def restore(source: Path, data_dir: Path | None, keys: Path | None, until: str | None, as_json: bool) -> None:
    """Restore SOURCE (a file of --out or a folder of --continuous) into a new, empty installation and verify it."""
    moment = _moment(until)
    if data_dir is not None:
        os.environ["TONGZHOU_DATA_DIR"] = str(data_dir.resolve())
    from tongzhou.database import backup as work
    from tongzhou.database.roles import Installation

    installation = Installation.here()
    try:
        if keys:
            work.read_keys(installation, keys.resolve())
        if source.is_dir():
            work.read_until(installation, source.resolve(), moment)
        elif moment:
            raise click.BadParameter("a file holds one moment only; --until needs a folder of --continuous")
        with opened(None, migrate=False):
            told = {} if source.is_dir() else work.read(installation, source.resolve())
            _finish(told)
    except work.BackupFailed as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(f"{told['found']['facts']:,} facts restored; {told['links']:,} links of the seal hold.")
    sys.exit(0 if told["ok"] else 1)


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


def _finish(told: dict[str, Any]) -> None:
    """Bring the restored database up to date, put the followers where they were, and prove the ledger."""
    from tongzhou.ledger import door, follow, seal
    from tongzhou.people import staff

    if told:
        with staff.owner() as owner:
            follow.after_restore(owner)
    bring_up_to_date(say)
    with door.ledger() as connection:
        verdict = seal.verify(connection)
        facts = connection.execute("select count(*) from ledger_fact").fetchone()
    told.setdefault("found", {"facts": facts[0] if facts else 0})
    told |= {"ok": verdict.ok, "links": verdict.links, "findings": verdict.findings}
    if told.get("manifest") and any(told["manifest"][name] != n for name, n in told["found"].items()):
        told["ok"] = False
        told["findings"].append({"what": "counts_differ", "backup": told["manifest"], "found": told["found"]})
    for finding in told["findings"]:
        say(f"FOUND {finding}")
