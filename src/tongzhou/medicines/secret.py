"""What looks like the password of a card: it is recorded nowhere, whoever offers it and wherever it is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger.append import Context
from tongzhou.ledger.form import Checked
from tongzhou.problems import Malformed, Problem

_NAMED = r"(?:密\s*码|口\s*令|暗\s*码|取款码|支付码|passw(?:or)?d|pass\s?code|\bpin\b|\bpsw\b|\bpwd\b)"
_DIGITS = r"(?:[0-9０-９]|[零〇一二三四五六七八九幺两])"
LOOKS = re.compile(
    rf"{_NAMED}|(?<![0-9０-９.,，．]){_DIGITS}(?:[\s-]*{_DIGITS}){{5}}(?![0-9０-９.,，．])", re.IGNORECASE
)  # of a card: six digits, or the word


def looks_like_one(text: str) -> bool:
    return LOOKS.search(text) is not None


TOLD = re.compile(rf"{_NAMED}.{{0,12}}?{_DIGITS}{{3}}", re.IGNORECASE)  # in words about something else


def told(text: str) -> bool:
    """Does somebody tell a password in words that may hold other numbers as well?"""
    return TOLD.search(text) is not None


def none(_connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """No free words of medicines, bags and cards hold one."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        for field in ("text", "brand"):
            if looks_like_one(getattr(fact.body, field, None) or ""):
                refused[fact.n] = _refused(field)
    return refused


def none_told(_connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Nor do the words of a need, where a household asks for its medicine."""
    return {fact.n: _refused("text") for fact in facts if told(getattr(fact.body, "text", None) or "")}


def _refused(field: str) -> Problem:
    return Malformed(_("words without the card's password: it is written down nowhere"), field)
