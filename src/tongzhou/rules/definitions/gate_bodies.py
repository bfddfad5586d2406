"""Who decides a restrictive measure and who approves it, by the level of the bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongzhou.rules.definitions.gate_fields import Miss, says_nothing
from tongzhou.rules.given import Given
from tongzhou.rules.inputs import DataError
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import folded, level_in, vocabulary


def approved(given: Given, pack: Pack) -> Iterator[Miss]:
    """By a body above the one that decides, which itself may decide such a thing (approval matrix)."""
    issuer, approver = given.used.get("issuer"), given.used.get("approving_body")
    if says_nothing(issuer) or says_nothing(approver):
        return
    if folded(str(issuer)) == folded(str(approver)):
        yield "the issuer approves its own measure", "发布机关不得自行批准"
        return
    decides, approves = _level(given, "issuer_level", issuer), _level(given, "approver_level", approver)
    ranks = list(vocabulary("bodies").terms)
    if decides is None or approves is None:
        side = "发布机关" if decides is None else "批准机关"
        yield f"the level of the {'issuer' if decides is None else 'approver'} cannot be read", f"无法判断{side}层级"
        return
    if ranks.index(decides) < ranks.index("county"):
        yield "decided below the county", "决定机关低于县级"
    if ranks.index(approves) <= ranks.index(decides):
        yield "the approver does not stand above the issuer", "批准机关须高于发布机关"
    kind = vocabulary("measures").find(given.used.get("measure"))
    if kind and kind.code in pack.terms("province_approves") and ranks.index(approves) < ranks.index("province"):
        yield "this measure needs the provincial government", "该措施须经省级政府批准"


# A municipality and an autonomous region stand where a province does; a prefecture's office where a city's does.
OF_PROVINCE, OF_CITY = re.compile(r"(?:北京|天津|上海|重庆)市|自治区"), re.compile(r"地区行(?:政公)?署|行政公署")


def _level(given: Given, name: str, said: object) -> str | None:
    """The level of a body: as stated, else by the one level that its name holds."""
    name_read = OF_CITY.sub("市", OF_PROVINCE.sub("省", str(said)))
    stated, read = given[name], level_in(name_read, vocabulary("bodies")) or _level_of_region(str(said))
    if stated and read and stated != read:
        raise DataError(f"{said!r} is not of level {stated}", f"“{said}”与所填层级不符")
    return stated or read


def _level_of_region(name: str) -> str | None:
    """武汉指挥部 is a city's: a place named without its kind."""
    code = level_in(name, vocabulary("regions"))
    if code is None:
        return None
    number = vocabulary("regions").terms[code].codes[0]
    return "province" if number.endswith("0000") else "city" if number.endswith("00") else "county"
