"""Pressing an act of a line: what it is called and what it says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.ledger.kinds import Said
from tongzhou.pages.acts import Act, Given
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotYours
from tongzhou.today import acts as general
from tongzhou.today import mine, rows

ALWAYS = ("hindered", "passed", *general.URGED)  # what may be said of a line without reading its subject


def seen_row(line: mine.Line, act: str, holder: Holder, now: dt.datetime) -> dict[str, Any]:
    """The row that an act is about. Raises NotYours where whoever presses may only know that it is owed."""
    found = rows.row(line, holder, now)
    if found is None and act not in ALWAYS:
        raise NotYours()
    return found or {}


def said(given: Given, line: mine.Line) -> tuple[str, list[Said]]:
    """What the button was called, and what it says. Raises Malformed for an act that the line does not offer."""
    chosen = given.form.get("act", "")
    if chosen == "hindered":
        return _("Cannot, because"), general.hindered(given, line.subject, line.what)
    if chosen == "passed":
        allowed = {staff for staff, _called in mine.helpers(line, mine.first_posts([line]).get(line.name))}
        return _("Passed on"), general.passed(given, line.subject, line.what, allowed)
    if chosen in general.URGED and line.step:
        label = next(one.label for one in general.URGES if one.name == chosen)
        return _(label), general.urged(given, line.subject, line.what, mine.desks(given.holder, given.now, line))
    act: Act | None = next((one for one in rows.offered_to(line) if one.name == chosen and one.says), None)
    if act is None:
        raise Malformed(_("one of the acts of this line"), "act")
    return _(act.label), act.facts(given)
