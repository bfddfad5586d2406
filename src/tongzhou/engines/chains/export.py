"""Graphs as text: GraphML, JSON (node-link) and CSV, for Gephi, igraph, networkx, d3 and spreadsheets."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .graph import Outbreak

TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}


@dataclass(frozen=True, slots=True)
class Graph:
    """A directed graph: nodes with an `id`, edges with a `from` and a `to`, and plain values besides."""

    nodes: Sequence[Mapping[str, Any]]
    edges: Sequence[Mapping[str, Any]]


def outbreak_graph(outbreak: Outbreak) -> Graph:
    """Cases with component, generation and out-degree, and their links with day and input row."""
    ids = outbreak.links.ids
    columns = zip(outbreak.component.tolist(), outbreak.generation.tolist(), outbreak.out_degree.tolist(), strict=True)
    nodes = [{"id": ids[i], "component": c, "generation": g, "out_degree": d} for i, (c, g, d) in enumerate(columns)]
    links = outbreak.links
    edges = [
        {"from": ids[a], "to": ids[b], "date": day.isoformat() if day else None, "row": row}
        for a, b, day, row in zip(
            links.infector.tolist(), links.infectee.tolist(), links.day, links.row.tolist(), strict=True
        )
    ]
    return Graph(nodes, edges)


def write(graph: Graph, form: str) -> str:
    """The graph as `graphml`, `json` or `csv` (links only); raises ValueError for another form."""
    forms = {"graphml": graphml, "json": node_link, "csv": edge_list}
    if form.lower() not in forms:
        raise ValueError(f"form: {form!r} is none of graphml, json, csv")
    return forms[form.lower()](graph)


def node_link(graph: Graph) -> str:
    """JSON with `nodes` and `links` (source, target), as d3 and networkx read it."""
    links = [{"source": e["from"], "target": e["to"], **_others(e)} for e in graph.edges]
    return json.dumps({"directed": True, "nodes": list(graph.nodes), "links": links}, ensure_ascii=False) + "\n"


def edge_list(graph: Graph) -> str:
    """CSV with from, to and every value that a link has; `--edges` reads it again."""
    columns = list(dict.fromkeys(["from", "to", *(key for edge in graph.edges for key in edge)]))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(graph.edges)
    return out.getvalue()


def graphml(graph: Graph) -> str:
    """GraphML with typed values; empty ones are left out."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    for scope, items in (("node", graph.nodes), ("edge", graph.edges)):
        for name, kind in _types(items).items():
            lines.append(f'<key id="{scope}_{name}" for="{scope}" attr.name="{name}" attr.type="{kind}"/>')
    lines.append('<graph edgedefault="directed">')
    for node in graph.nodes:
        lines.append(f"<node id={_quoted(node['id'])}>{_data('node', node)}</node>")
    for edge in graph.edges:
        ends = f"source={_quoted(edge['from'])} target={_quoted(edge['to'])}"
        lines.append(f"<edge {ends}>{_data('edge', edge)}</edge>")
    return "\n".join([*lines, "</graph>", "</graphml>", ""])


def _others(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in {"id", "from", "to"}}


def _types(items: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {k: TYPES[type(v)] for item in items for k, v in _others(item).items() if v is not None}


def _data(scope: str, item: Mapping[str, Any]) -> str:
    return "".join(
        f'<data key="{scope}_{key}">{escape(str(value).lower() if isinstance(value, bool) else str(value))}</data>'
        for key, value in _others(item).items()
        if value is not None
    )


def _quoted(value: Any) -> str:
    return quoteattr(str(value))
