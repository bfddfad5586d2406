"""The optional second factor: six digits from an app on one's own phone (TOTP, RFC 6238)."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import qrcode
import qrcode.image.svg
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp import devices_for_user
from django_otp.plugins.otp_totp.models import TOTPDevice

from tongzhou.people import attempts, owed, signin, staff
from tongzhou.people.proof import ask_again, right_code
from tongzhou.problems import NotFound

NAME = "phone"
NO_MATCH = gettext_lazy("Name and password do not match. After five tries each further one waits longer.")


class SignInForm(AuthenticationForm):
    """Name and password and, for whoever has switched it on, the six digits of the second factor."""

    error_messages = {"invalid_login": NO_MATCH, "inactive": NO_MATCH}
    code = forms.CharField(required=False, max_length=9)
    wants_code = False

    def clean(self) -> dict[str, Any]:
        login, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (login and password and self.request):
            return super().clean()
        self.tried = attempts.attempt(self.request, login)
        if seconds := self.tried.begin():
            raise forms.ValidationError(attempts.wait(seconds), code="wait")
        cleaned = super().clean()
        self.tried.succeeded()
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if owed.run_out(user):
            self.tried.take_back()
            raise forms.ValidationError(
                _("This one-time password has run out. Ask whoever keeps the staff list for a new one."), code="run_out"
            )
        if not list(devices_for_user(user)):
            return
        self.wants_code = True
        given = "".join(self.cleaned_data.get("code", "").split())
        if not given:
            self.tried.take_back()  # name and password were right: nothing was guessed
            raise forms.ValidationError(_("Type the six digits that the app on your phone shows now."), code="code")
        if not right_code(user, given):
            raise forms.ValidationError(
                _("These six digits are not right, or are a minute old. Wait for the next."), code="code"
            )


def page(request: HttpRequest) -> HttpResponse:
    """Switch the second factor on (scan, then prove it once) or off (prove it once)."""
    user: Any = request.user
    if not user.is_authenticated:
        raise NotFound()
    wrong = False
    if request.method == "POST":
        if getattr(request, "owes", "") != "second":
            ask_again(request)
        with transaction.atomic(using=signin.ALIAS):
            staff.alone_with(signin.connection(), user.username)
            turned = _turn(user, "".join(request.POST.get("code", "").split()))
        if turned is not None:
            request.session[owed.FACTOR] = turned
            return redirect("second")
        wrong = bool(request.POST.get("code", "").strip())
    device = TOTPDevice.objects.filter(user=user, name=NAME).first()
    waiting = device if device is not None and not device.confirmed else None
    context = {
        "section": "me",
        "device": device,
        "picture": _picture(waiting.config_url) if waiting else None,
        "secret": base64.b32encode(waiting.bin_key).decode() if waiting else None,
        "wrong": wrong,
    }
    return render(request, "people/second.html", context)


def _turn(user: Any, given: str) -> bool | None:
    """Make a second factor ready, or with its six digits switch it on or off; None where it was neither."""
    device = TOTPDevice.objects.filter(user=user, name=NAME).first()
    if device is None:
        TOTPDevice.objects.create(user=user, name=NAME, confirmed=False)
        return None
    if not (given and device.verify_is_allowed()[0] and device.verify_token(given)):
        return None
    on = not device.confirmed
    if on:
        device.confirmed = True
        device.save(update_fields=["confirmed"])
    else:
        device.delete()
    staff.note(signin.connection(), user.pk, "second_on" if on else "second_off", user.pk)
    return on


def _picture(text: str) -> str:
    out = BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=14).save(out)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
