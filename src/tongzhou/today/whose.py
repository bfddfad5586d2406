"""Where somebody of a line of Today is found, and who is late with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.cases.templatetags.cases import placed
from tongzhou.ledger.time import stamp
from tongzhou.people import duties
from tongzhou.sites import addresses
from tongzhou.sites.doors import Door
from tongzhou.today.mine import Line


def where(one: dict[str, Any] | None, doors: Mapping[int, Door], names: Mapping[int, tuple[str, str]]) -> str:
    """The door as people say it, and the place; the running number where nobody says it otherwise."""
    if one is None:
        return ""
    number = one.get("household")
    parts = [addresses.called(number, doors)] if number else []
    return " · ".join([*parts, placed(dict(names), one["place"])])


def late(line: Line, post: str | None, names: Mapping[int, tuple[str, str]], called: Sequence[str] = ()) -> list[str]:
    """Who is late with what came up, and whether a desk rang about it; to whoever it came up from, that one did.
    `called`: who holds that post, where no telephone stands beside it."""
    told = []
    if line.step and post:
        who = " · ".join([duties.post_at(post, placed(dict(names), line.at)), *called])
        told.append(_("Late: %(who)s.") % {"who": who})
    if line.urged:
        at = stamp(line.urged)
        told.append(
            _("Rung about at %(at)s.") % {"at": at}
            if line.step
            else _("The desk above rang about it at %(at)s.") % {"at": at}
        )
    return told
