"""`tongzhou keys`: the weeks' keys of the vault."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tongzhou.cli.setup import data_dir, opened


@click.group()
def keys() -> None:
    """The weeks' keys that open names and telephones; a week's key dies when its last backup has died."""


@keys.command("list")
@data_dir
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def show(data_dir: Path | None, as_json: bool) -> None:
    """Which weeks' keys are here, how many persons each opens, and when it dies."""
    with opened(data_dir, migrate=False):
        from tongzhou import keys as held
        from tongzhou.ledger import door

        held.make_ready()
        with door.ledger() as connection:
            opens = dict(
                connection.execute(
                    "select kek, count(*) from people_vault_key where wrapped is not null group by 1"
                ).fetchall()
            )
        told = [
            {"week": name, "persons": opens.get(name, 0), "here": True, "dies": held.dies(name)}
            for name in sorted(held.vault_keys())
        ]
        told += [
            {"week": name, "persons": n, "here": False, "dies": None}
            for name, n in sorted(opens.items())
            if name not in held.vault_keys()
        ]
    if as_json:
        click.echo(json.dumps(told))
        return
    for one in told:
        dies = f"; dies {one['dies'][:10]}" if one["dies"] else ""
        click.echo(f"{one['week']}  {one['persons']:>9,} persons{dies}{'' if one['here'] else '; NOT HERE'}")


@keys.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@data_dir
def add(file: Path, data_dir: Path | None) -> None:
    """Bring the weeks' keys of FILE (written by `backup --keys`) that are lacking here."""
    with opened(data_dir, migrate=False) as installation:
        from tongzhou.database.keyfile import add_keys
        from tongzhou.database.tools import BackupFailed

        try:
            brought = add_keys(installation, file.resolve())
        except BackupFailed as error:
            raise click.ClickException(str(error)) from None
        if brought:
            from tongzhou.people import epochs

            epochs.turn()
    click.echo(f"Brought: {', '.join(brought)}." if brought else f"{file} holds no key that is lacking here.")


@keys.command()
@data_dir
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def index(data_dir: Path | None, as_json: bool) -> None:
    """Write anew by what names and numbers are found: once, after an upgrade that finds more of them.

    Names in scripts that were not indexed, passports with their letters and telephones with 0086 are found afterwards.
    It may run while others work, be stopped, and run again.
    """
    with opened(data_dir):
        from dataclasses import asdict

        from tongzhou.people.reindex import reindex

        told = asdict(reindex())
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(f"{told['owners']:,} persons: {told['changed']:,} are found by more or by other signs than before.")
    if told["not_here"]:
        click.echo(
            f"{told['not_here']:,} cannot be opened: their week's key is not here (tongzhou keys add).", err=True
        )
