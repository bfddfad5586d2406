"""Case definition of trial 7 (CASE-T7): suspected, confirmed, asymptomatic, excluded."""

from __future__ import annotations

from typing import Any

from tongzhou.rules.evaluate import Proposal, rule
from tongzhou.rules.given import Contradiction, Given, Insufficient, unreadable
from tongzhou.rules.pack import Pack

EPI, CLINICAL = ("E1", "E2", "E3", "E4"), ("C1", "C2", "C3")
SEROLOGY = ("igm_igg_positive", "igg_conversion", "igg_x4")
Range = tuple[int, int]


@rule("CASE-T7", synonyms={"not_suspected": ("none", "no_case", "not_a_case", "not_case", "not_met")})
def case_definition(given: Given, pack: Pack) -> Proposal:
    epi, clinical = criteria(given, "epi", EPI), criteria(given, "clinical", CLINICAL)
    tested = laboratory(given, pack)
    if _excluded(given, pack):
        if tested:
            raise Contradiction("excluded, and a positive test: check both", "已排除却有阳性检测：请核对")
        return Proposal("excluded", "two negative tests and no antibodies on day 7", "两次核酸阴性且第 7 天抗体阴性")
    symptoms = _symptoms(given, clinical)
    suspected = _suspected(epi, clinical, pack)
    if suspected is None:
        raise Insufficient(*(name for name, found in (("epi", epi), ("clinical", clinical)) if found[0] != found[1]))
    if suspected:
        if tested:
            return Proposal("confirmed", "suspected, and a test proves it", "疑似病例且有病原学或血清学证据")
        return Proposal("suspected", "exposure and clinical criteria are met", "符合流行病学史与临床表现")
    if not tested:
        return Proposal("not_suspected", "criteria for a suspected case are not met", "不符合疑似病例标准")
    if given.flag("pcr") and symptoms is False:
        return Proposal("asymptomatic", "positive test without symptoms", "核酸阳性，无症状")
    return Proposal(
        "needs_ruling",
        "positive test, but by the text neither suspected nor known to be without symptoms",
        "检测阳性，但按文本既不构成疑似，也未明确无症状：由医师判定",
    )


def criteria(given: Given, name: str, known: tuple[str, ...]) -> Range:
    """How many criteria are met, (least, most): a count, a list of names, or names with true/false/null."""
    value = given.value(name)
    if value is None:
        return 0, len(known)
    if isinstance(value, list):
        value = {item: True for item in value}
    if isinstance(value, dict):
        strange = [key for key in value if str(key) not in known]
        if strange:
            raise unreadable(name, strange[0], f"one of {', '.join(known)}", f"{'、'.join(known)} 之一")
        return sum(met is True for met in value.values()), sum(met is not False for met in value.values())
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= len(known):
        raise unreadable(name, value, f"a count from 0 to {len(known)}", f"0 到 {len(known)} 的个数")
    return value, value


def laboratory(given: Given, pack: Pack) -> bool:
    """Whether any of the three proofs is there: PCR, sequence, serology."""
    proofs = [given.flag("pcr"), given.flag("sequence", "sequence_homologous"), _serology(given, pack)]
    return any(proofs)


def _serology(given: Given, pack: Pack) -> bool:
    value: Any = given.value("serology")
    if isinstance(value, bool):
        return value
    named = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    strange = [name for name in named if name not in (*SEROLOGY, "negative", "positive")]
    if strange:
        raise unreadable("serology", strange[0], f"one of {', '.join(SEROLOGY)}", f"{'、'.join(SEROLOGY)} 之一")
    inner = Given(value) if isinstance(value, dict) else given
    fold = inner.exact("igg_fold", "igg_rise")
    return any(
        (
            any(name != "negative" for name in named),
            inner.flag("igm") and inner.flag("igg"),
            inner.flag("igm_igg_positive"),
            inner.flag("igg_conversion", "igg_seroconversion"),
            inner.flag("igg_x4", "igg_4x", "igg_fourfold"),
            fold is not None and fold >= pack.whole("igg_fold"),
        )
    )


def _excluded(given: Given, pack: Pack) -> bool:
    stated = given.flag("excluded")
    if stated is not None:
        return stated
    negatives = given.moments("negatives")
    day = given.count("serology_day", "antibody_day")
    igm, igg = given.flag("igm"), given.flag("igg")
    if not negatives or day is None or igm is not False or igg is not False:
        return False
    apart = (negatives[-1] - negatives[0]).total_seconds() >= pack.whole("negatives_apart_h") * 3600
    return apart and day >= pack.whole("antibody_day") and not given.flag("pcr")


def _symptoms(given: Given, clinical: Range) -> bool | None:
    """Whether the person has symptoms, if that can be told; C1 is the criterion that says so."""
    asymptomatic, stated = given.flag("asymptomatic"), given.flag("symptoms")
    named = given.value("clinical")
    if isinstance(named, list):
        found: bool | None = "C1" in named
    elif isinstance(named, dict):
        found = named.get("C1")
    else:
        found = True if clinical[0] == len(CLINICAL) else False if clinical[1] == 0 else None
    claims = {
        claim for claim in (found, stated, None if asymptomatic is None else not asymptomatic) if claim is not None
    }
    if len(claims) > 1:
        raise Contradiction("symptoms are both stated and denied", "症状陈述互相矛盾")
    return claims.pop() if claims else None


def _suspected(epi: Range, clinical: Range, pack: Pack) -> bool | None:
    """Three-valued: unknown only where the unknown criteria could change the answer."""
    answers = {_meets(e, c, pack) for e in range(epi[0], epi[1] + 1) for c in range(clinical[0], clinical[1] + 1)}
    return answers.pop() if len(answers) == 1 else None


def _meets(epi: int, clinical: int, pack: Pack) -> bool:
    if epi >= pack.whole("epi_least"):
        return clinical >= pack.whole("clinical_with_epi")
    return clinical >= pack.whole("clinical_without_epi")
