"""Who infected whom, as investigations found it: the graph around a case, for reading and for taking along."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from tongzhou.engines.chains.export import outbreak_graph, write
from tongzhou.engines.chains.graph import Outbreak, describe, link_cases
from tongzhou.ledger.known import rows
from tongzhou.problems import NotFound

STEP_X, STEP_Y, LEFT, TOP = 190, 54, 20, 20


@dataclass
class Node:
    """A case in the graph with its place in the picture. `reason`: how the infection was passed on, where known."""

    key: str
    data: dict[str, Any]
    state: str
    place: int
    generation: int
    infected: int
    x: int = 0
    y: int = 0
    source: str | None = None
    setting: str = ""
    first_day: str = ""
    last_day: str = ""
    below: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Chain:
    """The chain that a case belongs to: its index cases with all below them, and what the graph says as a whole."""

    roots: list[Node]
    nodes: list[Node]
    depth: int
    largest: tuple[str, int] | None
    problems: tuple[Any, ...]
    width: int
    height: int


@dataclass(frozen=True)
class Stated:
    """What investigations stated, of what the reader may see: cases that count, by key, and interviews."""

    cases: dict[str, dict[str, Any]]
    interviews: list[dict[str, Any]]
    at: dt.datetime | None


def stated(at: dt.datetime | None = None) -> Stated:
    cases = (one for one in rows("case", at=at) if one["state"] not in ("merged", "excluded"))
    return Stated({one["key"]: one for one in cases}, rows("interview", at=at), at)


def chain(key: str, told: Stated) -> Chain:
    """The chain around a case. Raises NotFound for a case out of scope."""
    held = told.cases
    found, outbreak, problems = _outbreak(told)
    if key not in held:
        raise NotFound()
    ids = outbreak.links.ids
    mine = outbreak.component[ids.index(key)]
    nodes = {
        id: Node(id, held[id]["data"], held[id]["state"], held[id]["place"], int(outbreak.generation[i]),
                 int(outbreak.out_degree[i]))
        for i, id in enumerate(ids) if outbreak.component[i] == mine
    }  # fmt: skip
    for target, link in found.items():
        if target in nodes and link["source"] in nodes and not nodes[target].source:
            one = nodes[target]
            one.source, one.setting = link["source"], link["setting"]
            one.first_day, one.last_day = link["first_day"], link["last_day"]
            nodes[link["source"]].below.append(one)
    roots = [one for one in nodes.values() if one.source is None] or [nodes[key]]
    order = _lay_out(roots)
    top = max(nodes.values(), key=lambda one: one.infected)
    return Chain(
        roots, order, max(one.generation for one in order), (top.key, top.infected) if top.infected else None,
        tuple(p for p in problems if any(id in p.text.en for id in nodes)),
        LEFT + STEP_X * (1 + max(one.generation for one in order)), TOP + STEP_Y * len(order),
    )  # fmt: skip


def links(told: Stated) -> dict[str, dict[str, Any]]:
    """By case: the exposure to the case that an investigation found to be its source."""
    held = told.cases
    return {
        one["key"]: exposure
        for one in told.interviews
        for exposure in one["data"]["exposures"]
        if exposure["source"] in held and one["key"] in held
    }


def _outbreak(told: Stated) -> tuple[dict[str, dict[str, Any]], Outbreak, tuple[Any, ...]]:
    """The source that an investigation found for each case, and the graph of all."""
    held, found = told.cases, links(told)
    known = sorted(held, key=lambda key: (held[key]["data"]["onset"] or "", key))
    made, problems = link_cases(
        [link["source"] for link in found.values()],
        list(found),
        [dt.date.fromisoformat(link["last_day"]) for link in found.values()],
        known=known,
    )
    return found, describe(made), problems


def _lay_out(roots: list[Node]) -> list[Node]:
    """A line for each case, depth first; a case that was met before (a cycle) is not entered again."""
    order: list[Node] = []
    seen: set[str] = set()

    def enter(one: Node) -> None:
        if one.key in seen:
            return
        seen.add(one.key)
        one.x, one.y = LEFT + STEP_X * one.generation, TOP + STEP_Y * len(order)
        order.append(one)
        one.below.sort(key=lambda node: (node.data["onset"] or "", node.key))
        for node in one.below:
            enter(node)

    for root in sorted(roots, key=lambda node: (node.data["onset"] or "", node.key)):
        enter(root)
    return order


def graph(form: str, at: dt.datetime | None = None) -> str:
    """All chains in scope as GraphML, JSON or CSV: numbers of cases, no names."""
    return write(outbreak_graph(_outbreak(stated(at))[1]), form)
