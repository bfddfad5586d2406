"""Tonight's proposal: the beds engine over the wards and requests as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.utils.translation import override

from tongzhou.engines import beds as engine
from tongzhou.engines.beds.model import Floats
from tongzhou.engines.certificate import renamed
from tongzhou.hospital import suits
from tongzhou.hospital.policy import policy
from tongzhou.hospital.queries import Point, Ward

SEED, ANSWER = 1, {None: -1, False: 0, True: 1}
# Sentences that speak of the nearest, and what they say of somebody whose way is not known.
UNWEIGHED = (
    ("最近的合适病区", "合适的病区"),
    ("最近的 ", "同样合适的 "),
    ("The nearest suitable ward", "A suitable ward"),
    (" is nearest but kept", " suits too but is kept"),
)


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
    spends: bool = False  # a bed that is kept for the severe, for somebody who is not
    missing: tuple[str, ...] = ()  # questions nobody asked, whose answers may open a bed that is free


@dataclass(frozen=True)
class Ways:
    """What is known of ways: where each patient starts (None: no point), wards without one, who gave the points."""

    starts: tuple[Point | None, ...]
    wards_without: tuple[Ward, ...]
    sources: tuple[str, ...]
    road_factor: float

    @property
    def weighed(self) -> bool:
        """Ways compare only where every ward has a point. A patient without one harms nobody else's."""
        return not self.wards_without and any(self.starts)

    @property
    def patients_without(self) -> int:
        return sum(start is None for start in self.starts)


def ways(wards: Sequence[Ward], asked: Sequence[dict[str, Any]], where: Mapping[int, Point]) -> Ways:
    """A patient's way begins at the home, or else at whoever asked."""
    starts = tuple(where.get(one["home"] or one["place"]) for one in asked)
    without = tuple(ward for ward in wards if ward.x_km is None or ward.y_km is None)
    sources = tuple(sorted({start.source for start in starts if start and start.source}))
    return Ways(starts, without, sources, policy().road_factor)


NO_WARD = ("所辖范围内没有开放的病区", "no ward is open in your places")


def propose(
    wards: Sequence[Ward], asked: Sequence[dict[str, Any]], where: Mapping[int, Point] | None = None
) -> dict[str, Proposal]:
    """A bed or a reason for every waiting request. A ward that was not ready for somebody is asked again when it has
    counted its beds anew; one that said it is no patient of its own is not.

    `where`: points of places. A patient without one is planned from the middle of the wards, and no way is told.
    """
    if not wards:
        return {one["key"]: Proposal(one["key"], None, None, "", *NO_WARD) for one in asked}
    if not asked:
        return {}
    known = ways(wards, asked, where or {})
    here = _wards(wards, known.weighed)
    plan, problems = engine.plan_beds(here, _patients(asked, wards, _starts(known, here)), policy(), seed=SEED)
    located = {one["key"] for one, start in zip(asked, known.starts, strict=True) if start and known.weighed}
    reasons = {reason.row: reason.text for reason in plan.certificate.reasons}
    waits = {problem.subject.split()[-1]: problem.text for problem in problems}
    homeless = {problem.subject.split()[-1] for problem in problems if problem.code == "no_suitable_place"}
    by_key, told_of = {ward.key: ward for ward in wards}, {one["key"]: one for one in asked}
    names_zh = {ward.key: f"{ward.facility_zh}{ward.name_zh}" for ward in wards}
    names_en = {ward.key: f"{ward.facility_en}, {ward.name_en}" for ward in wards}
    left = {ward.id: [bed for bed in ward.beds if bed.state == "free"] for ward in wards}
    found: dict[str, Proposal] = {}
    for row in plan.rows:
        text = reasons.get(row.patient) or waits.get(row.patient)
        zh, en = (text.zh, text.en) if text else ("", "")
        ward = by_key.get(row.ward)
        bed = left[ward.id].pop(0) if ward and left[ward.id] else None
        if row.patient not in located:
            zh, en = _unweighed(zh), _unweighed(en)
        found[row.patient] = Proposal(
            row.patient,
            ward if bed else None,
            bed.id if bed else None,
            bed.label if bed else "",
            renamed(zh, names_zh),
            renamed(en, names_en),
            row.km if row.patient in located and bed else None,
            bool(bed and ward and suits.spends(ward, told_of[row.patient])),
        )
    for one in asked:
        text = waits.get(one["key"])
        if one["key"] not in found:
            zh, en = (text.zh, text.en) if text else ("无法安排", "cannot be planned")
            found[one["key"]] = Proposal(one["key"], None, None, "", renamed(zh, names_zh), renamed(en, names_en))
    for one in asked:
        if found[one["key"]].bed is None:
            found[one["key"]] = _particular(found[one["key"]], one, wards, one["key"] in homeless)
    return found


def _particular(told: Proposal, one: Mapping[str, Any], wards: Sequence[Ward], homeless: bool) -> Proposal:
    """A true reason of this patient's own: the question that is open while beds stand free; else, where no house will
    do, why each does not and what would."""
    missing, free = suits.unanswered(one, wards)
    if not missing and not homeless:
        return told
    texts = []
    for language in ("zh-hans", "en"):
        with override(language):
            texts.append(suits.open_question(missing, free) if missing else suits.no_house(one, wards))
    return replace(told, zh=texts[0], en=texts[1], missing=tuple(missing))


def _starts(known: Ways, wards: engine.Wards) -> Floats:
    """Where each patient starts, in km; the middle of the wards where that is not known."""
    if not known.weighed:
        return np.zeros((len(known.starts), 2))
    middle = wards.xy.mean(axis=0)
    return np.array([start[:2] if start else middle for start in known.starts], float)


def _unweighed(text: str) -> str:
    for near, plain in UNWEIGHED:
        text = text.replace(near, plain)
    return text


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


def _patients(asked: Sequence[dict[str, Any]], wards: Sequence[Ward], starts: Floats) -> engine.Patients:
    from tongzhou.engines.beds.model import BEDS, INFECTIONS, SEVERITIES, SEXES, UNKNOWN

    return engine.Patients(
        ids=tuple(one["key"] for one in asked),
        infection=np.array([INFECTIONS.index(one["infection"]) for one in asked]),
        severity=np.array([SEVERITIES.index(one["severity"]) for one in asked]),
        need=np.array([BEDS.index(one["need"]) for one in asked]),
        age=np.array([-1 if one["age"] is None else one["age"] for one in asked]),
        self_care=np.array([ANSWER[one["self_care"]] for one in asked]),
        chronic=np.array([ANSWER[one["chronic"]] for one in asked]),
        flu_negative=np.array([ANSWER[one["flu_negative"]] for one in asked]),
        xy=starts,
        waited=np.array([max(0.0, one["waited"].total_seconds() / 3600) for one in asked]),
        together=tuple(_group(one, asked) for one in asked),
        settled=("",) * len(asked),
        refused=tuple((one["key"], ward.key) for one in asked for ward in wards if suits.refuses(ward, one)),
        sex=np.array([SEXES.index(one["sex"]) if one.get("sex") else UNKNOWN for one in asked]),
        oxygen=np.array([int(bool(one.get("oxygen"))) for one in asked]),
    )


def _group(one: dict[str, Any], asked: Sequence[dict[str, Any]]) -> str:
    """The name of the group kept together: the request of whoever the others name."""
    named = {other["together"] for other in asked if other["together"]}
    return one["together"] or (one["key"] if one["key"] in named else "")
