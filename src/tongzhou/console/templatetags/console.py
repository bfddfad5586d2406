"""The shell's own parts."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tongzhou.console.nav import drawn
from tongzhou.people.scope import NOWHERE

register = template.Library()


@register.simple_tag(takes_context=True)
def main_links(context: dict[str, Any]) -> SafeString:
    """The main links for whoever is signed in."""
    holder = context["holder"]
    sorts = frozenset(sort for sort, covers in holder.scopes.items() if covers and covers != NOWHERE)
    return drawn(frozenset(holder.roles), sorts, str(context.get("section", "")), get_language() or "")
