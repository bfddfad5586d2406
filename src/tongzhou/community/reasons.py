"""What stands behind a task: whom it serves, and until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from psycopg import Connection

from tongzhou.ledger.explain import Why, reasons
from tongzhou.ledger.time import zone


@reasons("task")
def of_a_task(connection: Connection[Any], key: str, row: dict[str, Any], now: dt.datetime) -> list[Why]:
    data, due = row["data"], _moment(row["data"]["due"])
    late = row["state"] != "done" and due is not None and now > due
    states = {"done": ("done", "已完成"), "not_ready": ("not ready", "未就绪"), "open": ("open", "待办")}
    en, zh = states[row["state"]]
    if late:
        en, zh = f"{en}, overdue", f"{zh}，已超时"
    found = [Why("task", en, zh, due=due)]
    if data["about"]:
        found.append(Why("serves", data["about"], data["about"]))
    return found


def _moment(text: str | None) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone())
