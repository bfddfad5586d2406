"""Signing in, and showing again that it is still they."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp import devices_for_user

from tongzhou.accounts.forms import Code, Password, signed_in
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Form
from tongzhou.people import attempts, owed
from tongzhou.people.onward import onward
from tongzhou.people.proof import NOT_RIGHT, right, right_code
from tongzhou.people.session import proven

NO_MATCH = gettext_lazy("Name and password do not match. After five tries each further one waits longer.")


class SignInForm(Form, AuthenticationForm):
    """Name and password and, for whoever has switched it on, the six digits of the second factor."""

    records = False
    error_messages = {"invalid_login": NO_MATCH, "inactive": NO_MATCH}
    code = Code(required=False)
    next = forms.CharField(widget=forms.HiddenInput, required=False)
    wants_code = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["username"].label = gettext_lazy("User name")
        self.fields["password"].label = gettext_lazy("Password")

    @property
    def asked(self) -> list[BoundField]:
        return [one for one in super().asked if one.name != "code" or self.wants_code]

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
        self.fields["username"].widget.attrs.pop("autofocus", None)
        self.fields["code"].widget.attrs["autofocus"] = True
        given = self.cleaned_data.get("code") or ""
        if not given:
            self.tried.take_back()  # name and password were right: nothing was guessed
            raise forms.ValidationError(_("Type the six digits that the app on your phone shows now."), code="code")
        if not right_code(user, given):
            raise forms.ValidationError(str(NOT_RIGHT), code="code")


class SignIn(auth.LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"next": onward(self.request.GET.get("next", ""))}

    def get_redirect_url(self) -> str:  # type: ignore[override]
        return onward(super().get_redirect_url())

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        attempts.remember(self.request, response, form.cleaned_data["username"])
        return response


class Proof(Form):
    """The password once more, and the six digits of whoever has switched them on."""

    records = False
    password = Password(label=gettext_lazy("Password"))
    code = Code()
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, request: HttpRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        self.request = request
        if not list(devices_for_user(signed_in(request))):
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and (told := right(self.request, given["password"], given.get("code", ""))):
            self.add_error(None, told)
        return given


@page("me")
def prove(ask: Ask) -> HttpResponse:
    """Before names open and rights are given, whoever is signed in shows that it is still they."""
    form = ask.form(Proof, request=ask.request, initial={"next": onward(ask.given("next"))})
    if form.is_bound and form.is_valid():
        proven(ask.request)
        return HttpResponseRedirect(onward(form.cleaned_data["next"]) or "/")
    return ask.show("accounts/prove.html", form=form)
