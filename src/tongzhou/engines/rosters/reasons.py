"""Why a person has a duty, and what keeps a post empty."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from tongzhou.engines.certificate import Binding, Reason, Text

from .model import BACKUP, Duty, Policy, Roster, Shift, Staff
from .rules import line_before, stopped, suits, zone_wards

SAID = {
    "short_rest": ("班间休息", "rest between shifts"),
    "too_many_shifts": ("七天班次上限", "shifts in seven days"),
    "too_few_rest_days": ("休息日", "rest days"),
    "too_many_nights": ("连续夜班", "nights in a row"),
    "untrained": ("未培训或已满一线期限", "training or the end of their month"),
    "off": ("病假或休假", "illness or leave"),
    "on_duty": ("当日另有班", "another duty that day"),
    "request": ("请求休息", "a request off"),
}


def reasons(roster: Roster, policy: Policy, duties: tuple[Duty, ...]) -> tuple[Reason, ...]:
    """For every duty: what keeps each other person with the skill from it; the commonest obstacle first."""
    house = _House(roster, policy, duties)
    return tuple(house.reason(duty) for duty in duties)


def bindings(roster: Roster, duties: tuple[Duty, ...]) -> tuple[Binding, ...]:
    """Skills of wards that the plan uses up: those with an empty post; in duties of the whole time."""
    filled = Counter((duty.ward, duty.skill) for duty in duties if duty.shift != BACKUP)
    asked: Counter[tuple[str, str]] = Counter()
    for slot in roster.slots:
        asked[slot.ward, slot.skill] += slot.count * roster.days
    found = []
    for (ward, skill), want in sorted(asked.items()):
        used = filled[ward, skill]
        if used < want:
            zh = f"{ward}：{skill} 需 {want} 班，规则内排得 {used} 班。"
            en = f"{ward}: {want} duties of {skill} are wanted, {used} could be filled within the rest rules."
            found.append(Binding(f"{ward} {skill}", used, used, "duties", Text(zh, en)))
    return tuple(found)


class _House:
    """Everyone's line of shifts, looked up while reasons are given."""

    def __init__(self, roster: Roster, policy: Policy, duties: tuple[Duty, ...]) -> None:
        self.policy, self.roster = policy, roster
        self.shifts: dict[str, Shift] = {shift.name: shift for shift in roster.shifts}
        self.zone = zone_wards(roster)
        self.wards: dict[str, list[Staff]] = defaultdict(list)
        for person in roster.staff:
            self.wards[person.ward].append(person)
        self.lines = {p.id: [*line_before(self.shifts, p), *[""] * roster.days] for p in roster.staff}
        self.back = {person.id: len(person.before) for person in roster.staff}
        for duty in duties:
            self.lines[duty.staff][self.back[duty.staff] + duty.day] = duty.shift
        self.firm = {(off.staff, off.day) for off in roster.off if off.firm}
        self.asked = {(off.staff, off.day) for off in roster.off if not off.firm}

    def reason(self, duty: Duty) -> Reason:
        others = [p for p in self.wards[duty.ward] if duty.skill in p.skills and p.id != duty.staff]
        why = Counter(self._obstacle(person, duty) for person in others)
        free = why.pop("", 0)
        chain = tuple(code for code, _ in sorted(why.items(), key=lambda item: (-item[1], item[0])))
        return Reason(f"{duty.staff} {duty.day}", self._text(duty, len(others), why, free, chain), chain)

    def _obstacle(self, person: Staff, duty: Duty) -> str:
        if (person.id, duty.day) in self.firm:
            return "off"
        if not suits(person, self.policy, duty.day, self.shifts.get(duty.shift), duty.ward in self.zone):
            return "untrained"
        k = self.back[person.id] + duty.day
        if self.lines[person.id][k]:
            return "on_duty"
        rule = stopped(self.shifts, self.policy, self.lines[person.id], k, duty.shift)
        return rule or ("request" if (person.id, duty.day) in self.asked else "")

    def _text(self, duty: Duty, others: int, why: Counter[str], free: int, chain: Iterable[str]) -> Text:
        zh = f"为{duty.skill}备班。" if duty.shift == BACKUP else f"具备{duty.skill}技能。"
        en = f"Stands by for {duty.skill}." if duty.shift == BACKUP else f"Has the skill {duty.skill}."
        if not others:
            return Text(zh + "别无他人。", en + " Nobody else has it.")
        stops_zh = "、".join(f"{why[code]} 人因{SAID[code][0]}" for code in chain)
        stops_en = ", ".join(f"{why[code]} by {SAID[code][1]}" for code in chain)
        zh += f"另 {others} 人中：" + (f"{stops_zh}不能排；" if stops_zh else "") + f"{free} 人也可。"
        en += f" Of {others} others: " + (f"kept {stops_en}; " if stops_en else "") + f"{free} could as well."
        before = self.roster.last.get((duty.staff, duty.day))
        if before == duty.shift:
            zh, en = zh + "与原表相同。", en + " As in the plan in force."
        return Text(zh, en)
