"""Signing in."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpResponse

from tongzhou.people import attempts
from tongzhou.people.onward import onward
from tongzhou.people.second import SignInForm


class SignIn(auth.LoginView):
    template_name = "people/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self) -> str:  # type: ignore[override]
        return onward(super().get_redirect_url())

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        attempts.remember(self.request, response, form.cleaned_data["username"])
        return response
