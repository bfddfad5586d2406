"""The description of the interface for programs (OpenAPI 3.1), made of the structs that do the work (ADR 0030)."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongzhou import __version__
from tongzhou.api import lists, owed
from tongzhou.ledger.kinds import KINDS, Kind
from tongzhou.problems import BY_CODE, Problem

UUID7 = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
REF = "#/components/schemas/{name}"
PLACE = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
WORDS = {"type": "string", "maxLength": 80}
MOMENT = {"type": "string", "format": "date-time"}
GLANCE = {"type": "integer", "minimum": 1, "maximum": lists.MOST, "default": lists.PAGE}


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """For anybody: it describes no data."""
    return HttpResponse(_encoded(), content_type="application/json")


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(document())


def document() -> dict[str, Any]:
    """The whole description as one object."""
    kinds = sorted(KINDS.values(), key=lambda one: one.name)
    structs = [lists.Me, lists.Kinds, lists.Places, lists.Rows, lists.Refusals, owed.TodayTold, owed.Presses,
               owed.PressedTold]  # fmt: skip
    schemas, components = msgspec.json.schema_components([*structs, *(one.body for one in kinds)], ref_template=REF)
    told = dict(zip((struct.__name__ for struct in structs), schemas, strict=False))
    facts = {f"fact-{one.name}": fact(one, schemas[len(structs) + n]) for n, one in enumerate(kinds)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tongzhou 同舟",
            "version": __version__,
            "description": "Facts go in at one door, rows come out under the asker's scope. Tokens: /me/account.",
        },
        "security": [{"token": []}],
        "paths": paths(told),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**components, **facts, "Problem": problem(), "Batch": batch(list(facts)), "Receipt": receipt()},
        },
    }


def paths(told: dict[str, Any]) -> dict[str, Any]:
    place, limit = parameter("place", PLACE), parameter("limit", GLANCE)
    return {
        "/api/facts": {"post": {
            "operationId": "say", "summary": "Say facts: at most 500, each is answered for",
            "requestBody": {"required": True, "content": content({"$ref": REF.format(name="Batch")})},
            "responses": answers({"$ref": REF.format(name="Receipt")}, 401, 413, 422),
        }},
        "/api/me": get("me", "Who one is, and what one holds", told["Me"]),
        "/api/kinds": get("kinds", "Every kind of fact and who may say it", told["Kinds"]),
        "/api/places": get("places", "A place by code or key, or those below one", told["Places"], 422,
                           parameters=[parameter("code", WORDS), parameter("below", PLACE)]),
        "/api/rows/{noun}": get(
            "rows", "Folded rows of a noun, newest first, page by page", told["Rows"], 404, 422,
            parameters=[
                parameter("noun", {"type": "string", "pattern": f"^{lists.NOUN}$"}, where="path"),
                place, limit, parameter("state", WORDS),
                parameter("after", {"type": "string", "description": "the `next` of the page before"}),
            ]),
        "/api/refusals": get("refusals", "What of one's own was refused", told["Refusals"], 422, parameters=[limit]),
        "/api/today": {
            **get("today", "What one owes now, the most urgent first, with the acts offered", told["TodayTold"],
                  404, 422, parameters=[parameter("from", {"type": "integer", "minimum": 0, "maximum": 100_000})]),
            "post": {
                "operationId": "press", "summary": "Press acts of Today: at most 40, each is answered for",
                "requestBody": {"required": True, "content": content(told["Presses"])},
                "responses": answers(told["PressedTold"], 401, 404, 422),
            },
        },
        "/api/board/{place}.json": get(
            "board", "The board of a place", {"type": "object", "required": ["day", "place", "below"]}, 404, 422,
            parameters=[parameter("place", {"type": "integer", "minimum": 1, "maximum": 999_999_999}, where="path"),
                        parameter("day", {"type": "string", "format": "date"}), parameter("as_known_at", MOMENT)]),
    }  # fmt: skip


def fact(kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    """A fact of one kind, in its envelope."""
    said_by = "any role" if "*" in kind.said_by else ", ".join(sorted(kind.said_by))
    return {
        "type": "object",
        "description": f"{' '.join((kind.body.__doc__ or '').split())} Said by: {said_by}.",
        "required": ["id", "kind", "effective_at", "body"],
        "properties": {
            "id": {
                "type": "string",
                "pattern": UUID7,
                "description": "made where it is said; sending twice is harmless",
            },
            "kind": {"const": kind.name},
            "effective_at": MOMENT | {"description": "when it happened"},
            "recorded_at": {"anyOf": [MOMENT, {"type": "null"}], "description": "the device's clock on writing"},
            "place": {"anyOf": [PLACE, {"type": "null"}]},
            "home": {"anyOf": [PLACE, {"type": "null"}]},
            "reporting": {"anyOf": [PLACE, {"type": "null"}]},
            "corrects": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]},
            "body": body,
        },
    }


def batch(facts: list[str]) -> dict[str, Any]:
    mapping = {name.removeprefix("fact-"): REF.format(name=name) for name in facts}
    one = {
        "oneOf": [{"$ref": ref} for ref in mapping.values()],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }
    return {
        "type": "object",
        "required": ["facts"],
        "properties": {
            "facts": {"type": "array", "maxItems": 500, "items": one},
            "device": {"type": ["string", "null"], "maxLength": 200},
            "sent_at": {"anyOf": [MOMENT, {"type": "null"}]},
        },
    }


def receipt() -> dict[str, Any]:
    """What became of a batch: a refused fact has its place in the batch and a reason, the others are kept."""
    told = problem()
    refused = {
        **told,
        "required": ["n", *told["required"]],
        "properties": {"n": {"type": "integer"}, **told["properties"]},
    }
    return {
        "type": "object",
        "required": ["accepted", "known", "append", "refused", "waiting"],
        "properties": {
            "accepted": {"type": "integer"},
            "known": {"type": "integer", "description": "received before: acknowledged again"},
            "append": {"type": "integer"},
            "refused": {"type": "array", "items": refused},
            "waiting": {
                "type": "array",
                "items": {"type": "integer"},
                "description": "places in the batch of those that are kept and do not count yet",
            },
        },
    }


def problem() -> dict[str, Any]:
    """Every refusal there is, by code."""
    known = {**BY_CODE, **{one.code: one for one in Problem.__subclasses__()}}
    codes = [{"const": code, "description": f"{one.status}: {one.sentence}"} for code, one in sorted(known.items())]
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"anyOf": codes}, "message": text, "detail": text, "field": text, "next": text},
    }


def get(name: str, summary: str, schema: dict[str, Any], *refusals: int, parameters: Any = ()) -> dict[str, Any]:
    told = {"operationId": name, "summary": summary, "responses": answers(schema, 401, *refusals)}
    return {"get": {**told, "parameters": list(parameters)} if parameters else told}


def answers(schema: dict[str, Any], *refusals: int) -> dict[str, Any]:
    refused = {"description": "refused, with the reason", "content": content({"$ref": REF.format(name="Problem")})}
    return {"200": {"description": "done", "content": content(schema)}, **{str(status): refused for status in refusals}}


def content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def parameter(name: str, schema: dict[str, Any], where: str = "query") -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": schema}
