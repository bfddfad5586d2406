"""One's own account: password, where one is signed in, tokens of one's own programs."""

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
from tongzhou.people.keeper import told
from tongzhou.people.proof import ask_again, right
from tongzhou.people.session import digest
from tongzhou.problems import Malformed, NotFound


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


def account(request: HttpRequest) -> HttpResponse:
    """Where one is signed in, one's tokens, and what was done to one's account."""
    user = _signed_in(request)
    connection, made = signin.connection(), ""
    if request.method == "POST":
        what, number = request.POST.get("say", ""), _number(request.POST.get("number", "0"))
        if what == "end_session":
            staff.end_session(connection, user.pk, number)
        elif what == "end_others":
            staff.end_sessions(connection, user.pk, but=digest(request.session.session_key))
        elif what == "revoke":
            staff.revoke_device(connection, user.pk, number, user.pk)
        elif what == "device":
            ask_again(request)
            made = staff.make_device(connection, user.pk, _device_name(request.POST.get("name", "")), user.pk)
        if not made:
            return redirect("account")
    here = digest(request.session.session_key)
    context = {
        "section": "me",
        "sessions": [{**one, "here": one["digest"] == here} for one in staff.sessions(connection, user.pk)],
        "devices": staff.devices(connection, user.pk),
        "events": told(staff.events(connection, user.pk)),
        "made": made,
        "factor": bool(list(devices_for_user(user))),
    }
    return render(request, "people/account.html", context)


def _device_name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 60:
        raise Malformed(_("a name of at most 60 letters, so that you know the device again"), "name")
    return name


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _signed_in(request: HttpRequest) -> Any:
    user: Any = request.user
    if not user.is_authenticated:
        raise NotFound()
    return user
