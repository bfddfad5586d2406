"""Tonight's proposal: the beds engine over the wards and requests as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tongzhou.engines import beds as engine
from tongzhou.hospital.queries import Ward

POLICY = Path(__file__).resolve().parents[3] / "rulebooks/policies/beds.yaml"
SEED, ANSWER = 1, {None: -1, False: 0, True: 1}


@dataclass(frozen=True)
class Proposal:
    """Where a request should go, and why, in both languages; `bed` is None where it waits."""

    request: str
    ward: Ward | None
    bed: int | None
    label: str
    zh: str
    en: str


@cache
def policy() -> engine.Policy:
    """The planner's signed table."""
    told = yaml.safe_load(POLICY.read_text())
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told["values"].items()}
    openings = tuple(engine.Opening(**one) for one in told["openings"])
    return engine.Policy(openings=openings, source=told["source"], signed_by=told["signed_by"], **values)


def propose(wards: Sequence[Ward], asked: Sequence[dict[str, Any]]) -> dict[str, Proposal]:
    """A bed or a reason for every waiting request. A ward that was not ready for somebody is not asked again today."""
    if not asked or not wards:
        return {}
    plan, problems = engine.plan_beds(_wards(wards), _patients(asked, wards), policy(), seed=SEED)
    reasons = {reason.row: reason.text for reason in plan.certificate.reasons}
    waits = {problem.subject.split()[-1]: problem.text for problem in problems}
    by_key = {ward.key: ward for ward in wards}
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
            _named(zh, by_key, True),
            _named(en, by_key, False),
        )
    for one in asked:
        text = waits.get(one["key"])
        if one["key"] not in found:
            zh, en = (text.zh, text.en) if text else ("无法安排", "cannot be planned")
            found[one["key"]] = Proposal(
                one["key"], None, None, "", _named(zh, by_key, True), _named(en, by_key, False)
            )
    return found


def _named(text: str, wards: dict[str, Ward], chinese: bool) -> str:
    """The engine speaks of wards by their keys; people by their names."""
    for key in sorted(wards, key=len, reverse=True):  # the longest first: one key may begin another
        ward = wards[key]
        name = f"{ward.facility_zh}{ward.name_zh}" if chinese else f"{ward.facility_en}, {ward.name_en}"
        text = text.replace(key, name)
    return text


def _wards(wards: Sequence[Ward]) -> engine.Wards:
    from tongzhou.engines.beds.model import BEDS, INFECTIONS, KINDS

    return engine.Wards(
        ids=tuple(w.key for w in wards),
        facility=tuple(w.facility for w in wards),
        kind=np.array([KINDS.index(w.kind) for w in wards]),
        bed=np.array([BEDS.index(w.bed) for w in wards]),
        serves=np.array([INFECTIONS.index(w.serves) for w in wards]),
        xy=np.array([[w.x_km, w.y_km] for w in wards], dtype=float).reshape(-1, 2),
        # Those who lie there or are promised a bed are not planned again: what is left is what is free.
        physical=np.array([w.free for w in wards]),
        staffed=np.array([w.free for w in wards]),
    )


def _patients(asked: Sequence[dict[str, Any]], wards: Sequence[Ward]) -> engine.Patients:
    from tongzhou.engines.beds.model import BEDS, INFECTIONS, SEVERITIES

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
        # Where a patient is, is not known to the kilometre: distance is not weighed until it is.
        xy=np.zeros((len(asked), 2)),
        waited=np.array([max(0.0, one["waited"].total_seconds() / 3600) for one in asked]),
        together=tuple(_group(one, asked) for one in asked),
        settled=("",) * len(asked),
        refused=tuple((one["key"], known[r["ward"]]) for one in asked for r in one["refused"] if r["ward"] in known),
    )


def _group(one: dict[str, Any], asked: Sequence[dict[str, Any]]) -> str:
    """The name of the group kept together: the request of whoever the others name."""
    named = {other["together"] for other in asked if other["together"]}
    return one["together"] or (one["key"] if one["key"] in named else "")
