"""`tongzhou chains --edges`: cases, components, generations and superspreading of a list of links."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isinf
from pathlib import Path
from typing import Any

import click

from tongzhou.engines.certificate import Problem
from tongzhou.engines.chains import Outbreak, describe, link_cases
from tongzhou.engines.chains.export import outbreak_graph, write
from tongzhou.engines.chains.offspring import Offspring, fit_offspring
from tongzhou.tables import BadInput

from .chains_clusters import clusters_of
from .chains_files import read_ids, read_links
from .series import writing


@dataclass(frozen=True)
class EdgeOptions:
    edges: Path
    from_column: str
    to_column: str
    cases: Path | None
    as_of: datetime | None
    top: int
    out: Path | None
    strict: bool
    as_json: bool


def run_edges(options: EdgeOptions) -> None:
    """Read, judge and describe the links; leave with 2 where a row has no case or --strict finds a fault."""
    file = read_links(options.edges, options.from_column, options.to_column, "date")
    known = read_ids(options.cases) if options.cases else None
    links, problems = link_cases(file.infectors, file.infectees, file.days, known=known)
    stop = [one for one in problems if options.strict or one.blocking]
    if stop:
        told = "\n".join(f"{options.edges}, {_line(one, file.lines)}" for one in stop[:20])
        more = f"\nand {len(stop) - 20} more" if len(stop) > 20 else ""
        raise BadInput(f"{told}{more}\nCorrect these rows and run again.")
    outbreak = describe(links)
    answer = _answer(outbreak, fit_offspring(outbreak.out_degree), options.top)
    if options.as_of is not None and options.cases is not None:
        answer |= clusters_of(options.cases, options.as_of.date())
    answer["problems"] = [asdict(one) for one in problems]
    if options.out:
        write_graph(options.out, write(outbreak_graph(outbreak), options.out.suffix[1:]))
    if options.as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for one in problems[:20]:
        click.echo(f"{options.edges}, {_line(one, file.lines)}", err=True)
    _tell(answer)


def write_graph(path: Path, text: str) -> None:
    with writing(path):
        path.write_text(text, encoding="utf-8")


def _line(problem: Problem, lines: list[int]) -> str:
    row = int(problem.subject.removeprefix("row "))
    return f"line {lines[row - 1]}: {problem.text.en}"


def _answer(outbreak: Outbreak, offspring: Offspring, top: int) -> dict[str, Any]:
    generations = outbreak.generation
    return {
        "cases": len(outbreak.links.ids),
        "links": int(outbreak.links.row.size),
        "components": int(outbreak.sizes.size),
        "largest": int(outbreak.sizes.max(initial=0)),
        "depth": outbreak.depth,
        "longest_chain": outbreak.longest,
        "by_generation": [int((generations == g).sum()) for g in range(outbreak.depth + 1)],
        "top": [{"id": name, "out_degree": degree} for name, degree in outbreak.top(top)],
        "offspring": {k: _number(v) for k, v in asdict(offspring).items()},
    }


def _number(value: Any) -> Any:
    """JSON has no infinity: the word says it."""
    if isinstance(value, float):
        return "infinite" if isinf(value) else round(value, 6)
    return value


def _tell(answer: dict[str, Any]) -> None:
    click.echo(
        f"{answer['cases']} cases in {answer['components']} components (largest {answer['largest']}), "
        f"{answer['links']} links, depth {answer['depth']}"
    )
    for one in answer["top"]:
        click.echo(f"  {one['id']}: {one['out_degree']} infectees")
    for one in answer.get("clusters") or ():
        click.echo(f"  {one['why']} / {one['why_zh']}")
    spread = answer["offspring"]
    if spread["k"] is None:
        click.echo(f"Superspreading: cannot be said ({spread['why']})")
    else:
        click.echo(
            f"Mean infectees {spread['mean']:.2f}; dispersion k {spread['k']} "
            f"(95 % {spread['k_low']} to {spread['k_high']}); "
            f"{100 * spread['cause_80']:.0f} % of cases have 80 % of the infectees"
        )
