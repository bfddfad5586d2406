"""How long forms take, by sample: from the page being shown to its being saved. Counts of seconds by form and week, and
nothing of who, where or on which telephone: forms are measured, workers never (USERS, RULEBOOK 6.3)."""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
import uuid
from collections.abc import Callable
from functools import cache

import psycopg
from django.db import connection
from django.http import HttpRequest, HttpResponse

from tongzhou.ledger import door
from tongzhou.ledger.time import local_day
from tongzhou.reports.registry import forms, limits

UPPER = (2, 5, 10, 20, 30, 60, 120, 300, 600, 3600)  # seconds: upper ends of the buckets
log = logging.getLogger(__name__)


@cache
def _form_of() -> dict[str, str]:
    try:
        return {page: form.id for form in forms() for page in form.pages}
    except Exception:  # nobody's work waits for a registry that cannot be read; its own page says why
        log.exception("the registry of forms cannot be read: nothing is timed")
        return {}


class Middleware:
    """Notes the seconds of one form in twenty. The number made with the page (a UUIDv7) says when it was shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 302 and random.random() < limits()["share"]:
            match = request.resolver_match
            form, taken = _form_of().get(match.view_name or "" if match else ""), seconds(request.POST.get("id", ""))
            if form and taken is not None:
                note(form, taken)
        return response


def seconds(number: str, now: float | None = None) -> float | None:
    """Seconds since a page's number was made; None for what is no such number or older than an hour."""
    try:
        made = uuid.UUID(number)
    except ValueError:
        return None
    taken = (time.time() if now is None else now) - (made.int >> 80) / 1000
    return taken if made.version == 7 and 0 <= taken <= UPPER[-1] else None


def note(form: str, taken: float) -> None:
    """Count one. A sample that cannot be kept is lost: nobody's work waits for it."""
    bucket = next(upper for upper in UPPER if taken <= upper)
    today = local_day(dt.datetime.now(dt.UTC))
    week = today - dt.timedelta(days=today.weekday())
    try:
        with door.ledger() as ledger:
            ledger.execute(
                "insert into reports_burden (form, week, within, n) values (%s, %s, %s, 1)"
                " on conflict (form, week, within) do update set n = reports_burden.n + 1",
                [form, week, bucket],
            )
    except psycopg.Error:
        log.warning("a sample of the burden of forms was not kept")


def median() -> dict[str, tuple[int, int]]:
    """By form: within how many seconds half of the sampled were filled, and how many were sampled; nothing below the
    least sample."""
    counts: dict[str, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("select form, within, sum(n)::integer from reports_burden group by form, within")
        for form, within, n in cursor.fetchall():
            counts.setdefault(form, {})[within] = n
    found = {}
    for form, by_bucket in counts.items():
        total, so_far = sum(by_bucket.values()), 0
        if total < limits()["least_sample"]:
            continue
        for upper in sorted(by_bucket):
            so_far += by_bucket[upper]
            if 2 * so_far >= total:
                found[form] = (upper, total)
                break
    return found
