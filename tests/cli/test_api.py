"""The interface for programs is what its description says: read by a machine, tried by a machine."""

from __future__ import annotations

import traceback

import msgspec
import pytest
import world
from django.test import Client

from tongzhou.api.describe import document
from tongzhou.ledger.kinds import KINDS

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff):
    for n in range(5):
        world.say(world.said("exception.raised", {"household": 1 + n, "concerns": ["fever"]}, place=6))
    world.say(world.said("exception.raised", {"household": 90, "concerns": ["fever"]}, place=10))
    return staff


def get(who, path, status=200):
    answer = Client(headers=world.bearer(who)).get(path)
    assert answer.status_code == status, (path, answer.content[:300])
    return answer.json()


def test_every_kind_refusal_and_address_is_described():
    told = document()
    mapping = told["components"]["schemas"]["Batch"]["properties"]["facts"]["items"]["discriminator"]["mapping"]
    assert mapping.keys() == KINDS.keys()
    codes = {one["const"] for one in told["components"]["schemas"]["Problem"]["properties"]["code"]["anyOf"]}
    assert {"not_signed_in", "malformed", "id_reused", "stale"} <= codes
    from django.urls import get_resolver

    served = {str(one.pattern) for one in get_resolver().url_patterns if str(one.pattern).startswith("api/")}
    served = {"/" + path.replace("<noun:noun>", "{noun}") for path in served}
    described = set(told["paths"]) | {"/api/openapi.json"}
    assert served <= described and described - served == {"/api/board/{place}.json", "/api/today"}


def test_nobody_reads_without_a_token_and_charlie_reads_nothing(staff):
    assert Client().get("/api/openapi.json").content == msgspec.json.encode(document())
    for path in ("/api/me", "/api/kinds", "/api/places?code=980101", "/api/rows/exception", "/api/refusals"):
        answer = Client().get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), path
        assert Client(headers={"Authorization": "Bearer x"}).get(path).status_code == 401
    assert get("charlie", "/api/rows/exception") == {"rows": [], "next": None, "more": 0}
    assert get("charlie", "/api/me") == {"staff": staff["charlie"], "roles": [], "opens": []}
    assert not any(one["yours"] for one in get("charlie", "/api/kinds")["kinds"] if "*" not in one["said_by"])


def test_rows_come_under_the_askers_scope_page_by_page(staff):
    first = get("doctor", "/api/rows/exception?limit=2")
    seen = [row["key"] for row in first["rows"]]
    while first["next"]:
        first = get("doctor", "/api/rows/exception?limit=2&after=" + first["next"].replace("+", "%2B"))
        seen += [row["key"] for row in first["rows"]]
    assert len(seen) == len(set(seen)) == 5
    assert len(get("far", "/api/rows/exception")["rows"]) == 1
    assert len(get("doctor", "/api/rows/exception?place=6")["rows"]) == 5
    assert get("doctor", "/api/rows/exception?place=7")["rows"] == []
    assert get("doctor", "/api/rows/exception?state=closed")["rows"] == []
    for wrong in ("limit=0", "limit=x", "limit=", "place=-1", "after=soon", "after=2020~x"):
        assert get("doctor", f"/api/rows/exception?{wrong}", 422)["code"] == "malformed"


def test_places_kinds_and_ones_own_refusals(staff):
    (county,) = get("lin", "/api/places?code=980101")["places"]
    assert (county["place"], county["parent"], county["name_en"]) == (3, 2, "Hong")
    assert [one["place"] for one in get("lin", "/api/places?below=5")["places"]] == [6, 7]
    assert get("lin", "/api/places", 422)["field"] == "code"
    yours = {one["kind"] for one in get("zhao", "/api/kinds")["kinds"] if one["yours"]}
    assert "household.heard" in yours and "case.classified" not in yours
    bad = world.said("exception.raised", {"household": 90, "concerns": ["fever"]}, place=10)
    client = Client(headers=world.bearer("zhao"))
    fact = {"id": str(bad.id), "kind": bad.kind, "effective_at": bad.effective_at.isoformat(), "place": 10,
            "body": {"household": 90, "concerns": ["fever"]}}  # fmt: skip
    assert client.post("/api/facts", {"facts": [fact]}, content_type="application/json").json()["refused"]
    assert [one["fact"] for one in get("zhao", "/api/refusals")["refusals"]] == [str(bad.id)]
    assert get("qian", "/api/refusals")["refusals"] == []


def test_a_machine_finds_nothing_that_the_description_does_not_say(staff):
    """Bounded: a few dozen requests for each address, always the same ones."""
    schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis: ./tongzhou test installs it")
    from schemathesis import checks

    from tongzhou.wsgi import application

    told = document()
    told["components"]["schemas"]["Batch"]["properties"]["facts"]["maxItems"] = 2
    schema = schemathesis.openapi.from_dict(told)
    schema.app = application
    as_told = [checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
               checks.response_schema_conformance]  # fmt: skip
    tried = 0
    for found in schema.get_all_operations():
        tried += sent(found.ok(), schemathesis.GenerationMode.POSITIVE, as_told)
        tried += sent(found.ok(), schemathesis.GenerationMode.NEGATIVE, [checks.not_a_server_error])
    assert tried > 150


def sent(operation, mode, checks):
    """Send what the machine thinks of; how many requests."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    tried = []

    @seed(20200310)
    @settings(max_examples=15, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case):
        tried.append(case.call_and_validate(headers=world.bearer("doctor"), checks=checks))

    one()
    return len(tried)


def test_a_wrong_description_would_be_found(staff):
    schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis: ./tongzhou test installs it")
    from schemathesis import checks

    from tongzhou.wsgi import application

    told = document()
    told["paths"] = {"/api/me": told["paths"]["/api/me"]}
    told["components"]["schemas"]["Me"]["properties"]["staff"] = {"type": "string"}
    schema = schemathesis.openapi.from_dict(told)
    schema.app = application
    with pytest.raises(BaseExceptionGroup) as found:
        sent(next(schema.get_all_operations()).ok(), schemathesis.GenerationMode.POSITIVE,
             [checks.response_schema_conformance])  # fmt: skip
    assert "is not of type" in "".join(traceback.format_exception(found.value))
