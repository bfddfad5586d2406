"""How a line of Today says its hour, its duty and its post."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.ledger.time import local_day, zone

register = template.Library()


@register.filter
def left(span: dt.timedelta) -> str:
    """A length of time as the list says it: minutes below an hour, then h:mm, whole hours from twelve on, days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    if minutes < 12 * 60:
        return f"{minutes // 60}:{minutes % 60:02d}"
    if minutes < 48 * 60:
        return _("%(n)s h") % {"n": minutes // 60}
    return _("%(n)s days") % {"n": minutes // (24 * 60)}


@register.filter
def hour(moment: dt.datetime, now: dt.datetime) -> str:
    """The hour, with the day where it is not today's."""
    local = moment.astimezone(zone())
    return local.strftime("%H:%M" if local_day(moment) == local_day(now) else "%m-%d %H:%M")


@register.filter
def placed_at(names: dict[int, tuple[str, str]], place: int) -> str:
    return called_place(names.get(place))


@register.filter
def called_place(names: tuple[str, str] | None) -> str:
    if names is None:
        return ""
    return names[1] if get_language() == "en" else names[0]
