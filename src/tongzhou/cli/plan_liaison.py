"""`tongzhou plan liaison`: contact persons, testing teams and experts to those who need them."""

from pathlib import Path

import click

from tongzhou.engines.certificate import Budget
from tongzhou.engines.liaison import Absent, Helpers, MoreUnits, Needs, Only, Policy, city_households, what_if
from tongzhou.engines.liaison import plan_liaison as solve
from tongzhou.tables import BadInput
from tongzhou.tables.liaison import read_liaison, write_liaison
from tongzhou.tables.policy import read_policy

from .planning import report, sizes, with_answers


@click.command()
@click.option("--in", "source", type=click.Path(path_type=Path), help="Folder with helpers and needs (CSV or Parquet).")
@click.option("--generate", metavar="NEEDSxHELPERS", help="Instead: a made-up city, for example 5000x800.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the made-up city's tables into this folder.")
@click.option("--policy", "policy_path", type=click.Path(path_type=Path), help="Signed table of prices.")
@click.option("--seed", default=1, show_default=True, help="Of the made-up city; the plan itself has no chance in it.")
@click.option("--gap", default=0.001, show_default=True, help="Stop once so near the bound (share); 0 is exact.")
@click.option("--iterations", type=int, help="At most so many rounds of added pairs after the first flow.")
@click.option("--fairness", is_flag=True, help="Solve once more to price priority, waiting and the same person.")
@click.option("--why-not", nargs=2, metavar="NEED HELPER", help="Ask: what if this helper met that need?")
@click.option("--if-absent", metavar="HELPER", help="Ask: what if this helper did not come?")
@click.option("--if-units", nargs=2, metavar="HELPER N", help="Ask: what if this helper took N units more (or fewer)?")
@click.option("--out", type=click.Path(path_type=Path), help="Write the plan and its reasons to this JSON file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def plan_liaison(
    source: Path | None,
    generate: str | None,
    save: Path | None,
    policy_path: Path | None,
    seed: int,
    gap: float,
    iterations: int | None,
    fairness: bool,
    why_not: tuple[str, str] | None,
    if_absent: str | None,
    if_units: tuple[str, str] | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Send helpers to needs: by skill, urgency, the same person as yesterday, and the way."""
    policy = read_policy(policy_path, "liaison", Policy, {})
    helpers, needs = _tables(source, generate, seed)
    if save is not None:
        write_liaison(save, helpers, needs)
    try:
        plan, problems = solve(
            helpers, needs, policy, seed=seed, gap=gap, budget=Budget(iterations=iterations), fairness=fairness
        )
    except ValueError as error:
        raise BadInput(str(error)) from error
    asked: list[Absent | Only | MoreUnits] = [Only(*why_not)] if why_not else []
    asked += [Absent(if_absent)] if if_absent else []
    asked += [MoreUnits(if_units[0], _whole(if_units[1]))] if if_units else []
    answers = [what_if(helpers, needs, policy, plan.rows, change) for change in asked]
    rows = with_answers("visits", [row._asdict() for row in plan.rows] if out else [], answers)
    for answer in () if as_json else answers:
        delta = answer.problems[0].text.en if answer.delta is None else f"{answer.delta:+,.3f} km-equivalents"
        moves = "; ".join(f"{c.row}: {c.before or 'unmet'} → {c.after or 'unmet'}" for c in answer.changes[:8])
        click.echo(f"{answer.question.en} {delta} {moves}".rstrip())
    report(rows, plan.certificate, problems, out=out, as_json=as_json)


def _tables(source: Path | None, generate: str | None, seed: int) -> tuple[Helpers, Needs]:
    if (source is None) == (generate is None):
        raise BadInput("Give either --in FOLDER or --generate NEEDSxHELPERS.")
    if source is not None:
        return read_liaison(source)
    count, people = sizes(generate, "needs and helpers as 5000x800")
    return city_households(seed=seed, needs=count, helpers=people)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise BadInput(f"--if-units: {text!r} is not a whole number.") from error
