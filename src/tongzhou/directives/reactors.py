"""What shows itself by tasks is owed by nobody: where the last task of a place is done, the place has answered, and so
has each desk above that had passed it on; where a task comes after that, it has not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg import Connection

from tongzhou.directives import queries
from tongzhou.ledger.reactors import Cause, Effect, reacts

_ROW = "select key, place, state, data::text from ledger_row where noun = 'directive' and key = %s and state <> 'void'"
_OF_TASK = "select data ->> 'about' from ledger_row where noun = 'task' and key = %s"
_PASSED_ON = """
select state from ledger_row
where noun = 'directive' and place = %s and data ->> 'parent' = %s and state not in ('ended', 'void')
"""


@reacts("DIRECTIVE-TASKS", "task.set", "task.done")
def answered_by_tasks(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The place in which the task lies, of the directive that it serves."""
    about = cause.body.about
    if cause.kind == "task.done":
        found = connection.execute(_OF_TASK, [cause.body.task]).fetchone()
        about = found[0] if found else None
    row = _row(connection, (about or "").removeprefix("directive/"))
    if row is None:
        return []
    lies = queries.lies([row], connection)
    return [effect for place in row["data"]["to"] if cause.place in lies.get(place, ())
            for effect in _answer(connection, row, place, lies)]  # fmt: skip


@reacts("DIRECTIVE-BELOW", "directive.reported")
def answered_below(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The desk that had passed it on, of the directive from above."""
    below = _row(connection, cause.body.directive)
    above = _row(connection, below["data"]["parent"]) if below and below["data"]["parent"] else None
    if below is None or above is None:
        return []
    return _answer(connection, above, below["place"], queries.lies([above], connection))


@reacts("DECISION-SETTLED", "directive.reported", "directive.ended")
def settled_by_its_directive(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The decision that became this directive: carried out where every place has done it, dropped where it ended
    otherwise."""
    row = _row(connection, cause.body.directive)
    decision = row["data"].get("decision") if row else None
    if row is None or not decision or row["state"] not in ("done", "ended"):
        return []
    waits = connection.execute(_SENT, [decision]).fetchone()
    if waits is None:
        return []
    place, day, number = decision.split("/")
    done = row["state"] == "done" or row["data"]["ended"] == "done"
    body = {"place": int(place), "day": day, "number": int(number), "outcome": "done" if done else "dropped"}
    if told := _counted(row["data"]) or _answered(row["data"]):
        body["text"] = told
    return [Effect("decision.settled", int(place), body, f"decision/{decision}")]


def _counted(data: dict[str, Any]) -> str:
    """What the places that it went to counted together, all of one level; empty where one of them gave no figure."""
    figures = [one.get("figure") for one in data["answers"].values()]
    if data["evidence"] != "figure" or not data.get("counted") or not figures or None in figures:
        return ""
    return f"{data['counted']}: {sum(figures):,}"


def _answered(data: dict[str, Any]) -> str:
    """What the places answered in words; who said which stands with the directive."""
    told = "; ".join(dict.fromkeys(one["text"] for one in data["answers"].values() if one.get("text")))
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"


LONGEST = 400  # of a text

_SENT = "select from ledger_row where noun = 'decision' and key = %s and state = 'sent'"


def _row(connection: Connection[Any], key: str) -> dict[str, Any] | None:
    found = connection.execute(_ROW, [key]).fetchone()
    return dict(zip(("key", "place", "state", "data"), [*found[:3], msgspec.json.decode(found[3])], strict=True)) if (
        found) else None  # fmt: skip


def _answer(connection: Connection[Any], row: dict[str, Any], place: int, lies: dict[int, set[int]]) -> list[Effect]:
    """What the tasks say for a place, where that is not kept already."""
    data, key = row["data"], row["key"]
    if data["evidence"] != "tasks" or place not in data["to"]:
        return []
    own = [one for where, one in data["tasks"].items() if int(where) in lies.get(place, ())]
    below = [state for (state,) in connection.execute(_PASSED_ON, [place, key]).fetchall()]
    finished = bool(own or below) and all(not one["open"] and not one["not_ready"] for one in own)
    finished = finished and all(state == "done" for state in below)
    kept = data["answers"].get(str(place), {})
    if finished == (kept.get("outcome") == "done") or (not finished and not kept.get("by_tasks")):
        return []
    body = {"directive": key, "outcome": "done" if finished else "partly"}
    return [Effect("directive.reported", place, body, f"directive/{key}/{place}")]
