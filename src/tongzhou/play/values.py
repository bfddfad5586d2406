"""What a scenario may write for a value: hours, numbers, shares, lists like those of `people.yaml`. A mistake is one
sentence with its line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from tongzhou.ledger.fold import FOLDS
from tongzhou.ledger.owed import tables
from tongzhou.play.marked import Marked

OF_POST = ("hours", "looks_every", "at_once", "skips")
# What households need, by how often.
ITEMS = {"food": 62, "medicine": 22, "infant": 6, "water": 4, "disposal": 4, "repair": 2}


def hour(told: Marked, key: str) -> dt.timedelta:
    """How long after midnight: "14:00", or "25:31" for after the next one."""
    text = str(told.need(key))
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)", text)
    if not found:
        raise told.wrong(key, f"{text} is no hour; write it as 14:00.")
    return dt.timedelta(hours=int(found[1]), minutes=int(found[2]))


def like(told: Marked, key: str, known: Any, value: Any) -> None:
    """Raises ScenarioError where a share is none, or a value is of another sort than the common one."""
    if isinstance(known, int | float) and not is_number(value):
        raise told.wrong(key, f"{key} is a number.")
    if isinstance(known, float) and known < 1 and not 0 <= value <= 100:
        raise told.wrong(key, f"{key} is a share or a number from 0 on.")
    if isinstance(known, list | dict) and not isinstance(value, type(known) if isinstance(known, list) else dict):
        raise told.wrong(key, f"{key} is written as in people.yaml.")
    if isinstance(known, list):
        _pair(told, key, known, value)
    if isinstance(known, str) and not clock(value):
        raise told.wrong(key, f"{value} is no hour; write it as 08:10.")
    weights = isinstance(known, dict) and not known.keys() & {"after", "acts", *OF_POST}
    if weights and not all(is_number(one) and one >= 0 for one in value.values()):
        raise told.wrong(key, f"{key} holds a number from 0 on for each name.")
    if weights and known and (foreign := [name for name in value if name not in known]):
        raise told.wrong(key, f"{foreign[0]} is not known here; known are {', '.join(known)}.")


def _pair(told: Marked, key: str, known: Sequence[Any], value: Sequence[Any]) -> None:
    """The first and the last of something: two hours or two numbers, the earlier one first."""
    hours = isinstance(known[0], str)
    right = all(map(clock if hours else is_number, value))
    if len(value) != len(known) or not right or list(value) != sorted(value):
        raise told.wrong(key, f"{key} is written as two {'hours' if hours else 'numbers'}, the earlier one first.")


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def clock(value: Any) -> bool:
    """Is it an hour of a day as it is written, with both its digits?"""
    return isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None


def items(told: Marked) -> None:
    """What a household needs: a number of each thing of the list."""
    wanted = told.need("items")
    if not isinstance(wanted, Marked) or not wanted:
        raise told.wrong("items", "items is a list of names with numbers.")
    for name, n in wanted.items():
        if name not in ITEMS:
            raise wanted.wrong(name, f"{name} is nothing that a household can ask for; known are {', '.join(ITEMS)}.")
        if not isinstance(n, int) or not 1 <= n <= 99:
            raise wanted.wrong(name, f"{name} is a whole number from 1 to 99.")


def further(told: Marked) -> None:
    """What may stand beside any event."""
    if "temp" in told and not (is_number(told["temp"]) and 30 <= told["temp"] <= 45):
        raise told.wrong("temp", "temp is a temperature from 30.0 to 45.0.")
    if "times" in told and (not isinstance(told["times"], int) or told["times"] < 1):
        raise told.wrong("times", "times is a whole number from 1 on.")
    if "form" in told and not isinstance(told["form"], Marked):
        raise told.wrong("form", "form is a list of names with values.")
    for name in ("twice", "breathless"):
        if not isinstance(told.get(name, False), bool):
            raise told.wrong(name, f"{name} is true or false.")


def expected(told: Marked) -> None:
    """What an expectation counts, and how many."""
    for name in ("at_least", "at_most"):
        if name in told and (not isinstance(told[name], int) or told[name] < 0):
            raise told.wrong(name, f"{name} is a whole number from 0 on.")
    if "heard_at_least" in told and not (is_number(told["heard_at_least"]) and 0 <= told["heard_at_least"] <= 1):
        raise told.wrong("heard_at_least", "heard_at_least is a share from 0 to 1.")
    if "noun" in told and told["noun"] not in FOLDS:
        raise told.wrong("noun", f"{told['noun']} is nothing that the ledger keeps.")
    if "owed" in told and told["owed"] not in tables()[-1].entries:
        raise told.wrong("owed", f"{told['owed']} is nothing that anybody owes.")
