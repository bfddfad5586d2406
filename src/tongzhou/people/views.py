"""Signing in and out, and what one's own roles cover."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tongzhou.people import attempts
from tongzhou.people.onward import onward
from tongzhou.people.roles import NAMES, ROLES
from tongzhou.people.second import SignInForm
from tongzhou.places.queries import names as place_names


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


def me(request: HttpRequest) -> HttpResponse:
    """What the signed-in person holds, where, and what that opens. Charlie finds an empty page that says so."""
    holder = request.holder  # type: ignore[attr-defined]
    if holder.by is None:
        return redirect("/login")
    names = place_names([place for _, place in holder.places])
    held = [
        {"role": NAMES.get(role, role), "place": names.get(place), "opens": sorted(ROLES.get(role, ()))}
        for role, place in holder.places
    ]
    return render(request, "people/me.html", {"section": "me", "held": held})
