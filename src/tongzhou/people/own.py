"""One's own password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_otp import devices_for_user

from tongzhou.people import owed, signin, staff
from tongzhou.people.proof import right
from tongzhou.people.session import digest
from tongzhou.problems import NotFound


def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password: the old one is asked for, all other sessions end."""
    user = _signed_in(request)
    wrong: list[str] = []
    if request.method == "POST":
        old, new = request.POST.get("password", ""), request.POST.get("new", "")
        wrong = unfit(user, old, new, request.POST.get("again", ""))
        if not wrong and (told := right(request, old, request.POST.get("code", ""))):
            wrong = [told]
        if not wrong:
            with transaction.atomic(using=signin.ALIAS):
                connection = signin.connection()
                user.set_password(new)
                user.save(update_fields=["password"])
                staff.note(connection, user.pk, "password_set", user.pk)
                staff.end_sessions(connection, user.pk, but=digest(request.session.session_key))
            _go_on(request, user)
            return redirect("account")
    context = {
        "section": "me",
        "wrong": wrong,
        "owes": getattr(request, "owes", "") == "password",
        "factor": bool(list(devices_for_user(user))),
        "rules": password_validators_help_texts(),
        "login": user.username,
    }
    return render(request, "people/password.html", context)


def unfit(user: Any, old: str, new: str, again: str) -> list[str]:
    """What is wrong with a new password."""
    if new != again:
        return [_("The two new passwords differ.")]
    if new == old:
        return [_("The new password is the old one.")]
    try:
        validate_password(new, user)
    except ValidationError as error:
        return list(error.messages)
    return []


def _go_on(request: HttpRequest, user: Any) -> None:
    """This session stays, under a new key, and owes no password any more."""
    from django.contrib.auth import update_session_auth_hash

    update_session_auth_hash(request, user)
    request.session[owed.OWN_PASSWORD] = False


def _signed_in(request: HttpRequest) -> Any:
    user: Any = request.user
    if not user.is_authenticated:
        raise NotFound()
    return user
