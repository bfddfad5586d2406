"""Supplies: conserved to the unit, floors before the climb, nobody below what somebody else could spare."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongzhou.cli.plan_supplies import plan_supplies as command
from tongzhou.engines.supplies import (
    Delivery,
    Give,
    MoreTrucks,
    MoreUnits,
    Policy,
    Shipment,
    check_days,
    check_supplies,
    difference,
    horizon,
    plan_days,
    plan_supplies,
    price_of_fairness,
    province,
    what_if,
)
from tongzhou.engines.supplies.fill import drawn, fill, last_tau, wanted
from tongzhou.engines.supplies.plan import gather
from tongzhou.engines.supplies.sound import usable_batches, usable_needs
from tongzhou.tables.policy import read_policy
from tongzhou.tables.supplies import read_supply, write_supply

SHARED = Path(__file__).parents[3] / "shared/data"
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def provinces(draw):
    return province(
        seed=draw(st.integers(0, 10**6)), items=draw(st.integers(1, 4)), sites=draw(st.integers(1, 15)),
        prefectures=draw(st.integers(1, 4)), supply_days=draw(st.sampled_from((0.0, 0.5, 2.0, 9.0))),
    )  # fmt: skip


def worst_days(supply, rows):
    """Lowest days of cover among the needs that can be planned, by plain loops."""
    rate, _ = usable_needs(supply)
    got = Counter()
    for row in rows:
        got[row.site, row.item] += row.units
    days = [
        (int(supply.needs.on_hand[k]) + got[supply.needs.site[k], supply.needs.item[k]]) / rate[k]
        for k in range(len(rate)) if rate[k] > 0
    ]  # fmt: skip
    return min(days, default=float("inf"))


def proportional(supply, policy):
    """What a ministry did by hand: each item by share of the daily use, as far as stock and trucks go."""
    rate, _ = usable_needs(supply)
    units, _ = usable_batches(supply, policy)
    left = {name: int(units[k]) for k, name in enumerate(supply.batches.ids)}
    reserve = dict(zip(supply.items.ids, supply.items.reserve.tolist(), strict=True))
    litres = dict(zip(supply.items.ids, supply.items.litres.tolist(), strict=True))
    trucks = dict(zip(supply.roads.prefecture, supply.roads.truck_litres.tolist(), strict=True))
    home = dict(zip(supply.sites.ids, supply.sites.prefecture, strict=True))
    rows = []
    for item in supply.items.ids:
        mine = [k for k in range(len(rate)) if supply.needs.item[k] == item and rate[k] > 0]
        total = sum(rate[k] for k in mine)
        shelf = [
            b for b in range(len(units)) if supply.batches.item[b] == item and not supply.batches.area[b] and units[b]
        ]
        spare = int(sum(units[b] for b in shelf) * (1 - reserve[item]))
        for k in mine:
            want = min(int(spare * rate[k] / total), int(trucks[home[supply.needs.site[k]]] / max(litres[item], 1e-9)))
            for b in shelf:
                take = min(want, left[supply.batches.ids[b]])
                if take > 0:
                    rows.append(Delivery(supply.needs.site[k], item, supply.batches.ids[b], take))
                    left[supply.batches.ids[b]] -= take
                    trucks[home[supply.needs.site[k]]] -= take * litres[item]
                    want -= take
    return tuple(rows)


@QUICK
@given(provinces())
def test_every_plan_is_accepted_bounded_and_no_worse_than_proportional_shares(supply):
    plan, _ = plan_supplies(supply)
    assert plan.certificate.feasible, plan.certificate.faults
    assert plan.certificate.bound <= plan.certificate.objective + 1e-6
    other = proportional(supply, Policy())
    count = check_supplies(supply, Policy(), other)
    assert count.feasible, count.faults
    # Whole units may cost the worst-placed need less than one unit of its own.
    rate, _ = usable_needs(supply)
    unit = 1 / rate[rate > 0].min() if (rate > 0).any() else 0
    weights = 1.0
    assert plan.certificate.objective <= count.objective + weights * unit + 1e-6
    sent = Counter()
    for row in plan.rows:
        assert row.units > 0
        sent[row.batch] += row.units
    assert all(units <= supply.batches.units[supply.batches.ids.index(name)] for name, units in sent.items())


@QUICK
@given(provinces(), st.integers(0, 10**6))
def test_the_order_of_rows_is_no_matter_and_more_stock_never_lowers_the_worst(supply, seed):
    plan, _ = plan_supplies(supply)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(supply.needs.site))
    names = ("site", "item", "unit")
    needs = replace(
        supply.needs, **{name: tuple(getattr(supply.needs, name)[k] for k in order) for name in names},
        **{name: getattr(supply.needs, name)[order] for name in ("on_hand", "burn", "prior")},
    )  # fmt: skip
    again, _ = plan_supplies(replace(supply, needs=needs))
    assert again.certificate.objective == pytest.approx(plan.certificate.objective, abs=1e-6)
    k = int(rng.integers(len(supply.batches.ids)))
    more = supply.batches.units.copy()
    more[k] += 10**4
    richer, _ = plan_supplies(replace(supply, batches=replace(supply.batches, units=more)))
    rate, _ = usable_needs(supply)
    unit = 1 / rate[rate > 0].min() if (rate > 0).any() else 0
    assert richer.certificate.objective <= plan.certificate.objective + unit + 1e-6
    assert richer.certificate.bound <= plan.certificate.bound + 1e-6  # before rounding to whole units: never


@pytest.fixture(scope="module")
def planned():
    supply = province(seed=3, items=5, sites=20, prefectures=3)
    return supply, plan_supplies(supply)[0].rows


@pytest.mark.parametrize(
    "code", ["over_batch", "wrong_batch", "other_prefecture", "over_trucks", "reserve_broken", "bad_delivery"]
)
def test_the_checker_sees_each_kind_of_fault(planned, code):
    supply, rows = planned
    b = supply.batches
    home = dict(zip(supply.sites.ids, supply.sites.prefecture, strict=True))
    central = next(row for row in rows if not b.area[b.ids.index(row.batch)])
    if code == "over_batch":
        rows = (*rows, central._replace(units=10**6))
    elif code == "wrong_batch":
        wrong = next(n for n, item in zip(b.ids, b.item, strict=True) if item != central.item)
        rows = (*rows, central._replace(batch=wrong, units=1))
    elif code == "other_prefecture":
        area, batch = next(
            (b.area[k], b.ids[k]) for k in range(len(b.ids))
            if b.area[k] and b.item[k] == central.item and b.area[k] != home[central.site] and b.standard[k] == 0
        )  # fmt: skip
        assert area
        rows = (*rows, central._replace(batch=batch, units=1))
    elif code == "over_trucks":
        roads = replace(supply.roads, truck_litres=supply.roads.truck_litres * 0)
        supply = replace(supply, roads=roads)
    elif code == "reserve_broken":
        supply = replace(supply, items=replace(supply.items, reserve=np.ones(5)))
    else:
        rows = (*rows, Delivery("nowhere", central.item, central.batch, 1))
    found = check_supplies(supply, Policy(), rows)
    assert code in {fault.code for fault in found.faults} and not found.feasible


@QUICK
@given(provinces(), st.integers(0, 1000))
def test_nobody_could_have_more_without_taking_from_somebody_no_better_off(supply, seed):
    """The definition of the lexicographic optimum, cell by cell, against nothing but the limits."""
    rng = np.random.default_rng(seed)
    policy = Policy(floor_days=tuple(rng.integers(0, 3, 7).astype(float)), weights=tuple(rng.uniform(0.5, 2, 7)))
    units, rate = usable_batches(supply, policy)[0], usable_needs(supply)[0]
    cells = gather(supply, policy, units, rate, np.flatnonzero(np.isfinite(rate)))
    cells = replace(cells, trucks=cells.trucks * rng.uniform(0.02, 1, len(cells.trucks)))
    stop, _ = fill(cells, policy)

    def fits(clock):
        use = drawn(cells, wanted(cells, policy, clock))
        return (use.sum(0) <= cells.central + 1e-3).all() and (use @ cells.litres <= cells.trucks + 1e-3).all()

    assert fits(stop)
    for k in np.flatnonzero(stop < last_tau(policy) - 1e-6):
        other = np.minimum(stop, stop[k])
        other[k] = stop[k] + 0.02
        if wanted(cells, policy, other)[k] > wanted(cells, policy, stop)[k] + 5e-3:  # not a flat stretch of its clock
            assert not fits(other), k


def test_goods_where_no_road_leads_are_named_and_the_rest_is_planned():
    supply = province(seed=1, items=4, sites=10, prefectures=3)
    roads = supply.roads
    keep = [k for k in range(len(roads.km)) if (roads.warehouse[k], roads.prefecture[k]) != ("W00", "P00")]
    pick = lambda names: tuple(names[k] for k in keep)  # noqa: E731
    cut = replace(
        roads, warehouse=pick(roads.warehouse), prefecture=pick(roads.prefecture), km=roads.km[keep],
        truck_litres=roads.truck_litres[keep],
    )  # fmt: skip
    plan, problems = plan_supplies(replace(supply, roads=cut))
    assert plan.certificate.feasible and plan.rows
    assert {problem.subject.split("/")[0] for problem in problems if problem.code == "road_missing"} == {"P00"}
    whole, _ = plan_supplies(supply)
    faults = check_supplies(replace(supply, roads=cut), Policy(), whole.rows).faults
    assert {fault.code for fault in faults} == {"no_road"}
    endless = replace(supply.needs, burn=np.where(np.arange(len(supply.needs.burn)) == 0, np.inf, supply.needs.burn))
    plan, problems = plan_supplies(replace(supply, needs=endless))
    assert "bad_number" in {problem.code for problem in problems} and plan.certificate.feasible


def test_a_count_ages_by_the_use_since_and_an_old_one_is_named(tmp_path):
    supply = province(seed=3, items=2, sites=6, prefectures=2)
    ages = np.where(np.arange(len(supply.needs.burn)) == 0, 3.0, 0.0)
    known = replace(supply.needs, burn=supply.needs.prior, on_hand=supply.needs.on_hand + 10_000)
    aged = replace(supply, needs=replace(known, counted_days=ages))
    plan, problems = plan_supplies(aged)
    first = f"{known.site[0]}/{known.item[0]}"
    assert [p.subject for p in problems if p.code == "stale_count"] == [f"need {first}"] and plan.certificate.feasible
    told = next(reason.text for reason in plan.certificate.reasons if reason.row == first)
    left = round(known.on_hand[0] - 3 * known.burn[0])
    assert f"counted 3 d ago, about {left} now" in told.en and "3 天前清点" in told.zh
    write_supply(tmp_path, aged)
    assert read_supply(tmp_path).needs.counted_days.tolist() == ages.tolist()
    _, wrong = plan_supplies(replace(aged, needs=replace(aged.needs, counted_days=ages - 5)))
    assert {p.code for p in wrong} == {"bad_number"} and all(p.blocking for p in wrong)


def test_what_cannot_count_is_named_and_never_sent():
    supply = province(seed=5, items=2, sites=4, prefectures=2)
    b = supply.batches
    odd = replace(
        supply,
        batches=replace(b, unit=("箱", *b.unit[1:]), standard=np.array([0, 1, *b.standard[2:]]),
                        expires_days=np.array([*b.expires_days[:2], 0.5, *b.expires_days[3:]])),
        needs=replace(supply.needs, burn=np.array([np.nan, *supply.needs.burn[1:]]),
                      prior=np.array([np.nan, *supply.needs.prior[1:]])),
    )  # fmt: skip
    plan, problems = plan_supplies(odd)
    codes = {problem.code for problem in problems}
    assert {"unit_does_not_convert", "substandard", "expired", "demand_unknown"} <= codes
    assert not {row.batch for row in plan.rows} & set(b.ids[:3])
    assert (supply.needs.site[0], supply.needs.item[0]) not in {(row.site, row.item) for row in plan.rows}


def test_what_contradicts_itself_and_what_is_empty():
    supply = province(seed=5, items=2, sites=4, prefectures=2)
    for change, code in (
        ({"sites": replace(supply.sites, ids=("S", "S", *supply.sites.ids[2:]))}, "duplicate_id"),
        ({"needs": replace(supply.needs, on_hand=supply.needs.on_hand - 10**6)}, "bad_number"),
        ({"items": replace(supply.items, reserve=supply.items.reserve + 2)}, "bad_number"),
        ({"roads": replace(supply.roads, truck_litres=np.arange(4.0))}, "contradictory_trucks"),
    ):
        plan, problems = plan_supplies(replace(supply, **change))
        assert plan.rows == () and not plan.certificate.feasible
        assert code in {problem.code for problem in problems if problem.blocking}
    nothing = province(seed=1, items=1, sites=1, prefectures=1, supply_days=0.0)
    plan, _ = plan_supplies(nothing)
    assert plan.rows == () and plan.certificate.feasible


def test_floors_come_by_exposure_class_before_the_common_climb():
    supply = province(seed=8, items=1, sites=12, prefectures=1, supply_days=1.0)
    supply = replace(supply, needs=replace(supply.needs, on_hand=supply.needs.on_hand * 0))
    plan, _ = plan_supplies(supply)
    rate, _ = usable_needs(supply)
    got = {row.site: 0 for row in plan.rows} | Counter({row.site: 0 for row in plan.rows})
    for row in plan.rows:
        got[row.site] += row.units
    days = {s: got.get(s, 0) / rate[k] for k, s in enumerate(supply.needs.site)}
    by_class = {int(supply.sites.exposure[k]): [] for k in range(12)}
    for k, s in enumerate(supply.sites.ids):
        by_class[int(supply.sites.exposure[k])].append(days[s])
    full = [kind for kind, cover in by_class.items() if min(cover) >= 1.9]
    empty = [kind for kind, cover in by_class.items() if max(cover) == 0]
    assert full and (not empty or max(full) < min(empty))


def test_wuhan_on_6_february_2020_gets_the_share_that_was_there():
    """Coveralls: need 59,900, gap 41,400 (Wuhan, 6 February 2020): 18,500 given, 30.9 %."""
    supply = province(seed=1, items=1, sites=1, prefectures=1)
    supply = replace(
        supply,
        items=replace(supply.items, reserve=np.zeros(1), litres=np.zeros(1)),
        batches=replace(supply.batches, units=np.array([18_500, 0, 0]), standard=np.zeros(3, int)),
        needs=replace(supply.needs, on_hand=np.zeros(1, int), burn=np.array([59_900.0])),
    )
    plan, _ = plan_supplies(supply)
    assert sum(row.units for row in plan.rows) == 18_500
    assert round(100 * 18_500 / 59_900, 1) == 30.9 and worst_days(supply, plan.rows) == pytest.approx(0.3088, abs=1e-3)


def test_what_if_difference_and_the_price_of_fairness():
    supply = province(seed=4, items=3, sites=12, prefectures=2)
    plan, _ = plan_supplies(supply)
    same = difference(plan.rows, plan.rows)
    assert not same.moved and not same.added and not same.removed and same.kept > 0
    more = what_if(supply, Policy(), plan.rows, MoreUnits(supply.batches.ids[0], 10**5))
    assert more.delta is not None and more.delta <= 1e-9
    assert what_if(supply, Policy(), plan.rows, MoreTrucks("P00", 10**6)).delta <= 1e-9
    assert what_if(supply, Policy(), plan.rows, MoreUnits("B", 1)).problems[0].code == "unknown_row"
    assert what_if(supply, Policy(), plan.rows, MoreTrucks("Px", 1.0)).problems[0].code == "unknown_row"
    fairness = price_of_fairness(supply, Policy(), plan.rows)
    assert fairness.price >= 0 and fairness.unit == "needs below target"


def test_fourteen_days_with_lead_times_are_near_their_bound_and_checked():
    fortnight = horizon(seed=2, items=8)
    plan, problems = plan_days(fortnight)
    assert not problems and plan.certificate.feasible, plan.certificate.faults
    assert 0 <= plan.certificate.gap < 0.05
    assert plan_days(fortnight)[0].rows == plan.rows
    free = replace(fortnight, truck_litres=fortnight.truck_litres + 1e9)
    loose, _ = plan_days(free)
    assert loose.certificate.objective <= plan.certificate.objective + 1e-6
    nothing, _ = plan_days(replace(fortnight, coming=fortnight.coming * 0, central=fortnight.central * 0))
    assert nothing.rows == () and nothing.certificate.objective > plan.certificate.objective
    row = plan.rows[0]
    for bad, code in (
        (row._replace(units=10**9), "over_stock"),
        (row._replace(units=10**9), "over_trucks"),
        (Shipment("nowhere", row.item, 0, 1), "bad_shipment"),
        (row._replace(day=99), "bad_shipment"),
    ):
        assert code in {fault.code for fault in check_days(fortnight, (*plan.rows, bad)).faults}
    broken, problems = plan_days(replace(fortnight, rate=-fortnight.rate))
    assert broken.rows == () and problems[0].code == "bad_number" and problems[0].blocking


def test_nobody_waits_alone_over_fourteen_days():
    """Rising prices keep the lacking apart: no place lacks half of its need while another lacks nothing of the same."""
    fortnight = replace(horizon(seed=6, items=1), truck_litres=np.full((17, 14), 1e9), lead=np.zeros(17, int),
                        weight=np.ones(17), stock=np.zeros((17, 1)))  # fmt: skip
    plan, _ = plan_days(fortnight)
    got = Counter()
    for row in plan.rows:
        got[row.place] += row.units
    share = [got[name] / (fortnight.rate[k, 0] * 14) for k, name in enumerate(fortnight.places)]
    assert max(share) - min(share) < 0.3


def test_the_january_requests_of_wuhan_say_what_cannot_be_planned_from_them():
    """Most rows of the snapshot of January 2020 say "needed" without a number: nothing can be allocated to those."""
    path = SHARED / "hospital/w2020_ppe_needs_snapshot.csv"
    if not path.exists():
        pytest.skip("needs ../shared/data/hospital")
    import csv

    with path.open(encoding="utf-8") as file:
        asked = list(csv.DictReader(file))
    numbered = [row for row in asked if row["qty"]]
    assert len(asked) > 1000 and 0 < len(numbered) < 0.5 * len(asked)


def test_the_command_reads_its_tables_and_names_what_is_wrong(tmp_path):
    supply = province(seed=1, items=3, sites=10, prefectures=2)
    write_supply(tmp_path, supply)
    assert plan_supplies(read_supply(tmp_path))[0].rows == plan_supplies(supply)[0].rows
    result = CliRunner().invoke(command, ["--in", str(tmp_path), "--json", "--out", str(tmp_path / "plan.json")])
    assert result.exit_code == 0, result.output
    line = json.loads(result.stdout.splitlines()[-1])
    wanted = {"objective", "bound", "gap", "feasible", "unplanned", "cpu_seconds", "peak_rss_mb"}
    assert wanted <= line.keys() and line["feasible"]
    document = json.loads((tmp_path / "plan.json").read_text())
    assert document["certificate"]["reasons"] and document["plan"]
    text = (tmp_path / "sites.csv").read_text()
    (tmp_path / "sites.csv").write_text(text.replace("prefecture", "rank", 1))
    refused = CliRunner().invoke(command, ["--in", str(tmp_path)])
    assert refused.exit_code == 2 and "prefecture" in refused.stderr
    assert CliRunner().invoke(command, ["--json"]).exit_code == 2
    assert CliRunner().invoke(command, ["--generate", "3x4", "--if-units", "B", "x"]).exit_code == 2
    days = CliRunner().invoke(command, ["--generate", "3x9", "--days", "5", "--by", "site", "--json"])
    assert days.exit_code == 0 and json.loads(days.stdout.splitlines()[-1])["feasible"]
    assert replace(read_policy(None, "supplies", Policy, {}), source="") == replace(Policy(), source="")


def test_the_worked_example_of_the_docs_page_is_what_the_command_answers(tmp_path):
    page = (Path(__file__).parents[2] / "docs/engines/supplies.md").read_text()
    blocks = dict(re.findall(r"```(?:csv|text) (\S+)\n(.*?)```", page, re.S))
    for name in ("items.csv", "batches.csv", "sites.csv", "needs.csv", "roads.csv"):
        (tmp_path / name).write_text(blocks[name])
    asked = ["--fairness", "--if-units", "C1", "40", "--out", str(tmp_path / "plan.json")]
    result = CliRunner().invoke(command, ["--in", str(tmp_path), *asked])
    assert result.exit_code == 0, result.output
    document = json.loads((tmp_path / "plan.json").read_text())
    told = [result.output, document["certificate"]["fairness"]["text"]["en"]]
    told += [f"{one['row']}: {one['text']['en']}" for one in document["certificate"]["reasons"]]
    told += [f"{row['batch']} → {row['site']}: {row['units']}" for row in document["plan"]["deliveries"]]
    assert [answer["delta"] for answer in document["plan"]["what_if"]] == [pytest.approx(-0.5)]
    said = "\n".join(told)
    assert [line for line in blocks["answer"].strip().splitlines() if line not in said] == []


def test_the_command_tells_what_changed_since_yesterday(tmp_path):
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert CliRunner().invoke(command, ["--generate", "3x8", "--out", str(first), "--json"]).exit_code == 0
    asked = ["--generate", "3x8", "--last", str(first), "--out", str(second)]
    assert "0 moved, 0 new, 0 gone" in CliRunner().invoke(command, asked).output
    assert json.loads(second.read_text())["certificate"]["difference"]["moved"] == []
    asked_too = ["--generate", "3x8", "--if-given", "S0000", "I000", "3", "--out", str(first), "--json"]
    assert CliRunner().invoke(command, asked_too).exit_code == 0
    assert "0 moved, 0 new, 0 gone" in CliRunner().invoke(command, asked).output  # yesterday's file had answers in it
    other = CliRunner().invoke(command, ["--generate", "3x8", "--seed", "2", "--last", str(first)]).output
    assert "against the plan in force" in other and "0 moved, 0 new" not in other
    refused = CliRunner().invoke(command, ["--generate", "3x8", "--last", str(tmp_path / "none.json")])
    assert refused.exit_code == 2 and "not a plan file of this command" in refused.output


@QUICK
@given(provinces(), st.data())
def test_whoever_is_given_first_has_it_and_the_answer_is_a_plan_that_holds(supply, data):
    plan, _ = plan_supplies(supply)
    k = data.draw(st.integers(0, len(supply.needs.site) - 1))
    site, item, units = supply.needs.site[k], supply.needs.item[k], data.draw(st.integers(1, 400))
    told = what_if(supply, Policy(), plan.rows, Give(site, item, units))
    if told.after is None:
        assert [problem.code for problem in told.problems] == ["no_room"]
        return
    assert not told.problems  # the checker took both together, on the whole input
    mine = [change for change in told.changes if change.row == f"{site}/{item}"]
    assert not mine or int(mine[0].after) >= units
    got = sum(row.units for row in plan.rows if (row.site, row.item) == (site, item))
    assert told.after >= plan.certificate.bound - 1e-6 or got >= units


def test_giving_first_takes_from_the_others_and_asks_for_what_is_there():
    supply = province(seed=5, items=1, sites=4, prefectures=1)
    plan, _ = plan_supplies(supply)
    row = max(plan.rows, key=lambda one: one.units)
    got = sum(one.units for one in plan.rows if (one.site, one.item) == (row.site, row.item))
    told = what_if(supply, Policy(), plan.rows, Give(row.site, row.item, got + 5))
    less = [change for change in told.changes if int(change.after) < int(change.before)]
    assert told.after is not None and less and not told.problems
    assert what_if(supply, Policy(), plan.rows, Give(row.site, row.item, 10**7)).problems[0].code == "no_room"
    assert what_if(supply, Policy(), plan.rows, Give("nowhere", row.item, 1)).problems[0].code == "unknown_row"


def test_a_fortnight_is_planned_from_its_tables_as_it_was_made_up(tmp_path):
    made = CliRunner().invoke(command, ["--generate", "3x9", "--days", "6", "--save", str(tmp_path), "--json"])
    read = CliRunner().invoke(command, ["--in", str(tmp_path), "--days", "6", "--json"])
    first, second = (json.loads(one.output.splitlines()[-1]) for one in (made, read))
    assert first["objective"] == second["objective"] and first["bound"] == second["bound"] and second["feasible"]
    for name, line, told in (
        ("coming", "I000,9,5", "day: 9 is not within 0 to 5"), ("use", "nowhere,I000,1,1", "there is no 'nowhere'"),
        ("trucks", "P00,0,5", "stated twice"), ("goods", "I000,1,1,0", "is there twice"),
        ("places", "S900,P00,-1,1", ""),
    ):  # fmt: skip
        text = (tmp_path / f"{name}.csv").read_text()
        (tmp_path / f"{name}.csv").write_text(text + line + "\n")
        refused = CliRunner().invoke(command, ["--in", str(tmp_path), "--days", "6"])
        assert refused.exit_code in (1, 2) and told in refused.output, (name, refused.output)
        (tmp_path / f"{name}.csv").write_text(text)


def test_a_fortnight_names_what_contradicts_itself_and_whom_nothing_reaches():
    asked = horizon(seed=1, items=3, places=5, days=6)
    for change in ({"reserve": asked.reserve + 2}, {"rate": asked.rate * np.inf}, {"lead": asked.lead - 9}):
        plan, problems = plan_days(replace(asked, **change))
        assert {p.code for p in problems} == {"bad_number"} and not plan.certificate.feasible and not plan.rows
    far, late = plan_days(replace(asked, lead=asked.lead * 0 + 99))
    assert {p.code for p in late} == {"arrives_too_late"} and len(late) == 5 and far.certificate.feasible
    _, empty = plan_days(replace(asked, central=asked.central * 0, coming=asked.coming * 0))
    assert {p.subject for p in empty} == {f"item {name}" for name in asked.items}
