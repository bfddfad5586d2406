"""Who infected whom: components, generations, out-degrees, and what in a list of links cannot be so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from tongzhou.engines.certificate import Problem, Text

Index = npt.NDArray[np.int64]
MISSING = frozenset({"", "NA", "na", "NaN", "nan", "None", "null"})


@dataclass(frozen=True, slots=True)
class Links:
    """Cases and their infector → infectee links, both by position in `ids`; `row` is each link's input row."""

    ids: tuple[str, ...]
    infector: Index
    infectee: Index
    day: tuple[date | None, ...]
    row: Index


@dataclass(frozen=True, slots=True)
class Outbreak:
    """What a list of links says; arrays are by position in ``links.ids``.

    component: number, largest first. generation: fewest links from an index case (0). depth: the greatest
    generation. longest: links of the longest chain. loops: cases on a cycle of links.
    """

    links: Links
    component: Index
    sizes: Index
    generation: Index
    out_degree: Index
    depth: int
    longest: int
    loops: Index

    def top(self, most: int = 10) -> list[tuple[str, int]]:
        """Cases with the most infectees: (id, out-degree), ties by order of appearance; none with 0."""
        order = np.argsort(-self.out_degree, kind="stable")[:most]
        return [(self.links.ids[i], int(self.out_degree[i])) for i in order if self.out_degree[i]]


def link_cases(
    infectors: Sequence[str],
    infectees: Sequence[str],
    days: Sequence[date | None] | None = None,
    *,
    known: Sequence[str] | None = None,
) -> tuple[Links, tuple[Problem, ...]]:
    """Turn a list of infector, infectee (and day) into links, with a problem for every row that cannot stand.

    An empty infector (or NA) means that none is known: the infectee is a case without a link. Self links and
    repeated links are left out and named; a second infector, a cycle and a link dated before its infector's own
    are kept and named. `known` lists all cases: they count even without a link, and another id is a problem.
    Rows count from 1. A missing infectee is a blocking problem.
    """
    place = {name: i for i, name in enumerate(dict.fromkeys(known or ()))}
    problems: list[Problem] = []
    kept: dict[tuple[int, int], tuple[int, date | None]] = {}
    infectors_of: dict[int, int] = {}
    for row, (source, target) in enumerate(zip(infectors, infectees, strict=True), 1):
        if target in MISSING:
            problems.append(_problem("no_case", row, "to", "no case is named", "未写明病例", True))
            continue
        if known is not None:
            problems += _unknown(row, source, target, place)
        if source in MISSING:
            place.setdefault(target, len(place))
            continue
        pair = place.setdefault(source, len(place)), place.setdefault(target, len(place))
        if source == target:
            problems.append(_problem("self_link", row, "to", f"{target} infects itself", f"{target} 感染自己"))
            continue
        if pair in kept:
            first = kept[pair][0]
            text = f"{source} → {target} is also row {first}", f"{source} → {target} 与第 {first} 行重复"
            problems.append(_problem("repeated_link", row, "to", *text))
            continue
        if pair[1] in infectors_of:
            first = infectors_of[pair[1]]
            text = f"{target} has another infector in row {first}", f"{target} 在第 {first} 行已有传染源"
            problems.append(_problem("two_infectors", row, "to", *text))
        infectors_of.setdefault(pair[1], row)
        kept[pair] = row, days[row - 1] if days is not None else None
    links = _links(tuple(place), kept)
    return links, (*problems, *_cycles(links), *_dates(links))


def _unknown(row: int, source: str, target: str, place: Mapping[str, int]) -> list[Problem]:
    """Ids not seen so far; each is named at its first row only."""
    new = [(f, name) for f, name in (("from", source), ("to", target)) if name not in place and name not in MISSING]
    return [
        _problem("unknown_case", row, field, f"{name} is not among the cases", f"病例名单中没有 {name}")
        for field, name in new
    ]


def _problem(code: str, row: int, field: str, en: str, zh: str, blocking: bool = False) -> Problem:
    text = Text(f"第 {row} 行 {field} 列：{zh}。", f"row {row}, {field}: {en}.")
    return Problem(code, f"row {row}", text, field, blocking)


def _links(ids: tuple[str, ...], kept: dict[tuple[int, int], tuple[int, date | None]]) -> Links:
    pairs = np.array(list(kept), np.int64).reshape(-1, 2)
    rows = np.array([row for row, _ in kept.values()], np.int64)
    return Links(ids, pairs[:, 0], pairs[:, 1], tuple(day for _, day in kept.values()), rows)


def _cycles(links: Links) -> list[Problem]:
    """One problem for each cycle (strongly connected component), at its first row."""
    strong, looped = _strong(links)
    inside = looped[links.infector] & (strong[links.infector] == strong[links.infectee])
    _, first = np.unique(strong[links.infector[inside]], return_index=True)
    found = []
    for at in np.flatnonzero(inside)[first]:
        members = [links.ids[i] for i in np.flatnonzero(strong == strong[links.infector[at]])]
        names = ", ".join(members[:5]) + (" …" if len(members) > 5 else "")
        found.append(_problem("cycle", int(links.row[at]), "from", f"a cycle of {names}", f"传播环：{names}"))
    return found


def _dates(links: Links) -> list[Problem]:
    """Links dated before every link to their infector."""
    infected: dict[int, date] = {}
    for to, day in zip(links.infectee.tolist(), links.day, strict=True):
        if day is not None and (to not in infected or day < infected[to]):
            infected[to] = day
    found = []
    for source, day, row in zip(links.infector.tolist(), links.day, links.row.tolist(), strict=True):
        if day is not None and source in infected and day < infected[source]:
            since, name = infected[source], links.ids[source]
            text = f"{day} is before {name} was infected ({since})", f"{day} 早于 {name} 的感染日期 {since}"
            found.append(_problem("too_early", row, "date", *text))
    return found


def describe(links: Links) -> Outbreak:
    """Components, generations and degrees of an outbreak.

    A generation is the fewest links from an index case, a case without a known infector; in a component that
    starts with a cycle the member named first stands for it. The longest chain treats a cycle as one case.
    """
    from scipy.sparse.csgraph import connected_components

    n = len(links.ids)
    _, component = connected_components(_matrix(links), directed=True, connection="weak")
    order = np.argsort(-np.bincount(component, minlength=1), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    component = rank[component].astype(np.int64) if n else np.zeros(0, np.int64)
    strong, looped = _strong(links)
    generation = _generations(links, strong)
    return Outbreak(
        links=links,
        component=component,
        sizes=np.bincount(component).astype(np.int64),
        generation=generation,
        out_degree=np.bincount(links.infector, minlength=n).astype(np.int64),
        depth=int(generation.max(initial=0)),
        longest=_longest(strong[links.infector], strong[links.infectee], n),
        loops=np.flatnonzero(looped).astype(np.int64),
    )


def _matrix(links: Links) -> Any:
    from scipy.sparse import csr_matrix

    n = len(links.ids)
    return csr_matrix((np.ones(links.row.size, np.int8), (links.infector, links.infectee)), shape=(n, n))


def _strong(links: Links) -> tuple[Index, npt.NDArray[np.bool_]]:
    """Strongly connected component of each case, and whether it has more than one member."""
    from scipy.sparse.csgraph import connected_components

    _, strong = connected_components(_matrix(links), directed=True, connection="strong")
    strong = strong.astype(np.int64)
    return strong, np.bincount(strong, minlength=1)[strong] > 1


def _generations(links: Links, strong: Index) -> Index:
    n = len(links.ids)
    entered = np.zeros(n, bool)
    across = strong[links.infector] != strong[links.infectee]
    entered[strong[links.infectee[across]]] = True
    _, named_first = np.unique(strong, return_index=True)
    frontier = named_first[~entered[strong[named_first]]]
    generation = np.full(n, -1, np.int64)
    depth = 0
    while frontier.size:
        generation[frontier] = depth
        reached = np.isin(links.infector, frontier)
        frontier = np.unique(links.infectee[reached])
        frontier = frontier[generation[frontier] < 0]
        depth += 1
    return generation


def _longest(source: Index, target: Index, n: int) -> int:
    """Links on the longest path of an acyclic graph (links within one node left out), in topological layers."""
    apart = source != target
    source, target = source[apart], target[apart]
    waiting = np.bincount(target, minlength=n)
    layer, last = np.flatnonzero(waiting == 0), 0
    for step in range(n):
        out = np.isin(source, layer)
        if not out.any():
            break
        last = step + 1
        np.subtract.at(waiting, target[out], 1)
        layer = np.unique(target[out])
        layer = layer[waiting[layer] == 0]
        source, target = source[~out], target[~out]
    return last
