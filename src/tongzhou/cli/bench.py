"""`tongzhou bench NAME`: JSON with the work done, the time, and a peer or a limit measured in the same run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tongzhou.cli.setup import data_dir, opened


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _print(result: dict[str, Any], as_json: bool) -> None:
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else json.dumps(result, ensure_ascii=False, indent=2))


@click.group()
def bench() -> None:
    """Measure the real path."""


@bench.command()
@data_dir
@click.option("--households", default=100_000, show_default=True)
@click.option("--days", default=90, show_default=True, help="Days of history already there.")
@click.option("--json", "as_json", is_flag=True)
def ingest(data_dir: Path | None, households: int, days: int, as_json: bool) -> None:
    """Household-day observations through authenticated HTTP, folded and tallied."""
    with opened(data_dir) as installation:
        from tongzhou.bench.ingest import Options, run

        _print(run(installation, Options(households=households, days=days), _say), as_json)


@bench.command()
@data_dir
@click.option("--singles", default=8, show_default=True, help="Shifts of a county sent fact by fact.")
@click.option("--batches", default=40, show_default=True, help="Shifts of a county sent in batches of at most 50.")
@click.option("--json", "as_json", is_flag=True)
def ordinary(data_dir: Path | None, singles: int, batches: int, as_json: bool) -> None:
    """Cases, contacts, beds, needs, tasks and directives through authenticated HTTP, for each CPU second."""
    with opened(data_dir) as installation:
        from tongzhou.bench.ordinary import Options, run

        _print(run(installation, Options(singles=singles, batches=batches), _say), as_json)


@bench.command()
@data_dir
@click.option("--communities", default=27_405, show_default=True)
@click.option("--days", default=90, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def board(data_dir: Path | None, communities: int, days: int, as_json: bool) -> None:
    """The province's board, drill-down, curve and known-at, end to end; append → screen."""
    with opened(data_dir) as installation:
        from tongzhou.bench.board import Options, run

        _print(run(installation, Options(communities=communities, days=days), _say), as_json)


@bench.command()
@data_dir
@click.option("--cases", default=100_000, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def linelist(data_dir: Path | None, cases: int, as_json: bool) -> None:
    """The line list of 100,000 cases: a page, page 500, by number, by name, export; end to end."""
    with opened(data_dir) as installation:
        from tongzhou.bench.linelist import Options, run

        _print(run(installation, Options(cases=cases), _say), as_json)


@bench.command("import")
@data_dir
@click.option("--rows", default=100_000, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def import_(data_dir: Path | None, rows: int, as_json: bool) -> None:
    """A list of 100,000 dirty rows from the file to the ledger, the vault and the refusal file."""
    with opened(data_dir) as installation:
        from tongzhou.bench.imports import Options, run

        _print(run(installation, Options(rows=rows), _say), as_json)


@bench.command()
@data_dir
@click.option("--open", "open_", default=100_000, show_default=True, help="Open duties, four in ten of them late.")
@click.option("--former", default=1_000_000, show_default=True, help="Lines of duties that were done.")
@click.option("--alone", is_flag=True, help="Nobody below the province holds a desk.")
@click.option("--json", "as_json", is_flag=True)
def owed(data_dir: Path | None, open_: int, former: int, alone: bool, as_json: bool) -> None:
    """What is owed, counted: overdue by county for the province, and what one post owes."""
    with opened(data_dir) as installation:
        from tongzhou.bench.owed import Options, run

        _print(run(installation, Options(open=open_, former=former, alone=alone), _say), as_json)


@bench.command()
@data_dir
@click.option("--cases", default=70_000, show_default=True, help="Measured with a tenth of them first.")
@click.option("--duties", default=100_000, show_default=True, help="Open duties, four in ten of them late.")
@click.option("--requests", default=40, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def morning(data_dir: Path | None, cases: int, duties: int, requests: int, as_json: bool) -> None:
    """A province's morning, live and as known at, end to end; how it grows with the cases."""
    with opened(data_dir) as installation:
        from tongzhou.bench.morning import Options, run

        _print(run(installation, Options(cases=cases, duties=duties, requests=requests), _say), as_json)


@bench.command()
@data_dir
@click.option("--households", default=660, show_default=True, help="Measured with a tenth of them first.")
@click.option("--lines", default=40, show_default=True, help="Of the offer; every door orders of each.")
@click.option("--json", "as_json", is_flag=True)
def necessities(data_dir: Path | None, households: int, lines: int, as_json: bool) -> None:
    """A group order from closing to printed sheets; how it grows with the doors."""
    with opened(data_dir) as installation:
        from tongzhou.bench.necessities import Options, run

        _print(run(installation, Options(households=households, lines=lines), _say), as_json)


@bench.command()
@data_dir
@click.option("--workers", default=1_000, show_default=True)
@click.option("--residents", default=10_000, show_default=True)
@click.option("--minutes", default=30.0, show_default=True, help="Minutes of a real clock.")
@click.option("--speed", default=10.0, show_default=True, help="Simulated seconds for each second.")
@click.option("--kill-every", default=60.0, show_default=True, help="Seconds between two kills; 0: none.")
@click.option("--fast", is_flag=True, help="As fast as it goes, nobody killed; then the same facts without a player.")
@click.option("--json", "as_json", is_flag=True)
def play(
    data_dir: Path | None,
    workers: int,
    residents: int,
    minutes: float,
    speed: float,
    kill_every: float,
    fast: bool,
    as_json: bool,
) -> None:
    """Everybody of invented counties played while processes are killed: nothing lost, said twice, or unowned.

    With --fast: what it costs to play, held against the same facts sent as `bench ordinary` sends its own.
    """
    with opened(data_dir) as installation:
        from tongzhou.bench.play import Options, run

        options = Options(workers, residents, minutes, speed, kill_every, fast=fast)
        _print(run(installation, options, _say), as_json)


@bench.command()
@click.option("--counties", default=103, show_default=True)
@click.option("--items", default=30, show_default=True)
@click.option("--shops", default=10, show_default=True)
@click.option("--days", default=30, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def market(counties: int, items: int, shops: int, days: int, as_json: bool) -> None:
    """The alerts of a province on one day, from a month of its shops' words; no database."""
    from tongzhou.bench.market import Options, run

    _print(run(Options(counties=counties, items=items, shops=shops, days=days), _say), as_json)
