"""POST /api/facts: whatever is sent, the answer says what is wrong with which fact; good ones beside it go in."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import uuid_utils.compat as uuids
import world
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongzhou.ledger import append as appending
from tongzhou.ledger import door

pytestmark = pytest.mark.postgres
AT = "2020-03-10T09:00:00+08:00"


@pytest.fixture
def zhao(town: dict[str, int]) -> Client:
    return Client(headers=world.bearer("zhao"), raise_request_exception=False)


def raised(**other: Any) -> dict[str, Any]:
    body = {"household": 1, "concerns": ["fever"]}
    return {"id": str(uuids.uuid7()), "kind": "exception.raised", "effective_at": AT, "place": 6, "body": body} | other


def heard(household: int = 1, **other: Any) -> dict[str, Any]:
    body = {"household": household, "state": "well", "channel": "door"}
    return {"id": str(uuids.uuid7()), "kind": "household.heard", "effective_at": AT, "body": body} | other


def post(client: Client, *facts: Any, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/facts", {"facts": facts, **more}, content_type="application/json")
    return {"status": answer.status_code, **json.loads(answer.content)}


NESTED = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"null", b"[]", b"{", b"{}", b'{"facts": null}', b'{"facts": {}}', b'{"facts": [], "device": "\xff\xfe"}',
        b'{"facts": [], "device": "a\\u0000"}', b'{"facts": [], "device": 7}', b'{"facts": [{"kind": "\\ud800"}]}',
        b'{"facts": ' + NESTED + b"}", b'{"facts": [{"body": ' + NESTED + b"}]}", "{}".encode("utf-16"),
        b'{"facts": [], "sent_at": "2020-03-10T09:00:00"}', b'{"facts": [], "device": "' + b"x" * 201 + b'"}',
    ],
)  # fmt: skip
def test_what_is_no_batch_is_refused_with_a_reason(zhao: Client, payload: bytes) -> None:
    answer = zhao.post("/api/facts", payload, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        (None, "malformed"), (7, "malformed"), ([], "malformed"), ({}, "malformed"),
        (raised(kind="no.such"), "unknown_kind"), (raised(kind="a\0b"), "unknown_kind"),
        (raised(kind="k" * 10_000), "unknown_kind"),
        (raised(effective_at="2020-03-10T09:00:00"), "malformed"), (raised(effective_at="soon"), "malformed"),
        (raised(effective_at="0001-01-01T00:00:00+08:00"), "malformed"),
        (raised(effective_at="9999-12-31T23:59:59Z"), "malformed"),
        (heard(effective_at="0001-01-01T00:00:00+08:00"), "malformed"),
        (heard(effective_at="9999-12-31T23:59:59Z"), "malformed"),
        (raised(recorded_at="2020-03-10T09:00:00"), "malformed"),
        (heard(recorded_at="0001-01-01T00:00:00+14:00"), "malformed"),
        (raised(place=None), "malformed"), (raised(place=2**31), "malformed"), (raised(place=10**30), "malformed"),
        (raised(place=-1), "malformed"), (raised(place=1.5), "malformed"), (raised(place="6"), "malformed"),
        (raised(place=999_999), "unknown_place"), (raised(home=999_999), "unknown_place"),
        (raised(reporting=999_999), "unknown_place"), (raised(home=2**40), "malformed"),
        (raised(place=10), "not_yours"), (raised(place=1), "not_yours"),
        (heard(90), "unknown_household"), (heard(99_999), "unknown_household"),
        (raised(body={"household": 90, "concerns": ["fever"]}), "unknown_household"),
        (raised(body={"household": 99_999, "concerns": ["fever"]}), "unknown_household"),
        (raised(body=None), "malformed"), (raised(body={"household": 2**31, "concerns": ["fever"]}), "malformed"),
        (raised(body={"household": 1, "concerns": ["fever"], "name": "Zhao"}), "malformed"),
        (raised(body={"household": 1, "concerns": ["fever"], "callback": "a\0b"}), "malformed"),
        (raised(id=str(uuid.UUID(int=0))), "malformed"),
        (raised(id=(own := str(uuids.uuid7())), corrects=own), "malformed"),
    ],
)  # fmt: skip
def test_one_odd_fact_is_refused_and_those_beside_it_are_taken(zhao: Client, odd: Any, code: str) -> None:
    answer = post(zhao, heard(2), odd, raised())
    assert answer["status"] == 200
    assert [(one["n"], one["code"]) for one in answer["refused"]] == [(1, code)]
    assert answer["accepted"] == 2


def test_a_clock_beyond_all_reason_does_not_move_what_was_typed(zhao: Client) -> None:
    live, typed = raised(recorded_at=AT), raised(effective_at="2020-03-10T08:00:00+08:00", recorded_at=AT)
    answer = post(zhao, live, typed, sent_at="0001-01-01T00:00:00Z")
    assert [(one["n"], one["field"]) for one in answer["refused"]] == [(0, "effective_at")]
    assert answer["accepted"] == 1


@pytest.mark.parametrize("say", [heard, raised])
def test_what_one_request_says_twice_is_said_once(zhao: Client, say: Any) -> None:
    fact = say()
    answer = post(zhao, fact, fact)
    assert (answer["accepted"], answer["known"], answer["refused"]) == (1, 1, [])
    other = {**fact["body"], "household": 2}
    first = say()
    answer = post(zhao, first, {**first, "body": other})
    assert [(one["n"], one["code"]) for one in answer["refused"]] == [(1, "id_reused")]
    assert answer["accepted"] == 1
    with door.ledger() as connection:
        assert connection.execute("select count(*) from community_household_day where household = 2").fetchone() == (0,)


def test_a_repetition_of_what_is_refused_is_refused_too(zhao: Client) -> None:
    fact = heard(90)
    answer = post(zhao, fact, fact)
    assert [(one["n"], one["code"]) for one in answer["refused"]] == [
        (0, "unknown_household"),
        (1, "unknown_household"),
    ]
    assert (answer["accepted"], answer["known"]) == (0, 0)


def test_a_defect_of_the_program_costs_one_fact_and_not_the_batch(
    zhao: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setitem(appending.ASKS, "exception.raised", breaks)
    answer = post(zhao, heard(1), raised(), heard(2))
    assert (answer["accepted"], [(one["n"], one["code"]) for one in answer["refused"]]) == (2, [(1, "not_taken")])
    with door.ledger() as connection:
        assert connection.execute("select kind, code from ledger_refusal").fetchall() == [
            ("exception.raised", "not_taken")
        ]


def test_more_than_can_be_taken_at_once_is_said(zhao: Client) -> None:
    assert post(zhao, *[heard() for _ in range(501)])["code"] == "too_many"
    answer = zhao.post("/api/facts", b" " * 9_000_000, content_type="application/json")
    assert answer.status_code == 413 and answer.json()["code"] == "too_many"


def test_a_door_elsewhere_and_a_door_that_is_nowhere_are_answered_alike(zhao: Client) -> None:
    for made in (heard, lambda number: raised(body={"household": number, "concerns": ["fever"]})):
        answer = post(zhao, made(90), made(99_999))
        told = [json.dumps(one).replace("99999", "90") for one in answer["refused"]]
        assert told[0].replace('"n": 0', '"n": 1') == told[1]


def test_a_fact_costs_the_pages_role_no_statement(zhao: Client) -> None:
    """Whoever speaks is looked up, and the ledger's own connection does the rest."""
    post(zhao, heard(1))  # once an hour a token's use is marked
    with CaptureQueriesContext(connections["default"]) as pages, CaptureQueriesContext(connections["signin"]) as signin:
        assert post(zhao, heard(2))["accepted"] == 1
    assert pages.captured_queries == [] and signin.captured_queries == []
