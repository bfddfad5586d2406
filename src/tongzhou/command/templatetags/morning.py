"""What a difference, and what waits, is called; and what one does about it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext, gettext_noop

from tongzhou.command.templatetags.board import FLAGS, flagtext

register = template.Library()

SAYS = FLAGS | {
    "altered": gettext_noop("Altered since yesterday morning: %(before)s → %(after)s."),
    "altered_cured": gettext_noop("Cured, altered since yesterday morning: %(before)s → %(after)s."),
    "altered_dead": gettext_noop("Dead, altered since yesterday morning: %(before)s → %(after)s."),
    "missing_day": gettext_noop("No figure of this day is held here."),
    "nothing_published": gettext_noop("Nothing newer is held here; the figure shown is of this day."),
    "not_yet_published": gettext_noop("Not published yet by then; the figure shown is of this day."),
    "came_late": gettext_noop(
        "Households heard from: %(before)s at the close of the day, %(after)s now; exceptions: %(exceptions)s more."
    ),
    "beds_over": gettext_noop(
        "Designated hospitals: %(beds)s beds, %(used)s used, %(over)s more than exist; %(empty)s said to be empty."
    ),
    "beds_odd": gettext_noop("Designated hospitals: %(used)s used and %(empty)s empty are not the %(beds)s beds."),
}
# Why such a difference comes about, and whom to ask. Nothing is repaired here.
WHY = {
    "decrease": gettext_noop(
        "Withdrawn or counted elsewhere: ask the unit which cases, and where they are counted now."
    ),
    "province_decrease": gettext_noop("Withdrawn: ask the desk of the national system which cases."),
    "cured_decrease": gettext_noop("Withdrawn or counted elsewhere: ask the unit which discharges."),
    "dead_decrease": gettext_noop("Withdrawn or counted elsewhere: ask the unit which deaths."),
    "definition_change": gettext_noop(
        "Part of the difference is the definition and not the epidemic; where a publication told how much, the board's"
        " curve shows it apart."
    ),
    "province_minus_units": gettext_noop("Counted at different hours, or one side altered since: ask both which."),
    "cured_province_minus_units": gettext_noop(
        "Counted at different hours, or one side altered since: ask both which."
    ),
    "dead_province_minus_units": gettext_noop("Counted at different hours, or one side altered since: ask both which."),
    "missing_day": gettext_noop("Silence is not zero. Ring the unit's duty telephone."),
    "nothing_published": gettext_noop("Silence is not zero. Ring the unit's duty telephone."),
    "not_yet_published": gettext_noop("A day is told the morning after: until eight nobody need be rung about it."),
    "dead_or_cured_exceeds_confirmed": gettext_noop(
        "One of the three figures is wrong, or they are counted by different definitions: ask the unit."
    ),
    "unexplained_change": gettext_noop("Cases were moved or a list was put right: ask which, they are no new cases."),
    "altered": gettext_noop("A later publication gave another figure. Both stand in the history of the source."),
    "altered_cured": gettext_noop("A later publication gave another figure. Both stand in the history of the source."),
    "revision": gettext_noop("A later publication gave another figure. Both stand in the history of the source."),
    "altered_dead": gettext_noop("A later publication gave another figure. Both stand in the history of the source."),
    "came_late": gettext_noop("Recorded off line or on paper, folded into the day on which it happened."),
    "beds_over": gettext_noop("Extra beds, or beds of one hospital that others may not use: ask which wards are over."),
    "beds_odd": gettext_noop("Beds that are cleaned or closed for staff, or different hours: ask the hospitals."),
}


@register.filter
def differs(one: Any) -> str:
    if one.kind == "revision":
        return flagtext(one)
    amounts = {name: f"{value:,}" for name, value in one.amounts.items()}
    return gettext(SAYS[one.kind]) % ({"before": "", "after": "", "difference": "", "exceptions": ""} | amounts)


@register.filter
def why(one: Any) -> str:
    return gettext(WHY[one.kind])
