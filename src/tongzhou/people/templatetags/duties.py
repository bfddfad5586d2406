"""What is owed and by when, in the reader's words."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.translation import gettext as _

from tongzhou.ledger.time import local_day, zone
from tongzhou.people import duties

register = template.Library()

register.filter("duty", duties.words_of)
register.filter("duty_page", duties.page_of)
register.filter("level_of", duties.level_of)
register.filter("because", duties.because)
register.filter("post_owing", duties.post)


@register.filter
def post_at(role: str, place: str) -> str:
    return duties.post_at(role, place)


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
