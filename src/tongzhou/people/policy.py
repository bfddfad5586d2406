"""How long a session lasts, how often a password may be tried, when somebody is asked again: a dated table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

TABLE = Path(__file__).resolve().parents[3] / "rulebooks/policies/sign_in.yaml"


@dataclass(frozen=True)
class Policy:
    """The table as read. Hours by role are (without a request, since signing in)."""

    session_hours: dict[str, tuple[float, float]]
    free_tries: dict[str, int]
    counted_hours: float
    first_wait_seconds: float
    longest_wait_seconds: float
    known_browser_days: int
    ask_again_minutes: float
    one_time_password_hours: float
    device_days: int

    def ends(self, roles: Iterable[str]) -> tuple[dt.timedelta, dt.timedelta]:
        """How long a session may rest and how long it may last: the strictest of the roles held."""
        hours = [self.session_hours[role] for role in roles if role in self.session_hours]
        idle, last = (min(column) for column in zip(*(hours or [self.session_hours["nobody"]]), strict=True))
        return dt.timedelta(hours=idle), dt.timedelta(hours=last)

    @property
    def ask_again(self) -> dt.timedelta:
        return dt.timedelta(minutes=self.ask_again_minutes)


@cache
def policy() -> Policy:
    values = yaml.safe_load(TABLE.read_text(encoding="utf-8"))["values"]
    hours = {role: (float(idle), float(last)) for role, (idle, last) in values.pop("session_hours").items()}
    return Policy(session_hours=hours, **values)
