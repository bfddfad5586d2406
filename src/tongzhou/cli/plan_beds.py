"""`tongzhou plan beds`: patients to wards, with the certificate, what-if questions and refusals."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from tongzhou.engines.beds import MoreBeds, Move, Opening, Patients, Policy, Refuse, Wards, surge_city, what_if
from tongzhou.engines.beds import plan_beds as solve
from tongzhou.engines.certificate import Budget, WhatIf
from tongzhou.tables import BadInput
from tongzhou.tables.beds import read_beds, write_beds
from tongzhou.tables.policy import read_policy

from .planning import report, sizes, with_answers

SIZES = "patients and facilities as 20000x120"


@click.command()
@click.option(
    "--in", "source", type=click.Path(path_type=Path), help="Folder with wards and patients (CSV or Parquet)."
)
@click.option("--generate", metavar="PATIENTSxFACILITIES", help="Instead: a made-up city, for example 20000x120.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the made-up city's tables into this folder.")
@click.option("--policy", "policy_path", type=click.Path(path_type=Path), help="Signed table of prices and openings.")
@click.option("--seed", default=1, show_default=True, help="Of the made-up city; the plan itself is exact.")
@click.option("--iterations", type=int, help="At most so many repairs after pruning (default: until optimal).")
@click.option("--fairness", is_flag=True, help="Solve once more to price severity and waiting time.")
@click.option("--why-not", nargs=2, metavar="PATIENT WARD", help="Ask: what if this patient went to that ward?")
@click.option("--if-refused", nargs=2, metavar="PATIENT WARD", help="Ask: what if that ward refused this patient?")
@click.option("--if-beds", nargs=2, metavar="WARD N", help="Ask: what if that ward had N beds more (or -N fewer)?")
@click.option("--out", type=click.Path(path_type=Path), help="Write the plan and its reasons to this JSON file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def plan_beds(
    source: Path | None,
    generate: str | None,
    save: Path | None,
    policy_path: Path | None,
    seed: int,
    iterations: int | None,
    fairness: bool,
    why_not: tuple[str, str] | None,
    if_refused: tuple[str, str] | None,
    if_beds: tuple[str, str] | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Place patients: by severity, waiting time, need and distance; infection classes apart; never by rank."""
    policy = read_policy(policy_path, "beds", Policy, {"openings": Opening})
    wards, patients = _tables(source, generate, seed)
    if save is not None:
        write_beds(save, wards, patients)
    with Progress(transient=True, disable=as_json, console=Console(stderr=True)) as bar:
        task = bar.add_task("beds", total=1.0)
        try:
            plan, problems = solve(
                wards, patients, policy, seed=seed, budget=Budget(iterations=iterations), fairness=fairness,
                progress=lambda share: bar.update(task, completed=share),
            )  # fmt: skip
        except ValueError as error:
            raise BadInput(str(error)) from error
    answers = [
        what_if(wards, patients, policy, plan.rows, change) for change in _questions(why_not, if_refused, if_beds)
    ]
    rows = with_answers("placements", [row._asdict() for row in plan.rows] if out else [], answers)
    for answer in () if as_json else answers:
        click.echo(_told(answer))
    report(rows, plan.certificate, problems, out=out, as_json=as_json)


def _tables(source: Path | None, generate: str | None, seed: int) -> tuple[Wards, Patients]:
    if (source is None) == (generate is None):
        raise BadInput("Give either --in FOLDER or --generate PATIENTSxFACILITIES.")
    if source is not None:
        return read_beds(source)
    people, houses = sizes(generate, SIZES)
    if not houses:
        raise BadInput(f"--generate {generate!r}: give {SIZES}.")
    return surge_city(seed=seed, patients=people, facilities=houses)


def _questions(
    why_not: tuple[str, str] | None, if_refused: tuple[str, str] | None, if_beds: tuple[str, str] | None
) -> list[Move | Refuse | MoreBeds]:
    asked: list[Move | Refuse | MoreBeds] = []
    if why_not:
        asked.append(Move(*why_not))
    if if_refused:
        asked.append(Refuse(*if_refused))
    if if_beds:
        try:
            asked.append(MoreBeds(if_beds[0], int(if_beds[1])))
        except ValueError as error:
            raise BadInput(f"--if-beds: {if_beds[1]!r} is not a whole number.") from error
    return asked


def _told(answer: WhatIf) -> str:
    if answer.delta is None:
        return f"{answer.question.en} {answer.problems[0].text.en} / {answer.problems[0].text.zh}"
    moves = ", ".join(f"{c.row}: {c.before or 'waiting'} → {c.after or 'waiting'}" for c in answer.changes[:8])
    return f"{answer.question.en} {answer.delta:+,.3f} km-equivalents; {moves or 'nothing else changes'}"
