"""`tongzhou demo`: everything at once, on real published figures and an invented community."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from tongzhou.cli.serve import PORT
from tongzhou.cli.setup import data_dir, opened, port_number

DEFAULT_DAY = dt.date(2020, 3, 10)
FIRST_DAY = dt.date(2020, 1, 23)


@click.command()
@data_dir
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    default=str(DEFAULT_DAY),
    show_default=True,
    help="Last day of the replay (23 January to 10 March 2020).",
)
@click.option("--port", type=port_number, default=PORT, show_default=True)
@click.option("--no-serve", is_flag=True, help="Stop after writing the situation report.")
@click.option("--live", is_flag=True, help="The clock goes on and everybody is played, but whoever signs in.")
@click.option("--speed", type=click.FloatRange(0.1, 3600), default=1, show_default=True,
              help="With --live: simulated seconds for each second.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Last line of stdout: one JSON object.")
def demo(
    data_dir: Path | None, as_of: dt.datetime, port: int, no_serve: bool, live: bool, speed: float, as_json: bool
) -> None:
    """Load the demo region, replay it, write a situation report, open the console."""
    started = time.monotonic()
    day = as_of.date()
    if not FIRST_DAY <= day <= DEFAULT_DAY:
        raise click.BadParameter(f"the demo region has figures from {FIRST_DAY} to {DEFAULT_DAY}", param_hint="--as-of")
    if live and no_serve:
        raise click.UsageError("--live needs the console: leave out --no-serve.")
    if not no_serve:
        _port_is_free(port)
    if day != DEFAULT_DAY:
        os.environ["TONGZHOU_DATABASE"] = f"demo_{day:%Y%m%d}"
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with opened(data_dir, say=lambda sentence: click.echo(sentence, err=True)) as installation:
        from tongzhou import demo as story
        from tongzhou.command import sitrep
        from tongzhou.ledger.clock import ProductionLedger

        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:3.0f} %"),
            TimeElapsedColumn(),
            console=console,
            disable=not sys.stderr.isatty(),
        ) as bar:
            tasks: dict[str, object] = {}

            def progress(what: str, done: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = bar.add_task(what.capitalize(), total=total)
                bar.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

            try:
                region = story.build(day, progress)
            except (ProductionLedger, story.EarlierEdition) as error:
                raise click.ClickException(str(error)) from None
            except story.StandsLater as error:
                raise click.ClickException(f"{error}. Name an empty database in DATABASE_URL for {day}.") from None
        reports = installation.home / "reports"
        reports.mkdir(exist_ok=True)
        written = {
            lang: sitrep.write(None, day, lang, reports / f"sitrep-{day}-{lang}.html", f"http://127.0.0.1:{port}")
            for lang in ("zh-hans", "en")
        }
        told = story.summary(region, day, written["zh-hans"], time.monotonic() - started)
        for report in written.values():
            click.echo(f"Situation report: {report}", err=True)
        if no_serve:
            click.echo(f"./tongzhou serve opens the console; wu or zhao signs in with {story.PASSWORD}", err=True)
        if not no_serve:
            from tongzhou.cli.serve import run

            for line in (*story.logins(region), f"Sign in as any of these with the password {story.PASSWORD}"):
                click.echo(line)
            if live:
                _alive(installation, region, port, speed)
            else:
                run(installation, port)
        elif not as_json:
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        if as_json:
            click.echo(json.dumps(told, ensure_ascii=False))


def _alive(installation: Any, region: Any, port: int, speed: float) -> None:
    """The console over a copy of the demonstration, whose clock goes on while everybody is played."""
    from threading import Event

    from tongzhou.cli.serve import run
    from tongzhou.play import live, stage
    from tongzhou.supervise import Supervisor

    stop = Event()
    pages = Supervisor(installation.home, port).pages_socket
    with stage.copy_of(installation, installation.database):
        played = []
        run(installation, port, announce=lambda _: played.append(live.begin(pages, region, speed, stop)), stop=stop)
        for thread in played:
            thread.join(30)


def _port_is_free(port: int) -> None:
    from tongzhou.supervise import CannotServe, refuse_taken_port

    try:
        refuse_taken_port(port)
    except CannotServe as error:
        raise click.ClickException(str(error)) from None
