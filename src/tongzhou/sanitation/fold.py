"""What is true of a disinfection, of a manifest of waste, of a clean-up and of the day's announcement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.community import doors
from tongzhou.ledger.append import ASKS, Context, fresh, together
from tongzhou.ledger.decided import while_open
from tongzhou.ledger.fold import Row, folds, latest
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after, day_in, on
from tongzhou.ledger.time import local_day, zone
from tongzhou.ledger.turns import take_turns
from tongzhou.ledger.work import WorkItem
from tongzhou.problems import Malformed, Problem
from tongzhou.sanitation import kinds, rule
from tongzhou.sites.named import PLACES, VEHICLES, names_site

BUILT = PLACES | {"compound", "gate"}
RECEIVING = ("supply_officer", "duty_officer")


@folds(
    "disinfection",
    called=gettext_noop("disinfection after a case"),
    settled={
        "done": "it reopens by itself at its hour",
        "off": "whoever lived there was no case",
    },
)
def fold_disinfection(key: str, facts: Sequence[Fact]) -> Row | None:
    """waiting (owed, also where it could not be done) → done, with the hour of reopening; or off."""
    ordered = latest(facts, "disinfection.ordered")
    if ordered is None:
        return None
    said: kinds.Ordered = ordered.body
    answers = [fact for fact in facts if fact.kind == "disinfection.done"]
    last = answers[-1] if answers else None
    done = next((f for f in reversed(answers) if f.body.outcome == "done"), None)
    state = "done" if done else last.body.outcome if last else "waiting"
    data: dict[str, Any] = {
        "what": said.what, "household": said.household, "site": said.site, "edition": said.edition,
        "ordered_at": ordered.effective_at, "done_at": done.effective_at if done else None,
        "agent": done.body.agent if done else None, "done_by": done.body.done_by if done else None,
        "litres": done.body.litres if done else None, "problem": last.body.problem if last and not done else None,
        "reopens_at": rule.reopens(said.edition, done.body.agent, done.effective_at) if done else None,
    }  # fmt: skip
    owed = []
    if state in ("waiting", "not_done"):
        since = last.effective_at if last else ordered.effective_at
        owed = [Owed("disinfect", since, rule=rule.RULE, edition=said.edition)]
    ends = data["reopens_at"] if state == "done" else None
    return Row(ordered.place, ordered.effective_at, state, "care", data, owed=owed, ends=ends)


@folds(
    "manifest",
    called=gettext_noop("manifest of waste"),
    settled={"received": "the plant has it", "explained": "why it differs is told"},
)
def fold_manifest(key: str, facts: Sequence[Fact]) -> Row | None:
    """On the way until the plant has weighed it; where that differs, until somebody says why."""
    collected = latest(facts, "waste.collected")
    if collected is None:
        return None
    said: kinds.Collected = collected.body
    received, explained = latest(facts, "waste.received"), latest(facts, "waste.explained")
    differs = received and rule.differs(said.weight10, received.body.weight10, said.bags, received.body.bags)
    state = "made" if received is None else "received" if not differs else "explained" if explained else "differs"
    data: dict[str, Any] = {
        "slip": said.slip, "sort": said.sort, "bags": said.bags, "weight10": said.weight10, "site": said.site,
        "vehicle": said.vehicle, "collected_at": collected.effective_at, "county": collected.reporting,
        "received_at": received.effective_at if received else None,
        "received10": received.body.weight10 if received else None,
        "bags_received": received.body.bags if received else None,
        "why": explained.body.why if explained else None,
    }  # fmt: skip
    desk = collected.reporting or collected.place
    owed = []
    if received is None:
        owed = [Owed("receive_waste", collected.effective_at, place=desk)]
    elif state == "differs":
        owed = [Owed("explain_waste", received.effective_at, place=desk)]
    return Row(collected.place, collected.effective_at, state, "counts", data, owed=owed)


def _by_evening(data: Any) -> dt.datetime | None:
    day = day_in(data["day"])
    return on(day, 18) if day else None


def _later(data: Any) -> dt.datetime | None:
    """A part that is left, or what was put off, is done by the evening of the next day."""
    due = _by_evening(data)
    last = data.get("answered_at")
    if due is None or data["state"] == "waiting" or last is None:
        return due
    return max(due, after(on(local_day(last), 18), days=1))


CLEANUP = WorkItem(
    noun="cleanup",
    called=gettext_noop("clean-up"),
    sees="counts",
    opened="cleanup.called",
    answered=["cleanup.told"],
    settled={"done": "it was cleaned"},
    owed="clean_up",
    outcome=lambda answer: "done" if answer.body.outcome == "done" else "partly",
    rest="partly",
    due=_later,
    do=gettext_noop("Say what became of the clean-up"),
    page="/sanitation/",
)


@folds(
    "announcement",
    called=gettext_noop("text of the day"),
    settled={"read": "it was read out; each day has its own"},
)
def fold_announcement(key: str, facts: Sequence[Fact]) -> Row | None:
    """When it was read out or posted, the first time of the day and how often."""
    first, last = facts[0], facts[-1]
    data = {"day": last.body.day, "first_at": first.effective_at, "times": len(facts), "how": last.body.how}
    return Row(last.place, first.effective_at, "read", "counts", data)


def has_rule(_connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Nothing is disinfected without a rule that was in force on that day, and in its own edition."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        held = rule.in_force(local_day(fact.effective_at))
        if held is None or held.edition != fact.body.edition:  # type: ignore[attr-defined]
            refused[fact.n] = Malformed(_("no rule of disinfection of this edition was in force on that day"),
                                        "body.edition")  # fmt: skip
    return refused


def says_what(_connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A home by its door, a place by its key; where nobody knows the door the program says so."""
    if context.authority.standing().system:
        return {}
    wanted = {"home": (_("which door"), "household"), "site": (_("which place"), "site")}
    refused: dict[int, Problem] = {}
    for fact in facts:
        words, field = wanted[fact.body.what]  # type: ignore[attr-defined]
        if getattr(fact.body, field) is None:
            refused[fact.n] = Malformed(words, field)
    return refused


_PLANT = """
select w.n from unnest(%s::integer[], %s::integer[], %s::integer[]) w (n, at, sender)
where exists (select from places_cover c join places_name p on p.place = c.place and p.valid_to is null
    where c.place = w.at and c.tree = 'command' and c.valid_to is null and c.covers @> w.sender
    and p.level in ('county', 'zone', 'prefecture', 'province'))
  or exists (select from people_holding h where h.place = w.at and h.role = any(%s) and h.valid_to is null)
"""


def plant(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """The sender's own county or what is above it receives it, or a desk elsewhere that has somebody for it: what is
    owed by nobody is weighed by nobody."""
    named = [(fact.n, fact.said.reporting, fact.said.place) for fact in facts if fact.said.reporting]
    asked = [list(column) for column in zip(*named, strict=True)] or [[], [], []]
    held = {n for (n,) in connection.execute(_PLANT, [*asked, list(RECEIVING)])}
    words = _("the county whose plant receives it")
    return {fact.n: Malformed(words, "reporting") for fact in facts if fact.n not in held}


_NUMBERED = """
select 1 from ledger_row where noun = 'manifest' and state <> 'void' and place = %s and key <> %s
and (data ->> 'slip')::integer = %s and (data ->> 'collected_at')::timestamptz >= %s
and (data ->> 'collected_at')::timestamptz < %s limit 1
"""


def numbered_once(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A sender has each number once a year: the plant could not know which was meant. Two at once take turns."""
    refused: dict[int, Problem] = {}
    given: set[tuple[int | None, int, int]] = set()
    new = fresh(connection, facts)
    take_turns(connection, (f"manifest/{fact.said.place}" for fact in new))
    for fact in new:
        said: kinds.Collected = fact.body  # type: ignore[assignment]
        place, year = fact.said.place, local_day(fact.effective_at).year
        ends = [_begins(year), _begins(year + 1)]
        key = str(fact.said.corrects or fact.said.id)
        taken = connection.execute(_NUMBERED, [place, key, said.slip, *ends]).fetchone()
        if taken or (place, said.slip, year) in given:
            words = _("manifest %(n)d was written down already; correct that one, or look at the number again")
            refused[fact.n] = Malformed(words % {"n": said.slip}, "slip")
        given.add((place, said.slip, year))
    return refused


def _begins(year: int) -> dt.datetime:
    return dt.datetime(year, 1, 1, tzinfo=zone())


CALLS_OFF = frozenset({"epidemiologist"})


def says_with_what(_connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Whoever disinfected says with what and by whom: the hour of reopening follows from it."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        said: kinds.Done = fact.body  # type: ignore[assignment]
        if said.outcome == "off" and not context.authority.standing().covers(fact.said.place or 0, CALLS_OFF):
            refused[fact.n] = Malformed(_("whether there was a case the epidemiologist says"), "body.outcome")
        elif said.outcome == "done" and (said.agent is None or said.done_by is None):
            refused[fact.n] = Malformed(_("with what, and by whom"), "body.done_by" if said.agent else "body.agent")
        elif said.outcome == "not_done" and said.problem is None:
            refused[fact.n] = Malformed(_("why not"), "body.problem")
    return refused


ASKS["disinfection.ordered"] = together(has_rule, says_what, doors.there, names_site("site", BUILT, own=True))
ASKS["disinfection.done"] = says_with_what
while_open("waste.collected", "manifest", ["made"])
ASKS["waste.collected"] = together(
    names_site("vehicle", VEHICLES), names_site("site", BUILT, own=True), plant, numbered_once
)
