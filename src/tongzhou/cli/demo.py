"""`tongzhou demo`: everything at once, on real published figures and an invented community."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click

from tongzhou.cli.serve import PORT
from tongzhou.cli.setup import data_dir, opened, port_number, shown_progress

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
    with opened(data_dir, say=lambda sentence: click.echo(sentence, err=True)) as installation:
        _stands(day)
        shown = _Shown(installation, day, port, started)
        if no_serve:
            from tongzhou.counties.whole import PASSWORD

            shown.write()
            click.echo(f"./tongzhou serve opens the console; wu or zhao signs in with {PASSWORD}", err=True)
        else:
            _serve(shown, speed if live else None)
        if no_serve or as_json:
            click.echo(json.dumps(shown.told(), ensure_ascii=False, indent=None if as_json else 2))


def _stands(day: dt.date) -> None:
    """Replay the region up to the day, where it does not stand there from an earlier start."""
    from tongzhou import demo as story
    from tongzhou.ledger.clock import ProductionLedger

    try:
        if story.stands(story.morning_after(day)):
            return
        with shown_progress() as progress:
            story.build(day, progress)
    except (ProductionLedger, story.EarlierEdition) as error:
        raise click.ClickException(str(error)) from None
    except story.StandsLater as error:
        raise click.ClickException(f"{error}. Name an empty database in DATABASE_URL for {day}.") from None


@dataclass
class _Shown:
    """What the demonstration shows of a day."""

    installation: Any
    day: dt.date
    port: int
    started: float

    def write(self) -> None:
        """The situation reports, in both languages."""
        from tongzhou.command import sitrep_views

        reports = self.installation.home / "reports"
        reports.mkdir(exist_ok=True)
        for lang in ("zh-hans", "en"):
            report = sitrep_views.write(None, self.day, lang, self._report(lang), f"http://127.0.0.1:{self.port}")
            click.echo(f"Situation report: {report}", err=True)

    def _report(self, lang: str) -> Path:
        return Path(self.installation.home) / "reports" / f"sitrep-{self.day}-{lang}.html"

    def told(self) -> dict[str, Any]:
        """The contract's JSON object."""
        from tongzhou import demo as story

        return story.summary(self.day, self._report("zh-hans"), time.monotonic() - self.started)


def _serve(shown: _Shown, speed: float | None) -> None:
    """The console, and behind it what nobody waits for: the reports and, at a speed, everybody played in a copy."""
    from tongzhou import demo as story
    from tongzhou.cli.serve import run
    from tongzhou.play import live, stage
    from tongzhou.supervise import Supervisor

    for line in (*story.logins(), f"Sign in as any of these with the password {story.PASSWORD}"):
        click.echo(line)
    stop = Event()
    behind = [Thread(target=shown.write, daemon=True)]
    if speed:
        pages = Supervisor(shown.installation.home, shown.port).pages_socket
        behind.append(Thread(target=live.play, args=(pages, speed, stop), name="player", daemon=True))
    begun = []

    def begin(_origin: str) -> None:
        for thread in behind:
            thread.start()
            begun.append(thread)

    with stage.copy_of(shown.installation, shown.installation.database) if speed else nullcontext():
        run(shown.installation, shown.port, announce=begin, stop=stop)
        for thread in begun:
            thread.join(30)


def _port_is_free(port: int) -> None:
    from tongzhou.supervise import CannotServe, refuse_taken_port

    try:
        refuse_taken_port(port)
    except CannotServe as error:
        raise click.ClickException(str(error)) from None
