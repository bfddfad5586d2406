"""`tongzhou replay`: bring a demonstration's ledger forward to a day."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import click

from tongzhou.cli.setup import data_dir, opened


@click.command()
@data_dir
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Replay up to the close of this day.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def replay(data_dir: Path | None, until: dt.datetime, as_json: bool) -> None:
    """Replay the demo region on a simulated clock; a later --until goes on from where it stands."""
    with opened(data_dir):
        from rich.console import Console
        from rich.progress import Progress

        from tongzhou import demo as story
        from tongzhou.ledger import clock, door
        from tongzhou.ledger.clock import ProductionLedger

        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("Replaying", total=None)
            try:
                story.build(until.date(), lambda _what, done, total: bar.update(task, completed=done, total=total))
            except (ProductionLedger, story.StandsLater, story.EarlierEdition) as error:
                raise click.ClickException(str(error)) from None
        with door.ledger() as connection:
            now = clock.read(connection).now
            facts = connection.execute("select count(*) from ledger_fact").fetchone()
    told = {"now": now.isoformat(), "facts": facts[0] if facts else 0}
    click.echo(json.dumps(told) if as_json else f"The clock stands at {told['now']}; {told['facts']:,} facts.")
