"""`tongzhou plan supplies`: scarce goods to sites for one day."""

import json
from dataclasses import replace
from pathlib import Path

import click

from tongzhou.engines.certificate import WhatIf
from tongzhou.engines.supplies import (
    Delivery,
    Give,
    MoreTrucks,
    MoreUnits,
    Policy,
    difference,
    horizon,
    plan_days,
    price_of_fairness,
    province,
    what_if,
)
from tongzhou.engines.supplies import plan_supplies as solve
from tongzhou.tables import BadInput
from tongzhou.tables.horizon import read_horizon, write_horizon
from tongzhou.tables.policy import read_policy
from tongzhou.tables.supplies import read_supply, write_supply

from .planning import report, sizes, with_answers

SIZES = "items and sites as 60x400"


@click.command()
@click.option("--in", "source", type=click.Path(path_type=Path), help="Folder with the five tables (CSV or Parquet).")
@click.option("--generate", metavar="ITEMSxSITES", help="Instead: a made-up province, for example 60x400.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the made-up province's tables into this folder.")
@click.option("--policy", "policy_path", type=click.Path(path_type=Path), help="Signed table of floors and weights.")
@click.option("--seed", default=1, show_default=True, help="Of the made-up province; the plan draws no lots.")
@click.option("--days", type=click.IntRange(2, 60), help="So many days with lead times instead, own tables.")
@click.option("--by", type=click.Choice(["prefecture", "site"]), default="prefecture", help="Places of the horizon.")
@click.option("--fairness", is_flag=True, help="Also the price of fairness, in needs below target.")
@click.option("--last", type=click.Path(path_type=Path), help="Yesterday's --out file: also what changed since.")
@click.option("--if-units", nargs=2, metavar="BATCH UNITS", help="Ask: what if this batch held so many more?")
@click.option("--if-trucks", nargs=2, metavar="PREFECTURE LITRES", help="Ask: what if so many more litres went there?")
@click.option("--if-given", nargs=3, metavar="SITE ITEM UNITS", help="Ask: what if this site had so much of it first?")
@click.option("--out", type=click.Path(path_type=Path), help="Write the plan and its reasons to this JSON file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def plan_supplies(
    source: Path | None,
    generate: str | None,
    save: Path | None,
    policy_path: Path | None,
    seed: int,
    days: int | None,
    by: str,
    fairness: bool,
    last: Path | None,
    if_units: tuple[str, str] | None,
    if_trucks: tuple[str, str] | None,
    if_given: tuple[str, str, str] | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Share scarce goods: floors by exposure class, then equal days of cover, then the shortest way."""
    if days is not None:
        _horizon(source, generate, save, seed, days, by, out, as_json)
        return
    if (source is None) == (generate is None):
        raise BadInput("Give either --in FOLDER or --generate ITEMSxSITES.")
    policy = read_policy(policy_path, "supplies", Policy, {})
    if source is not None:
        supply = read_supply(source)
    else:
        items, sites = sizes(generate, SIZES)
        supply = province(seed=seed, items=items, sites=sites)
    if save is not None:
        write_supply(save, supply)
    plan, problems = solve(supply, policy, seed=seed)
    proof = plan.certificate
    if fairness and proof.feasible:
        proof = replace(proof, fairness=price_of_fairness(supply, policy, plan.rows))
    if last is not None:
        proof = replace(proof, difference=difference(_yesterday(last), plan.rows))
    answers = [what_if(supply, policy, plan.rows, one) for one in _questions(if_units, if_trucks, if_given)]
    for answer in answers:
        _say(answer, as_json)
    rows = with_answers("deliveries", [row._asdict() for row in plan.rows] if out else [], answers)
    report(rows, proof, problems, out=out, as_json=as_json)


def _yesterday(path: Path) -> tuple[Delivery, ...]:
    """The rows of a plan file as this command wrote it."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["plan"]
        rows = rows["deliveries"] if isinstance(rows, dict) else rows
        return tuple(Delivery(row["site"], row["item"], row["batch"], int(row["units"])) for row in rows)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"--last {path}: not a plan file of this command ({error!r}).") from error


def _horizon(
    source: Path | None, generate: str | None, save: Path | None, seed: int, days: int, by: str, out: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """A fortnight with lead times, from its own five tables or made up."""
    if (source is None) == (generate is None):
        raise BadInput("Give either --in FOLDER or --generate ITEMSxSITES.")
    if source is not None:
        asked = read_horizon(source, days)
    else:
        items, sites = sizes(generate, SIZES)
        asked = horizon(seed=seed, items=items, places=17 if by == "prefecture" else sites, days=days)
    if save is not None:
        write_horizon(save, asked)
    plan, problems = plan_days(asked, seed=seed)
    report([row._asdict() for row in plan.rows] if out else [], plan.certificate, problems, out=out, as_json=as_json)


def _questions(
    units: tuple[str, str] | None, trucks: tuple[str, str] | None, given: tuple[str, str, str] | None
) -> list[MoreUnits | MoreTrucks | Give]:
    found: list[MoreUnits | MoreTrucks | Give] = []
    if given:
        if not given[2].isdigit() or int(given[2]) < 1:
            raise BadInput(f"--if-given {given[0]} {given[1]} {given[2]!r}: give whole units, 1 or more.")
        found.append(Give(given[0], given[1], int(given[2])))
    if units:
        if not units[1].lstrip("-").isdigit():
            raise BadInput(f"--if-units {units[0]} {units[1]!r}: give whole units.")
        found.append(MoreUnits(units[0], int(units[1])))
    if trucks:
        try:
            found.append(MoreTrucks(trucks[0], float(trucks[1])))
        except ValueError:
            raise BadInput(f"--if-trucks {trucks[0]} {trucks[1]!r}: give litres.") from None
    return found


def _say(told: WhatIf, as_json: bool) -> None:
    if as_json:
        return
    if told.delta is None:
        click.echo(f"{told.question.en} {'; '.join(problem.text.en for problem in told.problems)}")
        return
    rows = "; ".join(f"{change.row}: {change.before} → {change.after}" for change in told.changes[:8])
    click.echo(
        f"{told.question.en} {told.delta:+.3f} days of the worst clock; {len(told.changes)} needs change; {rows}"
    )
