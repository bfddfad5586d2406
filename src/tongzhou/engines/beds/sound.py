"""Rows that contradict themselves are left out of the plan and named, never silently repaired."""

from collections import Counter, defaultdict

import numpy as np

from tongzhou.engines.certificate import Problem, Text

from .model import BEDS, INFECTIONS, KINDS, SEVERITIES, UNKNOWN, WITH_SEPARATE_WARDS, Flags, Ints, Patients, Wards

FARTHEST_KM = 2_000.0  # coordinates in degrees or metres are caught by this, and costs stay exact in 32 bits


def sound_wards(wards: Wards, problems: list[Problem]) -> set[int]:
    """Rows of wards that can be used; facilities that mix infection classes unlawfully are closed."""
    found: set[int] = set()
    twice = {name for name, count in Counter(wards.ids).items() if count > 1}
    usable = wards.usable
    classes: dict[str, set[int]] = defaultdict(set)
    for w, name in enumerate(wards.ids):
        fault = ("", "", "", "")
        if name in twice:
            fault = ("duplicate_id", "id", "编号重复", "is there twice")
        elif not (np.isfinite(wards.xy[w]).all() and (abs(wards.xy[w]) <= FARTHEST_KM).all()):
            fault = ("bad_number", "xy", "坐标不在范围内", "has coordinates out of range (km expected)")
        elif usable[w] < 0:
            fault = ("bad_number", "physical", "床位数为负", "has fewer than no beds")
        elif not _within(wards.kind[w], KINDS) or not _within(wards.bed[w], BEDS):
            fault = ("unknown_value", "kind", "类型或床型未知", "has a kind or bed type that is not in the list")
        elif not _within(wards.serves[w], INFECTIONS):
            fault = ("unknown_value", "serves", "收治类别未知", "serves a class that is not in the list")
        if fault[0]:
            text = Text(f"病区 {name}：{fault[2]}，未使用。", f"Ward {name} {fault[3]}; it is not used.")
            problems.append(Problem(fault[0], f"ward {name}", text, field=fault[1]))
            continue
        found.add(w)
        if KINDS[wards.kind[w]] not in WITH_SEPARATE_WARDS:
            classes[wards.facility[w]].add(int(wards.serves[w]))
    mixed = sorted(name for name, held in classes.items() if len(held) > 1)
    for name in mixed:
        text = Text(
            f"{name} 混收不同类别人员，四类场所必须分开；未使用。",
            f"{name} holds different infection classes; the four kinds of place must be separate. It is not used.",
        )
        problems.append(Problem("mixed_place", f"facility {name}", text, field="serves"))
    shut = set(mixed)
    return {w for w in found if wards.facility[w] not in shut}


def sound_patients(patients: Patients, problems: list[Problem]) -> Ints:
    """Rows of patients that can be planned, in the order of their ids."""
    count = len(patients.ids)
    where: Flags = np.all(np.isfinite(patients.xy) & (np.abs(patients.xy) <= FARTHEST_KM), axis=1)
    checks: list[tuple[Flags, str, str, str, str]] = [
        (where, "bad_number", "xy", "坐标不在范围内", "has coordinates out of range (km expected)"),
        (
            np.isfinite(patients.waited) & (patients.waited >= 0), "bad_number", "waited",
            "等待小时数无效", "has an impossible number of hours waited",
        ),
        (
            (patients.infection >= 0) & (patients.infection < len(INFECTIONS)), "not_triaged", "infection",
            "未分类，须先由医生判定", "has no infection class; a clinician decides it first",
        ),
        (
            (patients.severity >= 0) & (patients.severity < len(SEVERITIES)), "not_triaged", "severity",
            "未分型，须先由医生判定", "has no severity; a clinician decides it first",
        ),
        (
            (patients.need >= 0) & (patients.need < len(BEDS)), "unknown_value", "need",
            "床型需求未知", "needs a bed type that is not in the list",
        ),
        (
            (patients.age >= UNKNOWN) & (patients.age <= 130), "bad_number", "age",
            "年龄无效", "has an impossible age",
        ),
        (
            _answered(patients.self_care) & _answered(patients.chronic) & _answered(patients.flu_negative),
            "unknown_value", "self_care", "是非项无效", "has an answer that is neither yes, no nor unknown",
        ),
    ]  # fmt: skip
    good = np.ones(count, bool)
    twice = {name for name, times in Counter(patients.ids).items() if times > 1}
    if twice:
        single = np.array([name not in twice for name in patients.ids], bool)
        checks = [(single, "duplicate_id", "id", "编号重复", "is there twice"), *checks]
    for right, code, column, zh, en in checks:
        for k in np.flatnonzero(good & ~right):
            name = patients.ids[k]
            text = Text(f"患者 {name}：{zh}，未安排。", f"Patient {name} {en}; not planned.")
            problems.append(Problem(code, f"patient {name}", text, field=column))
        good &= right
    rows = np.flatnonzero(good)
    return np.array(sorted(rows.tolist(), key=patients.ids.__getitem__), np.int64)


def _within(value: int, names: tuple[str, ...]) -> bool:
    return 0 <= int(value) < len(names)


def _answered(column: Ints) -> Flags:
    return np.asarray((column >= UNKNOWN) & (column <= 1), bool)
