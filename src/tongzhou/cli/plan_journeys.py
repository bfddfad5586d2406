"""`tongzhou plan journeys`: workers and stranded people pooled point to point, with manifests."""

import time
from dataclasses import asdict, replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from tongzhou.engines.certificate import Budget
from tongzhou.engines.journeys import Leaves, Policy, Seats, price_of_short_rides, return_to_work, what_if
from tongzhou.engines.journeys import plan_journeys as solve
from tongzhou.engines.journeys.model import Kind
from tongzhou.tables import BadInput
from tongzhou.tables.policy import read_policy
from tongzhou.tables.routes import read_journeys, write_journeys

from .planning import cpu_seconds, report, with_answers


@click.command()
@click.option("--in", "source", type=click.Path(path_type=Path), help="Folder with places.csv and groups.csv.")
@click.option("--example", "--generate", type=click.IntRange(1), metavar="WORKERS", help="Instead: a made-up province.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the made-up province's tables into this folder.")
@click.option("--policy", "policy_path", type=click.Path(path_type=Path), help="Signed table of seats and limits.")
@click.option("--budget", default=60.0, show_default=True, help="CPU seconds of the whole command.")
@click.option("--iterations", type=int, help="Search for so many iterations instead: repeatable anywhere.")
@click.option("--seed", default=1, show_default=True)
@click.option("--occupancy", type=float, help="Share of seats used, instead of the policy's.")
@click.option("--if-leaves", nargs=2, metavar="GROUP DAY", help="Ask: what if this group left on that day ('-': not)?")
@click.option("--if-seats", type=float, metavar="SHARE", help="Ask: what if this share of the seats were used?")
@click.option("--fairness", is_flag=True, help="Also the vehicles that the limit on rides costs.")
@click.option("--out", type=click.Path(path_type=Path), help="Write vehicles, manifests and reasons to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def plan_journeys(
    source: Path | None,
    example: int | None,
    save: Path | None,
    policy_path: Path | None,
    budget: float,
    iterations: int | None,
    seed: int,
    occupancy: float | None,
    if_leaves: tuple[str, str] | None,
    if_seats: float | None,
    fairness: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Pool people into coaches and trains: full loads first, the rest on the way, nobody riding too long."""
    if (source is None) == (example is None):
        raise BadInput("Give either --in FOLDER or --example WORKERS.")
    if not 0 < (1 if occupancy is None else occupancy) <= 1 or budget <= 0:
        raise BadInput("--occupancy must be above 0 and at most 1, --budget above 0.")
    places, groups = read_journeys(source) if source else return_to_work(seed=seed, workers=example or 0)
    policy = read_policy(policy_path, "journeys", Policy, {"kinds": Kind, "checks": lambda name: str(name)})
    policy = policy if occupancy is None else replace(policy, occupancy=occupancy)
    if save is not None:
        write_journeys(save, places, groups)
    with Progress(transient=True, disable=as_json, console=Console(stderr=True)) as bar:
        task = bar.add_task("journeys", total=1.0)
        toy = return_to_work(seed=1, workers=60, villages=12, goals=2)  # numba compiles before the clock begins
        solve(*toy, policy, seed=1, budget=Budget(iterations=10))
        limit = Budget(iterations=iterations)
        if iterations is None:
            # A fifth is kept for choosing days, bounds and the checker.
            limit = Budget(seconds=max(0.1, 0.8 * (budget - cpu_seconds())), clock=time.process_time)
        plan, problems = solve(
            places,
            groups,
            policy,
            seed=seed,
            budget=limit,
            progress=lambda share: bar.update(task, completed=share),
        )
    proof = plan.certificate
    if fairness:
        proof = replace(proof, fairness=price_of_short_rides(places, groups, policy, plan.rows, seed=seed))
    asked = _questions(if_leaves, if_seats)
    answers = [what_if(places, groups, policy, plan.rows, question, seed=seed) for question in asked]
    for told in answers:
        if not as_json:
            cost = f"{len(told.changes)} groups on other days"
            cost = "no such row" if told.delta is None else f"{told.delta:+.0f} vehicles; {cost}"
            click.echo(f"{told.question.en} {cost}")
    rows = with_answers("legs", [asdict(leg) | {"checks": policy.checks} for leg in plan.rows], answers)
    report(rows, proof, problems, out=out, as_json=as_json)


def _questions(leaves: tuple[str, str] | None, seats: float | None) -> list[Leaves | Seats]:
    found: list[Leaves | Seats] = []
    if leaves:
        if leaves[1] != "-" and not leaves[1].isdigit():
            raise BadInput(f"--if-leaves {leaves[0]} {leaves[1]!r}: give a day from 0, or - for not at all.")
        found.append(Leaves(leaves[0], None if leaves[1] == "-" else int(leaves[1])))
    if seats is not None:
        found.append(Seats(seats))
    return found
