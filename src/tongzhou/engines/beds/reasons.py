"""Why each row is as it is: the chain of full wards from the residual graph, in words."""

import numpy as np

from tongzhou.engines.certificate import Binding, Problem, Reason, Text

from .model import SEVERITIES, SEVERITIES_ZH, Ints
from .people import UNASKED
from .residual import BIG
from .suit import METRES, NEVER, Part

FIRST = Text("最近的合适病区有床。", "The nearest suitable ward has a bed.")
STAYS = Text("留在现住病区，不再搬动。", "Stays in the present ward; a move would gain less than it costs.")
EXTRA = Text(
    "病区超收，暂留加床，不接新患者。", "The ward is over-full; stays in an extra bed that nobody new may take."
)
NOWHERE = Text(
    "没有适合该类别、病情、床型、性别和氧气需要的病区。",
    "No ward suits this class, severity, bed type, sex and need of oxygen.",
)
APART = Text("同住的人没有共同的合适病区。", "No ward suits all of those who belong together.")
ASK = Text(
    "没有其他合适病区，方舱入住条件缺少答案（年龄、自理、慢性病或流感检测）。",
    "No other ward suits; for a Fangcang an answer is missing (age, self-care, chronic disease or flu test).",
)
HINT = Text(
    "方舱入住条件缺少答案（年龄、自理、慢性病或流感检测），补齐后或可入住。",
    "A Fangcang may take them once age, self-care, chronic disease and flu test are answered.",
)


class Chains:
    """Ways from full wards to spare room (or to someone who waits instead), found once by Bellman–Ford."""

    def __init__(self, part: Part, arcs: Ints) -> None:
        self.part, size = part, len(arcs)
        self.length, self.after = arcs[:, -1].copy(), np.full(size, size - 1)
        for _ in range(size):
            through = arcs + self.length[None, :]
            best = through.argmin(axis=1)
            nearer = through[np.arange(size), best]
            better = nearer < self.length
            if not better.any():
                break
            self.length = np.where(better, nearer, self.length)
            self.after = np.where(better, best, self.after)
        self.known: dict[int, tuple[str, ...]] = {}

    def names(self, column: int) -> tuple[str, ...]:
        """Wards along the way from a full ward, nearest first; the last has room, or "" is waiting."""
        if column not in self.known:
            names, node = [self.part.ward_name(column)], column
            while self.length[node] < BIG and self.after[node] < self.part.waiting + 1 and len(names) < 60:
                node = int(self.after[node])
                names.append(self.part.ward_name(node))
            self.known[column] = tuple(names)
        return self.known[column]


def reasons(part: Part, at: Ints, arcs: Ints, apart: set[str]) -> list[Reason]:
    """A reason for every row, in the order of rows; texts are shared by all rows of the same story."""
    chains, told = Chains(part, arcs), dict[tuple[int, int], Text]()
    suits = part.cost[:, :-1]
    first = suits.argmin(axis=1) if suits.shape[1] else np.zeros(len(at), np.int64)
    none = (suits.min(axis=1, initial=NEVER) >= NEVER).tolist()
    settled, ids, found = part.settled.tolist(), part.patients.ids, []
    for row, (person, column, best) in enumerate(zip(part.people.tolist(), at.tolist(), first.tolist(), strict=True)):
        chain: tuple[str, ...] = ()
        if none[row]:
            text = _nowhere(part, row, apart)
        elif part.extra_from <= column < part.waiting:
            text = EXTRA
        elif column == settled[row]:
            text = STAYS
        elif column == best:
            text = FIRST
        else:
            chain = chains.names(best)
            if (best, column) not in told:
                told[best, column] = _story(part, chain, column)
            text = told[best, column]
        found.append(Reason(ids[person], text, chain))
    return found


def _nowhere(part: Part, row: int, apart: set[str]) -> Text:
    if part.name(row) in apart:
        return APART
    return ASK if part.fangcang[row] == UNASKED else NOWHERE


def _story(part: Part, chain: tuple[str, ...], column: int) -> Text:
    zh_way, en_way = " → ".join(name or "等待" for name in chain), " → ".join(name or "waiting" for name in chain)
    if column == part.waiting:
        return Text(
            f"合适病区已满；若收，须有人让出：{zh_way}，而让出者病情更急、等得更久或别无去处。",
            f"All that suit are full; it would take {en_way}, from people more urgent, longer waiting or bound to it.",
        )
    there = part.ward_name(column)
    return Text(
        f"最近的 {chain[0]} 已留给更需要的人；腾出一床要走 {zh_way}，合计更贵，故收入 {there}。",
        f"{chain[0]} is nearest but kept for others; a bed there would take {en_way}, dearer in all, so {there}.",
    )


def bindings(part: Part, at: Ints, arcs: Ints) -> list[Binding]:
    """Full wards that hold the plan back, and what one more bed in each would save (exact, groups held)."""
    saved = np.zeros(len(arcs), np.int64)
    for _ in range(len(arcs)):
        nearer = np.minimum(saved, (saved[:, None] + arcs).min(axis=0))
        if (nearer == saved).all():
            break
        saved = nearer
    load = np.bincount(at, minlength=part.waiting + 1)
    found = []
    for w in np.flatnonzero((load[: part.extra_from] >= part.room[: part.extra_from]) & (saved[: part.extra_from] < 0)):
        gain, name, beds = -int(saved[w]) / METRES, part.ward_name(int(w)), int(part.room[w])
        staff = part.wards.staffed[part.ward[w]] < part.wards.physical[part.ward[w]]
        zh, en = ("人员", "staff") if staff else ("床位", "beds")
        text = Text(
            f"{name} 受{zh}限制，{beds} 床已满；多一床可省 {gain:,.1f} 公里当量。",
            f"{name} is full at {beds} beds, limited by {en}; one more saves {gain:,.1f} km-equivalents.",
        )
        found.append(Binding(name, float(load[w]), float(beds), "beds", text, gain))
    return found


def left_waiting(part: Part, at: Ints, apart: set[str]) -> list[Problem]:
    """A problem for everyone without a bed, with the severity and the hours waited."""
    found = []
    none = part.cost[:, :-1].min(axis=1, initial=NEVER) >= NEVER
    for row in np.flatnonzero(at == part.waiting):
        k = part.people[row]
        who, hours = part.patients.ids[k], float(part.patients.waited[k])
        late = ("，已超时限", ", beyond the target") if hours > part.policy.target_hours else ("", "")
        level, grade = SEVERITIES[part.patients.severity[k]], SEVERITIES_ZH[part.patients.severity[k]]
        zh, en = (
            f"{who}（{grade}）仍等待，已 {hours:g} 小时{late[0]}。",
            f"{who} ({level}) waits, {hours:g} h so far{late[1]}.",
        )
        code = "no_bed"
        if none[row]:
            why = _nowhere(part, int(row), apart)
            code = {ASK: "insufficient_data", NOWHERE: "no_suitable_place", APART: "group_apart"}[why]
            zh, en = zh + why.zh, f"{en} {why.en}"
        elif part.fangcang[row] == UNASKED:
            zh, en = zh + HINT.zh, f"{en} {HINT.en}"
        if code != "group_apart":
            found.append(Problem(code, f"patient {who}", Text(zh, en)))
    return found
