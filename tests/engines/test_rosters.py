"""Rosters: nobody works against the rest rules, no post stays empty that could be filled, a sick call moves few."""

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

from tongzhou.cli.plan_roster import plan_roster as command
from tongzhou.engines.certificate import Budget
from tongzhou.engines.rosters import (
    Absent,
    Assign,
    DayOff,
    Duty,
    MoreStaff,
    Policy,
    Roster,
    Shift,
    Slot,
    Staff,
    check_roster,
    dispatch,
    hospital,
    plan_roster,
    repair,
    what_if,
)
from tongzhou.tables.policy import read_policy
from tongzhou.tables.rosters import read_roster, write_roster

EARLY, LATE = Shift("early", 7, 15, 4.0), Shift("late", 14.5, 22.5, 4.0)
NIGHT = Shift("night", 22, 31.5, 4.0, True)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def wards(draw):
    """One or two small wards with leave, requests, untrained people, and days before that may break the rules."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    days, count = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    shifts = (EARLY, LATE, NIGHT)
    kinds = (frozenset({"doctor"}), frozenset({"nurse"}), frozenset({"nurse", "senior"}))
    people = tuple(
        Staff(
            f"E{k}", f"ward {k % 2}", kinds[rng.integers(3)], bool(rng.random() < 0.9), int(rng.integers(0, 32)),
            tuple(("", *(s.name for s in shifts))[j] for j in rng.integers(0, 4, rng.integers(0, 9))),
        )
        for k in range(count)
    )  # fmt: skip
    posts = [(w, s.name, k) for w in ("ward 0", "ward 1") for s in shifts for k in ("doctor", "nurse", "senior")]
    slots = tuple(Slot(*posts[k], int(rng.integers(0, 3))) for k in rng.choice(len(posts), 5, replace=False))
    off = {(int(rng.integers(count)), int(rng.integers(days))) for _ in range(count)}
    leave = tuple(DayOff(f"E{who}", day, bool(rng.random() < 0.5)) for who, day in sorted(off))
    return Roster(people, shifts, slots, days, leave)


def rostered(roster, policy=None, **more):
    plan, problems = plan_roster(roster, policy or Policy(), **more)
    return plan, problems, {term.name: term.value for term in plan.certificate.terms}


def one_ward(staff, slots, days, **more):
    return Roster(tuple(staff), (EARLY, LATE, NIGHT), tuple(slots), days, **more)


def nurses(count, **more):
    return [Staff(f"N{k}", "A", frozenset({"nurse"}), **more) for k in range(1, count + 1)]


def shifts_of(plan, until=99):
    return {(duty.staff, duty.day, duty.shift) for duty in plan.rows if duty.day < until}


def points_of_the_dispatcher(roster, policy):
    duties = [duty for ward in ("ward 0", "ward 1") for duty in dispatch(roster, policy, ward)]
    proof, _ = check_roster(roster, policy, tuple(duties))
    assert proof.feasible, proof.faults[:3]
    return proof.objective


@QUICK
@given(roster=wards())
def test_every_plan_is_accepted_bounded_and_no_worse_than_the_dispatcher(roster):
    plan, problems, terms = rostered(roster)
    proof = plan.certificate
    assert proof.feasible, proof.faults[:3]
    assert proof.bound <= proof.objective <= points_of_the_dispatcher(roster, Policy())
    if proof.effort.stopped_by == "optimal":
        assert proof.objective == proof.bound
    empty = Counter(problem.code for problem in problems)
    assert (terms["uncovered"] > 0) == (empty["uncovered"] > 0)
    assert bool(proof.binding) == (terms["uncovered"] > 0)
    assert len(proof.reasons) == len(plan.rows) and all(r.text.zh and r.text.en for r in proof.reasons)


@QUICK
@given(roster=wards(), seed=st.integers(0, 10**6))
def test_the_order_of_the_rows_is_no_matter_and_one_more_person_never_costs(roster, seed):
    rng = np.random.default_rng(seed)
    mixed = replace(
        roster,
        staff=tuple(roster.staff[k] for k in rng.permutation(len(roster.staff))),
        slots=tuple(roster.slots[k] for k in rng.permutation(len(roster.slots))),
        off=tuple(roster.off[k] for k in rng.permutation(len(roster.off))),
    )
    plan, _, _ = rostered(roster, explain=False)
    assert rostered(mixed, explain=False)[0].rows == plan.rows
    more = replace(roster, staff=(*roster.staff, Staff("Z", "ward 0", frozenset({"nurse", "doctor"}))))
    richer, _, _ = rostered(more, explain=False)
    if plan.certificate.effort.stopped_by == richer.certificate.effort.stopped_by == "optimal":
        assert richer.certificate.objective <= plan.certificate.objective


@pytest.fixture(scope="module")
def planned():
    roster = hospital(seed=4, staff=50)
    plan, problems, terms = rostered(roster)
    return roster, plan, problems, terms


def test_a_hospital_is_covered_within_two_per_cent_of_its_bound_and_again_the_same(planned):
    roster, plan, problems, terms = planned
    assert plan.certificate.feasible and problems == () and terms["uncovered"] == terms["without backup"] == 0
    assert 0 <= plan.certificate.gap <= 0.02
    short = Budget(iterations=1)
    assert rostered(roster, budget=short)[0].rows == rostered(roster, budget=short)[0].rows
    by_hand, _ = check_roster(
        roster, Policy(), tuple(d for w in ("ward 00", "ward 01") for d in dispatch(roster, Policy(), w))
    )
    assert by_hand.feasible and plan.certificate.objective <= by_hand.objective


SPOIL = {
    "bad_duty": lambda r, d: [*d, d[0]._replace(staff="nobody")],
    "twice_a_day": lambda r, d: [*d, d[0]],
    "other_ward": lambda r, d: [d[0]._replace(ward="ward 01"), *d[1:]],
    "unskilled": lambda r, d: [d[0]._replace(skill="pilot"), *d[1:]],
    "not_wanted": lambda r, d: [d[0]._replace(skill="pilot"), *d[1:]],
    "too_many": lambda r, d: [*d, d[0]],
    "too_many_shifts": lambda r, d: [Duty("E0000", k, "ward 00", "early", "doctor") for k in range(8)],
    "too_few_rest_days": lambda r, d: [Duty("E0000", k, "ward 00", "early", "doctor") for k in range(14)],
    "too_many_nights": lambda r, d: [Duty("E0000", k, "ward 00", "night", "doctor") for k in range(5)],
    "short_rest": lambda r, d: [Duty("E0000", k, "ward 00", s, "doctor") for k, s in ((8, "night"), (9, "early"))],
}


@pytest.mark.parametrize("code", SPOIL)
def test_the_checker_sees_each_kind_of_fault(planned, code):
    roster, plan, _, _ = planned
    proof, _ = check_roster(roster, Policy(), tuple(SPOIL[code](roster, list(plan.rows))))
    assert code in {fault.code for fault in proof.faults}
    assert all(fault.text.zh and fault.text.en for fault in proof.faults)


def test_the_checker_sees_who_may_not_come(planned):
    roster, plan, _, _ = planned
    first = next(duty for duty in plan.rows if duty.shift == "early")

    def codes(changed):
        return {fault.code for fault in check_roster(changed, Policy(), plan.rows)[0].faults}

    def with_first(**more):
        return replace(roster, staff=tuple(replace(p, **more) if p.id == first.staff else p for p in roster.staff))

    assert "off_duty" in codes(replace(roster, off=(DayOff(first.staff, first.day, True),)))
    assert "untrained" in codes(with_first(trained=False))
    assert "front_too_long" in codes(with_first(zone_days=30))
    longer = tuple(replace(shift, zone_hours=4.5) for shift in roster.shifts)
    assert "zone_too_long" in codes(replace(roster, shifts=longer))
    stands_by = (Duty("E0000", 8, "ward 00", "night", "doctor"), Duty("E0000", 9, "ward 00", "backup", "doctor"))
    assert "short_rest" in {fault.code for fault in check_roster(roster, Policy(), stands_by)[0].faults}


def test_five_shifts_in_seven_days_those_before_counted():
    week = one_ward(nurses(1, before=("early",) * 4), [Slot("A", "early", "nurse", 1)], 7)
    plan, problems, terms = rostered(week, Policy(backups=0))
    # Four in the last four days leave one until day 3, when the window has moved on.
    assert terms["uncovered"] == 7 - len(plan.rows) == 2
    assert [p.code for p in problems] == ["uncovered"] * 2 and plan.certificate.binding[0].name == "A nurse"
    tired = one_ward(nurses(1, before=("early",) * 9), [Slot("A", "early", "nurse", 1)], 2)
    rested, _, _ = rostered(tired, Policy(backups=0))
    assert rested.certificate.feasible and rested.rows == ()  # what others did before is not this plan's fault


def test_nights_are_shared_and_those_of_last_week_count():
    slots = [Slot("A", "night", "nurse", 1)]
    plan, _, _ = rostered(one_ward(nurses(4), slots, 8), Policy(backups=0))
    assert sorted(Counter(duty.staff for duty in plan.rows).values()) == [2, 2, 2, 2]
    staff = [replace(person, before=("night", "night", "", "") if person.id == "N1" else ()) for person in nurses(3)]
    plan, _, _ = rostered(one_ward(staff, slots, 4), Policy(backups=0))
    assert Counter(duty.staff for duty in plan.rows) == {"N2": 2, "N3": 2}


def test_a_senior_stands_in_for_a_nurse_but_not_the_other_way_round():
    staff = [Staff("N1", "A", frozenset({"nurse"})), Staff("S1", "A", frozenset({"nurse", "senior"}))]
    plan, problems, _ = rostered(one_ward(staff, [Slot("A", "early", "senior", 1)], 1), Policy(backups=0))
    assert [duty.staff for duty in plan.rows] == ["S1"] and problems == ()
    plan, problems, _ = rostered(one_ward(staff, [Slot("A", "early", "nurse", 2)], 1), Policy(backups=0))
    assert [duty.staff for duty in plan.rows] == ["N1", "S1"] and problems == ()
    plan, problems, _ = rostered(one_ward(staff, [Slot("A", "early", "senior", 2)], 1), Policy(backups=0))
    assert len(plan.rows) == 1 and [p.subject for p in problems] == ["A day 0 early senior"]


def test_the_untrained_and_those_a_month_at_the_front_stay_out_of_the_zone():
    desk = Shift("desk", 8, 16)
    staff = (*nurses(1, trained=False), Staff("N2", "A", frozenset({"nurse"}), zone_days=29))
    slots = (Slot("A", "early", "nurse", 1), Slot("A", "desk", "nurse", 1))
    plan, problems, _ = rostered(Roster(staff, (EARLY, desk), slots, 2), Policy(backups=0))
    assert {(d.staff, d.day, d.shift) for d in plan.rows} >= {("N1", 0, "desk"), ("N2", 0, "early")}
    assert {d.shift for d in plan.rows if d.day == 1} == {"desk"}
    assert [p.subject for p in problems] == ["A day 1 early nurse"]


def test_a_request_is_granted_where_somebody_else_can_come():
    slots = [Slot("A", "early", "nurse", 1)]
    asked = one_ward(nurses(2), slots, 1, off=(DayOff("N1", 0),))
    assert [duty.staff for duty in rostered(asked, Policy(backups=0))[0].rows] == ["N2"]
    both = replace(asked, off=(DayOff("N1", 0), DayOff("N2", 0)))
    plan, _, terms = rostered(both, Policy(backups=0))
    assert len(plan.rows) == 1 and terms["requests broken"] == 1
    ill = replace(asked, off=(DayOff("N1", 0, True), DayOff("N2", 0, True)))
    assert rostered(ill, Policy(backups=0))[0].rows == ()


def test_a_sick_call_moves_at_most_three_people_and_no_past_day(planned):
    roster, plan, _, _ = planned
    for duty in [d for d in plan.rows if d.day == 6 and d.shift != "backup"][::4]:
        mended, problems = repair(roster, Policy(), plan.rows, duty.staff, (6,))
        terms = {term.name: term.value for term in mended.certificate.terms}
        assert mended.certificate.feasible and terms["uncovered"] == 0 and terms["moved"] <= 3
        assert not [d for d in mended.rows if d.staff == duty.staff and d.day == 6]
        assert shifts_of(mended, 6) == shifts_of(plan, 6)
        assert {p.code for p in problems} <= {"no_backup"}
    with pytest.raises(ValueError, match="nobody"):
        repair(roster, Policy(), plan.rows, "nobody", (6,))
    with pytest.raises(ValueError, match="within 0 to 13"):
        repair(roster, Policy(), plan.rows, "E0000", (14,))


def test_planned_again_with_the_plan_in_force_nothing_moves(planned):
    roster, plan, _, _ = planned
    again, _, terms = rostered(replace(roster, last={(d.staff, d.day): d.shift for d in plan.rows}))
    assert terms["moved"] == terms["changed"] == 0 and shifts_of(again) == shifts_of(plan)
    assert again.certificate.difference.moved == () and again.certificate.difference.kept == len(plan.rows)


def test_what_if_tells_the_price_and_who_would_change():
    slots = [Slot("A", "early", "nurse", 1), Slot("A", "late", "nurse", 1)]
    roster, policy = one_ward(nurses(2), slots, 1, off=()), Policy(backups=0)
    plan, _, _ = rostered(roster, policy)
    first = plan.rows[0]
    swapped = what_if(roster, policy, plan.rows, Assign(first.staff, 0, "late" if first.shift == "early" else "early"))
    assert swapped.delta == 0 and len(swapped.changes) == 2
    assert what_if(roster, policy, plan.rows, Absent("N1", (0,))).delta == 1000
    more = what_if(roster, policy, (plan.rows[0],), MoreStaff("A", "nurse", 1))
    assert more.delta == -1000
    forbidden = what_if(roster, policy, plan.rows, Assign("N1", 0, "night"))
    assert forbidden.after is None and forbidden.problems[0].code == "not_allowed"
    for change, code in (
        (Assign("X", 0, "early"), "unknown_staff"), (Assign("N1", 0, "tea"), "unknown_duty"),
        (Absent("N1", (7,)), "unknown_duty"), (MoreStaff("B", "nurse", 1), "unknown_ward"),
    ):  # fmt: skip
        assert what_if(roster, policy, plan.rows, change).problems[0].code == code


def test_what_contradicts_itself_is_named():
    good = one_ward(nurses(2), [Slot("A", "early", "nurse", 1)], 2)
    wrong = {
        "duplicate_id": replace(good, staff=good.staff + good.staff[:1]),
        "bad_hours": replace(good, shifts=(replace(EARLY, end=6),)),
        "zone_too_long": replace(good, shifts=(replace(EARLY, zone_hours=6.0),)),
        "unknown_shift": replace(good, slots=(Slot("A", "tea", "nurse", 1),)),
        "bad_number": replace(good, days=0),
        "unknown_staff": replace(good, off=(DayOff("X", 0),)),
    }
    for code, roster in wrong.items():
        plan, problems, _ = rostered(roster)
        assert code in {problem.code for problem in problems}, code
        assert plan.rows == () and not plan.certificate.feasible and all(p.blocking and p.text.zh for p in problems)
    plan, problems, _ = rostered(good, Policy(rest_hours=48.0))  # two days apart is not looked at: refused, not ignored
    assert [(p.code, p.field, p.blocking) for p in problems] == [("rest_too_long", "rest_hours", True)]
    assert plan.rows == () and not plan.certificate.feasible
    with pytest.raises(ValueError, match="policy uncovered"):
        Policy(uncovered=-1)


def test_no_ward_one_person_and_nobody_for_a_post():
    nothing, problems, _ = rostered(Roster((), (), (), 3))
    assert nothing.rows == () and nothing.certificate.objective == nothing.certificate.bound == 0 and not problems
    alone, _, _ = rostered(one_ward(nurses(1), [Slot("A", "early", "nurse", 1)], 1), Policy(backups=0))
    assert alone.rows == (Duty("N1", 0, "A", "early", "nurse"),)
    assert alone.certificate.reasons[0].text.en.endswith("Nobody else has it.")
    nobody, problems, _ = rostered(one_ward([], [Slot("A", "early", "nurse", 1)], 1))
    assert {p.code for p in problems} == {"uncovered", "no_backup"} and nobody.certificate.feasible


def test_sharing_nights_has_a_price_and_the_shipped_table_is_the_default():
    roster = hospital(seed=2, staff=25, days=7)
    assert rostered(roster, fairness=True)[0].certificate.fairness.price >= 0
    assert replace(read_policy(None, "rosters", Policy, {}), source="") == replace(Policy(), source="")


def test_the_command_reads_its_tables_and_names_what_is_wrong(tmp_path):
    roster = hospital(seed=1, staff=25, days=5)
    write_roster(tmp_path, roster)
    assert read_roster(tmp_path, 5) == roster
    arguments = ["--in", str(tmp_path), "--days", "5", "--json", "--out", str(tmp_path / "plan.json")]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    line = json.loads(result.stdout.splitlines()[-1])
    wanted = {"objective", "bound", "gap", "feasible", "unplanned", "cpu_seconds", "peak_rss_mb"}
    assert wanted <= line.keys() and line["feasible"]
    document = json.loads((tmp_path / "plan.json").read_text())
    assert len(document["plan"]) == len(document["certificate"]["reasons"]) > 0
    text = (tmp_path / "staff.csv").read_text()
    for old, new, told in ((",yes,", ",maybe,", "trained"), ("zone_days", "rank", "'rank'")):
        (tmp_path / "staff.csv").write_text(text.replace(old, new, 1))
        refused = CliRunner().invoke(command, arguments)
        assert refused.exit_code == 2 and told in refused.stderr
    assert CliRunner().invoke(command, ["--json"]).exit_code == 2
    assert CliRunner().invoke(command, ["--generate", "25", "--sick", "E0000", "x"]).exit_code == 2


def test_the_worked_example_of_the_docs_page_is_what_the_command_answers(tmp_path):
    page = (Path(__file__).parents[2] / "docs/engines/rosters.md").read_text()
    blocks = dict(re.findall(r"```(?:csv|text) (\S+)\n(.*?)```", page, re.S))
    for name in ("staff.csv", "shifts.csv", "slots.csv", "off.csv"):
        (tmp_path / name).write_text(blocks[name])
    asked = ["--days", "3", "--if-absent", "Dr Lin", "1", "--why-not", "Zhao", "0", "night"]
    result = CliRunner().invoke(command, ["--in", str(tmp_path), *asked, "--out", str(tmp_path / "plan.json")])
    assert result.exit_code == 0, result.output
    document = json.loads((tmp_path / "plan.json").read_text())
    told = [result.output]
    for row, reason in zip(document["plan"]["duties"], document["certificate"]["reasons"], strict=True):
        told.append(f"{row['day']} {row['staff']} {row['shift']} {row['skill']}: {reason['text']['en']}")
    said = "\n".join(told)
    assert [line for line in blocks["answer"].strip().splitlines() if line not in said] == []


def test_what_nobody_can_fill_does_not_end_the_search_for_what_can_be_granted():
    """Eight posts a day that nobody has the skill for cost far more than all requests; a share of that was enough."""
    roster = hospital(seed=4, staff=25)
    hopeless = replace(roster, slots=(*roster.slots, Slot(roster.slots[0].ward, roster.shifts[0].name, "surgeon", 8)))
    plan, _, terms = rostered(hopeless, explain=False, budget=Budget(iterations=150))
    proof = plan.certificate
    empty = 8 * roster.days * Policy().uncovered
    assert terms["uncovered"] == 8 * roster.days and proof.objective > 50 * Policy().request
    assert proof.effort.stopped_by in ("gap", "optimal")
    assert 0 <= proof.objective - proof.bound < Policy().request < 0.01 * empty
    assert (proof.effort.stopped_by == "optimal") == (proof.objective == proof.bound)
