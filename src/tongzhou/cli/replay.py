"""`tongzhou replay`: bring a demonstration's ledger forward to a day."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from tongzhou.cli.setup import data_dir, opened, shown_progress


@click.command()
@data_dir
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Replay up to the close of this day.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def replay(data_dir: Path | None, until: dt.datetime, as_json: bool) -> None:
    """Replay the demo region on a simulated clock; a later --until goes on from where it stands."""
    with opened(data_dir):
        from tongzhou import demo as story
        from tongzhou.ledger import clock, door
        from tongzhou.ledger.clock import ProductionLedger

        with shown_progress() as progress:
            try:
                story.build(until.date(), progress)
            except (ProductionLedger, story.StandsLater, story.EarlierEdition) as error:
                raise click.ClickException(str(error)) from None
        with door.ledger() as connection:
            now = clock.read(connection).now
            facts = connection.execute("select count(*) from ledger_fact").fetchone()
    told = {"now": now.isoformat(), "facts": facts[0] if facts else 0}
    click.echo(json.dumps(told) if as_json else f"The clock stands at {told['now']}; {told['facts']:,} facts.")
