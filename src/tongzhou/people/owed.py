"""What an account owes before its roles count: a password of its own, and from a dated day on a second factor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django_otp import devices_for_user

from tongzhou.people import signin, staff
from tongzhou.people.policy import policy
from tongzhou.people.roles import WITH_SECOND_FACTOR

OWN_PASSWORD, FACTOR = "owes_password", "second_factor"
PAGES = {"password": "/me/password", "second": "/me/second-factor"}
OPEN = ("/me", "/login", "/logout", "/i18n/", "/public", "/health", "/static/")


def note(request: HttpRequest, user: Any) -> None:
    """Remember with the session what was found at signing in."""
    request.session[OWN_PASSWORD] = staff.one_time_since(signin.connection(), user.pk) is not None
    request.session[FACTOR] = bool(list(devices_for_user(user)))


def run_out(user: Any) -> bool:
    """Whether a one-time password was left too long."""
    since = staff.one_time_since(signin.connection(), user.pk)
    limit = dt.timedelta(hours=policy().one_time_password_hours)
    return since is not None and dt.datetime.now(dt.UTC) - since > limit


def of(session: SessionBase, roles: Iterable[str]) -> str:
    """`password`, `second`, or nothing."""
    if session.get(OWN_PASSWORD):
        return "password"
    return "second" if _required(roles) and not session.get(FACTOR) else ""


def by_program(staff: int, roles: Iterable[str]) -> bool:
    """Whether a token's holder owes a second factor: a token made without one is no way around it."""
    if not _required(roles):
        return False
    with signin.cursor() as cursor:
        cursor.execute("select 1 from otp_totp_totpdevice where user_id = %s and confirmed", [staff])
        return cursor.fetchone() is None


def _required(roles: Iterable[str]) -> bool:
    day = settings.SECOND_FACTOR_FROM
    return bool(day and dt.datetime.now(dt.UTC).date() >= day and WITH_SECOND_FACTOR & set(roles))


def way(request: HttpRequest) -> str:
    """Where somebody is led who owes something and asks for a page; empty where the page may be shown."""
    owes = getattr(request, "owes", "")
    wants_page = request.method == "GET" and "application/json" not in request.headers.get("Accept", "")
    if not owes or not wants_page or request.path.startswith((*OPEN, "/api/")):
        return ""
    return f"{PAGES[owes]}?{urlencode({'next': request.get_full_path()})}"
