"""Why a row is as it is: every fact behind it, in order, with who said it, when, and what no longer counts; the rules
and the duties they raise."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec
from psycopg import Connection

from tongzhou.ledger import clock


class Told(Protocol):
    """What a rule said: the rules' own evaluation, which this folder does not import."""

    @property
    def rule_id(self) -> str: ...
    @property
    def edition(self) -> str | None: ...
    @property
    def reason_en(self) -> str: ...
    @property
    def reason_zh(self) -> str: ...
    @property
    def ignored(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Why:
    """One reason: the matter, a sentence in both languages, the rule and edition that say it, until when."""

    about: str
    en: str
    zh: str
    rule: str | None = None
    edition: str | None = None
    due: dt.datetime | None = None


def by_rule(about: str, told: Told, due: dt.datetime | None = None) -> Why:
    """Its reason, which says what was missing, and what was given and not used."""
    en, zh = told.reason_en, told.reason_zh
    if told.ignored:
        en, zh = f"{en}; not used: {', '.join(told.ignored)}", f"{zh}；未采用：{'、'.join(told.ignored)}"
    return Why(about, en, zh, told.rule_id, told.edition, due)


# (connection, key, row, now) → reasons; the row's data has its moments as text
Reasons = Callable[[Connection[Any], str, dict[str, Any], dt.datetime], list[Why]]
REASONS: dict[str, Reasons] = {}


def reasons(noun: str) -> Callable[[Reasons], Reasons]:
    """Registers what a work folder says of its rows beside their facts."""

    def register(told: Reasons) -> Reasons:
        REASONS[noun] = told
        return told

    return register


T = TypeVar("T")

_FACTS = """
select f.id, k.name, f.place, f.effective_at, f.received_at, f.recorded_at, a.by_id, a.device, a.origin,
f.corrects, f.body,
  (select c.id from ledger_fact c where c.corrects = f.id and ledger_corrects(c.append, f.kind, f.place, f.body)
    limit 1) as corrected_by,
  (select s.chain || ':' || s.n from ledger_seal s where s.append = f.append) as sealed
from ledger_fact f join ledger_kind k on k.id = f.kind join ledger_append a on a.id = f.append
"""


def explain(connection: Connection[Any], subject: str) -> dict[str, Any] | None:
    """All there is about `noun/key`, or about one fact (`fact/<id>`); None where there is nothing (or nothing
    visible)."""
    noun, _, key = subject.partition("/")
    if noun == "fact":
        if (id := _read(UUID, key)) is None:
            return None
        facts = _facts(connection, _FACTS + " where f.id = %s", [id])
        return {"subject": subject, "facts": facts} if facts else None
    if noun == "household-day":
        household, _, text = key.partition("/")
        if (day := _read(dt.date.fromisoformat, text)) is None or not re.fullmatch("[0-9]{1,9}", household):
            return None
        facts = _facts(
            connection,
            _FACTS + " where f.subject = community_subject(%s::date, %s::integer)"
            " order by f.effective_at, f.received_at, f.id",
            [day, household],
        )
        return {"subject": subject, "facts": facts} if facts else None
    return _row(connection, subject, noun, key)


def _row(connection: Connection[Any], subject: str, noun: str, key: str) -> dict[str, Any] | None:
    row = _one(
        connection,
        "select place, state, sees, data, effective_at, known_from from ledger_row where noun = %s and key = %s",
        [noun, key],
    )
    facts = _facts(
        connection,
        _FACTS + " where f.id in (select fact from ledger_touch where subject = %(s)s)"
        " or f.corrects in (select fact from ledger_touch where subject = %(s)s)"
        " order by f.effective_at, f.received_at, f.id",
        {"s": subject},
    )
    if row is None and not facts:
        return None
    waits = connection.execute("select fact from ledger_pending where subject = %s", [subject]).fetchall()
    for fact in facts:
        fact["waits"] = (fact["id"],) in waits  # kept, and not counted in this row
    versions = connection.execute(
        "select state, known_from, known_to from ledger_row_was where noun = %s and key = %s order by known_from",
        [noun, key],
    ).fetchall()
    conflict = _one(
        connection,
        "select owner_role, question, known_from from ledger_conflict where noun = %s and key = %s",
        [noun, key],
    )
    told: dict[str, Any] = {
        "subject": subject,
        "row": row,
        "facts": facts,
        "conflict": conflict,
        "versions": [{"state": s, "known_from": a, "known_to": b} for s, a, b in versions],
    }
    if row:
        if isinstance(row["data"], str):  # as the console's connection gives it
            row["data"] = msgspec.json.decode(row["data"])
        why = REASONS.get(noun) if row["state"] != "void" else None
        told["reasons"] = why(connection, key, row, clock.read(connection).now) if why else []
    return told


def _read(sort: Callable[[str], T], text: str) -> T | None:
    try:
        return sort(text)
    except ValueError:
        return None


def _facts(connection: Connection[Any], query: str, given: Any) -> list[dict[str, Any]]:
    cursor = connection.execute(query, given)
    columns = [column.name for column in cursor.description or ()]
    found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    for fact in found:
        fact["body"] = msgspec.json.decode(fact["body"])
    return found


def _one(connection: Connection[Any], query: str, given: list[Any]) -> dict[str, Any] | None:
    cursor = connection.execute(query, given)
    row = cursor.fetchone()
    if row is None:
        return None
    return dict(zip([column.name for column in cursor.description or ()], row, strict=True))
