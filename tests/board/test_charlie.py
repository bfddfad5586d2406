"""Charlie holds no role. Every address there is answers them with nothing; a new address must be put on the list."""

from __future__ import annotations

import json

import pytest
import world
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

pytestmark = pytest.mark.postgres

# Addresses that show no record of anybody, whoever asks.
OPEN = {"health", "login", "logout", "i18n/setlang/", "public/", "doorway/sw.js", "doorway/words.js", "h/",
        "gate/", "gate/sw.js", "today/sw.js",
        "free-places/", "free-places/list.json", "free-places/list.csv", "prices/", "prices/list.json",
        "measures/", "measures/elsewhere", "measures/register.json", "measures/changes", "api/openapi.json", "",
        "erasures/", "erasures/reports.jsonl", "erasures/list.jsonl"}  # how many were erased, never who  # fmt: skip
# Charlie's own pages and lists, with nothing on them (tests/cli/test_api.py).
OWN = {"me", "me/second-factor", "api/me", "api/kinds", "api/rows/<noun:noun>", "api/refusals"}
FILLED = {
    "<slug:engine>": "supplies",
    "<uuid:key>": "0170bbd2-0000-7000-8000-000000000004",
    "<noun:noun>": "case",
    "<number:place>": "1",
    "<number:number>": "1",
    "<int:place>": "1",
    "<str:day>": "2020-03-10",
    "<int:number>": "1",
    "<str:noun>": "case",
    "<str:key>": "x",
    "<slug:id>/<slug:cell>": "community_daily/heard",
    "<slug:id>": "community_daily",
    "<slug:form>": "graphml",
    "<slug:rule_id>": "CASE-T7",
    "cases/list.<str:kind>": "cases/list.csv",
    "<slug:noun>/<path:key>": "household-day/1/2020-03-10",
    "<str:token>": "x" * 22,
}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    found = []
    for one in patterns:
        path = before + str(one.pattern)
        found += addresses(one.url_patterns, path) if isinstance(one, URLResolver) else [path]
    return found


def test_every_address_tells_charlie_nothing(db: str) -> None:
    world.furnish(simulated=True)
    world.say(
        world.heard(1, "unwell"), world.said("exception.raised", {"household": 1, "concerns": ["fever"]}, place=6)
    )
    client = Client(headers=world.bearer("charlie"))
    looked = 0
    for address in addresses(get_resolver().url_patterns):
        if address in OPEN | OWN:
            continue
        path = address
        for part, value in FILLED.items():
            path = path.replace(part, value)
        assert "<" not in path, f"{address}: say in this test what stands for its part"
        for answer in (client.get(f"/{path}"), client.post(f"/{path}", "{}", "application/json")):
            # 401 or 302 to the login for what takes a session, 404 for what is not theirs, 405 for the wrong method.
            # The fact door takes a batch from anybody with a role somewhere, and refuses each fact of Charlie's.
            assert answer.status_code in (302, 401, 403, 404, 405, 409, 422), (address, answer.status_code)
            assert "fever" not in answer.content.decode() and "一网格" not in answer.content.decode(), address
        looked += 1
    assert looked >= 13


def test_charlie_may_say_nothing_either(db: str) -> None:
    world.furnish(simulated=True)
    fact = world.heard(1)
    batch = {
        "facts": [
            {"id": str(fact.id), "kind": fact.kind, "effective_at": fact.effective_at.isoformat(),
             "place": 6, "body": json.loads(bytes(fact.body))}
        ]
    }  # fmt: skip
    answer = Client(headers=world.bearer("charlie")).post("/api/facts", json.dumps(batch), "application/json")
    assert answer.json().get("accepted", 0) == 0 and answer.json()["refused"][0]["code"] == "unknown_household"
