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
from .chains_files import CaseFile, read_cases, read_links
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
    """Read, judge and describe the links; what cannot be linked is left out and named, unless --strict stops at it."""
    file = read_links(options.edges, options.from_column, options.to_column, "date")
    listed = read_cases(options.cases, strict=options.strict) if options.cases else CaseFile([], [])
    known = listed.ids if options.cases else None
    links, problems = link_cases(file.infectors, file.infectees, file.days, known=known)
    told = [f"line {line}, {name}: {why}." for line, name, why in file.left_out]
    told += [f"{options.cases}, line {line}, {name}: {why}." for line, name, why in listed.left_out]
    told += [_line(one, file.lines) for one in problems]
    if not set(links.infector.tolist()) & set(links.infectee.tolist()) and len(links.row) > 2:
        told.append("no infector is itself infected by anybody: are the ids of both columns written alike?")
    if options.strict and told:
        first = "\n".join(f"{options.edges}, {one}" for one in told[:20])
        more = f"\nand {len(told) - 20} more" if len(told) > 20 else ""
        raise BadInput(f"{first}{more}\nCorrect these rows and run again.")
    outbreak = describe(links)
    answer = _answer(outbreak, fit_offspring(outbreak.out_degree), options.top)
    if options.as_of is not None and options.cases is not None:
        answer |= clusters_of(options.cases, options.as_of.date(), options.strict)
    answer["problems"] = [asdict(one) for one in problems]
    answer["left_out"] = [{"line": line, "field": name, "why": why} for line, name, why in file.left_out]
    answer["left_out"] += [
        {"line": file.lines[int(one.subject.removeprefix("row ")) - 1], "field": one.field, "why": one.text.en}
        for one in problems
        if one.blocking
    ]
    answer["cases_left_out"] = [{"line": line, "field": name, "why": why} for line, name, why in listed.left_out]
    answer["told"] = told
    if options.out:
        write_graph(options.out, write(outbreak_graph(outbreak), options.out.suffix[1:]))
    if options.as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for sentence in told[:20]:
        click.echo(f"{options.edges}, {sentence}", err=True)
    if len(told) > 20:
        click.echo(f"and {len(told) - 20} more (--json lists them all)", err=True)
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
