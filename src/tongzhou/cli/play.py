"""`tongzhou play`: play everybody of the invented places from a scenario."""

from __future__ import annotations

import datetime as dt
import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click

from tongzhou.cli.setup import bring_up_to_date, data_dir, opened, port_number, shown_progress


@click.command()
@click.argument("scenario")
@data_dir
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Play it on another day.")
@click.option("--speed", type=click.FloatRange(0.1, 100_000), help="Simulated seconds for each second.")
@click.option("--fast", is_flag=True, help="As fast as the machine goes (the usual).")
@click.option("--roles", default="all", show_default=True, help="`all`, `all but zhao`, or roles and logins.")
@click.option("--seed", type=int, default=20200310, show_default=True)
@click.option("--hours", type=click.FloatRange(0.1, 2880), help="Stop after so many simulated hours.")
@click.option(
    "--doors", type=click.IntRange(1), help="Play only so many doors, evenly of all grids: a long play in less time."
)
@click.option("--port", type=port_number, help="Open the console as well, for whoever plays along.")
@click.option("--json", "as_json", is_flag=True, help="Last line of stdout: one JSON object.")
def play(
    scenario: str,
    data_dir: Path | None,
    as_of: dt.datetime | None,
    speed: float | None,
    fast: bool,
    roles: str,
    seed: int,
    hours: float | None,
    doors: int | None,
    port: int | None,
    as_json: bool,
) -> None:
    """Play SCENARIO (a file, or the name of one in scenarios/) in a database of its own.

    Residents, workers, doctors, wards, dispatchers and desks speak through the server like everybody else and act on
    what Today offers them. The same seed tells the same play.
    """
    if speed and fast:
        raise click.UsageError("--speed and --fast exclude each other.")
    with shown_progress() as progress:
        progress("opening the database", 0, 1)
        with opened(data_dir, say=lambda sentence: click.echo(sentence, err=True)) as installation:
            progress("opening the database", 1, 1)
            told = _played(installation, _read(scenario, as_of, hours), roles, seed, speed, port, doors, progress)
    for sentence in told["unmet"]:
        click.echo(f"Not as expected: {sentence}", err=True)
    click.echo(json.dumps(told, ensure_ascii=False, indent=None if as_json else 2))
    if told["unmet"] or told["unowned"]:
        sys.exit(1)


def _read(name: str, as_of: dt.datetime | None, hours: float | None) -> Any:
    from dataclasses import replace
    from zoneinfo import ZoneInfo

    from tongzhou import demo
    from tongzhou.play import scenario
    from tongzhou.play.marked import ScenarioError, read

    path = Path(name)
    if not path.exists():
        path = scenario.FOLDER / (name if name.endswith(".yaml") else f"{name}.yaml")
    if not path.exists():
        there = ", ".join(sorted(one.stem for one in scenario.FOLDER.glob("*.yaml") if one != scenario.PEOPLE))
        raise click.ClickException(f"there is no scenario {name}; there are {there}.")
    try:
        found = scenario.load(path, ZoneInfo(demo.ZONE), as_of.date() if as_of else None)
        if found.begins.date() <= demo.BEGINS:
            raise read(path).wrong("begins", f"this region begins on {demo.BEGINS}, after this scenario does.")
    except ScenarioError as error:
        raise click.ClickException(str(error)) from None
    if hours is None or hours >= found.hours:
        return replace(found, hours=hours or found.hours)
    # What was expected at the end is true at the end of the whole play, not earlier.
    return replace(found, hours=hours, expected=[one for one in found.expected if one.at is not None])


def _played(
    installation: Any, scenario: Any, roles: str, seed: int, speed: float | None, port: int | None, doors: int | None,
    progress: Any,
) -> Any:  # fmt: skip
    from tongzhou.ledger.clock import ProductionLedger
    from tongzhou.play import judge, stage, town
    from tongzhou.play.marked import ScenarioError
    from tongzhou.play.player import Player
    from tongzhou.play.speak import Telephone

    zone = scenario.begins.tzinfo
    with stage.copied(installation, scenario.begins, bring_up_to_date, progress) as region:
        try:
            with stage.doing(progress, "giving staff their tokens and doors their slips"):
                found = town.read(seed)
                played = town.chosen(found, roles)
                town.equip(found, played, scenario.ends + dt.timedelta(days=1))
        except (town.UnknownRole, ProductionLedger) as error:
            raise click.ClickException(str(error)) from None
        served = stage.pages(installation.home) if port is None else _console(installation, port)
        progress("starting the pages", 0, 1)
        with served as supervisor:
            progress("starting the pages", 1, 1)
            telephone = Telephone(supervisor.pages_socket)
            player = Player(scenario, found, telephone, judge.Judge(judge.last_append()), seed, zone, speed,
                            stage.publications(region, zone), town.persons if port else dict)  # fmt: skip
            try:
                player.events.check()
            except ScenarioError as error:
                raise click.ClickException(str(error)) from None
            if few := doors or scenario.doors:
                town.thinned(found, few, player.events.doors_named())
            started, stop = time.monotonic(), Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
            total = round(scenario.hours * 60)
            player.play(
                stop,
                lambda now: progress(
                    f"playing {scenario.name}", round((now - scenario.begins).total_seconds() / 60), total
                ),
            )
            telephone.close()
            return player.told(time.monotonic() - started)


@contextmanager
def _console(installation: Any, port: int) -> Iterator[Any]:
    """A whole server, so that somebody may play along."""
    from django.core.management import call_command

    from tongzhou import demo
    from tongzhou.supervise import CannotServe, Supervisor

    call_command("collectstatic", interactive=False, verbosity=0)
    supervisor = Supervisor(installation.home, port, say=lambda sentence: click.echo(sentence, err=True))
    stop = Event()
    try:
        supervisor.start()
    except CannotServe as error:
        raise click.ClickException(str(error)) from None
    watching = Thread(target=supervisor.watch, args=(stop,))
    watching.start()
    click.echo(f"Tongzhou is at {supervisor.origin}; sign in with the password {demo.PASSWORD}", err=True)
    try:
        yield supervisor
    finally:
        stop.set()
        watching.join()
        supervisor.stop()
