"""One's own password."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp import devices_for_user

from tongzhou.accounts.forms import Code, Password, signed_in
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Form
from tongzhou.people import owed, signin, staff
from tongzhou.people.proof import right
from tongzhou.people.session import digest


class OwnPassword(Form):
    """The password until now, and twice the new one."""

    username = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "username"}), required=False)
    password = Password(label=gettext_lazy("Password until now"))
    code = Code()
    new = Password(label=gettext_lazy("New password"), new=True)
    again = Password(label=gettext_lazy("New password again"), new=True)

    def __init__(self, *args: Any, request: HttpRequest, **options: Any) -> None:
        self.request, self.user = request, signed_in(request)
        super().__init__(*args, initial={"username": self.user.username}, **options)
        if not list(devices_for_user(self.user)):
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """The new one is judged first: only with a fit one is the old one tried."""
        given = super().clean() or {}
        old, new = given.get("password"), given.get("new")
        if new is not None and given.get("again", new) != new:
            self.add_error("again", _("The two new passwords differ."))
        elif new is not None and new == old:
            self.add_error("new", _("The new password is the old one."))
        elif new is not None:
            try:
                validate_password(new, self.user)
            except ValidationError as error:
                self.add_error("new", error)
        if not self.errors and (told := right(self.request, given["password"], given.get("code", ""))):
            self.add_error(None, told)
        return given


@page("me")
def password(ask: Ask) -> HttpResponse:
    """Change one's own password: the old one is asked for, all other sessions end."""
    form = ask.form(OwnPassword, request=ask.request)
    if done := ask.do(form, partial(_changed, ask.request, form), to=reverse("account")):
        return done
    owes = getattr(ask.request, "owes", "") == "password"
    return ask.show("accounts/password.html", form=form, owes=owes, rules=password_validators_help_texts())


def _changed(request: HttpRequest, form: OwnPassword) -> str:
    with transaction.atomic(using=signin.ALIAS):
        connection = signin.connection()
        form.user.set_password(form.cleaned_data["new"])
        form.user.save(update_fields=["password"])
        staff.note(connection, form.user.pk, "password_set", form.user.pk)
        staff.end_sessions(connection, form.user.pk, but=digest(request.session.session_key))
    _go_on(request, form.user)
    return _("The password is changed.")


def _go_on(request: HttpRequest, user: Any) -> None:
    """This session stays, under a new key, and owes no password any more."""
    from django.contrib.auth import update_session_auth_hash

    update_session_auth_hash(request, user)
    request.session[owed.OWN_PASSWORD] = False
