"""Independent checker of a roster: walks each person's calendar, day by day."""

from collections import Counter, defaultdict

from tongzhou.engines.certificate import Certificate, Problem, Term, Text

from .model import BACKUP, Duty, Policy, Roster, Staff


def check_roster(roster: Roster, policy: Policy, duties: tuple[Duty, ...]) -> tuple[Certificate, tuple[Problem, ...]]:
    """Certificate without bound, and the empty posts as problems."""
    people = {person.id: person for person in roster.staff}
    calendar: dict[str, dict[int, Duty]] = defaultdict(dict)
    faults: list[Problem] = []
    for duty in duties:
        faults += _duty(roster, policy, people.get(duty.staff), duty, calendar)
        calendar[duty.staff][duty.day] = duty
    for name, days in sorted(calendar.items()):
        if name in people:
            faults += _walk(roster, policy, people[name], days)
    return _count(roster, policy, duties, faults)


def _duty(
    roster: Roster, policy: Policy, person: Staff | None, duty: Duty, calendar: dict[str, dict[int, Duty]]
) -> list[Problem]:
    """What is wrong with one duty by itself."""
    found: list[Problem] = []

    def fault(code: str, zh: str, en: str) -> None:
        found.append(Problem(code, f"{duty.staff} {duty.day}", Text(zh, en)))

    shifts = {shift.name: shift for shift in roster.shifts}
    if person is None or not 0 <= duty.day < roster.days or duty.shift not in (*shifts, BACKUP):
        fault("bad_duty", "人员、日期或班次不存在。", "No such person, day or shift.")
        return found
    if duty.day in calendar[duty.staff]:
        fault("twice_a_day", "一天两班。", "Two duties on one day.")
    if duty.ward != person.ward:
        fault("other_ward", "不属于该病区。", "Of another ward.")
    if any(off.firm and off.staff == duty.staff and off.day == duty.day for off in roster.off):
        fault("off_duty", "该日病假或休假。", "Ill or on leave that day.")
    if duty.skill not in person.skills:
        fault("unskilled", "无此技能。", "Without the skill.")
    if duty.shift == BACKUP:
        entry = max((shifts[s.shift].zone_hours for s in roster.slots if s.ward == duty.ward), default=0.0)
    else:
        entry = shifts[duty.shift].zone_hours
    if entry > policy.entry_hours:
        fault("zone_too_long", "一次进区时间过长。", "Too long in the zone at a time.")
    if entry > 0 and not person.trained:
        fault("untrained", "未经培训不得进区。", "Not trained for the zone.")
    if entry > 0 and person.zone_days + duty.day >= policy.front_days:
        fault("front_too_long", "一线连续工作超期。", "Too many days in a row at the front.")
    return found


def _walk(roster: Roster, policy: Policy, person: Staff, days: dict[int, Duty]) -> list[Problem]:
    """Rest rules on the days before and the planned ones; only a planned duty can be at fault."""
    shifts, found = {shift.name: shift for shift in roster.shifts}, []
    back = len(person.before)
    line = ["" if name == BACKUP else name for name in person.before]
    line += [days[day].shift if day in days else "" for day in range(roster.days)]
    cycle = policy.worked_per_rest + policy.rest_days

    def worked(k: int, length: int) -> int:
        """Shifts up to day k, and one more where the person stands by in these days and may be called."""
        seen = line[max(0, k - length + 1) : k + 1]
        return sum(name in shifts for name in seen) + (1 if BACKUP in seen else 0)

    for k in range(back, len(line)):
        subject = f"{person.id} {k - back}"
        previous = shifts.get(line[k - 1]) if k else None
        if previous and line[k] == BACKUP and previous.end > 24:
            found.append(
                Problem("short_rest", subject, Text("夜班次日不得备班。", "Stands by on the day a night ends."))
            )
        if not line[k]:
            continue
        if previous and line[k] != BACKUP and shifts[line[k]].start + 24 - previous.end < policy.rest_hours:
            found.append(Problem("short_rest", subject, Text("班间休息不足。", "Too little rest between shifts.")))
        if worked(k, 7) > policy.shifts_per_7_days:
            found.append(Problem("too_many_shifts", subject, Text("七天内班次过多。", "Too many shifts in 7 days.")))
        if worked(k, cycle) > policy.worked_per_rest:
            found.append(Problem("too_few_rest_days", subject, Text("休息日不足。", "Too few rest days.")))
        run = line[max(0, k - policy.nights_in_row) : k + 1]
        if len(run) > policy.nights_in_row and all(name in shifts and shifts[name].night for name in run):
            found.append(Problem("too_many_nights", subject, Text("连续夜班过多。", "Too many nights in a row.")))
    return found


def _count(
    roster: Roster, policy: Policy, duties: tuple[Duty, ...], faults: list[Problem]
) -> tuple[Certificate, tuple[Problem, ...]]:
    want: Counter[tuple[str, str, str]] = Counter()
    for slot in roster.slots:
        if slot.count:
            want[slot.ward, slot.shift, slot.skill] += slot.count
    for ward, skill in sorted({(ward, skill) for ward, _, skill in want}):
        want[ward, BACKUP, skill] = policy.backups
    have = Counter((duty.ward, duty.day, duty.shift, duty.skill) for duty in duties)
    problems, short = [], Counter[bool]()
    for (ward, shift, skill), count in sorted(want.items()):
        for day in range(roster.days):
            subject = f"{ward} day {day} {shift} {skill}"
            missing = count - have[ward, day, shift, skill]
            if missing < 0:
                faults.append(Problem("too_many", subject, Text("超过需要。", "More than are wanted.")))
            elif missing:
                short[shift == BACKUP] += missing
                problems.append(_empty(subject, shift == BACKUP, skill, missing))
    for ward, day, shift, skill in sorted(have):
        if (ward, shift, skill) not in want:
            subject = f"{ward} day {day} {shift} {skill}"
            faults.append(Problem("not_wanted", subject, Text("无此岗位。", "No such post.")))
    wished = {(off.staff, off.day) for off in roster.off if not off.firm}
    broken = sum((duty.staff, duty.day) in wished for duty in duties)
    nights, most = _nights(roster, duties)
    moved, changed = _moved(roster, duties)
    terms = (
        Term("uncovered", short[False], "posts"), Term("without backup", short[True], "backup posts"),
        Term("requests broken", broken, "days"), Term("most nights", most, "nights of one person"),
        Term("nights", nights, "steps"), Term("moved", moved, "people"),
        Term("changed", changed, "shifts given up or taken"),
    )  # fmt: skip
    prices = (policy.uncovered, policy.no_backup, policy.request, 0, policy.night_spread, policy.move, policy.change)
    points = sum(price * term.value for price, term in zip(prices, terms, strict=True))
    return Certificate("rosters", float(points), None, "points", tuple(faults), terms=terms), tuple(problems)


def _empty(subject: str, backup: bool, skill: str, missing: int) -> Problem:
    if backup:
        text = Text(f"{skill} 缺 {missing} 名备班。", f"{missing} backup of {skill} missing.")
        return Problem("no_backup", subject, text)
    text = Text(
        f"缺 {missing} 名{skill}：请从他处抽调或减床。",
        f"{missing} of {skill} short within the rest rules: send someone from elsewhere, or close beds.",
    )
    return Problem("uncovered", subject, text)


def _nights(roster: Roster, duties: tuple[Duty, ...]) -> tuple[int, int]:
    """Steps of everyone's planned nights (0 for the first, 1 for the second …, past ones counted), and the most."""
    night = {shift.name for shift in roster.shifts if shift.night}
    had = {person.id: sum(name in night for name in person.before) for person in roster.staff}
    steps, planned = 0, Counter[str]()
    for duty in duties:
        if duty.shift in night:
            steps += had.get(duty.staff, 0) + planned[duty.staff]
            planned[duty.staff] += 1
    return steps, max(planned.values(), default=0)


def _moved(roster: Roster, duties: tuple[Duty, ...]) -> tuple[int, int]:
    """People whose shifts differ from the plan in force, and the shifts they give up or take."""
    if not roster.last:
        return 0, 0
    staff = {person.id for person in roster.staff}
    now = {(duty.staff, duty.day, duty.shift) for duty in duties}
    old = {(who, day, shift) for (who, day), shift in roster.last.items() if shift and 0 <= day < roster.days}
    changed = [who for who, _, _ in now ^ old if who in staff]
    return len(set(changed)), len(changed)
