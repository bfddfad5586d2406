"""Asked again: before names open and rights are given, whoever is signed in shows that it is still they."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp import devices_for_user, match_token

from tongzhou.people import attempts, signin
from tongzhou.people.session import proven_lately
from tongzhou.problems import ProveAgain

NOT_RIGHT = gettext_lazy("These six digits are not right, or are a minute old. Wait for the next.")


def ask_again(request: HttpRequest) -> None:
    """Raises ProveAgain where the password was typed too long ago, and always of a token: no program can show that it
    is still they, so it opens no name, gives no right and erases nobody."""
    if not proven_lately(request):
        raise ProveAgain()


def right(request: HttpRequest, password: str, code: str) -> str:
    """Empty where password (and second factor) are right, else what to say. Tries are counted as at signing in."""
    user: Any = request.user
    tried = attempts.attempt(request, user.username)
    if seconds := tried.begin():
        return attempts.wait(seconds)
    if not user.check_password(password):
        return _("The password is not right.")
    if list(devices_for_user(user)) and not right_code(user, "".join(code.split())):
        return str(NOT_RIGHT)
    tried.succeeded()
    return ""


def right_code(user: Any, given: str) -> bool:
    """Whether these are the six digits of now; each is good for one time, wrong ones make the next wait."""
    with transaction.atomic(using=signin.ALIAS):
        return match_token(user, given) is not None
