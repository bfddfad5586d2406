"""Slows down whoever guesses passwords: by name and place, by name, and by address (docs/adr/0029).

A try is written down before the password is looked at and taken out when it was right, so that ten at once are no
way around. A browser that has signed in as this person before is counted by itself: strangers' tries do not hold it
up.
"""

from __future__ import annotations

import datetime as dt
import math
import secrets
import unicodedata
from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.people import signin
from tongzhou.people.address import origin
from tongzhou.people.policy import policy

COOKIE, SALT = "known", "tongzhou.known-browser"
_COUNT = """
select count(*) filter (where login = %(login)s and origin = %(origin)s),
  max(at) filter (where login = %(login)s and origin = %(origin)s),
  count(*) filter (where login = %(login)s), max(at) filter (where login = %(login)s),
  count(*) filter (where origin = %(origin)s), max(at) filter (where origin = %(origin)s), now()
from people_attempt where at > now() - %(hours)s * interval '1 hour' and (login = %(login)s or origin = %(origin)s)
"""


@dataclass
class Attempt:
    """One try of a name from somewhere; `known`: from a browser that has signed in as this person before."""

    login: bytes
    origin: bytes
    known: bool
    written: int = 0

    def begin(self) -> int:
        """Write it down; returns 0, or how many seconds to wait: then it is not written down and not to be made."""
        with transaction.atomic(using=signin.ALIAS), signin.cursor() as cursor:
            for one in sorted({self.login, self.origin}):
                cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(one[:8], "big", signed=True)])
            cursor.execute(_COUNT, {"login": self.login, "origin": self.origin, "hours": policy().counted_hours})
            *counts, now = cursor.fetchone()
            if wait := self._wait(counts, now):
                return wait
            cursor.execute(
                "insert into people_attempt (login, origin) values (%s, %s) returning id", [self.login, self.origin]
            )
            self.written = cursor.fetchone()[0]
            return 0

    def _wait(self, counts: list[int | dt.datetime | None], now: dt.datetime) -> int:
        free, longest = policy().free_tries, 0.0
        for n, name in enumerate(("pair",) if self.known else ("pair", "login", "origin")):
            tried, last = counts[2 * n], counts[2 * n + 1]
            assert isinstance(tried, int)
            if tried < free[name] or not isinstance(last, dt.datetime):
                continue
            doubled = policy().first_wait_seconds * 2.0 ** min(tried - free[name], 20)
            until = last + dt.timedelta(seconds=min(doubled, policy().longest_wait_seconds))
            longest = max(longest, (until - now).total_seconds())
        return math.ceil(longest)

    def take_back(self) -> None:
        """It was no guess."""
        with signin.cursor() as cursor:
            cursor.execute("delete from people_attempt where id = %s", [self.written])

    def succeeded(self) -> None:
        """The tries of this name from here are forgotten; those from elsewhere, and of other names, are not."""
        with signin.cursor() as cursor:
            cursor.execute(
                "delete from people_attempt where login = %s and origin = %s or at < now() - %s * interval '1 hour'",
                [self.login, self.origin, policy().counted_hours],
            )


def attempt(request: HttpRequest, login: str) -> Attempt:
    """A try of `login` by whoever sends this request."""
    name = _keyed("login", unicodedata.normalize("NFKC", login).casefold())
    browser = _browser(request, name)
    return Attempt(name, _keyed("origin", browser or origin(request)), bool(browser))


def wait(seconds: int) -> str:
    """What is said to whoever tried too often."""
    if seconds < 90:
        return ngettext(
            "Too many wrong tries. Wait %(n)d second, then try again.",
            "Too many wrong tries. Wait %(n)d seconds, then try again.",
            seconds,
        ) % {"n": seconds}
    return _("Too many wrong tries. Wait %(n)d minutes, then try again.") % {"n": -(-seconds // 60)}


def remember(request: HttpRequest, response: HttpResponse, login: str) -> None:
    """Give this browser the mark of having signed in as `login`."""
    name = _keyed("login", unicodedata.normalize("NFKC", login).casefold())
    token = _browser(request, name) or secrets.token_urlsafe(16)
    response.set_cookie(
        COOKIE,
        signing.dumps([name.hex(), token], salt=SALT),
        max_age=policy().known_browser_days * 24 * 3600,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _browser(request: HttpRequest, name: bytes) -> str:
    """The random mark of a browser that has signed in as this person; empty where it has none."""
    try:
        held, token = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=policy().known_browser_days * 24 * 3600
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(token) if held == name.hex() else ""


def _keyed(what: str, text: str) -> bytes:
    return salted_hmac(f"tongzhou.attempt.{what}", text, algorithm="sha256").digest()
