"""Rounds: Mei's drivers get routes that a checker of its own accepts, and no plan hides what it left out."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongzhou.cli.plan_rounds import plan_rounds
from tongzhou.cli.vrplib_file import read_vrplib
from tongzhou.engines.certificate import Budget
from tongzhou.engines.rounds.bound import lower_bound
from tongzhou.engines.rounds.check import check_routes
from tongzhou.engines.rounds.city_check import check_city
from tongzhou.engines.rounds.city_plan import plan_city, replan_city
from tongzhou.engines.rounds.generate import one_depot, wuhan_like_day
from tongzhou.engines.rounds.model import Instance
from tongzhou.engines.rounds.plan import plan_routes, why_not

ROUTING = Path(__file__).parents[3] / "shared/references/routing"
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def planned(instance, iterations=2000, seed=1, **more):
    plan, problems = plan_routes(instance, seed=seed, budget=Budget(iterations=iterations), **more)
    return plan, problems, [list(row.stops) for row in plan.rows]


def greedy_length(instance):
    """A dispatcher's rule: on to the nearest customer who still fits; windows and closing hour hold."""
    waiting, length = set(range(1, instance.customers + 1)), 0.0
    while waiting:
        route = []
        while True:
            here = instance.xy[route[-1] if route else 0]
            reach = np.hypot(*(instance.xy - here).T)
            options = sorted(waiting, key=reach.__getitem__)
            fits = next((c for c in options if only_others_missing(instance, [*route, c])), None)
            if fits is None:
                break
            route.append(fits)
            waiting.discard(fits)
        length += check_routes(instance, [route]).length
    return length


def only_others_missing(instance, route):
    faults = check_routes(instance, [route]).faults
    return all(fault.code == "customer_missing" for fault in faults)


@QUICK
@given(n=st.integers(1, 25), seed=st.integers(0, 10**6), windows=st.booleans(), capacity=st.integers(20, 90))
def test_every_plan_is_accepted_and_lies_between_its_bound_and_the_greedy_dispatcher(n, seed, windows, capacity):
    instance = one_depot(n, seed=seed, windows=windows, capacity=capacity)
    plan, problems, routes = planned(instance, 800)
    proof = plan.certificate
    assert proof.feasible and not problems, (proof.faults, problems)
    assert proof.bound <= proof.objective + 1e-6
    assert proof.objective <= greedy_length(instance) + 1e-6
    assert proof.objective == pytest.approx(check_routes(instance, routes).length)


@QUICK
@given(seed=st.integers(0, 10**6), how=st.sampled_from(["drop", "repeat", "overload", "stranger", "late"]))
def test_the_checker_rejects_every_corrupted_plan(seed, how):
    instance = one_depot(20, seed=seed, windows=how == "late", capacity=40)
    _, _, routes = planned(instance, 300)
    match how:
        case "drop":
            routes[0].pop()
        case "repeat":
            routes.append([routes[0][0]])
        case "overload":
            routes = [[stop for route in routes for stop in route]]
        case "stranger":
            routes[0].append(999)
        case "late":
            latest = max(range(1, 21), key=lambda c: instance.early[c])
            first = min(range(1, 21), key=lambda c: instance.late[c])
            routes = [[s for s in route if s not in (latest, first)] for route in routes] + [[latest, first]]
    assert check_routes(instance, routes).faults


def test_the_bound_is_below_the_best_of_all_plans_found_by_enumeration():
    from itertools import permutations

    for seed in range(4):
        instance = one_depot(6, seed=seed, capacity=30)
        best = np.inf
        for order in permutations(range(1, 7)):
            for cuts in range(32):
                routes, route = [], [order[0]]
                for k in range(5):
                    if cuts >> k & 1:
                        routes.append(route)
                        route = []
                    route.append(order[k + 1])
                found = check_routes(instance, [*routes, route])
                if not found.faults:
                    best = min(best, found.length)
        plan, _, _ = planned(instance, 3000)
        assert plan.certificate.objective == best
        assert plan.certificate.bound <= best


def test_same_seed_and_iterations_same_plan_and_the_clock_only_stops_it():
    instance = one_depot(120, seed=5, windows=True)
    assert planned(instance, 4000, seed=3)[2] == planned(instance, 4000, seed=3)[2]
    ticks = iter(np.linspace(0, 3, 4000))
    plan, _ = plan_routes(instance, seed=1, budget=Budget(seconds=1.0, clock=lambda: float(next(ticks))))
    assert plan.certificate.feasible
    assert plan.certificate.effort.stopped_by == "seconds" and plan.certificate.effort.iterations > 0


def test_order_of_rows_changes_no_customers_lot():
    instance = one_depot(40, seed=8, capacity=10**6)
    order = np.r_[0, 1 + np.random.default_rng(1).permutation(40)]
    mixed = replace(instance, demand=instance.demand[order], xy=instance.xy[order])
    one, other = planned(instance, 20_000)[0], planned(mixed, 20_000)[0]
    assert one.certificate.objective == pytest.approx(other.certificate.objective, rel=0.01)


def test_more_capacity_costs_no_more_when_started_from_yesterdays_routes():
    instance = one_depot(60, seed=4, capacity=60)
    plan, _, routes = planned(instance)
    wider, _, _ = planned(replace(instance, capacity=61), start=routes)
    assert wider.certificate.objective <= plan.certificate.objective


def test_what_cannot_be_planned_is_named():
    instance = Instance(
        "contradiction",
        np.array([0, 5, 50, 5, 5]),
        10,
        xy=np.array([[0, 0], [3, 4], [6, 8], [300, 400], [9, 12]], float),
        early=np.array([0, 0, 0, 0, 90.0]),
        late=np.array([1000, 100, 100, 100, 80.0]),
        service=np.zeros(5),
        rounding="dimacs",
    )
    plan, problems, routes = planned(instance)
    assert {p.code for p in problems} == {"demand_over_capacity", "window_unreachable", "window_reversed"}
    assert routes == [[1]] and plan.certificate.feasible and plan.certificate.objective == 10.0
    assert all(p.text.zh and p.text.en for p in problems)


@pytest.mark.parametrize(
    ("vehicles", "capacity", "code"),
    [(0, 10, "no_vehicle"), (5, 0, "no_vehicle"), (2, 10, "fleet_exhausted")],
)
def test_too_small_a_fleet_leaves_named_customers_out(vehicles, capacity, code):
    instance = Instance("small", np.array([0, 6, 6, 6]), capacity, xy=np.arange(8.0).reshape(4, 2), vehicles=vehicles)
    plan, problems, _ = planned(instance)
    assert code in {p.code for p in problems}
    assert plan.certificate.feasible and len(plan.rows) <= vehicles


def test_nothing_to_do_is_a_plan_too():
    plan, problems, routes = planned(Instance("empty", np.array([0]), 10, xy=np.zeros((1, 2))))
    assert (routes, problems, plan.certificate.objective, plan.certificate.feasible) == ([], (), 0.0, True)


def test_why_not_that_route_says_what_it_costs_or_what_it_breaks():
    instance = Instance("two", np.array([0, 5, 5, 5]), 10, xy=np.array([[0, 0], [0, 10], [0, 11], [10, 0]], float))
    assert why_not(instance, [[1, 2], [3]], 1, 1).delta == pytest.approx(
        check_routes(instance, [[2], [3, 1]]).length - check_routes(instance, [[1, 2], [3]]).length
    )
    refused = why_not(instance, [[1, 2], [3]], 3, 0)
    assert refused.after is None and refused.problems[0].code == "load_over_capacity"


def test_an_explicit_matrix_needs_no_coordinates_and_no_symmetry():
    matrix = np.array([[0, 1, 9], [9, 0, 1], [1, 9, 0]], float)
    plan, _, routes = planned(Instance("ring", np.array([0, 1, 1]), 2, matrix=matrix))
    assert routes == [[1, 2]] and plan.certificate.objective == 3.0 and plan.certificate.bound <= 3.0


@pytest.fixture(scope="module")
def city_day():
    city = wuhan_like_day(seed=2, points=240, depots=3)
    plan, problems = plan_city(city, seed=1, budget=Budget(iterations=600))
    return city, plan, problems


def test_a_citys_day_keeps_stock_windows_shifts_and_rest(city_day):
    _, plan, problems = city_day
    assert plan.certificate.feasible, plan.certificate.faults[:3]
    assert sum(len(trip) for run in plan.rows for trip in run.trips) + len(problems) == 240
    assert plan.certificate.bound <= plan.certificate.objective
    assert any(run.rests for run in plan.rows)


@pytest.mark.parametrize("code", ["coverage", "stock", "window", "rest", "load", "fleet"])
def test_the_citys_checker_sees_each_kind_of_fault(city_day, code):
    city, plan, problems = city_day
    runs, left = list(plan.rows), [p.subject.removeprefix("point ") for p in problems]
    resting = next(k for k, run in enumerate(runs) if run.rests and run.end - run.start > 5 * 3600)
    match code:
        case "coverage":
            runs.pop()
        case "stock":
            city = replace(city, depots=replace(city.depots, stock=city.depots.stock // 2))
        case "window":
            runs[0] = replace(runs[0], starts=tuple(t - 7200 for t in runs[0].starts))
        case "rest":
            city = replace(city, policy=replace(city.policy, duty=1800))
            runs[resting] = replace(runs[resting], rests=())
        case "load":
            city = replace(city, fleet=tuple(replace(kind, capacity=3) for kind in city.fleet))
        case "fleet":
            city = replace(city, fleet=tuple(replace(kind, count=1) for kind in city.fleet))
    assert code in {fault.code for fault in check_city(city, runs, left)[1]}


def test_a_broken_van_changes_one_depot_and_no_loaded_vehicle(city_day):
    city, plan, _ = city_day
    here = [run.vehicle for run in plan.rows if run.depot == "D01"]
    fleet = tuple(replace(k, count=k.count - 1) if (k.depot, k.kind) == ("D01", "van") else k for k in city.fleet)
    again, _ = replan_city(
        replace(city, fleet=fleet), plan, "D01", frozen=here[:1], seed=1, budget=Budget(iterations=200)
    )
    before = {run.vehicle: run for run in plan.rows}
    assert again.certificate.feasible, again.certificate.faults[:3]
    assert here[0] in {run.vehicle for run in again.rows}
    assert all(before[run.vehicle] == run for run in again.rows if run.depot != "D01" or run.vehicle == here[0])
    assert again.certificate.difference is not None


def test_short_stock_and_impossible_points_are_named():
    city = wuhan_like_day(seed=3, points=60, depots=2)
    demand = city.points.demand.copy()
    demand[0] = 10_000
    stock = np.array([int(demand[1:].sum()) // 2, 0])
    plan, problems = plan_city(
        replace(city, points=replace(city.points, demand=demand), depots=replace(city.depots, stock=stock)),
        seed=1,
        budget=Budget(iterations=100),
    )
    assert {"demand_over_capacity", "stock_short"} <= {p.code for p in problems}
    assert plan.certificate.feasible and plan.rows


TINY = """NAME : tiny
TYPE : CVRP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
4 0 5
DEMAND_SECTION
1 0
2 5
3 5
4 50
DEPOT_SECTION
1
-1
EOF
"""


def test_the_command_prints_one_json_line_and_writes_reasons(tmp_path):
    source, out = tmp_path / "tiny.vrp", tmp_path / "plan.json"
    source.write_text(TINY)
    arguments = ["--in", str(source), "--iterations", "50", "--json", "--out", str(out)]
    result = CliRunner().invoke(plan_rounds, arguments)
    line = json.loads(result.stdout.splitlines()[-1])
    assert result.exit_code == 0, result.output
    assert (line["objective"], line["feasible"], line["unplanned"]) == (20.0, True, 1)
    assert line.keys() >= {"objective", "bound", "gap", "feasible", "unplanned", "cpu_seconds", "peak_rss_mb"}
    document = json.loads(out.read_text())
    assert document["problems"][0]["subject"] == "customer 4"
    assert document["certificate"]["reasons"][0]["text"]["zh"]
    assert {stop for row in document["plan"] for stop in row["stops"]} == {"2", "3"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("CAPACITY : 10\n", "", "CAPACITY"),
        ("3 6 8\n", "", "node 3"),
        ("2 5\n3 5", "2 five\n3 5", "DEMAND_SECTION"),
        ("2 5\n3 5", "2 -5\n3 5", "node 2"),
        ("TYPE : CVRP", "TYPE : TSP", "TSP"),
        ("EUC_2D", "GEO", "GEO"),
    ],
)
def test_a_bad_file_is_refused_with_its_row_and_field(tmp_path, old, new, says):
    source = tmp_path / "bad.vrp"
    source.write_text(TINY.replace(old, new))
    result = CliRunner().invoke(plan_rounds, ["--in", str(source), "--json"])
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.skipif(not ROUTING.exists(), reason="the shared routing references are not here")
def test_a_reference_instance_is_within_five_percent_and_above_its_bound():
    rows = csv.DictReader((ROUTING / "best_known.csv").open())
    best = next(float(row["best_known"]) for row in rows if row["instance"] == "X-n200-k36")
    instance = read_vrplib(ROUTING / "X-n200-k36.vrp")
    plan, problems, _ = planned(instance, 60_000)
    assert plan.certificate.feasible and not problems
    assert 1.0 <= plan.certificate.objective / best <= 1.05
    assert 0.9 <= lower_bound(instance, plan.certificate.objective)[0] / best <= 1.0


def test_a_made_up_city_is_written_read_again_and_obeys_the_planners_table(tmp_path: Path) -> None:
    def run(*arguments: object) -> dict[str, float]:
        result = CliRunner().invoke(plan_rounds, [*map(str, arguments), "--iterations", "200", "--json"])
        assert result.exit_code == 0, result.output
        told: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
        return told

    made = run("--generate", "40x2", "--save", tmp_path / "city")
    again = run("--in", tmp_path / "city", "--out", tmp_path / "plan.json")
    assert again["unplanned"] == made["unplanned"]
    assert again["objective"] == pytest.approx(made["objective"], rel=1e-3)  # tables hold decimetres
    shipped = (Path(__file__).parents[2] / "rulebooks/policies/rounds.yaml").read_text(encoding="utf-8")
    (tmp_path / "slow.yaml").write_text(shipped.replace("speed: 6.0", "speed: 2.0"), encoding="utf-8")
    slow = run("--in", tmp_path / "city", "--policy", tmp_path / "slow.yaml")
    assert slow["unplanned"] > again["unplanned"] or slow["objective"] > again["objective"]
    assert CliRunner().invoke(plan_rounds, ["--generate", "2x4"]).exit_code == 2


SOLOMON = """C101

VEHICLE
NUMBER     CAPACITY
  2         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME

    0      0         0          0          0       1000          0
    1      3         4         10          0        100         10
    2      6         8         10         20        200         10
    3      0        10         15          0        500         10
"""


def test_solomons_own_layout_and_matrices_by_columns_are_read(tmp_path: Path) -> None:
    (tmp_path / "C101.txt").write_text(SOLOMON)
    instance = read_vrplib(tmp_path / "C101.txt")
    assert (instance.name, instance.capacity, instance.vehicles, instance.rounding) == ("C101", 20, 2, "dimacs")
    assert instance.late is not None and instance.late.tolist() == [1000, 100, 200, 500]
    assert instance.service is not None and instance.service.tolist() == [0, 10, 10, 10]
    for spoilt, told in (
        (SOLOMON.replace("    2      6", "    5      6"), "row 3"),
        (SOLOMON.replace("  2         20", ""), "expected 2 numbers"),
    ):
        (tmp_path / "bad.txt").write_text(spoilt)
        refused = CliRunner().invoke(plan_rounds, ["--in", str(tmp_path / "bad.txt"), "--json"])
        assert refused.exit_code == 2 and told in refused.stderr
    head = "NAME : m\nTYPE : CVRP\nDIMENSION : 4\nCAPACITY : 9\nEDGE_WEIGHT_TYPE : EXPLICIT\n"
    tail = "DEMAND_SECTION\n1 0\n2 1\n3 1\n4 1\nDEPOT_SECTION\n1\n-1\nEOF\n"
    matrices = []
    for form in ("UPPER_ROW", "LOWER_COL"):
        (tmp_path / "m.vrp").write_text(f"{head}EDGE_WEIGHT_FORMAT : {form}\nEDGE_WEIGHT_SECTION\n1 2 3 4 5 6\n{tail}")
        matrices.append(read_vrplib(tmp_path / "m.vrp").matrix)
    assert (matrices[0] == matrices[1]).all()
