"""What GLOSSARY.md says is never built has no fact, no column and no address; a warning can be deleted by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.urls import get_resolver

from tongzhou.console.security import SecurityHeaders
from tongzhou.ledger.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
NEVER = {
    "tracking": {"location", "latitude", "longitude", "gps", "imei", "imsi", "tower", "trajectory", "face", "payment"},
    "scoring": {"score", "credit", "colour", "color", "rank", "ranking", "blacklist", "penalty", "punishment", "fine"},
    "opinions": {"opinion", "sentiment", "loyalty", "post"},
}


def words_of(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+", name.lower()))


def names() -> Iterator[str]:
    """Every kind, field, column and address that there is."""
    for kind in KINDS.values():
        yield kind.name
        yield from (field.name for field in msgspec.structs.fields(kind.body))
    for path in sorted((ROOT / "src/tongzhou").glob("*/sql/*.sql")):
        tables = re.findall(r"create table[^(]*\((.*?)\n\)", path.read_text(), re.DOTALL | re.IGNORECASE)
        yield from (line.split()[0] for table in tables for line in table.splitlines() if line.strip())
    yield from addresses(get_resolver().url_patterns)


def addresses(patterns: list[Any]) -> Iterator[str]:
    for one in patterns:
        yield str(one.pattern)
        yield from addresses(getattr(one, "url_patterns", []))


@pytest.mark.parametrize("what", NEVER)
def test_nothing_holds_it(what: str) -> None:
    found = list(names())
    assert {"temp10", "effective_at", "api/facts"} <= set(found)  # bodies, columns and addresses were read
    assert [name for name in found if words_of(name) & NEVER[what]] == []


def test_a_column_of_the_kind_would_be_seen() -> None:
    assert words_of("last_location") & NEVER["tracking"] and words_of("credit_score") & NEVER["scoring"]


def test_nobody_can_take_back_a_clinicians_warning_and_no_page_may_ask_where_the_phone_is() -> None:
    assert KINDS["warning.given"].permanent
    from django.http import HttpRequest, HttpResponse

    answer = SecurityHeaders(lambda _request: HttpResponse())(HttpRequest())
    assert "geolocation=()" in answer["Permissions-Policy"]
