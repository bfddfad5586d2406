"""Marks of what somebody wrote down for the post that spoke: who, for whom, how, and what the post says of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.cases.queries import place_names
from tongzhou.cases.templatetags.cases import placed
from tongzhou.directives.shown import moment
from tongzhou.ledger import worded
from tongzhou.pages.form import Form
from tongzhou.people.roles import NAMES
from tongzhou.people.scope import Holder, names_of_staff
from tongzhou.waiting.queries import is_post

CHANNELS = {
    "telephone": gettext_noop("by telephone"),
    "glass": gettext_noop("through the glass"),
    "paper": gettext_noop("from paper"),
    "radio": gettext_noop("by radio"),
    "stand_in": gettext_noop("standing in for the desk"),
}


@dataclass
class Mark:
    """One of them. `spoke`: who of that post it was; `read_back`: whether it was read back to them; `ours`: whoever
    looks is that post and has not answered; `yes`, `no`: the forms to do so."""

    key: str
    said: str
    who: str
    post: str
    where: str
    channel: str
    at: dt.datetime
    state: str
    reason: str | None
    ours: bool
    spoke: str = ""
    read_back: str = ""
    yes: Form | None = None
    no: Form | None = None
    folded: bool = False  # of many: its forms are drawn when it is opened


def marks(rows: Iterable[dict[str, Any]], holder: Holder) -> list[Mark]:
    held = list(rows)
    staff = names_of_staff({row["data"][name] for row in held for name in ("by", "who") if row["data"].get(name)})
    places = place_names([row["data"]["at"] for row in held])
    return [_mark(row, holder, staff, places) for row in held]


def _mark(row: dict[str, Any], holder: Holder, staff: dict[int, str], places: dict[int, tuple[str, str]]) -> Mark:
    data = row["data"]
    return Mark(
        row["key"],
        worded.said(data["kind"], data["body"]),
        staff.get(data["by"], ""),
        _(NAMES[data["role"]]) if data["role"] in NAMES else data["role"],
        placed(places, data["at"]),
        _(CHANNELS[data["channel"]]),
        moment(data["said_at"]),
        row["state"],
        data["reason"],
        row["state"] == "waiting" and is_post(holder, data),
        staff.get(data.get("who"), ""),
        worded.choice("decision.told", "read_back", data["read_back"]) if data.get("read_back") else "",
    )
