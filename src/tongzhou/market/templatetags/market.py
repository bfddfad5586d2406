"""Items, sums and places in the market's templates."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from tongzhou.market import shown, watch

register = template.Library()


@register.filter
def item(of: watch.Good) -> str:
    """An item in the reader's language."""
    return shown.called(of)


@register.filter
def yuan(value: float) -> str:
    return shown.money(value)


@register.filter
def fen(value: int) -> str:
    return shown.money(value / 100)


@register.filter
def at(of: Mapping[str, str], key: str) -> str:
    """What a mapping has under a key; nothing where it has nothing."""
    return of.get(key, "")
