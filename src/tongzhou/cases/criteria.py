"""The criteria of the case definition as they are noted: found, denied, or not done yet.

Which there are and how they read stands in the edition in force (rulebooks/case-definition, rulebooks/terms/criteria);
the forms are drawn from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tongzhou import rules
from tongzhou.rules import drawn

GROUPS = ("epi", "clinical")
TEST = "pcr"
FEVER = "C1"  # fever, signs of the airways, or both


def groups(day: dt.date) -> list[drawn.Group]:
    """What is asked on a day: the criteria by group, and the test with the clinical ones."""
    *first, last = drawn.groups(rules.book(), "CASE-T7", GROUPS, day)
    test = drawn.fields(rules.book(), "CASE-T7", [TEST], day)
    return [*first, drawn.Group(last.name, last.words, (*last.fields, *test))]


def noted(form: Mapping[str, Any], day: dt.date) -> dict[str, Any]:
    """What a form says of each criterion, as the fact holds it. A box that was left alone says nothing."""
    said = {one.name: (one, drawn.flag_of(one.read(form))) for group in groups(day) for one in group.fields}
    body: dict[str, Any] = {
        group: [name for name, (one, met) in said.items() if one.group == group and met] for group in GROUPS
    }
    body["denied"] = [name for name, (one, met) in said.items() if one.group and met is False]
    test = said[TEST][1]
    return body if test is None else {**body, TEST: test}


def asked(noted: dict[str, Any], day: dt.date) -> dict[str, Any]:
    """The record as the case definition asks for it (CASE-T7): every criterion by itself, and the test."""
    denied = noted.get("denied") or ()
    of = {one.name: one.group for group in groups(day) for one in group.fields}
    given: dict[str, Any] = {
        group: {name: True for name in noted.get(group) or ()}
        | {name: False for name in denied if of.get(name) == group}
        for group in GROUPS
    }
    return given if noted.get(TEST) is None else given | {TEST: noted[TEST]}
