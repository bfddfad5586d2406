"""Close contact on board (CC-TRANSPORT): which seats and which crew, per kind of vehicle."""

from __future__ import annotations

import re
from typing import Any

from tongzhou.rules.definitions.contacts import CONTACT, ISOLATED, window_start
from tongzhou.rules.evaluate import Proposal, rule
from tongzhou.rules.given import Given, Insufficient, unreadable
from tongzhou.rules.pack import Pack

BESIDE = (
    "adjacent_compartment",
    "neighbouring_compartment",
    "neighboring_compartment",
    "adjacent_block",
    "neighbouring_block",
    "adjacent",
    "neighbouring",
)
VEHICLES = ("aircraft", "train sealed ac", "train open", "bus sealed ac", "bus ventilated", "ship")


@rule("CC-TRANSPORT", synonyms={"not_close": ("general_contact", "general")})
def on_board(given: Given, pack: Pack) -> Proposal:
    vehicle = given.word("vehicle")
    if vehicle is None:
        raise Insufficient("vehicle")
    if vehicle not in VEHICLES:
        raise unreadable("vehicle", vehicle, f"one of {', '.join(VEHICLES)}", f"{'、'.join(VEHICLES)} 之一")
    outside = _outside_window(given, pack)
    if outside:
        return outside
    if given.flag("protected"):
        return Proposal("not_close", "effective protection was worn", "有效防护")
    if given.flag("companion", "carer"):
        return Proposal("close", "travelled together", "同行人员或照料者")
    near = _crew(given, vehicle) if _is_crew(given) else _seat(given, vehicle, pack)
    if near:
        return Proposal("close", f"{vehicle}: within the seats or crew that count", f"{vehicle}：在密切接触范围内")
    return Proposal(
        "not_close",
        f"{vehicle}: outside the seats and crew that count; inform and advise",
        f"{vehicle}：不在密切接触范围内；告知和指导",
    )


def _outside_window(given: Given, pack: Pack) -> Proposal | None:
    start, day = window_start(given, pack), given.day("travel_day", *CONTACT)
    isolated = given.day(*ISOLATED)
    if day is None or ((start is None or day >= start) and (isolated is None or day <= isolated)):
        return None
    return Proposal(
        "not_close",
        f"travelled {day}, window {start or '…'} to {isolated or '…'}",
        f"{day} 乘坐，窗口 {start or '…'} 至 {isolated or '…'}",
    )


def _is_crew(given: Given) -> bool:
    role = given.value("crew", "role")
    return role not in (None, False, "passenger")


def _crew(given: Given, vehicle: str) -> bool:
    """Crew who served the case's part of the vehicle; `crew: true` means the crew that the table names."""
    role = str(given.value("crew", "role")).lower().replace("_", " ")
    if vehicle == "bus sealed ac":
        return True
    if vehicle == "bus ventilated":
        return role in ("true", "driver", "conductor", "driver and conductor")
    if vehicle == "aircraft" and role in ("pilot", "captain", "cockpit", "cockpit crew"):
        return False
    served = given.flag("served", "served_case", "served_section", "serves_case")
    for kind in ("section", "carriage", "compartment", "cabin"):
        if served is None and given.has(f"same_{kind}", f"case_{kind}"):
            served = _same(given, kind)
    return True if served is None else served


def _seat(given: Given, vehicle: str, pack: Pack) -> bool:
    if vehicle == "bus sealed ac":
        return True
    if vehicle in ("aircraft", "bus ventilated"):
        name = "aircraft_rows" if vehicle == "aircraft" else "bus_ventilated_rows"
        return _apart(given, "row") <= pack.whole(name)
    if vehicle == "train sealed ac":
        return _same(given, "carriage")
    if vehicle == "ship":
        return _same(given, "cabin")
    return _block(given, pack)


def _block(given: Given, pack: Pack) -> bool:
    """Open carriage: the case's compartment or block and its neighbours, within one carriage."""
    if given.has("same_carriage", "case_carriage") and not _same(given, "carriage"):
        return False
    same, beside = given.flag("same_compartment", "same_block"), given.flag(*BESIDE)
    if same or beside:
        return True
    if same is None and beside is None:
        kind = "block" if given.has("case_block") else "compartment"
        return _apart(given, kind) <= pack.whole("train_open_blocks")
    given.need(same_compartment=same, adjacent_compartment=beside)
    return False


def _same(given: Given, kind: str) -> bool:
    stated = given.flag(f"same_{kind}")
    if stated is not None:
        return stated
    mine, theirs = given.value(f"case_{kind}"), given.value(*_theirs(kind))
    if mine is None or theirs is None:
        raise _one_side(kind, mine, theirs)
    return str(mine).strip().lower() == str(theirs).strip().lower()


def _apart(given: Given, kind: str) -> int:
    mine, theirs = _number(given, f"case_{kind}"), _number(given, *_theirs(kind))
    if mine is None or theirs is None:
        raise _one_side(kind, mine, theirs)
    return abs(mine - theirs)


def _theirs(kind: str) -> tuple[str, ...]:
    return f"seat_{kind}", f"contact_{kind}", f"crew_{kind}", kind


def _one_side(kind: str, mine: object, theirs: object) -> Insufficient:
    sides = ((f"case_{kind}", mine), (f"seat_{kind}", theirs))
    return Insufficient(*(name for name, value in sides if value is None))


def _number(given: Given, *names: str) -> int | None:
    """A row, also out of a seat such as 20C."""
    value: Any = given.value(*names)
    if value is None:
        return None
    found = re.fullmatch(r"\s*(\d+)\s*[A-Za-z]?\s*", str(value))
    if isinstance(value, bool) or not found:
        raise unreadable(names[0], value, "a row number", "排号")
    return int(found[1])
