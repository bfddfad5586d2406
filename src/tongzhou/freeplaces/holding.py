"""Whether a certificate holds is a question to the moment: a suspension ends by itself when the days are over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import moment_in

Standing = Literal["proposed", "checked", "lacking", "declined", "certified", "suspended", "cancelled", "ended"]
Span = tuple[dt.datetime, dt.datetime | None]


def turned(facts: Sequence[Fact], since: dt.datetime) -> tuple[list[Span], dt.datetime | None]:
    """From the turns of a certificate, in order: when it was suspended `since` it was signed, as spans without overlap,
    and when it was cancelled. A matter that was found to belong elsewhere never was one."""
    by_matter: dict[str, list[Fact]] = {}
    for fact in facts:
        by_matter.setdefault(fact.body.matter, []).append(fact)
    spans: list[Span] = []
    cancelled: list[dt.datetime] = []
    for told in by_matter.values():
        last = max((n for n, fact in enumerate(told) if fact.body.outcome == "elsewhere"), default=-1)
        theirs, ends = _of_matter(told[last + 1 :])
        spans += theirs
        cancelled += ends
    held = [(max(start, since), end) for start, end in spans if end is None or end > since]
    return _joined(held), max(min(cancelled), since) if cancelled else None


def _of_matter(told: Sequence[Fact]) -> tuple[list[Span], list[dt.datetime]]:
    """One matter: each word holds until the next one of it."""
    spans: list[Span] = []
    cancelled: list[dt.datetime] = []
    for n, fact in enumerate(told):
        if fact.body.outcome == "cancel":
            cancelled.append(fact.effective_at)
        elif fact.body.outcome == "suspend":
            after = told[n + 1].effective_at if n + 1 < len(told) else None
            until = min((end for end in (after, moment_in(fact.body.until)) if end), default=None)
            if until is None or until > fact.effective_at:
                spans.append((fact.effective_at, until))
    return spans, cancelled


def _joined(spans: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        last = found[-1][1] if found else start
        if not found or (last is not None and last < start):
            found.append((start, end))
        elif last is not None and (end is None or end > last):
            found[-1] = (found[-1][0], end)
    return found


def at(value: Any) -> dt.datetime | None:
    return value if isinstance(value, dt.datetime) else moment_in(value)


def standing(state: str, data: Mapping[str, Any], now: dt.datetime) -> Standing:
    """What a certificate is at a moment, of a row as it is known."""
    since, cancelled, ended = at(data["since"]), at(data["cancelled_at"]), at(data["ended_at"])
    if since is None or since > now:
        return "proposed" if since else state  # type: ignore[return-value]
    if cancelled is not None and cancelled <= now:
        return "cancelled"
    if ended is not None and ended <= now:
        return "ended"
    return "suspended" if _suspended(data["spans"], now) else "certified"


def _suspended(spans: Sequence[Sequence[Any]], now: dt.datetime) -> bool:
    for start, end in spans:
        began, over = at(start), at(end)
        if began is not None and began <= now and (over is None or now < over):
            return True
    return False


def days(data: Mapping[str, Any], now: dt.datetime) -> int:
    """Days in a row for which the place is certified: suspended days count where it holds again."""
    since = at(data["since"])
    return max(0, (now - since).days) if since else 0
