"""The optional second factor: six digits from an app on one's own phone (TOTP, RFC 6238)."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import qrcode
import qrcode.image.svg
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django_otp import devices_for_user, match_token
from django_otp.plugins.otp_totp.models import TOTPDevice

from tongzhou.problems import NotFound

NAME = "phone"


class SignInForm(AuthenticationForm):
    """Name and password and, for whoever has switched it on, the six digits of the second factor."""

    code = forms.CharField(required=False, max_length=9)

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        with connection.cursor() as cursor:  # the password was right: their device may be looked at (RLS)
            cursor.execute("select set_config('tongzhou.signing_in', %s, true)", [str(user.pk)])
        if not list(devices_for_user(user)):
            return
        self.wants_code = True
        given = "".join(self.cleaned_data.get("code", "").split())
        if not given:
            raise forms.ValidationError(_("Type the six digits that the app on your phone shows now."), code="code")
        if match_token(user, given) is None:
            raise forms.ValidationError(
                _("These six digits are not right, or are a minute old. Wait for the next."), code="code"
            )

    wants_code = False


def page(request: HttpRequest) -> HttpResponse:
    """Switch the second factor on (scan, then prove it once) or off (prove it once)."""
    user: Any = request.user
    if not user.is_authenticated:
        raise NotFound()
    device = TOTPDevice.objects.filter(user=user, name=NAME).first()
    wrong = False
    if request.method == "POST":
        given = "".join(request.POST.get("code", "").split())
        if device is None:
            device = TOTPDevice.objects.create(user=user, name=NAME, confirmed=False)
        elif given and device.verify_is_allowed()[0] and device.verify_token(given):
            if device.confirmed:
                device.delete()
            else:
                device.confirmed = True
                device.save(update_fields=["confirmed"])
            return redirect("second")
        else:
            wrong = bool(given)
    waiting = device if device is not None and not device.confirmed else None
    context = {
        "section": "me",
        "device": device,
        "picture": _picture(waiting.config_url) if waiting else None,
        "secret": base64.b32encode(waiting.bin_key).decode() if waiting else None,
        "wrong": wrong,
    }
    return render(request, "people/second.html", context)


def _picture(text: str) -> str:
    out = BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=14).save(out)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
