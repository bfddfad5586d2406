"""What stands behind a directive and a request: who has answered, what the tasks show, the clock of the answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from psycopg import Connection

from tongzhou.directives import queries
from tongzhou.directives.fold import SUPPORT
from tongzhou.directives.shown import Shown, moment
from tongzhou.ledger.explain import Why, reasons


@reasons("directive")
def of_a_directive(connection: Connection[Any], key: str, row: dict[str, Any], now: dt.datetime) -> list[Why]:
    """A line for each place it went to: the tasks below count through whatever it was passed on as."""
    held = [
        {"key": k, "place": place, "state": state, "data": msgspec.json.decode(data)}
        for k, place, state, data in connection.execute(
            "select key, place, state, data::text from ledger_row where noun = 'directive' and state <> 'void'"
        ).fetchall()
    ]
    told = Shown(held, queries.lies(held, connection)).of(key)
    due = moment(row["data"]["due"])
    states = {"silent": "未阅", "read": "已阅", "not_ready": "未就绪", "partly": "部分完成", "done": "已完成"}
    names = queries.names([line["place"] for line in told["lines"]], connection)
    found = []
    for line in told["lines"]:
        tasks, by = line["tasks"], line.get("by_tasks")
        name_zh, name_en = names.get(line["place"], ("", ""))
        en, zh = f"{name_en}: {line['state'].replace('_', ' ')}", f"{name_zh}：{states[line['state']]}"
        if tasks["all"]:
            en, zh = (
                f"{en}, {tasks['done']} of {tasks['all']} tasks done",
                f"{zh}，任务完成 {tasks['done']}/{tasks['all']}",
            )
        en, zh = (f"{en}: the last task closed it", f"{zh}：最后一项任务完成即办结") if by else (en, zh)
        found.append(Why(f"place/{line['place']}", en, zh, due=due))
    return found


@reasons("support")
def of_a_request(connection: Connection[Any], key: str, row: dict[str, Any], now: dt.datetime) -> list[Why]:
    """The clock of the answer, by the table of answer clocks."""
    data = row["data"]
    asked, answered = moment(data["asked_at"]), moment(data["answered_at"])
    rest = row["state"] == SUPPORT.rest  # its clock runs anew from the part that was granted
    since, until = (answered, now) if rest else (asked, answered or now)
    due = since + dt.timedelta(hours=float(queries.hours()[data["urgency"]]))
    state = queries.clock_state(since, due, until)
    words = {
        "open": ("within its time", "未超时"),
        "amber": ("close to its time", "临近时限"),
        "missed": ("overdue", "已超时"),
    }
    en, zh = words[state]
    return [Why("answer", en, zh, "answer_clock", queries.clock()["edition"], due)]
