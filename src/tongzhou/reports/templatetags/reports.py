"""How roles are written."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from tongzhou.people.roles import NAMES

register = template.Library()


@register.filter
def rolename(role: str) -> str:
    return gettext(NAMES[role])
