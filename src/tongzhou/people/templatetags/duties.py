"""What is owed, in the reader's words."""

from __future__ import annotations

from django import template

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
