"""A member of the team and what they do, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.ledger import worded
from tongzhou.pages import spoken

Row = Mapping[str, Any]


def sort(one: Row) -> str:
    """What they came as, and from which unit."""
    said = worded.choice("teammate.joined", "sort", one["sort"])
    return f"{said} · {one['unit']}" if one["unit"] else said


def fit(one: Row) -> str:
    return _(", ").join(worded.choice("teammate.joined", "fit", code) for code in one["fit"])


def duty(given: Row) -> str:
    """One duty, where, and what they were given to protect themselves."""
    parts = [worded.choice("teammate.given", "outcome", given["what"]), spoken.own(given["where"] or "")]
    if given["protection"]:
        parts.append(_(", ").join(worded.choice("teammate.given", "protection", one) for one in given["protection"]))
    return " · ".join(filter(None, parts))


def duties(one: Row) -> str:
    """All duties of a stay, in their order."""
    return " → ".join(duty(given) for given in one["duties"])
