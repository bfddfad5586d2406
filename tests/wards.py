"""The wards of the town, and what is asked and signed of their beds in many tests."""

from __future__ import annotations

from typing import Any

from world import post, rows

from tongzhou.ledger import door

WARDS = [
    {"key": f"{facility}.a", "facility": facility, "facility_zh": zh, "facility_en": en, "name_zh": "一病区",
     "name_en": "Ward 1", "kind": kind, "bed": "general", "serves": "confirmed", "place": place, "beds": beds}
    for facility, zh, en, kind, place, beds in [
        ("h", "东医院", "East Hospital", "designated", "hu.980101", 3),
        ("w", "西医院", "West Hospital", "designated", "hu.980101", 5),
        ("f", "湖方舱", "Lake Fangcang", "fangcang", "hu.980101", 100),
        ("x", "远医院", "Far Hospital", "designated", "hu.980201", 5),  # another prefecture's
    ]
]  # fmt: skip


def ask(severity: str = "mild", age: int = 40, case: str = "", **more: str) -> str:
    form = {"infection": "confirmed", "severity": severity, "age": str(age), "self_care": "yes", "chronic": "no",
            "flu_negative": "yes", "oxygen": "no", "depends": "nobody", **more}  # fmt: skip
    post("tang", f"/beds/ask?case={case}" if case else "/beds/ask", **form)
    return rows("request")[-1][0]


def state(noun: str, key: str) -> str:
    return next(row[1] for row in rows(noun) if row[0] == str(key))


def data(key: str) -> dict[str, Any]:
    return next(row[2] for row in rows("request") if row[0] == key)


def sign(key: str) -> int:
    post("sun", "/beds/", form="all")
    bed = data(key)["bed"]
    assert bed is not None
    return int(bed)


def ward_of(facility: str) -> int:
    with door.ledger() as connection:
        row = connection.execute("select id from hospital_ward where facility = %s", [facility]).fetchone()
    assert row is not None
    return int(row[0])
