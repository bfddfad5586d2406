"""Liaison: households keep the person they know, nobody is sent too far, and every plan is proven near its bound."""

import csv
import json
import re
from collections import Counter
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongzhou.cli.plan_liaison import plan_liaison as command
from tongzhou.engines.certificate import Budget
from tongzhou.engines.liaison import (
    Absent,
    Helpers,
    MoreUnits,
    Needs,
    Only,
    Policy,
    Visit,
    arcs,
    check_liaison,
    city_households,
    plan_liaison,
    what_if,
)
from tongzhou.engines.liaison.model import PRIORITIES
from tongzhou.tables.liaison import write_liaison
from tongzhou.tables.policy import read_policy

SHARED = Path(__file__).parents[3] / "shared/data"
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def towns(draw):
    """Households with one or several units, some in areas, some helpers remote or without time."""
    seed, count, staff = draw(st.integers(0, 10**6)), draw(st.integers(1, 120)), draw(st.integers(1, 40))
    helpers, needs = city_households(
        seed=seed, needs=count, helpers=staff, spare=draw(st.sampled_from((0.5, 1.0, 2.0)))
    )
    rng = np.random.default_rng(seed)
    areas = ("", "A", "B")
    return (
        replace(
            helpers,
            area=tuple(areas[k] for k in rng.choice(3, staff, p=(0.6, 0.2, 0.2))),
            capacity=np.where(rng.random(staff) < 0.1, 0, helpers.capacity),
            remote=(rng.random(staff) < 0.1).astype(np.int64),
        ),
        replace(
            needs,
            area=tuple(areas[k] for k in rng.choice(3, count, p=(0.2, 0.4, 0.4))),
            units=rng.integers(1, 4, count),
        ),
    )


def sent(helpers, needs, policy=None, **more):
    plan, problems = plan_liaison(helpers, needs, policy or Policy(), **more)
    return plan, problems, {term.name: term.value for term in plan.certificate.terms}


def some_helpers(*rows):
    """Helpers as (id, skills, area, x, capacity, remote)."""
    ids, skills, area, x, capacity, remote = zip(*rows, strict=True)
    xy = np.array([[float(v), 0.0] for v in x])
    return Helpers(ids, tuple(map(frozenset, skills)), area, xy, np.array(capacity), np.array(remote))


def some_needs(*rows):
    """Needs as (id, skill, area, x, units, priority, usual)."""
    ids, skill, area, x, units, priority, usual = zip(*rows, strict=True)
    xy = np.array([[float(v), 0.0] for v in x])
    level = np.array([PRIORITIES.index(p) for p in priority])
    return Needs(ids, skill, area, xy, np.array(units), level, np.zeros(len(ids)), usual)


def greedy(helpers, needs, policy):
    """The most urgent first, each unit to the usual person or the nearest with time who may come."""
    free, rows = helpers.capacity.tolist(), []
    worth = np.array(policy.unmet_km)[needs.priority] + policy.unmet_km_per_day * np.minimum(needs.waited, 9)
    for k in np.argsort(-worth, kind="stable").tolist():
        way = np.rint(np.sqrt(((helpers.xy - needs.xy[k]) ** 2).sum(axis=1)) * (policy.road_factor * 1000))
        way = np.where(helpers.remote == 1, 0, way)
        open_units = int(needs.units[k])
        for h in sorted(range(len(free)), key=lambda h: (helpers.ids[h] != needs.usual[k], way[h])):
            suits = needs.skill[k] in helpers.skills[h] and helpers.area[h] in ("", needs.area[k])
            take = min(free[h], open_units) if suits and way[h] <= policy.reach_km * 1000 else 0
            if take:
                rows.append(Visit(needs.ids[k], helpers.ids[h], take, way[h] / 1000, helpers.ids[h] == needs.usual[k]))
                free[h], open_units = free[h] - take, open_units - take
        if open_units:
            rows.append(Visit(needs.ids[k], "", open_units, 0.0, False))
    return rows


@QUICK
@given(town=towns())
def test_every_plan_is_accepted_meets_its_bound_and_beats_the_greedy(town):
    helpers, needs = town
    plan, problems, terms = sent(helpers, needs)
    proof = plan.certificate
    assert proof.feasible, proof.faults[:3]
    assert proof.objective == proof.bound and proof.effort.stopped_by == "optimal"
    assert terms["met"] + terms["unmet"] == needs.units.sum()
    assert len(proof.reasons) == len(plan.rows) and all(r.text.zh and r.text.en for r in proof.reasons)
    assert {p.subject for p in problems} == {f"need {row.need}" for row in plan.rows if not row.helper}
    recount = check_liaison(helpers, needs, Policy(), greedy(helpers, needs, Policy()))
    assert not recount.faults and proof.objective <= recount.metres / 1000


@QUICK
@given(towns(), st.booleans())
def test_nobody_is_called_full_who_is_not_and_a_tie_is_told_as_none_better(town, flat):
    helpers, needs = town
    if flat:  # everybody stands at one spot: every choice is a tie
        helpers = replace(helpers, xy=helpers.xy * 0, remote=helpers.remote * 0)
        needs = replace(needs, xy=needs.xy * 0)
    policy = Policy(change_km=0.0) if flat else Policy()
    plan, _ = plan_liaison(helpers, needs, policy)
    load = Counter()
    for row in plan.rows:
        load[row.helper] += row.units
    spare = {name for name, most in zip(helpers.ids, helpers.capacity, strict=True) if load[name] < most}
    for reason in plan.certificate.reasons:
        if "full" in reason.text.en:
            assert reason.chain[0] not in spare, reason
            assert not flat or "dearer than waiting" in reason.text.en


@QUICK
@given(town=towns(), data=st.data())
def test_one_more_unit_of_time_never_lowers_what_is_met(town, data):
    helpers, needs = town
    h = data.draw(st.integers(0, len(helpers.ids) - 1))
    more = helpers.capacity + (np.arange(len(helpers.ids)) == h)
    plan, _, terms = sent(helpers, needs)
    roomier, _, after = sent(replace(helpers, capacity=more), needs)
    assert after["met"] >= terms["met"]
    assert roomier.certificate.objective <= plan.certificate.objective
    answer = what_if(helpers, needs, Policy(), plan.rows, MoreUnits(helpers.ids[h], 1))
    assert answer.after == roomier.certificate.objective


@QUICK
@given(town=towns(), seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(town, seed):
    rng = np.random.default_rng(seed)
    turned = [reordered(table, rng.permutation(len(table.ids))) for table in town]
    assert sent(*town)[0].rows == sent(*turned)[0].rows


def reordered(table, order):
    columns = {}
    for field in fields(table):
        value = getattr(table, field.name)
        if field.name != "provenance":
            columns[field.name] = tuple(value[k] for k in order) if isinstance(value, tuple) else value[order]
    return replace(table, **columns)


def test_pruning_is_repaired_and_an_allowed_gap_is_kept(monkeypatch):
    monkeypatch.setattr(arcs, "NEAREST", 2)
    monkeypatch.setattr(arcs, "CHUNK", 500)
    helpers, needs = city_households(seed=3, needs=400, helpers=60, spare=1.0)
    first, _, _ = sent(helpers, needs, budget=Budget(iterations=0))
    near, _, _ = sent(helpers, needs, gap=0.01)
    best, _, terms = sent(helpers, needs)
    assert first.certificate.feasible and first.certificate.bound <= best.certificate.bound
    assert first.certificate.objective > best.certificate.objective == best.certificate.bound
    assert near.certificate.gap <= 0.01 and terms["rounds"] > 0
    monkeypatch.setattr(arcs, "REMEMBERED", 0)  # a province does not fit into memory: costs are computed anew
    assert sent(helpers, needs)[0].rows == best.rows


@pytest.fixture(scope="module")
def busy():
    helpers, needs = city_households(seed=4, needs=120, helpers=20, spare=0.9)
    return helpers, needs, sent(helpers, needs)[0]


def spoil_capacity(rows, helpers, needs):
    """A unit that stays unmet is given to a full helper who suits."""
    k = next(k for k, row in enumerate(rows) if not row.helper)
    n = needs.ids.index(rows[k].need)
    h = next(h for h, words in enumerate(helpers.skills) if needs.skill[n] in words)
    km = round(float(np.sqrt(((needs.xy[n] - helpers.xy[h]) ** 2).sum())) * 1300) / 1000
    rows[k] = rows[k]._replace(helper=helpers.ids[h], km=km, usual=needs.usual[n] == helpers.ids[h])


def spoil_skill(rows, helpers, needs):
    k = next(k for k, row in enumerate(rows) if needs.skill[needs.ids.index(row.need)] == "nurse")
    rows[k] = rows[k]._replace(
        helper=next(i for i, w in zip(helpers.ids, helpers.skills, strict=True) if "nurse" not in w)
    )


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("overloaded", spoil_capacity),
        ("does_not_suit", spoil_skill),
        ("units", lambda rows, helpers, needs: rows.pop()),
        ("units", lambda rows, helpers, needs: rows.__setitem__(0, rows[0]._replace(units=2))),
        ("twice_or_unknown", lambda rows, helpers, needs: rows.append(rows[0])),
        ("twice_or_unknown", lambda rows, helpers, needs: rows.append(rows[0]._replace(need="N9"))),
        ("twice_or_unknown", lambda rows, helpers, needs: rows.append(rows[0]._replace(helper="H9", units=0))),
        ("does_not_suit", lambda rows, helpers, needs: rows.__setitem__(0, rows[0]._replace(helper="H9"))),
        ("wrong_row", lambda rows, helpers, needs: rows.__setitem__(0, rows[0]._replace(km=rows[0].km + 1))),
        ("wrong_row", lambda rows, helpers, needs: rows.__setitem__(0, rows[0]._replace(usual=not rows[0].usual))),
    ],
)
def test_the_checker_sees_each_kind_of_fault(busy, code, spoil):
    helpers, needs, plan = busy
    rows = sorted(plan.rows, key=lambda row: not row.helper)
    spoil(rows, helpers, needs)
    assert code in {fault.code for fault in check_liaison(helpers, needs, Policy(), rows).faults}
    strict = Policy(reach_km=0.0)
    assert "too_far" in {fault.code for fault in check_liaison(helpers, needs, strict, plan.rows).faults}


def test_the_same_person_comes_again_unless_another_saves_more_than_the_change_costs():
    helpers = some_helpers(("Zhao", ["visit"], "", 0, 5, 0), ("Qian", ["visit"], "", 2, 5, 0))
    near_qian = some_needs(("N1", "visit", "", 2, 1, "normal", "Zhao"))
    plan, _, _ = sent(helpers, near_qian)
    assert plan.rows == (Visit("N1", "Zhao", 1, 2.6, True),)  # 2.6 km of way cost less than the 3 km of a change
    assert plan.certificate.reasons[0].text.en == "The same person as yesterday."
    plan, _, terms = sent(helpers, near_qian, Policy(change_km=1.0))
    assert plan.rows[0].helper == "Qian" and terms["changed_helper"] == 1
    assert plan.certificate.difference.moved_share == 1.0


def test_tomorrow_with_the_same_needs_nobody_gets_another_person():
    helpers, needs = city_households(seed=6, needs=300, helpers=40)
    today, _, _ = sent(helpers, needs)
    person = {row.need: row.helper for row in today.rows}
    again, _, terms = sent(helpers, replace(needs, usual=tuple(person[name] for name in needs.ids)))
    assert terms["changed_helper"] == 0 and again.certificate.difference.moved == ()


def test_urgent_goes_first_and_the_unmet_is_named():
    helpers = some_helpers(("Zhao", ["visit"], "", 0, 1, 0))
    needs = some_needs(("N1", "visit", "", 0, 1, "normal", ""), ("N2", "visit", "", 20, 1, "urgent", ""))
    plan, problems, _ = sent(helpers, needs)
    assert [(row.need, row.helper) for row in plan.rows] == [("N1", ""), ("N2", "Zhao")]
    assert [p.code for p in problems] == ["nobody_free"] and plan.certificate.binding[0].name == "Zhao"
    answer = what_if(helpers, needs, Policy(), plan.rows, Only("N1", "Zhao"))
    assert answer.delta == pytest.approx(8000 - 2000 - 26) and [c.row for c in answer.changes] == ["N1", "N2"]
    gone = what_if(helpers, needs, Policy(), plan.rows, Absent("Zhao"))
    assert gone.delta == pytest.approx(8000 - 26) and [c.row for c in gone.changes] == ["N2"]
    nobody = what_if(helpers, needs, Policy(), plan.rows, Only("N1", "Sun"))
    assert nobody.after is None and nobody.problems[0].code == "unknown_helper"


def test_teams_are_split_areas_hold_and_experts_need_no_way():
    helpers = some_helpers(
        ("T1", ["test"], "", 0, 2, 0), ("T2", ["test"], "North", 0, 9, 0), ("X1", ["expert"], "", 900, 3, 1)
    )
    needs = some_needs(
        ("C1", "test", "South", 1, 3, "high", ""),
        ("C2", "test", "North", 1, 4, "high", ""),
        ("E1", "expert", "South", 0, 2, "urgent", ""),
        ("C3", "test", "South", 300, 1, "low", ""),
        ("C4", "dentist", "South", 0, 1, "low", ""),
    )
    plan, problems, _ = sent(helpers, needs)
    assert plan.rows == (
        Visit("C1", "", 1, 0.0, False), Visit("C1", "T1", 2, 1.3, False), Visit("C2", "T2", 4, 1.3, False),
        Visit("C3", "", 1, 0.0, False), Visit("C4", "", 1, 0.0, False), Visit("E1", "X1", 2, 0.0, False),
    )  # fmt: skip
    assert [p.code for p in problems] == ["nobody_free", "nobody_within_reach", "nobody_with_the_skill"]


def test_what_contradicts_itself_is_named_and_left_out():
    helpers = some_helpers(
        ("H1", ["visit"], "", 0, 5, 0), ("H2", ["visit"], "", 0, -1, 0), ("H3", ["visit"], "", 1e9, 5, 0),
        ("H4", ["visit"], "", 0, 5, 7), ("H5", ["visit"], "", 0, 5, 0), ("H5", ["visit"], "", 0, 5, 0),
    )  # fmt: skip
    needs = some_needs(
        ("N1", "visit", "", 0, 1, "low", "H5"), ("N2", "visit", "", 0, 0, "low", ""),
        ("N3", "visit", "", float("nan"), 1, "low", ""), ("N4", "visit", "", 0, 1, "low", "H9"),
        ("N5", "visit", "", 0, 1, "low", ""), ("N5", "visit", "", 0, 1, "low", ""),
        ("N6", "visit", "", 0, 1, "low", ""),
    )  # fmt: skip
    needs = replace(needs, waited=np.array([0, 0, 0, 0, 0, 0, -1.0]))
    plan, problems, _ = sent(helpers, needs)
    assert Counter(p.code for p in problems) == {
        "bad_number": 5, "unknown_value": 1, "duplicate_id": 4, "usual_is_gone": 1
    }  # fmt: skip
    assert [(row.need, row.helper) for row in plan.rows] == [("N1", "H1"), ("N4", "H1")]
    assert plan.certificate.feasible and all(p.text.zh and p.text.en for p in problems)


def test_nobody_to_send_nothing_to_do_and_a_policy_out_of_range():
    helpers, needs = city_households(seed=1, needs=3, helpers=2)
    nothing = reordered(needs, np.arange(0))
    assert sent(helpers, nothing)[0].rows == () and sent(helpers, nothing)[0].certificate.objective == 0.0
    plan, problems, _ = sent(reordered(helpers, np.arange(0)), needs)
    assert {p.code for p in problems} == {"nobody_with_the_skill", "usual_is_gone"} and plan.certificate.feasible
    with pytest.raises(ValueError, match="policy prices"):
        sent(helpers, needs, Policy(change_km=-1.0))


def test_fairness_has_a_price_and_the_shipped_table_is_the_default():
    helpers, needs = city_households(seed=2, needs=200, helpers=30, spare=0.9)
    assert sent(helpers, needs, fairness=True)[0].certificate.fairness.price >= 0
    assert replace(read_policy(None, "liaison", Policy, {}), source="") == replace(Policy(), source="")


@pytest.mark.skipif(not (SHARED / "pop").exists(), reason="needs ../shared/data/pop and geo")
def test_the_old_who_live_alone_in_the_counties_of_hubei():
    """Census households of one person aged 65+: a visitor a thousand, from the prefectures' seats of counties."""
    with (SHARED / "pop/hubei_county_census2020.csv").open(encoding="utf-8") as file:
        alone = {row["code"]: int(row["hh_one_elder"]) for row in csv.DictReader(file) if row["level"] == "county"}
    with (SHARED / "geo/hubei_county_points.csv").open(encoding="utf-8") as file:
        points = {row["code"]: row for row in csv.DictReader(file) if row["inside_lon"]}
    codes = sorted(alone.keys() & points.keys())
    assert len(codes) >= 100
    lonlat = np.array([[float(points[c]["inside_lon"]), float(points[c]["inside_lat"])] for c in codes])
    xy = (lonlat - (112.0, 31.0)) * (95.4, 111.2)  # km, a plane at 31 degrees north
    units = np.array([max(1, round(alone[c] / 1000)) for c in codes])
    first: dict[str, int] = {}
    for k, code in enumerate(codes):
        first.setdefault(points[code]["prefecture_code"], k)
    seats = sorted(first.values())
    total, count = int(units.sum()), len(codes)
    helpers = Helpers(
        tuple(f"team {codes[k]}" for k in seats), (frozenset({"visit"}),) * len(seats), ("",) * len(seats), xy[seats],
        np.full(len(seats), total // len(seats) + 1), np.zeros(len(seats), int),
    )  # fmt: skip
    needs = Needs(
        tuple(codes), ("visit",) * count, ("",) * count, xy, units, np.ones(count, int), np.zeros(count), ("",) * count
    )
    plan, _, terms = sent(helpers, needs, Policy(reach_km=1000.0))
    assert (terms["met"], terms["unmet"]) == (total, 0) and plan.certificate.objective == plan.certificate.bound
    near, problems, short = sent(helpers, needs)
    assert short["unmet"] > 0 and near.certificate.feasible  # an even share by prefecture does not reach everyone
    assert {p.code for p in problems} <= {"nobody_free", "nobody_within_reach"}


def test_the_command_reads_tables_and_refuses_what_is_not_in_them(tmp_path):
    helpers, needs = city_households(seed=1, needs=60, helpers=10)
    write_liaison(tmp_path, helpers, needs)
    arguments = ["--in", str(tmp_path), "--gap", "0", "--json", "--out", str(tmp_path / "plan.json")]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    line = json.loads(result.stdout.splitlines()[-1])
    assert line["objective"] == line["bound"] == sent(helpers, needs)[0].certificate.objective
    assert len(json.loads((tmp_path / "plan.json").read_text())["plan"]) == len(sent(helpers, needs)[0].rows)
    text = (tmp_path / "needs.csv").read_text()
    for wrong, told in (("urgent", "priority"), ("N00002", "'rank'")):
        spoilt = text.replace(wrong, "soon", 1) if told == "priority" else text.replace("usual", "rank", 1)
        (tmp_path / "needs.csv").write_text(spoilt)
        refused = CliRunner().invoke(command, arguments)
        assert refused.exit_code == 2 and told in refused.stderr
    nothing = CliRunner().invoke(command, ["--json"])
    assert nothing.exit_code == 2 and "--generate" in nothing.stderr


def test_the_worked_example_of_the_docs_page_is_what_the_command_answers(tmp_path):
    page = (Path(__file__).parents[2] / "docs/engines/liaison.md").read_text()
    blocks = {name: body for name, body in re.findall(r"```(?:csv|text) (\S+)\n(.*?)```", page, re.S)}
    for name in ("helpers.csv", "needs.csv"):
        (tmp_path / name).write_text(blocks[name])
    asked = ["--if-absent", "Zhao", "--why-not", "N5", "Zhao", "--out", str(tmp_path / "plan.json")]
    result = CliRunner().invoke(command, ["--in", str(tmp_path), *asked])
    assert result.exit_code == 0, result.output
    document = json.loads((tmp_path / "plan.json").read_text())
    told = [result.output]
    for row, reason in zip(document["plan"]["visits"], document["certificate"]["reasons"], strict=True):
        told.append(f"{row['need']} {row['units']} {row['helper'] or 'unmet'} {row['km']}: {reason['text']['en']}")
    said = "\n".join(told)
    assert [line for line in blocks["answer"].strip().splitlines() if line not in said] == []
