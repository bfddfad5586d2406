"""What shows that a directive is done: its tasks, counted upward through whatever it was passed on as.

A directive shown by tasks is closed by the last of them, at every level above: no desk says it once more.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tongzhou.ledger.time import zone

COUNTS = ("open", "done", "not_ready")


def moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = dt.datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=zone())


class Shown:
    """Lines and tasks of directives. `lies`: for places a directive went to, the places of tasks that lie in them."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], lies: Mapping[int, set[int]]) -> None:
        self.rows = {row["key"]: row for row in rows}
        self.lies = lies
        self.passed_on: dict[tuple[str, int], list[str]] = defaultdict(list)
        for row in rows:
            if row["data"]["parent"] and row["state"] != "ended":
                self.passed_on[row["data"]["parent"], row["place"]].append(row["key"])
        self.known: dict[str, dict[str, Any]] = {}

    def of(self, key: str) -> dict[str, Any]:
        """`lines`, `tasks` in all, `places` (done, all) right below, `state` and, where it is done, since when. Places
        of one level are counted, never those of two together."""
        if key not in self.known:
            row = self.rows[key]
            self.known[key] = {"lines": [], "tasks": dict.fromkeys(COUNTS, 0), "places": (0, 0),
                               "state": row["state"], "at": None}  # fmt: skip
            lines = [self._line(row, place) for place in row["data"]["to"]]  # a circle finds the entry above
            tasks = {name: sum(line["tasks"][name] for line in lines) for name in COUNTS}
            done = row["state"] != "ended" and all(line["state"] == "done" for line in lines)
            since = max((line["at"] for line in lines if line["at"]), default=None) if done else None
            state = "done" if done else "open" if row["state"] == "done" else row["state"]
            places = sum(line["state"] == "done" for line in lines), len(lines)
            self.known[key] = {"lines": lines, "tasks": _summed(tasks), "places": places, "state": state,
                               "at": since}  # fmt: skip
        return self.known[key]

    def _line(self, row: Mapping[str, Any], place: int) -> dict[str, Any]:
        answer = row["data"]["answers"].get(str(place), {})
        if answer.get("by_tasks"):  # said by the tasks, which are asked themselves
            answer = {name: answer[name] for name in ("read_at", "passed_on") if name in answer}
        line = {"place": place, **answer, "read_at": moment(answer.get("read_at")), "at": moment(answer.get("at"))}
        own = [one for where, one in row["data"].get("tasks", {}).items() if int(where) in self.lies.get(place, ())]
        below = [self.of(key) for key in self.passed_on[row["key"], place]]
        line["tasks"] = _summed({name: sum(one[name] for one in own) + sum(b["tasks"][name] for b in below)
                                 for name in COUNTS})  # fmt: skip
        line["unread"] = not line["read_at"]  # nobody there said so, whatever was done below
        if own and not line["read_at"]:
            line["read_at"] = min(moment(one["set_at"]) for one in own)
        finished = (own or below) and all(one["done"] == sum(one[name] for name in COUNTS) for one in own)
        if row["data"]["evidence"] == "tasks" and finished and all(one["state"] == "done" for one in below):
            moments = [moment(one["done_at"]) for one in own] + [one["at"] for one in below if one["at"]]
            since = max(moments, default=None)
            if line["at"] is None or (since and since > line["at"]):
                line |= {"outcome": "done", "reason": None, "at": since, "by_tasks": True}
        line["state"] = line.get("outcome") or ("read" if line["read_at"] else "silent")
        line["places"] = sum(one["places"][0] for one in below), sum(one["places"][1] for one in below)
        line["below"] = [one for each in below for one in each["lines"]]
        return line


def _summed(tasks: dict[str, int]) -> dict[str, int]:
    return {**tasks, "all": sum(tasks[name] for name in COUNTS)}
