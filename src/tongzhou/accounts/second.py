"""The optional second factor: six digits from an app on one's own phone (TOTP, RFC 6238)."""

from __future__ import annotations

import base64
from functools import partial
from io import BytesIO
from typing import Any

import qrcode
import qrcode.image.svg
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from tongzhou.accounts.forms import Code, signed_in
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm, Form
from tongzhou.people import owed, signin, staff
from tongzhou.people.proof import NOT_RIGHT, ask_again
from tongzhou.problems import Malformed

NAME = "phone"


class Digits(Form):
    """The six digits that switch it on or off."""

    records = False
    code = Code()


@page("me")
def second(ask: Ask) -> HttpResponse:
    """Switch the second factor on (scan, then prove it once) or off (prove it once)."""
    user = signed_in(ask.request)
    if ask.sent and getattr(ask.request, "owes", "") != "second":
        ask_again(ask.request)
    make, digits = ask.form(Confirm, name="make"), ask.form(Digits, name="digits")
    done = ask.do(make, partial(_made, user)) or ask.do(digits, partial(_turned, ask, user, digits))
    if done:
        return done
    device = _device(user)
    waiting = device if device is not None and not device.confirmed else None
    return ask.show(
        "accounts/second.html",
        device=device,
        make=make,
        digits=digits,
        picture=_picture(waiting.config_url) if waiting else None,
        secret=base64.b32encode(waiting.bin_key).decode() if waiting else None,
    )


def _device(user: Any) -> TOTPDevice | None:
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=user, name=NAME).first()
    return found


def _made(user: Any) -> str:
    """Make a second factor ready: it counts once its digits were typed."""
    with transaction.atomic(using=signin.ALIAS):
        staff.alone_with(signin.connection(), user.username)
        if _device(user) is None:
            TOTPDevice.objects.create(user=user, name=NAME, confirmed=False)
    return _("One step is left: it is on once you have typed the six digits.")


def _turned(ask: Ask, user: Any, form: Digits) -> str:
    """Switch it on or off with its six digits. Raises Malformed where they are not right; the try is counted."""
    with transaction.atomic(using=signin.ALIAS):
        staff.alone_with(signin.connection(), user.username)
        on = _turn(user, form.cleaned_data["code"])
    if on is None:
        raise Malformed(str(NOT_RIGHT), "code")
    ask.request.session[owed.FACTOR] = on
    return _("It is on: signing in asks for the six digits.") if on else _("It is off.")


def _turn(user: Any, given: str) -> bool | None:
    """True: it is on now; False: it is off; None where the digits are not right."""
    device = _device(user)
    if device is None or not (device.verify_is_allowed()[0] and device.verify_token(given)):
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
