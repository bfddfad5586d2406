"""What is true of a member of a community's team: here or not, with a duty or without one, and for how long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context, fresh
from tongzhou.ledger.ending import ends_within
from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, moment_in
from tongzhou.ledger.time import local_day
from tongzhou.ledger.turns import take_turns
from tongzhou.problems import Malformed, Problem
from tongzhou.tables.policy import shipped


@folds(
    "teammate",
    called=gettext_noop("member of the community's team"),
    settled={
        "away": "nothing is owed before they come again",
        "absent": "others do their part until they come again",
        "ended": "no longer in the team",
    },
)
def fold_teammate(key: str, facts: Sequence[Fact]) -> Row | None:
    """away → here (a duty is owed within a quarter of an hour) → busy or idle (their going is owed) → away.

    `stays`: every stay, with its duties; one that nobody ended stands without an end and counts no hours."""
    joined = latest(facts, "teammate.joined")
    if joined is None:
        return None
    stays: list[dict[str, Any]] = []
    open_ = False
    for fact in facts:
        if fact.kind == "teammate.came":
            if open_ and local_day(stays[-1]["came"]) == local_day(fact.effective_at):
                stays[-1]["until"] = fact.body.until or stays[-1]["until"]
                continue  # came again on the same day: it is one stay
            stays.append({"came": fact.effective_at, "until": fact.body.until, "went": None, "duties": []})
            open_ = True
        elif fact.kind == "teammate.given" and open_:
            stays[-1]["duties"].append(
                {"what": fact.body.outcome, "where": fact.body.where, "at": fact.effective_at,
                 "protection": sorted(fact.body.protection)}
            )  # fmt: skip
        elif fact.kind in ("teammate.went", "teammate.absent") and open_:
            stays[-1]["went"], open_ = fact.effective_at, False
    ended = latest(facts, "teammate.ended")
    stay = stays[-1] if open_ and not ended else None
    duty = stay["duties"][-1] if stay and stay["duties"] else None
    absent = _absent(facts)
    state = "ended" if ended else "away" if stay is None else "here" if duty is None else _busy(duty["what"])
    state = "absent" if absent and state == "away" else state
    said = joined.body
    data = {
        "armband": said.armband, "sort": said.sort, "unit": said.unit, "fit": sorted(said.fit),
        "posted_until": said.until, "since": stay["came"] if stay else None, "until": stay["until"] if stay else None,
        "duty": duty, "stays": stays, "absent_until": absent.body.until if absent else None,
    }  # fmt: skip
    return Row(joined.place, facts[-1].effective_at, state, "team", data, owed=_owed(stay, duty))


def _absent(facts: Sequence[Fact]) -> Fact | None:
    """The word that they cannot come, until they come."""
    told = [fact for fact in facts if fact.kind in ("teammate.absent", "teammate.came")]
    return told[-1] if told and told[-1].kind == "teammate.absent" else None


def _busy(what: str) -> str:
    return "idle" if what == "nothing" else "busy"


def _owed(stay: dict[str, Any] | None, duty: dict[str, Any] | None) -> list[Owed]:
    if stay is None:
        return []
    if duty is None:
        return [Owed("give_duty", stay["came"])]
    return [Owed("see_off", stay["came"], due=_not_before(moment_in(stay["until"]), stay["came"]))]


def _not_before(due: dt.datetime | None, came: dt.datetime) -> dt.datetime | None:
    """By when they go; an hour before they came is a slip of the pen, and the table's hour holds."""
    return due if due and due > came else None


_WORN = """
select (data ->> 'armband')::integer from ledger_row where noun = 'teammate' and place = %s
and state not in ('ended', 'void')
"""


def once(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Nobody joins under a number that somebody of the same team wears. Two who sign at once take turns."""
    refused: dict[int, Problem] = {}
    worn: dict[int | None, set[int]] = {}
    joining = [fact for fact in fresh(connection, facts) if not fact.said.corrects]
    take_turns(connection, (f"team/{fact.said.place}" for fact in joining))
    for fact in joining:
        place, number = fact.said.place, fact.body.armband  # type: ignore[attr-defined]
        if place not in worn:
            worn[place] = {n for (n,) in connection.execute(_WORN, [place])}
        if number in worn[place]:
            refused[fact.n] = Malformed(_("Somebody wears number %(n)s already.") % {"n": number}, "body.armband")
        worn[place].add(number)
    return refused


def _longest() -> dt.timedelta:
    return dt.timedelta(hours=float(shipped("team")["values"]["here_h"]))


ASKS["teammate.joined"] = once
# An hour before they came is a slip of the pen, of which the fold knows what to make.
ASKS["teammate.came"] = ends_within("until", _longest, later=False)
