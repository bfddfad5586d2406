"""`tongzhou plan roster`: staff to shifts, sick calls and what-if questions."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from tongzhou.engines.certificate import Budget, WhatIf
from tongzhou.engines.rosters import Absent, Assign, MoreStaff, Policy, Roster, hospital, repair, what_if
from tongzhou.engines.rosters import plan_roster as solve
from tongzhou.tables import BadInput
from tongzhou.tables.policy import read_policy
from tongzhou.tables.rosters import read_roster, write_roster

from .planning import report, with_answers


@click.command()
@click.option("--in", "source", type=click.Path(path_type=Path), help="Folder with staff, shifts, slots (CSV/Parquet).")
@click.option("--days", type=click.IntRange(1, 60), default=14, show_default=True, help="Days to plan.")
@click.option("--generate", metavar="STAFF", help="Instead: a made-up hospital with so many staff, for example 500.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the made-up hospital's tables into this folder.")
@click.option("--policy", "policy_path", type=click.Path(path_type=Path), help="Signed table of rest rules and prices.")
@click.option("--seed", default=1, show_default=True, help="Of the made-up hospital and of the solver.")
@click.option("--iterations", type=click.IntRange(0), help="Tenths of the solver's deterministic time for each ward.")
@click.option("--fairness", is_flag=True, help="Solve once more to price the sharing of nights.")
@click.option("--sick", nargs=2, metavar="STAFF DAYS", help="Then repair: this person is ill, for example 3 or 3,4,5.")
@click.option(
    "--why-not", nargs=3, metavar="STAFF DAY SHIFT", help="Ask: what if they had that shift ('rest' is none)?"
)
@click.option("--if-absent", nargs=2, metavar="STAFF DAYS", help="Ask: what if they were away?")
@click.option("--if-more", nargs=3, metavar="WARD SKILL N", help="Ask: what if the ward had N more with the skill?")
@click.option("--out", type=click.Path(path_type=Path), help="Write the plan and its reasons to this JSON file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def plan_roster(
    source: Path | None,
    days: int,
    generate: str | None,
    save: Path | None,
    policy_path: Path | None,
    seed: int,
    iterations: int | None,
    fairness: bool,
    sick: tuple[str, str] | None,
    why_not: tuple[str, str, str] | None,
    if_absent: tuple[str, str] | None,
    if_more: tuple[str, str, str] | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Give every ward its shifts: skills and rest rules hold, nights are shared, every skill has a backup."""
    policy = read_policy(policy_path, "rosters", Policy, {})
    roster = _tables(source, days, generate, seed)
    asked = _questions(why_not, if_absent, if_more)
    ill = (sick[0], _days("--sick", sick[1])) if sick else None
    if save is not None:
        write_roster(save, roster)
    budget = Budget(iterations=iterations)
    with Progress(transient=True, disable=as_json, console=Console(stderr=True)) as bar:
        task = bar.add_task("rosters", total=1.0)
        plan, problems = solve(
            roster, policy, seed=seed, budget=budget, fairness=fairness,
            progress=lambda share: bar.update(task, completed=share),
        )  # fmt: skip
    blocked = any(problem.blocking for problem in problems)
    answers = [] if blocked else [what_if(roster, policy, plan.rows, q, seed=seed, budget=budget) for q in asked]
    if ill and not blocked:
        try:
            plan, problems = repair(roster, policy, plan.rows, *ill, seed=seed)
        except ValueError as error:
            raise BadInput(f"--sick: {error}") from error
    rows = with_answers("duties", [row._asdict() for row in plan.rows] if out else [], answers)
    for answer in () if as_json else answers:
        click.echo(_told(answer))
    report(rows, plan.certificate, problems, out=out, as_json=as_json)


def _tables(source: Path | None, days: int, generate: str | None, seed: int) -> Roster:
    if (source is None) == (generate is None):
        raise BadInput("Give either --in FOLDER or --generate STAFF.")
    if source is not None:
        return read_roster(source, days)
    if not (generate or "").isdigit():
        raise BadInput(f"--generate {generate!r}: give the number of staff, for example 500.")
    return hospital(seed=seed, staff=int(generate or 0), days=days)


def _questions(
    why_not: tuple[str, str, str] | None, if_absent: tuple[str, str] | None, if_more: tuple[str, str, str] | None
) -> list[Assign | Absent | MoreStaff]:
    asked: list[Assign | Absent | MoreStaff] = []
    if why_not:
        who, day, shift = why_not
        asked.append(Assign(who, _days("--why-not", day)[0], "" if shift == "rest" else shift))
    if if_absent:
        asked.append(Absent(if_absent[0], _days("--if-absent", if_absent[1])))
    if if_more:
        asked.append(MoreStaff(if_more[0], if_more[1], _days("--if-more", if_more[2])[0]))
    return asked


def _days(option: str, text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise BadInput(f"{option}: {text!r} is not a whole number or several with commas.") from error


def _told(answer: WhatIf) -> str:
    if answer.delta is None:
        return f"{answer.question.en} {answer.problems[0].text.en} / {answer.problems[0].text.zh}"
    moves = "; ".join(f"{c.row}: {c.before or 'rest'} → {c.after or 'rest'}" for c in answer.changes[:8])
    return f"{answer.question.en} {answer.delta:+,.0f} points; {moves or 'nothing else changes'}"
