"""Rows that contradict themselves are left out of the plan and named; the others are sorted by id."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from tongzhou.engines.certificate import Problem, Text

from .model import FARTHEST_KM, PRIORITIES, Flags, Helpers, Ints, Needs


@dataclass
class Sound:
    """What can be planned, the ids left out on both sides, and why."""

    helpers: Helpers
    needs: Needs
    left: list[str]
    away: list[str]
    problems: list[Problem]


def sound(helpers: Helpers, needs: Needs) -> Sound:
    """Helpers and needs whose rows make sense, sorted by id."""
    problems: list[Problem] = []
    sent = _kept(
        "helper", helpers.ids, problems,
        (_within(helpers.xy), "bad_number", "xy", "坐标不在范围内", "has coordinates out of range (km expected)"),
        (helpers.capacity >= 0, "bad_number", "capacity", "可承担量为负", "can take fewer than no units"),
        (np.isin(helpers.remote, (0, 1)), "unknown_value", "remote", "是否远程无效", "is neither remote nor not"),
    )  # fmt: skip
    asked = _kept(
        "need", needs.ids, problems,
        (_within(needs.xy), "bad_number", "xy", "坐标不在范围内", "has coordinates out of range (km expected)"),
        (needs.units >= 1, "bad_number", "units", "数量须至少为 1", "asks for fewer than one unit"),
        (
            (needs.priority >= 0) & (needs.priority < len(PRIORITIES)), "unknown_value", "priority",
            "缓急未知", "has a priority that is not in the list",
        ),
        (
            np.isfinite(needs.waited) & (needs.waited >= 0), "bad_number", "waited",
            "等待天数无效", "has an impossible number of days waited",
        ),
    )  # fmt: skip
    names = set(helpers.ids)
    for k in asked.tolist():
        if needs.usual[k] and needs.usual[k] not in names:
            who, usual = needs.ids[k], needs.usual[k]
            text = Text(f"{who} 昨天的联系人 {usual} 不在名单中。", f"{who} had {usual}, who is not in the list.")
            problems.append(Problem("usual_is_gone", f"need {who}", text, field="usual"))
    good_helpers, good_needs = set(sent.tolist()), set(asked.tolist())
    away = sorted({name for h, name in enumerate(helpers.ids) if h not in good_helpers})
    left = sorted({name for k, name in enumerate(needs.ids) if k not in good_needs})
    return Sound(
        replace(
            helpers, ids=_of(helpers.ids, sent), skills=tuple(helpers.skills[k] for k in sent),
            area=_of(helpers.area, sent), xy=helpers.xy[sent], capacity=helpers.capacity[sent],
            remote=helpers.remote[sent],
        ),
        replace(
            needs, ids=_of(needs.ids, asked), skill=_of(needs.skill, asked), area=_of(needs.area, asked),
            xy=needs.xy[asked], units=needs.units[asked], priority=needs.priority[asked],
            waited=needs.waited[asked], usual=_of(needs.usual, asked),
        ),
        left, away, problems,
    )  # fmt: skip


def _kept(kind: str, ids: tuple[str, ...], problems: list[Problem], *checks: tuple[Flags, str, str, str, str]) -> Ints:
    twice = {name for name, count in Counter(ids).items() if count > 1}
    good = np.ones(len(ids), bool)
    if twice:
        single = np.array([name not in twice for name in ids], bool)
        checks = ((single, "duplicate_id", "id", "编号重复", "is there twice"), *checks)
    for right, code, column, zh, en in checks:
        for k in np.flatnonzero(good & ~right):
            text = Text(f"{ids[k]}：{zh}，未使用。", f"{ids[k]} {en}; not planned.")
            problems.append(Problem(code, f"{kind} {ids[k]}", text, field=column))
        good &= right
    rows = np.flatnonzero(good)
    return np.array(sorted(rows.tolist(), key=ids.__getitem__), np.int64)


def _within(xy: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Flags:
    return np.asarray(np.all(np.isfinite(xy) & (np.abs(xy) <= FARTHEST_KM), axis=1), bool)


def _of(names: tuple[str, ...], rows: Ints) -> tuple[str, ...]:
    return tuple(names[k] for k in rows.tolist())
