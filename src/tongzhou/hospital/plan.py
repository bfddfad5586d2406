"""Tonight's proposal: the beds engine over the wards and requests as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tongzhou.engines import beds as engine
from tongzhou.engines.certificate import renamed
from tongzhou.hospital.queries import Ward

POLICY = Path(__file__).resolve().parents[3] / "rulebooks/policies/beds.yaml"
SEED, ANSWER = 1, {None: -1, False: 0, True: 1}
UNWEIGHED = (("最近的合适病区", "合适的病区"), ("The nearest suitable ward", "A suitable ward"))


@dataclass(frozen=True)
class Proposal:
    """Where a request should go, and why, in both languages; `bed` is None where it waits."""

    request: str
    ward: Ward | None
    bed: int | None
    label: str
    zh: str
    en: str
    km: float | None = None  # None: not weighed, because a point is missing


@cache
def policy() -> engine.Policy:
    """The planner's signed table."""
    told = yaml.safe_load(POLICY.read_text())
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told["values"].items()}
    openings = tuple(engine.Opening(**one) for one in told["openings"])
    return engine.Policy(openings=openings, source=told["source"], signed_by=told["signed_by"], **values)


def propose(
    wards: Sequence[Ward], asked: Sequence[dict[str, Any]], where: Mapping[int, tuple[float, float]] | None = None
) -> dict[str, Proposal]:
    """A bed or a reason for every waiting request. A ward that was not ready for somebody is not asked again today.

    `where`: points of places in km. Ways are weighed only where every ward and every patient has one; a patient's is
    that of the home, or else of whoever asked.
    """
    if not asked or not wards:
        return {}
    starts = [(where or {}).get(one["home"] or one["place"]) for one in asked]
    weighed = None not in starts and all(w.x_km or w.y_km for w in wards)
    here = _wards(wards, weighed)
    plan, problems = engine.plan_beds(here, _patients(asked, wards, starts if weighed else None), policy(), seed=SEED)
    reasons = {reason.row: reason.text for reason in plan.certificate.reasons}
    waits = {problem.subject.split()[-1]: problem.text for problem in problems}
    by_key = {ward.key: ward for ward in wards}
    names_zh = {ward.key: f"{ward.facility_zh}{ward.name_zh}" for ward in wards}
    names_en = {ward.key: f"{ward.facility_en}, {ward.name_en}" for ward in wards}
    left = {ward.id: [bed for bed in ward.beds if bed.state == "free"] for ward in wards}
    found: dict[str, Proposal] = {}
    for row in plan.rows:
        text = reasons.get(row.patient) or waits.get(row.patient)
        zh, en = (text.zh, text.en) if text else ("", "")
        ward = by_key.get(row.ward)
        bed = left[ward.id].pop(0) if ward and left[ward.id] else None
        found[row.patient] = Proposal(
            row.patient,
            ward if bed else None,
            bed.id if bed else None,
            bed.label if bed else "",
            renamed(zh if weighed else zh.replace(*UNWEIGHED[0]), names_zh),
            renamed(en if weighed else en.replace(*UNWEIGHED[1]), names_en),
            row.km if weighed and bed else None,
        )
    for one in asked:
        text = waits.get(one["key"])
        if one["key"] not in found:
            zh, en = (text.zh, text.en) if text else ("无法安排", "cannot be planned")
            found[one["key"]] = Proposal(one["key"], None, None, "", renamed(zh, names_zh), renamed(en, names_en))
    return found


def _wards(wards: Sequence[Ward], weighed: bool) -> engine.Wards:
    from tongzhou.engines.beds.model import BEDS, INFECTIONS, KINDS, TAKES

    return engine.Wards(
        ids=tuple(w.key for w in wards),
        facility=tuple(w.facility for w in wards),
        kind=np.array([KINDS.index(w.kind) for w in wards]),
        bed=np.array([BEDS.index(w.bed) for w in wards]),
        serves=np.array([INFECTIONS.index(w.serves) for w in wards]),
        xy=np.array([[w.x_km, w.y_km] if weighed else [0, 0] for w in wards], dtype=float).reshape(-1, 2),
        # Those who lie there or are promised a bed are not planned again: what is left is what is free.
        physical=np.array([w.free for w in wards]),
        staffed=np.array([w.free for w in wards]),
        sex=np.array([TAKES.index(w.sex) for w in wards]),
        oxygen=np.array([int(w.oxygen) for w in wards]),
    )


def _patients(
    asked: Sequence[dict[str, Any]], wards: Sequence[Ward], starts: Sequence[tuple[float, float] | None] | None
) -> engine.Patients:
    from tongzhou.engines.beds.model import BEDS, INFECTIONS, SEVERITIES, SEXES, UNKNOWN

    known = {w.id: w.key for w in wards}
    return engine.Patients(
        ids=tuple(one["key"] for one in asked),
        infection=np.array([INFECTIONS.index(one["infection"]) for one in asked]),
        severity=np.array([SEVERITIES.index(one["severity"]) for one in asked]),
        need=np.array([BEDS.index(one["need"]) for one in asked]),
        age=np.array([-1 if one["age"] is None else one["age"] for one in asked]),
        self_care=np.array([ANSWER[one["self_care"]] for one in asked]),
        chronic=np.array([ANSWER[one["chronic"]] for one in asked]),
        flu_negative=np.array([ANSWER[one["flu_negative"]] for one in asked]),
        xy=np.array(starts, float) if starts else np.zeros((len(asked), 2)),
        waited=np.array([max(0.0, one["waited"].total_seconds() / 3600) for one in asked]),
        together=tuple(_group(one, asked) for one in asked),
        settled=("",) * len(asked),
        refused=tuple((one["key"], known[r["ward"]]) for one in asked for r in one["refused"] if r["ward"] in known),
        sex=np.array([SEXES.index(one["sex"]) if one.get("sex") else UNKNOWN for one in asked]),
        oxygen=np.array([int(bool(one.get("oxygen"))) for one in asked]),
    )


def _group(one: dict[str, Any], asked: Sequence[dict[str, Any]]) -> str:
    """The name of the group kept together: the request of whoever the others name."""
    named = {other["together"] for other in asked if other["together"]}
    return one["together"] or (one["key"] if one["key"] in named else "")
