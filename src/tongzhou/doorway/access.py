"""Who may stand at the doorway."""

from __future__ import annotations

from django.http import HttpRequest

from tongzhou.people.scope import Holder
from tongzhou.problems import NotFound, NotSignedIn

DOOR_ROLES = ("grid_worker", "community_lead", "community_doctor", "volunteer")


def at_the_door(request: HttpRequest) -> Holder:
    """The signed-in member of staff with a door role; whoever has none learns nothing, not even that it exists."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if holder.by is None:
        raise NotSignedIn()
    if not any(role in holder.roles for role in DOOR_ROLES):
        raise NotFound()
    return holder
