"""Journeys: workers go back pooled, nobody rides too long, every seat is counted by a checker of its own."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongzhou.cli.plan_journeys import plan_journeys as command
from tongzhou.engines.certificate import Budget
from tongzhou.engines.journeys import (
    Groups,
    Kind,
    Leaves,
    Places,
    Policy,
    Seats,
    check_journeys,
    difference,
    plan_journeys,
    price_of_short_rides,
    return_to_work,
    what_if,
)

QUICK = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def ridden(places, groups, policy=None, iterations=3000, seed=1):
    return plan_journeys(places, groups, policy or Policy(), seed=seed, budget=Budget(iterations=iterations))


def one_village(persons, first=0, last=0, station=False):
    places = Places(("V1", "G1"), np.array([[0.0, 0.0], [300.0, 0.0]]), np.array([station, station]))
    columns = (np.array([value]) for value in (0, 1, persons, first, last))
    return places, Groups(("W1",), *columns)


@QUICK
@given(
    seed=st.integers(0, 10**6),
    workers=st.integers(1, 400),
    villages=st.integers(1, 30),
    goals=st.integers(1, 3),
)
def test_every_plan_is_accepted_and_not_below_its_bounds(seed, workers, villages, goals):
    places, groups = return_to_work(seed=seed, workers=workers, villages=villages, goals=goals)
    plan, problems = ridden(places, groups, iterations=400)
    proof = plan.certificate
    assert proof.feasible and not problems, proof.faults[:3]
    assert proof.bound <= proof.objective
    terms = {term.name: term.value for term in proof.terms}
    assert terms["persons"] == workers
    assert terms["driving_minutes_bound"] <= terms["driving_minutes"] + 1e-6
    alone = len(set(zip(groups.origin, groups.destination, groups.first, groups.last, strict=True)))
    assert proof.objective <= alone + workers // 25  # a bus for every village, goal and pair of days


@pytest.fixture(scope="module")
def trip():
    places, groups = return_to_work(seed=3, workers=300, villages=25, goals=2)
    return places, groups, ridden(places, groups)[0].rows


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("persons", lambda leg: replace(leg, manifest=leg.manifest[1:])),
        ("too_many_aboard", lambda leg: replace(leg, manifest=leg.manifest * 9)),
        ("wrong_day", lambda leg: replace(leg, day=99)),
        ("ride_too_long", lambda leg: replace(leg, stops=leg.stops[:1] * 400 + leg.stops)),
        ("unknown", lambda leg: replace(leg, destination="nowhere")),
        ("manifest", lambda leg: replace(leg, stops=leg.stops[1:])),
        ("no_station", lambda leg: replace(leg, kind="train")),
    ],
)
def test_the_checker_sees_each_kind_of_fault(trip, code, spoil):
    places, groups, legs = trip
    places = replace(places, station=np.zeros_like(places.station))
    target = next(k for k, leg in enumerate(legs) if len(leg.stops) > 1)
    spoilt = [spoil(leg) if k == target else leg for k, leg in enumerate(legs)]
    assert not check_journeys(places, groups, Policy(), legs)
    assert code in {fault.code for fault in check_journeys(places, groups, Policy(), spoilt)}


def test_same_seed_and_iterations_same_plan():
    places, groups = return_to_work(seed=5, workers=150, villages=20, goals=2)
    assert ridden(places, groups)[0].rows == ridden(places, groups)[0].rows


def test_full_loads_go_direct_and_the_rear_row_stays_free():
    plan, _ = ridden(*one_village(60))
    assert [(leg.persons, leg.full) for leg in plan.rows] == [(25, True), (25, True), (10, False)]
    assert plan.certificate.objective == plan.certificate.bound == 3
    roomy, _ = ridden(*one_village(60), Policy(occupancy=1.0))
    assert [leg.persons for leg in roomy.rows] == [50, 10]


def test_a_station_that_fills_a_train_gets_one():
    policy = Policy(kinds=(Kind("coach", 53, 3), Kind("train", 420, 20, rail=True)))
    plan, _ = ridden(*one_village(230, station=True), policy)
    assert [(leg.kind, leg.persons) for leg in plan.rows] == [("train", 200), ("coach", 25), ("coach", 5)]
    assert plan.certificate.feasible and plan.certificate.bound <= plan.certificate.objective


def test_more_seats_never_need_more_vehicles():
    places, groups = return_to_work(seed=9, workers=250, villages=20, goals=2)
    few = ridden(places, groups, Policy(occupancy=0.5))[0].certificate.objective
    assert ridden(places, groups, Policy(occupancy=0.8))[0].certificate.objective <= few


def test_what_if_difference_and_the_price_of_short_rides():
    places, groups = return_to_work(seed=9, workers=250, villages=20, goals=2)
    plan, _ = ridden(places, groups)
    asked = Budget(iterations=3000)
    same = difference(plan.rows, plan.rows)
    assert same.kept == len(groups.ids) and not same.moved and not same.added and not same.removed
    fuller = what_if(places, groups, Policy(), plan.rows, Seats(1.0), budget=asked)
    assert fuller.delta is not None and fuller.delta < 0
    fewer = what_if(places, groups, Policy(), plan.rows, Leaves(groups.ids[0]), budget=asked)
    assert fewer.delta is not None and fewer.delta <= 0
    later = what_if(places, groups, Policy(), plan.rows, Leaves(groups.ids[0], 5), budget=asked)
    assert any(change.row == groups.ids[0] and "day 5" in change.after for change in later.changes)
    assert what_if(places, groups, Policy(), plan.rows, Leaves("nobody")).problems[0].text.zh == "没有此批人员。"
    assert what_if(places, groups, Policy(), plan.rows, Seats(1.5)).after is None
    assert price_of_short_rides(places, groups, Policy(), plan.rows, budget=asked).price >= 0


def test_the_order_of_groups_changes_no_number_of_vehicles():
    places, groups = return_to_work(seed=12, workers=200, villages=15, goals=2)
    turned = np.arange(len(groups.ids))[::-1]
    other = Groups(
        tuple(groups.ids[k] for k in turned), groups.origin[turned], groups.destination[turned],
        groups.persons[turned], groups.first[turned], groups.last[turned],
    )  # fmt: skip
    one, two = (ridden(places, rows)[0].certificate for rows in (groups, other))
    assert abs(one.objective - two.objective) <= 1 and one.bound == two.bound


def test_what_cannot_go_is_named():
    places, groups = one_village(10, first=2, last=1)
    plan, problems = ridden(places, groups)
    assert [p.code for p in problems] == ["days_reversed"] and plan.rows == () and plan.certificate.feasible
    _, problems = ridden(*one_village(0))
    assert [p.code for p in problems] == ["no_persons"]
    _, problems = ridden(*one_village(10), Policy(kinds=(Kind("car", 3, 3),)))
    assert [p.code for p in problems] == ["no_vehicle"]
    assert all(p.text.zh and p.text.en for p in problems)


def test_nobody_to_carry_is_a_plan_too():
    places, _ = one_village(1)
    nobody = Groups((), *(np.zeros(0, np.int64) for _ in range(5)))
    plan, problems = ridden(places, nobody)
    assert (plan.rows, problems, plan.certificate.objective) == ((), (), 0.0)


def test_the_command_reads_its_tables_and_refuses_bad_rows(tmp_path):
    tables = {
        "places": [("id", "x_km", "y_km", "station"), ("V1", 0, 0, 0), ("G1", 300, 0, 0)],
        "groups": [
            ("id", "origin", "destination", "persons", "first_day", "last_day"),
            ("W1", "V1", "G1", 30, 0, 1),
        ],
    }
    for name, rows in tables.items():
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    arguments = ["--in", str(tmp_path), "--iterations", "20", "--json", "--out", str(tmp_path / "plan.json")]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    line = json.loads(result.stdout.splitlines()[-1])
    assert (line["objective"], line["bound"], line["feasible"], line["unplanned"]) == (2.0, 2.0, True, 0)
    plan = json.loads((tmp_path / "plan.json").read_text())["plan"]
    assert sum(count for leg in plan for _, _, count in leg["manifest"]) == 30
    (tmp_path / "groups.csv").write_text("id,origin,destination,persons,first_day,last_day\nW1,V9,G1,30,0,1\n")
    refused = CliRunner().invoke(command, arguments)
    assert refused.exit_code == 2 and "groups.csv, row 2, origin" in refused.stderr


def test_the_command_reads_the_planners_table_and_the_tables_it_saved(tmp_path: Path) -> None:
    folder, table = tmp_path / "province", tmp_path / "journeys.yaml"

    def run(*arguments):
        return json.loads(CliRunner().invoke(command, list(map(str, arguments))).stdout.splitlines()[-1])

    made = run("--generate", "300", "--save", folder, "--iterations", "200", "--json")
    assert run("--in", folder, "--iterations", "200", "--json")["objective"] == made["objective"]
    shipped = (Path(__file__).parents[2] / "rulebooks/policies/journeys.yaml").read_text(encoding="utf-8")
    table.write_text(shipped.replace("occupancy: 0.5", "occupancy: 1.0"), encoding="utf-8")
    assert run("--in", folder, "--policy", table, "--iterations", "200", "--json")["objective"] <= made["objective"]
