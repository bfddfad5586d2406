"""A secret that is shown to whoever made it until they say that it was handed over, ten minutes at most.

It lies in the maker's own browser, signed for them, this account and this password, and on the server only as its hash:
a reload shows it again, another keeper at the same screen does not see it, and nobody who reads the database finds it.
"""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.http import HttpResponse

from tongzhou.pages.ask import Ask
from tongzhou.people import signin, staff

COOKIE, MINUTES = "shown_once", 10
Answer = TypeVar("Answer", bound=HttpResponse)


def keep(answer: Answer, ask: Ask, account: int, secret: str) -> Answer:
    answer.set_signed_cookie(
        COOKIE, secret, salt=_salt(ask, account), max_age=60 * MINUTES, path=f"/staff/{account}", httponly=True,
        samesite="Strict", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return answer


def kept(ask: Ask, account: int) -> str:
    """The secret that the reader made for this account; empty where there is none any more."""
    return ask.request.get_signed_cookie(COOKIE, "", salt=_salt(ask, account), max_age=60 * MINUTES) or ""


def forget(answer: Answer, account: int) -> Answer:
    answer.delete_cookie(COOKIE, path=f"/staff/{account}", samesite="Strict")
    return answer


def _salt(ask: Ask, account: int) -> str:
    """For this keeper, this account, and the password that it has now."""
    since = staff.one_time_since(signin.connection(), account)
    return f"shown once to {ask.holder.by} of {account} since {since}"
