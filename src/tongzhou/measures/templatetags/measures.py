"""Sentences of measures in templates."""

from __future__ import annotations

from django import template

from tongzhou.measures import listing
from tongzhou.pages import spoken

register = template.Library()
register.filter("marked", spoken.marked)
register.simple_tag(spoken.only, name="only")
register.simple_tag(listing.kept, name="kept")
