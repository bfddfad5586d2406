"""Sanitation in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger import states, worded
from tongzhou.ledger.time import stamp

Row = Mapping[str, Any]
HOME = gettext_noop("a home whose door is not known: ask whoever investigates")


def kilograms(tenths: int) -> str:
    """Kilograms from tenths."""
    return f"{tenths / 10:.1f}"


def door_of(one: Row) -> str:
    """Which door, by its running number; it says nothing of who lives there."""
    return _("Door %(n)s") % {"n": one["household"]} if one["household"] else _(HOME)


def closed(one: Row, now: dt.datetime) -> str:
    """When it opens again, or since when it is open."""
    at = one["reopens_at"]
    if at is None:
        return _("the rule knows no hour for this agent: it stays closed")
    return _("closed until %(at)s") % {"at": stamp(at)} if at > now else _("open since %(at)s") % {"at": stamp(at)}


def what_differs(one: Row) -> str:
    """What the plant's scale said, and what became of a difference."""
    if one["received10"] is None:
        return states.said("manifest", one["state"])
    told = _("%(bags)d bags, %(kg)s kg") % {"bags": one["bags_received"], "kg": kilograms(one["received10"])}
    if one["state"] == "received":
        return told
    why = worded.choice("waste.explained", "why", one["why"]) if one["why"] else _("to be explained")
    return f"{told} · {_('differs')}: {why}"
