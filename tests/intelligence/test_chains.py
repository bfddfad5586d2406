"""Chains: the kernel against plain loops over every event, known outbreaks, faults by row and field, the docs."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import re
import shlex
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou.cli.chains import chains
from tongzhou.cli.chains_clusters import clusters_of
from tongzhou.engines.certificate import Text
from tongzhou.engines.chains import (
    ContactIndex,
    Course,
    FaultyEvent,
    Reached,
    Weights,
    describe,
    index_events,
    link_cases,
    reach,
)
from tongzhou.engines.chains.clusters import Definition, find_clusters
from tongzhou.engines.chains.offspring import fit_offspring
from tongzhou.engines.chains.reasons import reason
from tongzhou.engines.chains.tree import likely_infectors
from tongzhou.tables import BadInput

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared/data/contacts"
known_outbreaks = pytest.mark.skipif(not SHARED.exists(), reason="no ../shared/data/contacts here")
Event = tuple[int, int, int]


# Contacts in time ---------------------------------------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    persons = draw(st.integers(2, 12))
    span = draw(st.sampled_from([4, 40, 200_000]))  # many ties; few; more than one segment
    event = st.tuples(st.integers(0, persons - 1), st.integers(1, persons - 1), st.integers(-3, span))
    events = [(a, (a + step) % persons, m) for a, step, m in draw(st.lists(event, max_size=30))]
    seeds = draw(st.lists(st.integers(0, persons - 1), min_size=1, max_size=3, unique=True))
    moment = st.integers(-3, span)
    since = [draw(moment) for _ in seeds]
    ends = draw(st.none() | st.lists(moment, min_size=len(seeds), max_size=len(seeds)))
    return {
        "persons": persons,
        "events": events,
        "seeds": seeds,
        "since": since,
        "ends": ends,
        "until": draw(moment),
        "hops": draw(st.integers(0, 5)),
        "course": Course(draw(st.integers(0, 3)), draw(st.none() | st.integers(0, span))),
        "backward": draw(st.booleans()),
        "cut": draw(st.integers(0, len(events))),
    }


def plain_reach(world: dict[str, Any]) -> dict[int, tuple[int, int]]:
    """Person → (hop, minute) by walking every (person, moment) over every event, in the definition's own words."""
    sign = -1 if world["backward"] else 1
    course: Course = world["course"]
    ends = world["ends"] or [world["until"]] * len(world["seeds"])
    windows = {
        (person, sign * since, sign * since, min(sign * end, sign * world["until"]))
        for person, since, end in zip(world["seeds"], world["since"], ends, strict=True)
    }
    found: dict[int, tuple[int, int]] = {}
    for hop in range(1, world["hops"] + 1):
        moments = set()
        for a, b, m in world["events"]:
            for source, target in ((a, b), (b, a)):
                if target in world["seeds"]:
                    continue
                if any(who == source and low <= sign * m <= high for who, _, low, high in windows):
                    moments.add((target, sign * m))
        for person, at in sorted(moments):
            found.setdefault(person, (hop, sign * at))
        windows = set()
        for person, at in moments:
            low = at + course.latent
            high = sign * world["until"]
            if course.infectious is not None:
                high = min(high, low + course.infectious)
            windows.add((person, at, low, high))
    return found


def columns_of(events: list[Event]) -> tuple[npt.NDArray[np.int64], ...]:
    return tuple(np.array([event[i] for event in events], np.int64) for i in range(3))


def search(index: ContactIndex, world: dict[str, Any], **more: Any) -> Reached:
    keys = ("ends", "until", "hops", "course", "backward")
    return reach(index, world["seeds"], world["since"], **{key: world[key] for key in keys}, **more)


def as_dict(found: Reached) -> dict[int, tuple[int, int]]:
    return dict(zip(found.person.tolist(), zip(found.hop.tolist(), found.minute.tolist(), strict=True), strict=True))


@settings(max_examples=400, deadline=None)
@given(worlds())
def test_reach_is_what_plain_loops_find_however_events_are_cut_into_segments(world: dict[str, Any]) -> None:
    events, cut = world["events"], world["cut"]
    whole = index_events(*columns_of(events), world["persons"])
    parts = index_events(*columns_of(events[:cut]), world["persons"]).with_events(*columns_of(events[cut:]))
    expected = plain_reach(world)
    for index in (whole, parts):
        found = search(index, world)
        assert as_dict(found) == expected
        for i in range(found.person.size):
            assert_valid_chain(found.chain(i), world)
    one, other = search(whole, world), search(parts, world)
    order = np.argsort(one.person), np.argsort(other.person)
    assert one.source[order[0]].tolist() == other.source[order[1]].tolist()


def assert_valid_chain(chain: list[tuple[int, int]], world: dict[str, Any]) -> None:
    met = {(frozenset((a, b)), m) for a, b, m in world["events"]}
    sign = -1 if world["backward"] else 1
    course: Course = world["course"]
    assert chain[0] in set(zip(world["seeds"], world["since"], strict=True))
    for i, ((p, at), (q, then)) in enumerate(pairwise(chain)):
        assert (frozenset((p, q)), then) in met
        wait = sign * (then - at)
        assert wait >= (course.latent if i else 0)
        assert not i or course.infectious is None or wait <= course.latent + course.infectious


@settings(max_examples=100, deadline=None)
@given(worlds(), st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.3, 0.6, 1.0]))
def test_light_contacts_are_as_if_they_had_not_been(world: dict[str, Any], seed: int, least: float) -> None:
    rng = np.random.default_rng(seed)
    events = columns_of(world["events"])
    setting, minutes = rng.integers(0, 3, events[0].size), rng.integers(0, 400, events[0].size)
    weights = Weights(np.array([1.0, 0.5, 0.0] + [1.0] * 253, np.float32), full=60, least=least)
    index = index_events(*events, world["persons"], setting=setting, duration=minutes)
    share = np.where(minutes == 0, 1, np.minimum(1, minutes / 60))
    heavy = np.array([1.0, 0.5, 0.0])[setting] * share >= least - 1e-7
    world["events"] = [event for event, kept in zip(world["events"], heavy, strict=True) if kept]
    assert as_dict(search(index, world, weights=weights)) == plain_reach(world)


def test_a_cap_keeps_the_heaviest_then_the_earliest_and_who_is_left_out_does_not_spread() -> None:
    # Zhao (0) met 1…4; 5 and 6 met only somebody who may be left out.
    events = [(0, 1, 10), (0, 2, 9), (0, 3, 8), (0, 4, 7), (4, 5, 20), (1, 6, 20)]
    index = index_events(*columns_of(events), 7, setting=np.array([1, 0, 0, 0, 0, 0]))
    weights = Weights(np.array([0.5, 1.0] + [1.0] * 254, np.float32))
    free = reach(index, [0], 0, until=99, hops=2, weights=weights)
    assert sorted(free.person.tolist()) == [1, 2, 3, 4, 5, 6] and free.cut == (0, 0)
    two = reach(index, [0], 0, until=99, hops=2, weights=weights, caps=[2])
    assert sorted(two.person.tolist()) == [1, 4, 5, 6] and two.cut == (2, 0)
    one = reach(index, [0], 0, until=99, hops=2, weights=weights, caps=[1, None])
    assert sorted(one.person.tolist()) == [1, 6] and one.cut == (3, 0)
    assert reach(index, [0], 0, until=99, hops=2, caps=[0]).person.size == 0
    windows = reach(index, [0], 0, until=99, hops=2, weights=weights, caps=[1], course=Course(0, 50))
    assert sorted(windows.person.tolist()) == [1, 6] and windows.cut == (3, 0)


def city(persons: int = 3000, events: int = 30_000, seed: int = 3) -> tuple[npt.NDArray[Any], ...]:
    rng = np.random.default_rng(seed)
    a = rng.integers(0, persons, events)
    return a, (a + rng.integers(1, persons, events)) % persons, rng.integers(0, 14 * 1440, events)


def test_the_same_answer_in_any_number_of_threads_and_for_any_order_of_events() -> None:
    a, b, minute = city()
    shuffled = np.random.default_rng(0).permutation(a.size)
    index = index_events(a, b, minute, 3000)
    other = index_events(b[shuffled], a[shuffled], minute[shuffled], 3000)
    assert np.array_equal(index.segments[0].words, other.segments[0].words)
    groups = [list(range(i, i + 20)) for i in range(0, 400, 20)]

    def people(seeds: list[int]) -> list[int]:
        return reach(index, seeds, 0, until=14 * 1440, hops=3).person.tolist()

    alone = [people(group) for group in groups]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(people, groups)) == alone


def test_a_hub_with_thousands_of_contacts_is_sorted_too() -> None:
    others = np.arange(1, 3001)
    minute = np.random.default_rng(1).permutation(3000)
    index = index_events(np.zeros(3000, np.int32), others, minute, 3001)
    found = reach(index, [0], 1000, until=1999, hops=1)
    assert sorted(found.person.tolist()) == sorted(others[(minute >= 1000) & (minute <= 1999)].tolist())


def test_a_day_is_added_without_touching_the_others_and_dropped_whole() -> None:
    a, b, minute = city()
    last = minute >= 13 * 1440
    old = index_events(a[~last], b[~last], minute[~last], 3000)
    new = old.with_events(a[last], b[last], minute[last])
    assert new.segments[0] is old.segments[0] and len(new.segments) == 2 and new.events == a.size
    assert [one.events for one in new.since(13 * 1440).segments] == [int(last.sum())]
    assert index_events(a, b, minute, 3000).nbytes < 16 * a.size + 6 * 3000


def test_events_there_twice_are_counted_and_change_nothing() -> None:
    once = index_events(*columns_of([(0, 1, 5), (1, 2, 6)]), 3)
    twice = index_events(*columns_of([(0, 1, 5), (1, 2, 6), (1, 0, 5)]), 3)
    assert (once.twice, twice.twice) == (0, 1)
    assert as_dict(reach(once, [0], 0, until=9)) == as_dict(reach(twice, [0], 0, until=9))


@pytest.mark.parametrize(
    ("columns", "row", "field"),
    [
        (([0, 1, 2], [1, 1, 0], [1, 2, 3], [0, 0, 0]), 1, "b"),
        (([0, 1, 3], [1, 2, 0], [1, 2, 3], [0, 0, 0]), 2, "a"),
        (([0, 1, 2], [1, -1, 0], [1, 2, 3], [0, 0, 0]), 1, "b"),
        (([0, 1, 2], [1, 2, 0], [1, 2**40, 3], [0, 0, 0]), 1, "minute"),
        (([0, 1, 2], [1, 2, 0], [1, 2, 3], [0, 0, 256]), 2, "setting"),
        (([0, 1, 2], [1, 2, 2], [1, 90_000, 200_000], [0, 0, 0]), 2, "b"),  # in a later segment
    ],
)
def test_a_faulty_event_is_named_by_row_and_field(columns: tuple[list[int], ...], row: int, field: str) -> None:
    a, b, minute, setting = (np.array(column) for column in columns)
    with pytest.raises(FaultyEvent) as fault:
        index_events(a, b, minute, 3, setting=setting)
    assert (fault.value.row, fault.value.field) == (row, field)
    assert f"row {row + 1}, {field}" in str(fault.value) and fault.value.zh


def test_unknown_or_repeated_seeds_are_refused_and_nothing_is_found_in_nothing() -> None:
    index = index_events(*columns_of([(0, 1, 5)]), 3)
    with pytest.raises(ValueError, match="no person 3"):
        reach(index, [0, 3], 0, until=9)
    with pytest.raises(ValueError, match="1 is named twice"):
        reach(index, [1, 1], 0, until=9)
    assert reach(index, [2], 0, until=9).person.size == 0
    assert reach(index_events(*columns_of([]), 3), [0], 0, until=9).person.size == 0


# An outbreak's tree ---------------------------------------------------------------------------------------------


def plain_outbreak(pairs: list[tuple[str, str]]) -> dict[str, int]:
    """Components by merging sets and generations by walking from those nobody infected; for lists without cycles."""
    ids = {name for pair in pairs for name in pair if name}
    links = {(a, b) for a, b in pairs if a and a != b}
    groups: list[set[str]] = [{name} for name in ids]
    for a, b in links:
        joined = [group for group in groups if a in group or b in group]
        groups = [group for group in groups if group not in joined] + [set().union(*joined)]
    infected = {b for _, b in links}
    layer, seen, depth = ids - infected, set(ids - infected), 0
    while layer := {b for a, b in links if a in layer} - seen:
        seen |= layer
        depth += 1
    return {
        "cases": len(ids),
        "links": len(links),
        "components": len(groups),
        "largest": max(map(len, groups), default=0),
        "depth": depth,
    }


def said(pairs: list[tuple[str, str]]) -> dict[str, int]:
    outbreak = describe(link_cases([a for a, _ in pairs], [b for _, b in pairs])[0])
    return {
        "cases": len(outbreak.links.ids),
        "links": outbreak.links.row.size,
        "components": outbreak.sizes.size,
        "largest": int(outbreak.sizes.max(initial=0)),
        "depth": outbreak.depth,
    }


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=25))
def test_outbreaks_without_cycles_are_what_plain_loops_find(raw: list[tuple[int, int]]) -> None:
    pairs = [(str(min(a, b)), str(max(a, b))) for a, b in raw]
    assert said(pairs) == plain_outbreak(pairs)
    outbreak = describe(link_cases([a for a, _ in pairs], [b for _, b in pairs])[0])
    assert outbreak.depth <= outbreak.longest == longest_path({(a, b) for a, b in pairs if a != b})
    assert int(outbreak.out_degree.sum()) == len({(a, b) for a, b in pairs if a != b})


def longest_path(links: set[tuple[str, str]]) -> int:
    def below(node: str) -> int:
        return max((1 + below(b) for a, b in links if a == node), default=0)

    return max((below(a) for a, _ in links), default=0)


def test_a_cycle_begins_with_the_case_named_first_and_counts_as_one_in_the_longest_chain() -> None:
    links, problems = link_cases(["8", "9", "8", "38"], ["9", "8", "38", "40"])
    outbreak = describe(links)
    assert dict(zip(links.ids, outbreak.generation.tolist(), strict=True)) == {"8": 0, "9": 1, "38": 1, "40": 2}
    assert (outbreak.depth, outbreak.longest, outbreak.loops.tolist()) == (2, 2, [0, 1])
    assert [(one.code, one.subject, one.field) for one in problems] == [("cycle", "row 1", "from")]


def test_what_cannot_be_so_is_named_by_row_and_field_in_both_languages() -> None:
    days = [date(2020, 1, day) for day in (5, 9, 9, 9, 3, 9, 9)]
    sources = ["Zhao", "Mei", "Zhao", "Lin", "Mei", "NA", "Sun"]
    targets = ["Mei", "Mei", "Mei", "Mei", "Wu", "Charlie", ""]
    links, problems = link_cases(sources, targets, days, known=["Zhao", "Mei", "Lin", "Charlie", "Sun"])
    assert [(one.code, one.subject, one.field, one.blocking) for one in problems] == [
        ("self_link", "row 2", "to", False),
        ("repeated_link", "row 3", "to", False),
        ("two_infectors", "row 4", "to", False),
        ("unknown_case", "row 5", "to", False),
        ("no_case", "row 7", "to", True),
        ("too_early", "row 5", "date", False),
    ]
    assert all(one.subject in one.text.en and one.subject[4:] in one.text.zh for one in problems)
    assert links.ids == ("Zhao", "Mei", "Lin", "Charlie", "Sun", "Wu") and links.row.tolist() == [1, 4, 5]


def tianjin() -> list[tuple[str, str]]:
    with (SHARED / "tianjin_135_edges.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    pairs = [("", row["case_id"].strip()) for row in rows]
    named = (row[f"edge{i}"].strip() for row in rows for i in range(1, 5))
    cases = (row["case_id"].strip() for row in rows for _ in range(4))
    return pairs + [(source, case) for source, case in zip(named, cases, strict=True) if source]


def two_columns(name: str, source: str, target: str) -> list[tuple[str, str]]:
    with (SHARED / name).open(encoding="utf-8-sig") as file:
        return [(row[source].replace("NA", ""), row[target]) for row in csv.DictReader(file)]


def known(name: str) -> list[tuple[str, str]]:
    return {
        "Tianjin": tianjin,
        "Singapore": lambda: two_columns("singapore_93_edges.csv", "from", "to"),
        "Hagelloch": lambda: two_columns("measles_hagelloch_1861.csv", "infector", "case_ID"),
        "Ebola": lambda: two_columns("ebola_sim_contacts.csv", "infector", "case_id"),
    }[name]()


@known_outbreaks
@pytest.mark.parametrize("name", ["Tianjin", "Singapore", "Hagelloch", "Ebola"])
def test_a_known_outbreak_is_what_plain_loops_find_and_what_the_docs_say(name: str) -> None:
    pairs = known(name)
    links, problems = link_cases([a for a, _ in pairs], [b for _, b in pairs])
    outbreak = describe(links)
    ours, plain = said(pairs), plain_outbreak(pairs)
    if any(one.code == "cycle" for one in problems):  # then who comes first is a convention
        ours.pop("depth"), plain.pop("depth")
    assert ours == plain
    fit = fit_offspring(outbreak.out_degree)
    high = "∞" if fit.k_high == float("inf") else f"{fit.k_high:.2f}"
    top = ", ".join(f"{i} ({n})" for i, n in outbreak.top(2))
    figures = [len(links.ids), links.row.size, outbreak.sizes.size, outbreak.sizes.max(), outbreak.depth, top]
    row = f"| {name} | " + " | ".join(map(str, figures)) + f" | {fit.k:.2f} ({fit.k_low:.2f}–{high}) |"
    assert row in (ROOT / "docs/engines/chains.md").read_text(), row


@known_outbreaks
def test_generations_agree_with_those_the_simulation_of_ebola_wrote_down() -> None:
    with gzip.open(SHARED / "ebola_sim_linelist_dirty.csv.gz", "rt") as file:
        true = {row["case_id"]: int(row["generation"]) for row in csv.DictReader(file)}
    pairs = known("Ebola")
    outbreak = describe(link_cases([a for a, _ in pairs], [b for _, b in pairs])[0])
    ids, generation = outbreak.links.ids, outbreak.generation
    steps = [
        (true[ids[b]] - true[ids[a]], int(generation[b] - generation[a]))
        for a, b in zip(outbreak.links.infector.tolist(), outbreak.links.infectee.tolist(), strict=True)
        if ids[a] in true and ids[b] in true
    ]
    assert len(steps) == 2161 and all(ours == 1 for _, ours in steps)
    assert sum(told != 1 for told, _ in steps) == 2  # two rows of the line list contradict its own contacts


# Superspreading, infectors, clusters, reasons --------------------------------------------------------------------


def likelihood(counts: npt.NDArray[np.int64], k: float, mean: float) -> float:
    """Log-likelihood by products, without gamma functions."""
    each = {}
    for z in set(counts.tolist()):
        coefficient = sum(np.log((k + i) / (i + 1)) for i in range(z))
        each[z] = coefficient + k * np.log(k / (k + mean)) + z * np.log(mean / (k + mean))
    return float(sum(each[z] for z in counts.tolist()))


@pytest.mark.parametrize(("mean", "k"), [(0.7, 0.16), (1.5, 0.5), (0.9, 3.0)])
def test_k_is_found_again_and_stands_at_the_top_of_the_likelihood(mean: float, k: float) -> None:
    counts = np.random.default_rng(4).negative_binomial(k, k / (k + mean), 3000)
    fit = fit_offspring(counts)
    assert fit.k is not None and fit.k_low is not None and fit.k_high is not None
    assert fit.mean_low is not None and fit.mean_high is not None
    assert fit.k_low < k < fit.k_high and fit.mean_low < mean < fit.mean_high
    top = likelihood(counts, fit.k, fit.mean)
    assert top >= max(likelihood(counts, fit.k * factor, fit.mean) for factor in (0.98, 1.02))
    for edge in (fit.k_low, fit.k_high):
        assert top - likelihood(counts, edge, fit.mean) == pytest.approx(1.9207, abs=1e-3)


def test_counts_no_wider_than_poisson_have_an_infinite_k_and_too_few_have_none() -> None:
    assert fit_offspring([1] * 40).k == float("inf") and fit_offspring([1] * 40).k_high == float("inf")
    assert fit_offspring([3, 0, 0]).k is None and "10 cases" in fit_offspring([3, 0, 0]).why
    assert fit_offspring([0] * 20).why == "no links" and fit_offspring([]).mean == 0
    assert fit_offspring([8, 1, 1] + [0] * 17).cause_80 == pytest.approx(1 / 20)
    with pytest.raises(ValueError, match="row 2"):
        fit_offspring([1, -1])


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 9), st.integers(0, 2**32 - 1))
def test_the_likely_infector_is_the_one_plain_loops_choose_and_makes_no_cycle(cases: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    onset, n = rng.integers(0, 12, cases), int(rng.integers(1, 25))
    a = rng.integers(0, cases, n)
    b = (a + rng.integers(1, cases, n)) % cases
    interval, weight, met = rng.random(8), rng.random(n) + 0.1, rng.integers(0, 12, n)
    likely = likely_infectors(cases, a, b, onset, interval, contact_day=met, weight=weight)
    for i in range(cases):
        share: dict[int, float] = {}
        for x, y, w, day in zip(a.tolist(), b.tolist(), weight, met, strict=True):
            for source, target in ((x, y), (y, x)):
                lag = onset[i] - onset[source]
                if target == i and 0 < lag < 8 and day <= onset[i]:
                    share[source] = share.get(source, 0) + w * interval[lag]
        assert likely.possible[i] == len(share)
        if not share:
            assert likely.infector[i] == -1
            continue
        best = int(likely.infector[i])
        assert share[best] == pytest.approx(max(share.values()))
        assert likely.share[i] == pytest.approx(share[best] / sum(share.values()))
        assert onset[best] < onset[i]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["a", "b", ""])), max_size=15), st.integers(2, 4))
def test_a_case_is_in_a_cluster_when_some_window_with_it_has_enough(raw: list[tuple[int, str]], least: int) -> None:
    days = [date(2020, 3, 1) + timedelta(days=day) for day, _ in raw]
    places = [place for _, place in raw]
    found = find_clusters(days, places, Definition(Text("甲", "x"), least, 5, False))
    inside = {i for one in found for i in one.cases}
    assert sum(len(one.cases) for one in found) == len(inside)
    for i, (day, place) in enumerate(raw):
        windows = ([d for d, p in raw if p == place and start <= d < start + 5] for start in range(day - 4, day + 1))
        assert (i in inside) == (place != "" and any(len(window) >= least for window in windows))


def test_a_cluster_counts_asymptomatic_persons_and_later_cases_only_where_it_should() -> None:
    days = [date(2020, 3, 1), date(2020, 3, 14), date(2020, 3, 15)]
    definition = Definition(Text("第一版", "edition x"), 2, 14, False)
    assert find_clusters(days[:2], ["home"] * 2, definition)[0].cases == (0, 1)
    assert not find_clusters([days[0], days[2]], ["home"] * 2, definition)
    assert not find_clusters(days[:2], ["home"] * 2, definition, as_of=date(2020, 3, 13))
    assert not find_clusters(days[:2], ["home"] * 2, definition, asymptomatic=[True, False])
    counted = Definition(Text("第二版", "edition y"), 2, 14, True)
    why = find_clusters(days[:2], ["home"] * 2, counted, asymptomatic=[True, False])[0].why
    assert "2 within 14 days, edition y" in why.en and "14 日内 2 例，第二版" in why.zh


def test_a_reason_says_what_was_shared_with_whom_and_when() -> None:
    start = date(2020, 1, 1)
    from datetime import datetime

    origin = datetime(start.year, start.month, start.day)  # noqa: DTZ001 (local days, as the minutes are)
    ride = reason("Zhao", "train:K1068 carriage 5", 30240, origin=origin)
    assert (
        ride.en == "shared K1068 carriage 5 with Zhao on 22 January"
        and ride.zh == "1月22日与 Zhao 同乘 K1068 carriage 5"
    )
    assert reason("Zhao", "household", 0, hop=2).en == "shared a household with Zhao on day 0; hop 2"
    assert reason("Zhao", "", 1440, duration=20).zh == "第 1 日与 Zhao 有接触 20 分钟"
    assert reason("Zhao", "work:bay 3", 1440).en == "worked together at bay 3 with Zhao on day 1"


# The command ---------------------------------------------------------------------------------------------------


def run(*words: object) -> Result:
    return CliRunner().invoke(chains, [str(word) for word in words])


def answer(*words: object) -> dict[str, Any]:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def saved(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_links_in_parquet_answer_as_in_csv(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    links = {"from": ["1", "1", "2"], "to": ["2", "3", "4"], "date": [date(2020, 1, n) for n in (2, 3, 9)]}
    pq.write_table(pa.table(links), tmp_path / "e.parquet")
    rows = "".join(f"{a},{b},{day}\n" for a, b, day in zip(*links.values(), strict=True))
    file = saved(tmp_path, "e.csv", f"from,to,date\n{rows}")
    assert answer("--edges", tmp_path / "e.parquet") == answer("--edges", file)
    pq.write_table(pa.table({"from": ["1"], "whom": ["2"]}), tmp_path / "x.parquet")
    refused = run("--edges", tmp_path / "x.parquet")
    assert refused.exit_code == 2 and "to" in refused.output


def test_edges_answer_with_the_names_the_contract_gives(tmp_path: Path) -> None:
    file = saved(tmp_path, "e.csv", "from,to,date\na,b,2020-01-02\na,c,2020-01-03\nc,d,2020-01-07\nx,y,\n,z,\n")
    found = answer("--edges", file)
    assert {key: found[key] for key in ("cases", "components", "largest", "depth")} == {
        "cases": 7,
        "components": 3,
        "largest": 4,
        "depth": 2,
    }
    assert found["top"] == [{"id": i, "out_degree": n} for i, n in (("a", 2), ("c", 1), ("x", 1))]
    assert found["by_generation"] == [3, 3, 1] and found["problems"] == []


def test_events_give_the_same_in_csv_and_parquet_and_for_names_and_numbers(tmp_path: Path) -> None:
    a, b, minute = city(300, 2000)
    places = np.random.default_rng(0).choice(["household", "train:K1068 carriage 5", ""], a.size)
    table = pa.table({"a": a, "b": b, "minute": minute, "setting": places})
    pa.parquet.write_table(table, tmp_path / "n.parquet")
    named = [[f"p{x}", f"p{y}", m, s] for x, y, m, s in zip(a, b, minute, places, strict=True)]
    saved(tmp_path, "n.csv", "\n".join(["a,b,minute,setting", *(",".join(map(str, row)) for row in named)]))
    many = ",".join(map(str, range(300)))  # longer than the name of a file can be
    assert len(many) > 1000 and answer("--events", tmp_path / "n.parquet", "--seeds", many)["reached"] == 0
    numbers = answer("--events", tmp_path / "n.parquet", "--seeds", "1,2,3", "--hops", 3, "--days", 14)
    names = answer("--events", tmp_path / "n.csv", "--seeds", "p1,p2,p3", "--hops", 3, "--days", 14)
    world = {"seeds": [1, 2, 3], "since": [0] * 3, "ends": None, "until": 14 * 1440 - 1, "hops": 3}
    events = list(zip(a.tolist(), b.tolist(), minute.tolist(), strict=True))
    expected = plain_reach(world | {"events": events, "course": Course(), "backward": False})
    assert {int(row["id"]): (row["hop"], row["minute"]) for row in numbers["persons"]} == expected
    assert {row["id"] for row in names["persons"]} == {f"p{person}" for person in expected}
    assert numbers["reached"] == sum(numbers["by_hop"]) == len(expected) > 50
    row_of = {
        (frozenset((x, y)), m): s for x, y, m, s in zip(a.tolist(), b.tolist(), minute.tolist(), places, strict=True)
    }
    for row in numbers["persons"]:
        assert row["setting"] == row_of[frozenset((int(row["id"]), int(row["from"]))), row["minute"]]


def test_tables_are_read_whatever_they_are_saved_as(tmp_path: Path) -> None:
    text = "a, b ,minute,setting\n赵,梅, 5,household\n梅, 林,7.0,\n"
    (tmp_path / "gb.csv").write_bytes(text.encode("gb18030"))
    (tmp_path / "bom.csv").write_bytes(text.encode("utf-8-sig"))
    names, other = pa.array(["赵", "梅"]), pa.array(["梅", "林"])
    table = {"a": names.dictionary_encode(), "b": other.cast(pa.large_string()), "minute": pa.array([5.0, 7.0])}
    pa.parquet.write_table(pa.table(table), tmp_path / "p.parquet")
    seeds = saved(tmp_path, "seeds.csv", "id\n赵\n")
    for name in ("gb.csv", "bom.csv", "p.parquet"):
        found = answer("--events", tmp_path / name, "--seeds", seeds)
        assert [(row["id"], row["from"], row["minute"]) for row in found["persons"]] == [
            ("梅", "赵", 5),
            ("林", "梅", 7),
        ]
    times = pa.array([0, 1], pa.timestamp("s"))
    pa.parquet.write_table(pa.table({"a": names, "b": other, "minute": times}), tmp_path / "t.parquet")
    done = run("--events", tmp_path / "t.parquet", "--seeds", "赵")
    assert done.exit_code == 2 and "minute: a column of timestamp" in done.stderr


def test_options_reach_the_search(tmp_path: Path) -> None:
    rows = "Zhao,Mei,100,train,240\nMei,Lin,1600,household,\nLin,Sun,5000,work,5\nWu,Zhao,50,work,60\n"
    file = saved(tmp_path, "e.csv", "a,b,minute,setting,duration\n" + rows)

    def people(*more: object) -> list[str]:
        return [row["id"] for row in answer("--events", file, "--seeds", "Zhao", *more)["persons"]]

    assert people() == ["Wu", "Mei", "Lin", "Sun"]
    assert people("--hops", 2) == ["Wu", "Mei", "Lin"]
    assert people("--days", 2) == ["Wu", "Mei", "Lin"]
    assert people("--latent", 2) == ["Wu", "Mei"]
    assert people("--infectious", 2) == ["Wu", "Mei", "Lin"]
    assert people("--full-minutes", 15, "--min-weight", 0.5) == ["Wu", "Mei", "Lin"]
    assert people("--weights", "train=0.2,*=1", "--min-weight", 0.5) == ["Wu"]
    assert people("--caps", "1") == ["Wu"]
    assert people("--start", 60) == ["Mei", "Lin", "Sun"]
    assert people("--backward") == ["Wu", "Mei"]
    assert people("--backward", "--start", "2020-01-01", "--origin", "2020-01-01") == []
    sun = answer("--events", file, "--seeds", "Sun@2020-01-05", "--origin", "2020-01-01", "--backward")
    assert [row["id"] for row in sun["persons"]] == ["Lin", "Mei", "Zhao"]
    late = answer("--events", file, "--seeds", "Lin@4000", "--days", 2)  # two days from Lin's own moment
    assert [row["id"] for row in late["persons"]] == ["Sun"]
    assert sun["persons"][0]["reason"] == "worked together with Sun on 4 January for 5 min"


BAD = [
    ("edges", "from,who\na,b\n", "line 1", "to"),
    ("strict", "from,to\na,b\nb,\n", "row 2", "to"),
    ("strict", "from,to,date\na,b,2020-01-01\nb,c,2020-13-01\n", "line 3", "date"),
    ("strict", "from,to\na,b\nb,b\n", "row 2", "infects itself"),
    ("strict", "from,to\na,b\nb,a\n", "row 1", "cycle"),
    ("strict", "from,to\na,b\nc,b\n", "row 2", "another infector"),
    ("strict", "from,to\na,b\na,b\n", "row 2", "also row 1"),
    ("cases", "from,to\na,b\na,q\n", "row 2", "q is not among the cases"),
    ("events", "a,b\nx,y\n", "line 1", "minute"),
    ("exactly", "a,b,minute\nx,y,1\nx,y,2.5\n", "row 2", "minute"),
    ("exactly", "a,b,minute\nx,y,1\nx,y,\n", "row 2", "minute"),
    ("exactly", "a,b,minute\nx,y,1\nx,,3\n", "row 2", "b"),
    ("exactly", "a,b,minute,duration\nx,y,1,\nx,y,3,-4\n", "row 2", "duration"),
    ("events", "a,b,minute\nq,y,1\n", "--seeds, row 1", "'x'"),
    ("events", "a,b,minute\n", "--seeds, row 1", "'x'"),
]


@pytest.mark.parametrize(("how", "text", "where", "what"), BAD)
def test_bad_input_leaves_with_2_and_names_row_and_field(
    tmp_path: Path, how: str, text: str, where: str, what: str
) -> None:
    file = saved(tmp_path, "bad.csv", text)
    cases = saved(tmp_path, "cases.csv", "id,date,place\na,2020-03-01,home\nb,2020-03-02,home\n")
    options = {
        "events": ["--seeds", "x"],
        "exactly": ["--seeds", "x", "--strict"],
        "strict": ["--strict"],
        "cases": ["--strict", "--cases", cases],
    }
    done = run("--events" if how in ("events", "exactly") else "--edges", file, *options.get(how, []))
    assert done.exit_code == 2, done.output
    assert where in done.stderr and what in done.stderr and not done.stdout


def test_ids_are_compared_as_written_and_as_numbers_and_doubts_are_told(tmp_path: Path) -> None:
    file = saved(tmp_path, "floats.csv", "from,to\n1.0,2\n1,3\n02,4\n 2,5\n2 ,6\n")
    told = answer("--edges", file)
    assert (told["cases"], told["links"], told["depth"]) == (5, 4, 2)
    assert [(one["id"], one["out_degree"]) for one in told["top"]] == [("1", 2), ("2", 2)]
    assert [(one["line"], one["field"]) for one in told["left_out"]] == [(4, "from")]
    zeros = saved(tmp_path, "zeros.csv", "from,to\n001,002\n002,003\n001,4.2E+17\n")
    told = answer("--edges", zeros)
    assert told["cases"] == 3 and told["left_out"][0]["line"] == 4  # zeros everywhere are how these ids are written
    signs = saved(tmp_path, "signs.csv", "from,to\n8e1819,3e7820\n8e1819,53371b\n8e1819,4.2E17\n8e1819,4E+17\n")
    assert [one["line"] for one in answer("--edges", signs)["left_out"]] == [4, 5]  # an e alone is no exponent
    apart = saved(tmp_path, "apart.csv", "from,to\nc1,1\nc1,2\nc2,3\n")
    assert "written alike" in answer("--edges", apart)["told"][-1]


def test_a_row_without_a_case_costs_that_row_alone(tmp_path: Path) -> None:
    lines = "from;to;date\n1;2;2020-01-01\n2;;2020-01-02\n无;3;2020-01-03\n2;NA;\n2;4;soon\n"
    told = answer("--edges", saved(tmp_path, "gaps.csv", "某次暴发\n" + lines))
    assert (told["cases"], told["links"]) == (4, 2)
    assert sorted((one["line"], one["field"]) for one in told["left_out"]) == [(4, "to"), (6, "to"), (7, "date")]
    events = saved(tmp_path, "events.csv", "a,b,minute\n1.0,2,5\n2.0,3,9\n")
    assert answer("--events", events, "--seeds", "1", "--days", 2)["reached"] == 2


DIRTY = {
    "titled.csv": "接触事件表\na;b;minute;duration\nx;y;1;5\nx;;2;\ny;z;3;\ny;z;soon;\nz;w;9;-4\nN/A;x;4;\n",
    "plain.csv": "a,b,minute,duration\nx,y,1,5\nx,,2,\ny,z,3,\ny,z,soon,\nz,w,9,-4\nN/A,x,4,\n",
    "quoted.csv": 'A,B,Minute,duration\n"x","y",1,5\n"x",,2,\n"y","z",3.0,\n"y","z",soon,\nz,w,9,-4\nN/A,x,4,\n',
}


@pytest.mark.parametrize("name", DIRTY)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_an_event_that_cannot_be_used_costs_its_row_alone(tmp_path: Path, name: str, encoding: str) -> None:
    (tmp_path / name).write_bytes(DIRTY[name].encode(encoding))
    told = answer("--events", tmp_path / name, "--seeds", "x", "--days", 2)
    assert [row["id"] for row in told["persons"]] == ["y", "z", "w"] and told["events"] == 3
    first = 3 if name == "titled.csv" else 2
    assert [(one["line"] - first, one["field"]) for one in told["left_out"]] == [
        (1, "b"), (3, "minute"), (4, "duration"), (5, "a")]  # fmt: skip
    assert "Left out: 4 rows" in run("--events", tmp_path / name, "--seeds", "x").stderr


def test_a_quote_that_swallows_lines_and_ids_that_may_be_anothers_are_told(tmp_path: Path) -> None:
    rows = "".join(f"p{n},p{n + 1},{n}\n" for n in range(20))
    swallowing = rows.replace("p3,p4,3", '"p3,p4,3').replace("p9,p10,9", 'p9,p10",9')
    told = answer("--events", saved(tmp_path, "q.csv", f"a,b,minute\n{swallowing}"), "--seeds", "p0", "--hops", 30)
    assert told["events"] == 19 and [one["line"] for one in told["left_out"]] == [5]
    doubts = "a,b,minute\n1,2,1\n2,3,2\n02,4,3\nP5,p5,4\np5,3,5\n4.2E+17,3,6\n"
    told = answer("--events", saved(tmp_path, "d.csv", doubts), "--seeds", "1")
    assert [one["line"] for one in told["left_out"]] == [4, 5, 7]
    clean = saved(tmp_path, "z.csv", "a,b,minute\n001,002,1\n002,003,2\n")
    assert answer("--events", clean, "--seeds", "001")["left_out"] == []


def test_rows_in_which_somebody_met_themself_are_left_out_and_told(tmp_path: Path) -> None:
    file = saved(tmp_path, "e.csv", "a,b,minute,setting\nx,x,1,home\nx,y,2,work\ny,y,3,work\ny,z,4,bus\n")
    done = run("--events", file, "--seeds", "x", "--json")
    told = json.loads(done.stdout)
    assert told["left_out_alone"] == {"rows": 2, "first": 1}
    assert [(row["id"], row["setting"]) for row in told["persons"]] == [("y", "work"), ("z", "bus")]
    assert "2 rows" in run("--events", file, "--seeds", "x").stderr


def test_options_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    file = saved(tmp_path, "e.csv", "a,b,minute,setting\nx,y,1,work\n")
    for words, named in (
        (["--events", file], "--seeds"),
        (["--events", file, "--seeds", "x,x"], "named twice"),
        (["--events", file, "--seeds", "x@2020-01-01"], "--origin"),
        (["--events", file, "--seeds", "x", "--weights", "home=1"], "no setting 'home'"),
        (["--events", file, "--seeds", "x", "--caps", "a"], "--caps"),
        (["--events", file, "--seeds", "x", "--hops", "-1"], "--hops"),
        (["--events", tmp_path / "none.parquet", "--seeds", "x"], "no such file"),
        (["--edges", tmp_path / "none.csv"], "no such file"),
        (["--edges", file, "--events", file], "either"),
        (["--edges", file, "--out", "graph.xlsx"], ".graphml"),
    ):
        done = run(*words)
        assert done.exit_code == 2 and named in done.stderr, (words, done.output)


def test_likely_infectors_come_from_contacts_onsets_and_the_interval(tmp_path: Path) -> None:
    rows = "Zhao,Lin,1440,household\nMei,Lin,2880,work\nLin,Sun,9000,train:K1\nLin,Wu,9000,work\n"
    events = saved(tmp_path, "e.csv", "a,b,minute,setting\n" + rows)
    cases = saved(tmp_path, "c.csv", "id,date\nZhao,2020-01-02\nMei,2020-01-03\nLin,2020-01-05\nSun,2020-01-06\n")
    si = saved(tmp_path, "si.csv", "lag,w\n0,0\n2,0.6\n3,0.2\n")
    words = ["--events", events, "--cases", cases, "--si", si, "--origin", "2020-01-01"]
    found = answer(*words, "--out", tmp_path / "tree.csv")
    by_id = {row["id"]: row for row in found["infectors"]}
    assert by_id["Lin"]["infector"] == "Mei" and by_id["Lin"]["share"] == pytest.approx(0.75)
    assert by_id["Lin"]["reason"] == "worked together with Mei on 3 January" and by_id["Lin"]["possible"] == 2
    assert by_id["Sun"]["infector"] is None and by_id["Sun"]["reason"] == ""  # met Lin after falling ill
    assert (found["contacts_between_cases"], found["without_infector"], found["depth"]) == (3, 3, 1)
    assert "Mei,Lin" in (tmp_path / "tree.csv").read_text()
    for name, text, named in (
        ("si.csv", "lag,w\n1,x\n", "row 1"),
        ("si.csv", "lag,w\n1,0\n", "no w above 0"),
        ("c.csv", "id,date\nZhao,\n", "line 2, date: empty"),
    ):
        saved(tmp_path, name, text)
        done = run(*words)
        assert done.exit_code == 2 and named in done.stderr, done.output
        saved(tmp_path, "si.csv", "lag,w\n1,1\n")
    assert run(*words[:-2]).exit_code == 2


def test_the_graph_is_written_in_three_forms_that_read_back(tmp_path: Path) -> None:
    file = saved(tmp_path, "e.csv", 'from,to,date\n"a<&""",b,2020-01-02\nb,c,\n')
    for form in ("graphml", "json", "csv"):
        assert run("--edges", file, "--out", tmp_path / f"g.{form}").exit_code == 0
    tree = ElementTree.parse(tmp_path / "g.graphml").getroot()
    name = "{http://graphml.graphdrawing.org/xmlns}"
    assert [node.get("id") for node in tree.iter(f"{name}node")] == ['a<&"', "b", "c"]
    assert [edge.get("target") for edge in tree.iter(f"{name}edge")] == ["b", "c"]
    graph = json.loads((tmp_path / "g.json").read_text())
    assert graph["links"][0] == {"source": 'a<&"', "target": "b", "date": "2020-01-02", "row": 1}
    assert answer("--edges", tmp_path / "g.csv")["depth"] == 2


def test_clusters_follow_the_edition_of_the_day(tmp_path: Path) -> None:
    edges = saved(tmp_path, "e.csv", "from,to\na,b\n")
    rows = {"2020-03": "a,2020-03-01,home\nb,2020-03-04,home\n", "2020-10": "a,2020-10-01,home\nb,2020-10-04,home\n"}
    found = {}
    for month, text in rows.items():
        cases = saved(tmp_path, "c.csv", "id,date,place\n" + text)
        found[month] = answer("--edges", edges, "--cases", cases, "--as-of", f"{month}-20")
    assert [one["cases"] for one in found["2020-03"]["clusters"]] == [["a", "b"]]
    assert found["2020-10"]["clusters"] == []
    nothing = answer("--edges", edges, "--cases", cases, "--as-of", "2021-08-20")
    assert nothing["clusters"] is None and "2021-08-20" in nothing["cluster_definition"]


def test_a_word_that_says_neither_yes_nor_no_is_refused_and_a_whole_city_is_no_cluster(tmp_path: Path) -> None:
    edges = saved(tmp_path, "e.csv", "from,to\na,b\n")
    head = "id,date,place,asymptomatic\n"
    cases = saved(tmp_path, "c.csv", head + "a,2020-03-01,home,无症状\nb,2020-03-04,home,0\n")
    assert answer("--edges", edges, "--cases", cases, "--as-of", "2020-03-20")["clusters"] == []
    cases = saved(tmp_path, "c.csv", head + "a,2020-03-01,武汉市,0\nb,2020-03-04,武汉市,0\n")
    told = answer("--edges", edges, "--cases", cases, "--as-of", "2020-03-20")
    assert told["clusters"] == [] and told["too_wide_for_a_cluster"] == ["武汉市"]
    cases = saved(tmp_path, "c.csv", head + "a,2020-03-01,home,perhaps\n")
    with pytest.raises(BadInput, match=r"line 2, asymptomatic: 'perhaps' is neither yes nor no"):
        clusters_of(Path(cases), date(2020, 3, 20), strict=True)
    told = answer("--edges", edges, "--cases", cases, "--as-of", "2020-03-20")
    assert [(one["line"], one["field"]) for one in told["in_no_cluster"]] == [(2, "asymptomatic")]


def test_a_case_without_an_id_or_a_day_costs_itself_alone(tmp_path: Path) -> None:
    edges = saved(tmp_path, "e.csv", "from,to\na,b\n")
    cases = saved(tmp_path, "c.csv", "id,date,place\na,2020-03-01,x\n,2020-03-02,x\nb,soon,x\na,2020-03-09,x\nc,,x\n")
    told = answer("--edges", edges, "--cases", cases)
    assert [(one["line"], one["field"]) for one in told["cases_left_out"]] == [(3, "id"), (5, "id")]
    told = answer("--edges", edges, "--cases", cases, "--as-of", "2020-03-20")
    assert [one["line"] for one in told["in_no_cluster"]] == [3, 4, 5, 6] and told["cases"] == 3
    events = saved(tmp_path, "m.csv", "a,b,minute\na,b,1500\n")
    si = saved(tmp_path, "si.csv", "lag,w\n1,0.5\n2,0.5\n")
    asked = ("--events", events, "--cases", cases, "--si", si, "--origin", "2020-02-29")
    told = answer(*asked)
    assert told["cases"] == 1 and [one["line"] for one in told["cases_left_out"]] == [3, 4, 5, 6]
    assert run(*asked, "--strict").exit_code == 2


# The page ------------------------------------------------------------------------------------------------------

BLOCK = re.compile(r"^```(csv|shell|python) ?(\S*)\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def test_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs/engines/chains.md").read_text()
    monkeypatch.chdir(tmp_path)
    done = []
    for kind, name, source, expected in BLOCK.findall(text):
        if kind == "csv":
            saved(tmp_path, name, source)
            continue
        if kind == "shell":
            result = run(*shlex.split(source)[2:])
            printed = sorted(result.output.splitlines())
        else:
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(source, "chains.md", "exec"), {})
            printed = sorted(out.getvalue().splitlines())
        assert printed == sorted(expected.splitlines())
        done.append(kind)
    assert done == ["shell", "shell", "shell", "python"]
