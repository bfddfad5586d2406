"""What was done to an account, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

WORDS = {
    "made": gettext_noop("account made"),
    "role_given": gettext_noop("role given"),
    "role_ended": gettext_noop("role ended"),
    "password_given": gettext_noop("one-time password given"),
    "password_set": gettext_noop("password changed"),
    "second_on": gettext_noop("second factor switched on"),
    "second_off": gettext_noop("second factor switched off"),
    "second_reset": gettext_noop("second factor reset"),
    "switched_off": gettext_noop("account switched off"),
    "switched_on": gettext_noop("account switched on"),
    "device_made": gettext_noop("token made"),
    "device_revoked": gettext_noop("token revoked"),
    "sessions_ended": gettext_noop("sessions ended"),
}


def told(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "what": _(WORDS.get(one["what"], one["what"]))} for one in events]
