"""`tongzhou backup`."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from threading import Event
from typing import Any

import click

from tongzhou.cli.setup import data_dir, opened

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
        from tongzhou.database.continuous import keep_up
        from tongzhou.database.keyfile import write_keys
        from tongzhou.database.tools import BackupFailed

        try:
            told: dict[str, Any] = {}
            if keys:
                write_keys(installation, keys.resolve())
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
                keep_up(installation, continuous.resolve(), stop, say)
        except BackupFailed as error:
            raise click.ClickException(str(error)) from None
        if as_json:
            click.echo(json.dumps(told))
