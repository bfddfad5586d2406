"""What stays off the phones and sheets of those who carry: no name of a medicine, no temperature, no age, no word of an
illness beside a door. Whoever does not see call-backs (`care`) gets a sealed bag's number, and by when it is there.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from tongzhou.people.scope import Holder

SORT = "care"
# Of a row that carriers may see: fields that tell of somebody's health, and what replaces them.
FIELDS: Mapping[str, frozenset[str]] = {
    "need": frozenset({"medicines", "medicine_last_dose", "wanted", "text"}),
    "task": frozenset({"text"}),  # free words of the desk: nobody can promise what stands in them
}
BAGGED = "medicine"  # of what is needed: told as a bag
SEEN = {"temperature": "visit"}  # what is done at the door is between the door and whoever sees call-backs
WORDS = {"well": "heard", "unwell": "heard"}  # of how a door is


def sees(holder: Holder) -> bool:
    return holder.sees(SORT)


def bag(key: str) -> str:
    """The number on the sealed bag of a need: six digits, the same for whoever fills and whoever carries it."""
    digits = f"{uuid.UUID(key).int % 10**6:06}"
    return f"{digits[:3]} {digits[3:]}"


def row(noun: str, key: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a noun as carriers get it."""
    kept = {name: value for name, value in data.items() if name not in FIELDS.get(noun, ())}
    if noun == "need":
        by = data.get("medicine_last_dose")
        items = {item: n for item, n in data["items"].items() if item != BAGGED}
        bagged = BAGGED in data["items"] and re.fullmatch(r"[0-9a-f-]{36}", key)
        kept |= {"items": items} | ({"bag": bag(key), "by": by} if bagged else {})
    if noun == "task":
        kept["what"] = SEEN.get(data["what"], data["what"])
    return kept


def door(told: Mapping[str, Any]) -> dict[str, Any]:
    """A door of the list: heard from today or not."""
    return {**told, "state": WORDS.get(told["state"], told["state"])}
