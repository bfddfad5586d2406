"""`tongzhou plan supplies`: scarce goods to sites for one day."""

from pathlib import Path

import click

from tongzhou.engines.supplies import Policy, province
from tongzhou.engines.supplies import plan_supplies as solve

from .planning import BadInput, report
from .policy_file import read_policy
from .supply_tables import read_supply, write_supply


@click.command()
@click.option("--in", "source", type=click.Path(path_type=Path), help="Folder with the five tables (CSV or Parquet).")
@click.option("--generate", metavar="ITEMSxSITES", help="Instead: a made-up province, for example 60x400.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the made-up province's tables into this folder.")
@click.option("--policy", "policy_path", type=click.Path(path_type=Path), help="Signed table of floors and weights.")
@click.option("--seed", default=1, show_default=True, help="Of the made-up province; the plan draws no lots.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the plan and its reasons to this JSON file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def plan_supplies(
    source: Path | None,
    generate: str | None,
    save: Path | None,
    policy_path: Path | None,
    seed: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Share scarce goods: floors by exposure class, then equal days of cover, then the shortest way."""
    if (source is None) == (generate is None):
        raise BadInput("Give either --in FOLDER or --generate ITEMSxSITES.")
    policy = read_policy(policy_path, "supplies", Policy, {})
    if source is not None:
        supply = read_supply(source)
    else:
        items, _, sites = (generate or "").partition("x")
        if not (items.isdigit() and sites.isdigit()):
            raise BadInput(f"--generate {generate!r}: give items and sites as 60x400.")
        supply = province(seed=seed, items=int(items), sites=int(sites))
    if save is not None:
        write_supply(save, supply)
    plan, problems = solve(supply, policy, seed=seed)
    report([row._asdict() for row in plan.rows] if out else [], plan.certificate, problems, out=out, as_json=as_json)
