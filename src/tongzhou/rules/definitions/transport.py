"""Close contact on board (CC-TRANSPORT): which seats and which crew, per kind of vehicle."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from tongzhou.rules.definition import Proposal, relaxes, restricts, rule
from tongzhou.rules.definitions.contacts import OF_THE_CASE, window_start
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import DataError, Input, Unruled, day, flag, other, term
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import NO, YES, folded

BESIDE = (
    *("neighbouring_compartment", "neighboring_compartment", "adjacent_block", "neighbouring_block", "adjacent"),
    *("neighbouring", "相邻隔间"),
)
CREW_OF = {
    "aircraft": ("cabin_crew", "attendant"),
    "train_sealed_ac": ("attendant", "conductor"),
    "train_open": ("attendant", "conductor"),
    "bus_sealed_ac": ("driver", "conductor", "attendant", "driver_and_conductor"),
    "bus_ventilated": ("driver", "conductor", "driver_and_conductor", "attendant"),
    "ship": ("attendant", "ship_crew"),
}
ROLE: Input = term("crew", "身份", "role on board", terms="roles")


def _identified(one: Input, value: Any) -> str:
    """B12 and b12, 7 and "07", 7 号车厢: one place, written differently; a word without a number names none."""
    text = "" if isinstance(value, bool) or not isinstance(value, int | str) else str(value).strip()
    found = re.fullmatch(r"第?([a-z]*)0*(\d{1,4})([a-z]?)(?:号车厢|车厢|号车|号|车|室|舱)?", folded(text))
    if found is None or text.startswith("-") or int(found[2]) == 0:
        raise one.refuse(value, "a number, as on the ticket", "票面上的编号")
    return f"{found[1]}{found[2]}{found[3]}"


def _rowed(one: Input, value: Any) -> int:
    """A row, also out of a seat such as 20C or 第20排."""
    text = unicodedata.normalize("NFKC", str(value)).strip()
    found = re.fullmatch(r"第?(\d{1,3})\s*(?:排|[A-Za-z])?\s*座?", text)
    if isinstance(value, bool) or not found or int(found[1]) == 0:
        raise one.refuse(value, "a row number", "排号")
    return int(found[1])


def _on_board(one: Input, value: Any) -> str:
    """Passenger, the crew that the table names (true), or which crew."""
    if isinstance(value, str) and folded(value) in YES:
        return "named"
    if isinstance(value, bool) or (isinstance(value, str) and folded(value) in NO):
        return "named" if value is True else "passenger"
    return str(ROLE.read(value))


KINDS = (("row", "排"), ("carriage", "车厢"), ("compartment", "隔间"), ("block", "区段"), ("cabin", "舱室"))
NUMBERED = ("row", "compartment", "block")


def _sides(kind: str, zh: str) -> tuple[Input, Input]:
    """Where the case sat, and where the person did."""
    reader, names = _rowed if kind in NUMBERED else _identified, (f"contact_{kind}", f"crew_{kind}", kind)
    case = other(f"case_{kind}", f"病例{zh}", f"{kind} of the case", reader=reader)
    return case, other(f"seat_{kind}", f"本人{zh}", f"{kind} of the person", names=names, reader=reader)


SIDES = tuple(side for kind, zh in KINDS for side in _sides(kind, zh))
SAME = tuple(flag(f"same_{kind}", f"同{zh}", f"in the same {kind}") for kind, zh in KINDS if kind != "row")


@rule(
    "CC-TRANSPORT",
    inputs=(
        *OF_THE_CASE,
        term("vehicle", "交通工具", "vehicle", terms="vehicles"),
        day("travel_day", "乘坐日期", "day of travel", names=("contact_day", "contact_date", "contact"), event=True),
        flag("protected", "有效防护", "effective protection", names=("effective_protection", "防护")),
        flag("companion", "同行或照料", "travelled together, or cared for the case", names=("carer", "同行")),
        other("crew", "身份", "passenger, or which crew", names=("role", "乘务身份"), reader=_on_board),
        flag(
            "served",
            "服务过病例所在区域",
            "crew served the part of the vehicle where the case sat",
            names=("served_case", "served_section", "serves_case", "same_section"),
        ),
        *SAME,
        *SIDES,
        flag("adjacent_compartment", "相邻", "in the next compartment or block", names=BESIDE),
    ),
    answers=(restricts("close", "密切接触者", "vehicle"), relaxes("not_close", "非密切接触者", "vehicle")),
    judged_on=("travel_day", "onset", "first_positive"),
    synonyms={"not_close": ("general_contact", "general")},
)
def on_board(given: Given, pack: Pack) -> Proposal:
    given.need("vehicle")
    kind = given["vehicle"]
    if outside := _outside_window(given, pack):
        return outside
    if given["protected"]:
        return Proposal("not_close", "effective protection was worn", "有有效防护")
    if given["companion"]:
        return Proposal("close", "travelled together", "同行人员或照料者")
    role = given["crew"] or "passenger"
    near = _crew(given, kind, role) if role != "passenger" else _seat(given, kind, pack)
    words = given.declared.by_name["vehicle"].vocabulary.terms[kind]
    if near:
        return Proposal("close", f"{words.en}: within the seats or crew that count", f"{words.zh}：在密切接触范围内")
    return Proposal(
        "not_close",
        f"{words.en}: outside the seats and crew that count; inform and advise",
        f"{words.zh}：不在密切接触范围内；告知和指导",
    )


def _outside_window(given: Given, pack: Pack) -> Proposal | None:
    start, travelled, isolated = window_start(given, pack), given["travel_day"], given["isolated"]
    end = isolated if isinstance(isolated, date) else None
    if travelled is None or ((start is None or travelled >= start) and (end is None or travelled <= end)):
        return None
    en = f"travelled {travelled}, window {start or '…'} to {end or '…'}"
    return Proposal("not_close", en, f"{travelled} 乘坐，窗口 {start or '…'} 至 {end or '…'}")


def _crew(given: Given, vehicle: str, role: str) -> bool:
    """Crew who served the part of the vehicle where the case was."""
    if role == "pilot" and vehicle == "aircraft":
        return False
    if role != "named" and role not in CREW_OF[vehicle]:
        raise Unruled(f"{role}: the table names no such crew for this vehicle", "该交通工具的表中没有此类乘务人员")
    if vehicle in ("bus_sealed_ac", "bus_ventilated"):
        return True
    served = given["served"]
    for kind, _ in KINDS:
        if served is None and kind != "row" and (given.said(f"same_{kind}") or given.said(f"case_{kind}")):
            served = _same(given, kind)
    if served is None and given.unknown("served"):
        raise Insufficient("served")
    return True if served is None else bool(served)


def _seat(given: Given, vehicle: str, pack: Pack) -> bool:
    if vehicle == "bus_sealed_ac":
        return True
    if vehicle in ("aircraft", "bus_ventilated"):
        return _apart(given, "row") <= pack.whole("aircraft_rows" if vehicle == "aircraft" else "bus_ventilated_rows")
    if vehicle == "train_sealed_ac":
        return _same(given, "carriage")
    if vehicle == "ship":
        return _same(given, "cabin")
    return _block(given, pack)


def _block(given: Given, pack: Pack) -> bool:
    """Open carriage: the case's compartment or block and its neighbours, within one carriage."""
    if (given.said("same_carriage") or given.said("case_carriage")) and not _same(given, "carriage"):
        return False
    same = given["same_compartment"] if given["same_compartment"] is not None else given["same_block"]
    beside = given["adjacent_compartment"]
    if same or beside:
        return True
    if same is None and beside is None:
        return _apart(given, "block" if given.said("case_block") else "compartment") <= pack.whole("train_open_blocks")
    given.need("same_compartment", "adjacent_compartment")
    return False


def _same(given: Given, kind: str) -> bool:
    stated = given[f"same_{kind}"]
    mine, theirs = (given[f"{side}_{kind}"] for side in ("case", "seat"))
    found = None if mine is None or theirs is None else mine == theirs
    if stated is not None and found is not None and stated != found:
        raise DataError(f"same {kind}: {stated}, but {mine} and {theirs}", "是否相同与所填位置矛盾")
    if stated is None and found is None:
        raise Insufficient(*(f"{side}_{kind}" for side, one in (("case", mine), ("seat", theirs)) if one is None))
    return bool(found if stated is None else stated)


def _apart(given: Given, kind: str) -> int:
    mine, theirs = (given[f"{side}_{kind}"] for side in ("case", "seat"))
    if mine is None or theirs is None:
        raise Insufficient(*(f"{side}_{kind}" for side, one in (("case", mine), ("seat", theirs)) if one is None))
    return abs(int(mine) - int(theirs))
