"""When what the vault keeps ends by itself (rulebooks/policies/retention.yaml; RULEBOOK 16.1)."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from psycopg import Connection

from tongzhou import rules
from tongzhou.ledger import clock
from tongzhou.ledger.time import local_day

TABLE = Path(__file__).resolve().parents[3] / "rulebooks/policies/retention.yaml"
# The first part of an owner's reference → what the table calls it. Others end with their row, or with the event.
SORTS = {
    "exception": "call_back_number",
    "import": "list",
    "drafts": "list",
    "manifest": "trip_manifest",
    "gate": "gate_record",
    "order": "order",
    "text": "text",
}


def ends(connection: Connection[Any], owner: str) -> dt.datetime | None:
    """When what is kept under a new owner ends; None where its sort has no term."""
    sort = SORTS.get(owner.partition("/")[0])
    if sort is None:
        return None
    now = clock.read(connection).now
    return now + days(sort)


def days(sort: str) -> dt.timedelta:
    return dt.timedelta(days=_table()[sort])


@cache
def _table() -> dict[str, int]:
    return {sort: int(n) for sort, n in yaml.safe_load(TABLE.read_text(encoding="utf-8"))["values"].items()}


# A contact's observation ends as many days after the last exposure as the rule of that day says, or when it was ended.
_OVER = """
update people_vault_key k set expires_at = o.ends from (
  select 'contact/' || key as owner, %s + coalesce((data ->> 'ended_at')::timestamptz,
    (data ->> 'last_day')::date + 1 + %s) as ends
  from ledger_row where noun = 'contact' and state <> 'void') o
where k.owner = o.owner and k.wrapped is not null and k.expires_at is distinct from o.ends
"""


# On which somebody agreed to be rung (liaisons/numbers.py): over once nobody rings them any more, however it was said.
_SILENT = """
update people_vault_key k set expires_at = %s from ledger_row c
where k.owner >= 'call/' and k.owner < 'call0' and k.wrapped is not null and k.expires_at is null
  and c.noun = 'call' and c.key = split_part(k.owner, '/', 2) and c.state in ('ended', 'void')
"""


def follow_rows(connection: Connection[Any]) -> None:
    """Give contacts their term, which moves with what is said of them, and numbers of whom nobody rings their end."""
    now = clock.read(connection).now
    pack = rules.in_force("CC-E6", local_day(now)) or rules.book().latest("CC-E6")
    assert pack is not None
    connection.execute(_OVER, [days("contact"), dt.timedelta(days=pack.whole("observation_days"))])
    connection.execute(_SILENT, [now])
