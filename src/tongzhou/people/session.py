"""Sessions: kept by the digest of their key; rest, age, their holder or the keeper of staff ends them."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.http import HttpRequest

from tongzhou.people import owed, signin
from tongzhou.people.policy import policy
from tongzhou.people.scope import holder_of

SEEN_EVERY = "1 minute"  # how exactly rest is measured
USER, PROVEN, AGENT, ROLES = "_auth_user_id", "proven_at", "agent", "roles"
_LIVE = "now() < ends_at and now() < seen_at + idle"
_LOAD = f"""
with seen as (update people_session set seen_at = now()
  where digest = %s and {_LIVE} and seen_at < now() - %s::interval)
select data from people_session where digest = %s and {_LIVE}
"""
_CREATE = """
insert into people_session (digest, staff, data, agent, idle, ends_at)
values (%(digest)s, %(staff)s, %(data)s, %(agent)s, %(idle)s, now() + %(last)s) on conflict do nothing
"""
_SAVE = "update people_session set staff = %(staff)s, data = %(data)s where digest = %(digest)s"


class SessionStore(SessionBase):
    """Django's session over `people_session`."""

    def load(self) -> dict[str, Any]:
        with signin.cursor() as cursor:
            cursor.execute(_LOAD, [digest(self.session_key), SEEN_EVERY, digest(self.session_key)])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])

    def exists(self, session_key: str | None = None) -> bool:
        with signin.cursor() as cursor:
            cursor.execute("select 1 from people_session where digest = %s", [digest(session_key)])
            return cursor.fetchone() is not None

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        idle, last = policy().ends(data.get(ROLES, ()))
        given = {
            "digest": digest(self.session_key),
            "staff": data.get(USER),
            "data": self.encode(data),
            "agent": data.get(AGENT, ""),
            "idle": idle,
            "last": last,
        }
        with signin.cursor() as cursor:
            cursor.execute(_CREATE if must_create else _SAVE, given)
            if cursor.rowcount == 0:  # taken, or ended in the meantime: what was ended is not raised again
                raise CreateError if must_create else UpdateError

    def delete(self, session_key: str | None = None) -> None:
        with signin.cursor() as cursor:
            cursor.execute(
                "delete from people_session where digest = %s", [digest(session_key or self.session_key or "")]
            )

    @classmethod
    def clear_expired(cls) -> None:
        with signin.cursor() as cursor:
            cursor.execute(f"delete from people_session where not ({_LIVE})")


def digest(key: str | None) -> bytes:
    return hashlib.sha256((key or "").encode()).digest()


def begun(sender: object, request: HttpRequest, user: Any, **_more: object) -> None:
    """Somebody signed in: their session gets a key, an age and ends of its own."""
    session = request.session
    owed.note(request, user)
    session[ROLES] = sorted(holder_of(user.pk).roles)
    session[AGENT] = browser(request.headers.get("User-Agent", ""))
    proven(request)
    session.cycle_key()
    SessionStore.clear_expired()


user_logged_in.connect(begun, dispatch_uid="tongzhou.people.session")


def proven(request: HttpRequest) -> None:
    """Whoever uses this session has just shown that it is theirs."""
    request.session[PROVEN] = dt.datetime.now(dt.UTC).timestamp()


def proven_lately(request: HttpRequest) -> bool:
    since = dt.datetime.now(dt.UTC).timestamp() - float(request.session.get(PROVEN, 0))
    return since < policy().ask_again.total_seconds()


def browser(agent: str) -> str:
    """A kind of browser and of machine, for whoever looks through their own sessions; not the whole string."""
    programs = ("Edg", "Firefox", "MicroMessenger", "Chrome", "Safari")
    machines = ("Android", "iPhone", "iPad", "HarmonyOS", "Windows", "Macintosh", "Linux")
    found = [next((word for word in words if word in agent), "") for words in (programs, machines)]
    return " · ".join(word for word in found if word)
