"""How doors are written: the running number, and the address where it is known."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language

from tongzhou.sites import doors

register = template.Library()


@register.filter
def address(addresses: Mapping[int, doors.Door], household: int | None) -> str:
    """` · 3栋2单元501室`, to be written behind the door's number; nothing where no address is known."""
    door = addresses.get(household) if household else None
    return f" · {doors.written(door, english=get_language() == 'en')}" if door else ""


def entrance(door: doors.Door | None) -> str:
    """The stairwell of a door, as people say it; empty where no address is known."""
    return (
        "" if door is None else doors.written(doors.Door(door.building, door.stairwell), english=get_language() == "en")
    )
