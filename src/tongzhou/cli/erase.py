"""`tongzhou erase`: a person's request, and what is due."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from tongzhou.cli.setup import data_dir, opened


@click.command()
@click.argument("owners", nargs=-1)
@click.option("--find", "field", type=click.Choice(["telephone", "identity"]), help="Ask for a number and erase by it.")
@click.option("--reason", type=click.Choice(["request", "withdrawn", "sunset"]), default="request", show_default=True)
@click.option("--due", is_flag=True, help="Do now what the sweep does every minute: ended terms, old keys.")
@click.option("--owed", is_flag=True, help="Tell what is overdue. Exit 1 where something is.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@data_dir
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def erase(
    owners: tuple[str, ...],
    field: str | None,
    reason: str,
    due: bool,
    owed: bool,
    yes: bool,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Erase what the vault holds of OWNERS (case/…, contact/…): hidden now, and destroyed by the date it tells."""
    if not (owners or field or due or owed):
        raise click.UsageError("say who: OWNERS as explain shows them, or --find telephone; or --due, or --owed")
    # Never as an argument: what is typed into a command line stays in its history and is seen by everybody on it.
    number = click.prompt(f"The person's {field} number", hide_input=True) if field else ""
    with opened(data_dir):
        from tongzhou.problems import ListBroken

        try:
            told = _done(list(owners), field, number, reason, due, owed, yes)
        except ListBroken as error:
            raise click.ClickException(f"{error}. Put the newest erased.jsonl into the data folder.") from None
    click.echo(json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items()))
    sys.exit(1 if owed and told["owed"] else 0)


def _done(
    owners: list[str], field: str | None, number: str, reason: str, due: bool, owed: bool, yes: bool
) -> dict[str, Any]:
    from tongzhou.ledger import door
    from tongzhou.people import erasing, sweeping, vault
    from tongzhou.people.roles import SORTS
    from tongzhou.people.scope import EVERYWHERE, Holder

    told: dict[str, Any] = {}
    if due:
        told |= sweeping.sweep()
    if owners or field:
        with door.ledger() as connection:
            if field:
                everywhere = Holder(None, {}, dict.fromkeys(SORTS, EVERYWHERE))
                owners += vault.find(connection, field, number, everywhere)
            known = erasing.known(connection, owners)
        if strange := sorted(set(owners) - set(known)):
            raise click.ClickException(f"The vault holds nothing under {', '.join(strange)}.")
        if not known:
            raise click.ClickException("The vault holds nobody with this number.")
        if not yes:
            click.confirm(f"Erase {', '.join(known)}? Nobody can undo it", abort=True, err=True)
        with door.ledger() as connection:
            told["erased"] = erasing.erase(connection, reason, owners=known)
            told |= erasing.last_report(connection)
    with door.ledger() as connection:
        told["owed"] = erasing.owed(connection)
    return told
