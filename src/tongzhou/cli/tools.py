"""`tongzhou verify | rebuild | explain | schema`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from tongzhou.cli.setup import data_dir, opened

as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


@click.command()
@data_dir
@as_json_option
def verify(data_dir: Path | None, as_json: bool) -> None:
    """Prove that nothing in the ledger was altered or removed. Exit 1 where something was."""
    with opened(data_dir):
        from tongzhou.ledger import door, seal

        with door.ledger() as connection:
            verdict = seal.verify(connection)
    told = {
        "ok": verdict.ok,
        "chains": verdict.chains,
        "links": verdict.links,
        "facts": verdict.facts,
        "unsealed_appends": verdict.unsealed_appends,
        "unreadable_heads": verdict.unreadable_heads,
        "findings": verdict.findings,
    }
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(
            f"{verdict.links} links in {verdict.chains} chains over {verdict.facts} facts;"
            f" {verdict.unsealed_appends} appends not sealed yet."
        )
        if verdict.unreadable_heads:
            click.echo(f"{verdict.unreadable_heads} lines of heads.jsonl cannot be read (a crash tears a line).")
        for finding in verdict.findings:
            click.echo(f"FOUND {finding}")
        click.echo(
            "Nothing was altered or removed."
            if verdict.ok
            else "The ledger is not whole: keep this machine as it is and compare with a backup."
        )
    sys.exit(0 if verdict.ok else 1)


@click.command()
@data_dir
@as_json_option
def rebuild(data_dir: Path | None, as_json: bool) -> None:
    """Fold every row and tally again from the facts; tells how many were not what the facts say."""
    from rich.console import Console
    from rich.progress import Progress

    with opened(data_dir):
        from tongzhou.ledger.rebuild import rebuild as run

        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("Folding", total=None)
            result = run(lambda done, total: bar.update(task, completed=done, total=total))
    told = {
        "subjects": result.subjects,
        "touches_restored": result.touches_restored,
        "rows_changed": result.rows_changed,
        "duties_restored": result.duties_restored,
        "household_days_changed": result.household_days_changed,
        "tallies_changed": result.tallies_changed,
        "rolls_changed": result.rolls_changed,
    }
    click.echo(json.dumps(told) if as_json else ", ".join(f"{name.replace('_', ' ')}: {n}" for name, n in told.items()))


@click.command()
@click.argument("subject")
@data_dir
@as_json_option
def explain(subject: str, data_dir: Path | None, as_json: bool) -> None:
    """Print the facts behind SUBJECT (noun/key, household-day/NUMBER/DAY, fact/ID) and what was made of them."""
    with opened(data_dir):
        from tongzhou.ledger import door
        from tongzhou.ledger.explain import explain as look

        with door.ledger() as connection:
            told = look(connection, subject)
    if told is None:
        raise click.ClickException(f"There is nothing called {subject}. Nouns are listed by: tongzhou schema --nouns")
    if as_json:
        click.echo(msgspec.json.encode(told))
        return
    click.echo(_text(told))


def _text(told: dict[str, Any]) -> str:
    """As text, with times as the clocks of the region show them."""
    from tongzhou.ledger.time import zone

    def local(moment: Any, form: str = "%Y-%m-%d %H:%M") -> str:
        return f"{moment.astimezone(zone()):{form}}"

    lines = [told["subject"]]
    if row := told.get("row"):
        lines.append(f"  now: {row['state']} (known since {local(row['known_from'])})")
        lines += [f"    {name}: {value}" for name, value in row["data"].items() if value is not None]
    for fact in told["facts"]:
        gone = f"  [no longer counts: corrected by {fact['corrected_by']}]" if fact["corrected_by"] else ""
        gone = "  [does not count: said from outside, it waits]" if fact.get("waits") else gone
        lines.append(f"  {local(fact['effective_at'])} {fact['name']}{gone}")
        lines.append(
            f"    said by {fact['by_id'] or fact['origin']}, "
            f"received {local(fact['received_at'], '%Y-%m-%d %H:%M:%S')}, sealed {fact['sealed'] or 'not yet'}"
        )
        lines.append(f"    {json.dumps(fact['body'], ensure_ascii=False)}")
    for reason in told.get("reasons", ()):
        rule = f" [{reason.rule}, edition {reason.edition or 'none in force'}]" if reason.rule else ""
        due = f", by {local(reason.due)}" if reason.due else ""
        lines.append(f"  {reason.about}{due}: {reason.en}{rule}")
    if told.get("conflict"):
        lines.append(f"  contradiction, owned by {told['conflict']['owner_role']}: {told['conflict']['question']}")
    return "\n".join(lines)


@click.command()
@click.option("--nouns", is_flag=True, help="List the subjects that are folded.")
@click.option("--reference", is_flag=True, help="As Markdown instead: fields, words, who may say it, what it touches.")
@click.option("--into", type=click.Path(exists=True, dir_okay=False), help="With --reference: put it into this file.")
def schema(nouns: bool, reference: bool, into: str | None) -> None:
    """Print the JSON Schema of every kind of fact."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.settings")
    django.setup()
    from tongzhou.ledger.fold import FOLDS
    from tongzhou.ledger.kinds import schema as kinds

    if reference:
        import tongzhou.urls  # noqa: F401  (pages declare their addresses by being imported)
        from tongzhou.ledger import reference as written
        from tongzhou.pages.ask import PLACED

        addresses = {f"/{one.at}": one.told for one in PLACED}
        click.echo(written.section() if into is None else written.put_into(into, addresses))
        return
    click.echo("\n".join(sorted(FOLDS)) if nouns else json.dumps(kinds(), ensure_ascii=False, indent=1))
