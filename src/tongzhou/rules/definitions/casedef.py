"""Case definition of trial 7 (CASE-T7): suspected, confirmed, asymptomatic, excluded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tongzhou.rules.definition import Proposal, relaxes, rule, tells
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import DataError, Unruled, count, criteria, flag, moments_of, number, other
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import is_blank, is_unknown

SEROLOGY = {"igm_igg_positive": "igm_igg_positive", "igg_conversion": "igg_conversion", "igg_x4": "igg_x4"}
Range = tuple[int, int]
ANTIBODIES = (
    flag("igm", "IgM 抗体", "IgM positive"),
    flag("igg", "IgG 抗体", "IgG positive"),
    flag("igm_igg_positive", "IgM 和 IgG 均阳性", "IgM and IgG positive"),
    flag("igg_conversion", "IgG 转阳", "IgG turned positive", names=("igg_seroconversion",)),
    flag("igg_x4", "IgG 升高 4 倍", "IgG rose fourfold", names=("igg_4x", "igg_fourfold")),
    number("igg_fold", "IgG 升高倍数", "IgG rose by this factor", names=("igg_rise",), least=0, most=10_000),
)


@rule(
    "CASE-T7",
    inputs=(
        criteria(
            "epi",
            "发病前 14 天流行病学史",
            "exposure in the 14 days before onset",
            names=("exposure", "流行病学", "流行病学史"),
            terms="criteria",
            unsaid=("尚未询问", "not asked yet"),
        ),
        criteria(
            "clinical",
            "临床表现",
            "clinical picture",
            names=("临床",),
            terms="criteria",
            unsaid=("尚未检查", "not done yet"),
        ),
        flag(
            "pcr",
            "核酸检测",
            "nucleic acid found",
            names=("nat", "rt_pcr", "nucleic_acid", "核酸"),
            yes=("弱阳性", "weakly positive"),
            worded=(("阳性", "positive"), ("阴性", "negative")),
            unsaid=("尚未检查", "not done yet"),
        ),
        flag("sequence", "基因测序高度同源", "sequence highly homologous", names=("sequence_homologous", "测序")),
        other("serology", "血清学", "serology: positive, negative, or which proof"),
        *ANTIBODIES,
        flag("asymptomatic", "无症状", "without symptoms", yes=("无症状",), no=("有症状",)),
        flag("symptoms", "有症状", "with symptoms", names=("symptomatic", "症状"), yes=("有症状",), no=("无症状",)),
        flag("excluded", "已排除", "said to be excluded"),
        moments_of("negatives", "阴性采样时间", "samples that were negative", event=True),
        count(
            "serology_day",
            "抗体检测为发病第几天",
            "days after onset of the antibody test",
            names=("antibody_day",),
            least=0,
            most=400,
        ),
    ),
    answers=(
        tells("confirmed", "确诊病例"),
        tells("suspected", "疑似病例"),
        tells("asymptomatic", "无症状感染者", "pcr"),
        relaxes("excluded", "排除", "negatives", "igm", "igg", "serology_day"),
        relaxes("not_suspected", "不构成疑似"),
    ),
    synonyms={"not_suspected": ("none", "no_case", "not_a_case", "not_case", "not_met")},
)
def case_definition(given: Given, pack: Pack) -> Proposal:
    epi, clinical = (met_of(given, name, pack.terms(name)) for name in ("epi", "clinical"))
    tested = laboratory(given, pack)
    if _excluded(given, pack):
        if tested:
            raise DataError("excluded, and a positive test: check both", "已排除却有阳性检测：请核对")
        return Proposal(
            "excluded",
            "two negative tests and no antibodies on day 7",
            "两次核酸阴性且第 7 天抗体阴性",
            despite=("epi", "clinical"),
        )
    symptoms = _symptoms(given, clinical, pack)
    suspected = _suspected(epi, clinical, pack)
    if suspected is None:
        raise Insufficient(*(name for name, found in (("epi", epi), ("clinical", clinical)) if found[0] != found[1]))
    if suspected:
        if tested:
            return Proposal("confirmed", "suspected, and a test proves it", "疑似病例且有病原学或血清学证据")
        return Proposal("suspected", "exposure and clinical criteria are met", "符合流行病学史与临床表现")
    if not tested:
        return Proposal("not_suspected", "criteria for a suspected case are not met", "不符合疑似病例标准")
    if given["pcr"] and symptoms is False:
        return Proposal("asymptomatic", "positive test without symptoms", "核酸阳性，无症状")
    raise Unruled(
        "positive test, but by the text neither suspected nor known to be without symptoms",
        "检测阳性，但按文本既不构成疑似，也未明确无症状：由医师判定",
    )


def met_of(given: Given, name: str, known: tuple[str, ...]) -> Range:
    """How many criteria are met, (least, most): a count, or the met ones by name, or yes, no and not done by name.

    A criterion that nobody named is not known; only a count speaks of all of them.
    """
    value = given.used.get(name)
    if value is None or is_unknown(value):
        return 0, len(known)
    one = given.declared.by_name[name]
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list):
        value = dict.fromkeys(map(str, value), True)
    if isinstance(value, Mapping):
        answers = {_criterion(given, name, key, known): met for key, met in value.items()}
        said = {code: _met(given, name, met) for code, met in answers.items()}
        return sum(met is True for met in said.values()), len(known) - sum(met is False for met in said.values())
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= len(known):
        raise one.refuse(value, f"a count from 0 to {len(known)}", f" 0 到 {len(known)} 的个数")
    return value, value


def _criterion(given: Given, name: str, key: object, known: tuple[str, ...]) -> str:
    code = str(key).strip().upper()
    if code not in known:
        raise given.declared.by_name[name].refuse(key, f"one of {', '.join(known)}", f" {'、'.join(known)} 之一")
    return code


def _met(given: Given, name: str, value: Any) -> bool | None:
    if is_blank(value) or is_unknown(value):
        return None
    read: bool = flag(name, given.declared.by_name[name].zh, name).read(value)
    return read


def laboratory(given: Given, pack: Pack) -> bool:
    """Whether any of the three proofs is there: PCR, sequence, serology."""
    return any((given["pcr"], given["sequence"], _serology(given, pack)))


def _serology(given: Given, pack: Pack) -> bool:
    value = given["serology"]
    read, inner = False, given
    if isinstance(value, Mapping):
        inner = Given(value, given.declared)
        if inner.unlisted:
            raise given.declared.by_name["serology"].refuse(inner.unlisted[0], "a finding of serology", "血清学项目")
    elif isinstance(value, list) or (isinstance(value, str) and value in SEROLOGY):
        named = value if isinstance(value, list) else [value]
        strange = [name for name in named if name not in SEROLOGY]
        if strange:
            raise given.declared.by_name["serology"].refuse(strange[0], f"one of {', '.join(SEROLOGY)}", "血清学项目")
        read = bool(named)
    elif value is not None:
        read = flag("serology", "血清学", "serology").read(value)
    fold = inner["igg_fold"]
    return any(
        (
            read,
            inner["igm"] and inner["igg"],
            inner["igm_igg_positive"],
            inner["igg_conversion"],
            inner["igg_x4"],
            fold is not None and fold >= pack.whole("igg_fold"),
        )
    )


def _excluded(given: Given, pack: Pack) -> bool:
    """By its proofs, never because somebody says so."""
    if given["excluded"]:
        given.need("negatives", "serology_day", "igm", "igg")
    negatives, since = given.moments("negatives"), given["serology_day"]
    if not negatives or since is None or given["igm"] is not False or given["igg"] is not False:
        return False
    apart = (negatives[-1] - negatives[0]).total_seconds() >= pack.whole("negatives_apart_h") * 3600
    return bool(apart and since >= pack.whole("antibody_day") and not given["pcr"])


def _symptoms(given: Given, clinical: Range, pack: Pack) -> bool | None:
    """Whether the person has symptoms, if that can be told; the pack names the criterion that says so."""
    tells = pack.terms("symptoms_are")[0]
    asymptomatic, stated, named = given["asymptomatic"], given["symptoms"], given.used.get("clinical")
    if isinstance(named, list):
        found: bool | None = True if tells in named else None
    elif isinstance(named, Mapping):
        found = _met(given, "clinical", next((met for key, met in named.items() if str(key).upper() == tells), None))
    else:
        found = True if clinical[0] == len(pack.terms("clinical")) else False if clinical[1] == 0 else None
    said = (found, stated, None if asymptomatic is None else not asymptomatic)
    claims = {claim for claim in said if claim is not None}
    if len(claims) > 1:
        raise DataError("symptoms are both stated and denied", "症状陈述互相矛盾")
    return claims.pop() if claims else None


def _suspected(epi: Range, clinical: Range, pack: Pack) -> bool | None:
    """Three-valued: unknown only where the unknown criteria could change the answer."""
    answers = {_meets(e, c, pack) for e in range(epi[0], epi[1] + 1) for c in range(clinical[0], clinical[1] + 1)}
    return answers.pop() if len(answers) == 1 else None


def _meets(epi: int, clinical: int, pack: Pack) -> bool:
    if epi >= pack.whole("epi_least"):
        return clinical >= pack.whole("clinical_with_epi")
    return clinical >= pack.whole("clinical_without_epi")
