"""Words of coverage in templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django import template
from django.utils.translation import gettext

from tongzhou.coverage.lists import Line
from tongzhou.coverage.queries import Team
from tongzhou.coverage.whole import CALLED, Part, lacking
from tongzhou.ledger import worded
from tongzhou.people import duties
from tongzhou.people.templatetags.duties import left

register = template.Library()
register.filter("words", lambda text: gettext(text) if text else "")


@register.filter
def apart_from(due: dt.datetime, now: dt.datetime) -> str:
    """How long it is between an hour and now, either way."""
    return left(abs(due - now))


@register.filter
def part_called(part: Part) -> str:
    return gettext(CALLED[part.code])


@register.filter
def headings(codes: Sequence[str]) -> str:
    return gettext(", ").join(gettext(words) for words in lacking(codes))


@register.filter
def fit_for_what(team: Team) -> str:
    """For what those who are here are fit, and how many for each."""
    said = [f"{worded.choice('teammate.joined', 'fit', code)} {n}" for code, n in sorted(team.fit.items())]
    return gettext(", ").join(said) or "–"


@register.filter
def post_of(line: Line, now: dt.datetime) -> str:
    """The post that owes what is due first."""
    return duties.post(line.first.role(now)) if line.first else ""
