"""`tongzhou plan rounds`: delivery rounds from a VRPLIB file, with their certificate."""

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import Progress

from tongzhou.engines.certificate import Budget
from tongzhou.engines.rounds.city import City, Policy
from tongzhou.engines.rounds.city_plan import plan_city
from tongzhou.engines.rounds.generate import wuhan_like_day
from tongzhou.engines.rounds.model import ROUNDINGS, Instance, Rounding
from tongzhou.engines.rounds.plan import Route, plan_routes
from tongzhou.tables import BadInput
from tongzhou.tables.policy import read_policy
from tongzhou.tables.routes import read_city, write_city

from .planning import cpu_seconds, report, sizes
from .vrplib_file import read_vrplib

SIZES = "points and depots as 7148x24, no more depots than points"


@click.command()
@click.option("--in", "source", type=click.Path(path_type=Path), help="VRPLIB file, or a city's folder.")
@click.option("--generate", metavar="POINTSxDEPOTS", help="Instead: a made-up city's day, for example 7148x24.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the made-up city's tables into this folder.")
@click.option("--policy", "policy_path", type=click.Path(path_type=Path), help="Signed table of a city's day.")
@click.option("--budget", default=60.0, show_default=True, help="CPU seconds of the whole command.")
@click.option("--iterations", type=int, help="Search for so many iterations instead: repeatable anywhere.")
@click.option("--seed", default=1, show_default=True)
@click.option("--rounding", type=click.Choice(["auto", *ROUNDINGS]), default="auto", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write the plan and its reasons to this JSON file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def plan_rounds(
    source: Path | None,
    generate: str | None,
    save: Path | None,
    policy_path: Path | None,
    budget: float,
    iterations: int | None,
    seed: int,
    rounding: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Plan delivery rounds and prove how good they are.

    --in is a VRPLIB file (CVRP, VRPTW) or a folder with points.csv, depots.csv and fleet.csv.

    The last line on stdout is one JSON object; --out receives routes, reasons and problems. Leaves with 1
    when the independent checker finds a fault and with 2 when the input cannot be read.
    """
    if budget <= 0 or (iterations is not None and iterations < 0):
        raise BadInput("--budget must be above 0 and --iterations not below 0.")
    if (source is None) == (generate is None):
        raise BadInput("Give either --in FILE or FOLDER, or --generate POINTSxDEPOTS.")
    if source is None or source.is_dir():
        city = read_city(source) if source else _generated(generate or "", seed)
        city = replace(city, policy=read_policy(policy_path, "rounds", Policy, {}))
        if save is not None:
            write_city(save, city)
        limit = _limit(budget * 0.95, iterations)
        day, problems = plan_city(city, seed=seed, budget=limit)
        report([asdict(run) for run in day.rows], day.certificate, problems, out=out, as_json=as_json)
        return
    choices: dict[str, Rounding] = {"round": "round", "dimacs": "dimacs", "trunc": "trunc", "exact": "exact"}
    instance = read_vrplib(source, rounding=choices.get(rounding))
    with Progress(transient=True, disable=as_json, console=Console(stderr=True)) as bar:
        task = bar.add_task("rounds", total=1.0)
        _compile_kernels(instance)
        plan, problems = plan_routes(
            instance,
            seed=seed,
            budget=_limit(budget, iterations),
            progress=lambda share: bar.update(task, completed=share),
        )
    report(_rows(instance, plan.rows), plan.certificate, problems, out=out, as_json=as_json)


def _generated(text: str, seed: int) -> City:
    points, depots = sizes(text, SIZES)
    if not 0 < depots <= points:
        raise BadInput(f"--generate {text!r}: give {SIZES}.")
    return wuhan_like_day(seed=seed, points=points, depots=depots)


def _limit(budget: float, iterations: int | None) -> Budget:
    """What is left of the command's CPU seconds, unless iterations are asked for."""
    if iterations is not None:
        return Budget(iterations=iterations)
    return Budget(seconds=max(0.1, budget - cpu_seconds()), clock=time.process_time)


def _rows(instance: Instance, routes: Sequence[Route]) -> list[dict[str, Any]]:
    return [
        {
            "route": number,
            "stops": [instance.label(stop) for stop in row.stops],
            "load": row.load,
            "length": row.length,
            "starts": row.starts,
        }
        for number, row in enumerate(routes, 1)
    ]


def _compile_kernels(instance: Instance) -> None:
    """Plan a toy, so that numba's first compilation is over before the search's clock begins."""
    points = np.arange(8.0).reshape(4, 2)
    toy = Instance("toy", np.array([0, 1, 1, 1]), 2, xy=points, rounding=instance.rounding)
    plan_routes(toy, seed=0, budget=Budget(iterations=10))
