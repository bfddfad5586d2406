"""What the community's facts mean."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec
from django.conf import settings
from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.community import kinds
from tongzhou.ledger import months
from tongzhou.ledger.append import MASS, Context, kind_ids
from tongzhou.ledger.fold import Conflict, Row, checks, folds, latest
from tongzhou.ledger.form import Checked
from tongzhou.ledger.furniture import furnishes, numbers
from tongzhou.ledger.gone import GONE
from tongzhou.ledger.kinds import Fact, Kind, canonical
from tongzhou.ledger.owed import Owed, day_in, moment_in, on
from tongzhou.ledger.rebuild import MASS_DIFFERENCES
from tongzhou.ledger.refold import MASS_REFOLDS
from tongzhou.ledger.shapes import reshaped
from tongzhou.ledger.time import local_day
from tongzhou.persons.identity import person_of
from tongzhou.places.queries import by_key
from tongzhou.problems import Stale
from tongzhou.tables import danger

STATES = {"well": 1, "unwell": 2, "no_answer": 3}
CHANNELS = {"page": 1, "phone": 2, "paper": 3, "door": 4}
INDICATOR = {"fever": "fever", "breathless": "breathless", "alone": "alone", "newcomer": "newcomers", "need": "needs"}


@folds(
    "exception",
    called=gettext_noop("call-back owed to a door"),
    settled={"closed": "somebody closed it with its outcome", "sent": "a clinic expects them: the referral owes"},
)
def fold_exception(key: str, facts: Sequence[Fact]) -> Row | None:
    """Open until closed or referred to a clinic; a call after that opens it again. A call-back that came before its
    exception is kept; the exception itself makes the row."""
    raised = latest(facts, "exception.raised")
    if raised is None:
        return None
    said: kinds.ExceptionRaised = raised.body
    calls = [fact for fact in facts if fact.kind == "exception.called_back"]
    closed = [fact for fact in facts if fact.kind == "exception.closed"]
    reached = [fact for fact in calls if fact.body.outcome == "reached"]
    sent = latest(facts, "referral.made")
    expected = sent is not None and not (reached and reached[-1].effective_at > sent.effective_at)
    state = "closed" if closed else "sent" if expected else "called_back" if reached else "open"
    data: dict[str, Any] = {
        "person": person_of("exception.raised", key, said),
        "household": said.household,
        "concerns": sorted(said.concerns),
        "temp10": said.temp10,
        "people": said.people,
        "callback": said.callback,
        "channel": said.channel,
        "raised_at": raised.effective_at,
        "by": raised.by,
        "tries": len(calls),
        "advice": reached[-1].body.advice if reached else None,
        "refuses": reached[-1].body.refuses if reached else False,
        "spo2": _oxygen(reached),
        "temp10_called": reached[-1].body.temp10 if reached else None,
        "called_back_at": reached[-1].effective_at if reached else None,
        "outcome": closed[-1].body.outcome if closed else None,
    }
    outcomes = {fact.body.outcome for fact in closed}
    conflict = (
        Conflict("community_lead", tuple(f.id for f in closed), "closed_twice_differently")
        if len(outcomes) > 1
        else None
    )
    counted = {"exceptions": 1} | {INDICATOR[one]: 1 for one in sorted(said.concerns) if one in INDICATOR}
    return Row(
        raised.place,
        raised.effective_at,
        state,
        "care",
        data,
        [(raised.place, local_day(raised.effective_at), counted)],
        conflict=conflict,
        owed=_of_exception(state, raised, calls, reached),
    )


@reshaped("exception", 2)
def _with_the_call(data: dict[str, Any]) -> dict[str, Any]:
    return {"refuses": False, "temp10_called": None, **data}


def _of_exception(state: str, raised: Fact, calls: Sequence[Fact], reached: Sequence[Fact]) -> Sequence[Owed]:
    """A call back, at once where somebody may be in danger; after the call, what its advice asks for: a call again
    within the hour where somebody in danger stays at home."""
    said: kinds.ExceptionRaised = raised.body
    presses = "breathless" in said.concerns or danger.hot(said.temp10) or "alone" in said.concerns
    if state == "open":
        return [Owed("call_back", raised.effective_at, urgency=3 if presses else 0)]
    if state != "called_back":
        return ()
    last, oxygen = reached[-1], _oxygen(reached)
    sent = last.body.advice in ("clinic", "emergency")
    short = danger.low(oxygen) or ("breathless" in said.concerns and oxygen is None)
    if short and (not sent or last.body.refuses):
        return [Owed("call_again", last.effective_at)]
    if sent:
        grave = danger.low(oxygen) or last.body.advice == "emergency"
        return [Owed("send_on", last.effective_at, urgency=3 if grave else 0)]
    return [Owed("close_call", last.effective_at, urgency=1 if danger.hot(last.body.temp10 or said.temp10) else 0)]


def _oxygen(reached: Sequence[Fact]) -> int | None:
    """As the last call measured it. Too little holds until it is measured anew; a good value speaks for its own call
    only."""
    told: list[int | None] = [fact.body.spo2 for fact in reached]
    measured = [one for one in told if one is not None]
    return measured[-1] if measured and (told[-1] is not None or danger.low(measured[-1])) else None


@folds(
    "ring",
    called=gettext_noop("word of a household by telephone"),
    settled={"written": "what it asks for is owed by what was written down with it"},
)
def fold_ring(key: str, facts: Sequence[Fact]) -> Row | None:
    rang = latest(facts, "household.rang")
    if rang is None:
        return None
    data = msgspec.to_builtins(rang.body) | {"by": rang.by}
    return Row(rang.place, rang.effective_at, "written", "care", data)


@folds(
    "need",
    called=gettext_noop("need"),
    settled={"met": "it was brought", "carried": "a medicine taken every day owes it from now on"},
)
def fold_need(key: str, facts: Sequence[Fact]) -> Row | None:
    stated = latest(facts, "need.stated")
    if stated is None:
        return None
    said: kinds.NeedStated = stated.body
    answers = [fact for fact in facts if fact.kind == "need.met"]
    met = next((fact for fact in answers if fact.body.outcome == "delivered"), None)
    carried = met is None and not set(said.items) - {"medicine"} and latest(facts, "remedy.wanted") is not None
    return Row(
        stated.place,
        stated.effective_at,
        "met" if met else "carried" if carried else "problem" if answers else "open",
        "households",
        {
            "household": said.household,
            "items": said.items,
            "medicine_last_dose": said.medicine_last_dose,
            "channel": said.channel,
            **({"medicines": msgspec.to_builtins(said.medicines)} if said.medicines else {}),
            **({"text": said.text} if said.text else {}),
            "problem": answers[-1].body.problem if answers and not met else None,
            "met_at": met.effective_at if met else None,
            **_helper(facts),
        },
        [(stated.place, local_day(stated.effective_at), {"needs": 1})],
        owed=() if met or carried else [_of_need(stated, answers)],
    )


def _of_need(stated: Fact, answers: Sequence[Fact]) -> Owed:
    """Bring it; medicine before the last dose is gone; where it could not be brought, find another way."""
    said: kinds.NeedStated = stated.body
    last = day_in(said.medicine_last_dose)
    due = on(last, 12) if last else None
    what = "look_for_another_way" if answers else "bring_medicine" if "medicine" in said.items else "bring"
    if due and due < stated.effective_at:
        due = None
    return Owed(what, answers[-1].effective_at if answers else stated.effective_at, due=due, urgency=2 if last else 0)


@folds("task", called=gettext_noop("task"), settled={"done": "it was done"})
def fold_task(key: str, facts: Sequence[Fact]) -> Row | None:
    made = latest(facts, "task.set")
    if made is None:
        return None
    said: kinds.TaskSet = made.body
    answers = [fact for fact in facts if fact.kind == "task.done"]
    done = any(fact.body.outcome == "done" for fact in answers)
    return Row(
        made.place,
        made.effective_at,
        "done" if done else "not_ready" if answers else "open",
        "households",
        {
            "what": said.what,
            "household": said.household,
            "due": said.due,
            "about": said.about,
            "text": said.text,
            "reason": answers[-1].body.reason if answers and not done else None,
            "done_at": answers[-1].effective_at if done else None,
            **_helper(facts),
        },
        owed=()
        if done
        else [Owed("settle_task", answers[-1].effective_at)]
        if answers
        else [Owed("do_task", made.effective_at, due=moment_in(said.due))],
    )


def _helper(facts: Sequence[Fact]) -> dict[str, Any]:
    """Who was last signed to go there, and for which day."""
    assigned = latest(facts, "helper.assigned")
    if assigned is None:
        return {}
    stop = {"helper_stop": assigned.body.stop} if assigned.body.stop else {}
    return {"helper": assigned.body.helper, "helper_day": assigned.body.day, **stop}


@checks("helper.assigned")
def check_helper(row: Row | None, fact: Fact) -> None:
    """Only what still waits can be given to somebody."""
    if row is None or row.state not in ("open", "problem", "not_ready"):
        raise Stale(fact.body.about)


@furnishes("home")
def doors(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    """Households stand in their grid."""
    found = connection.execute("select id, place from community_household where id = any(%s)", [numbers(keys)])
    return {str(id): place for id, place in found}


furnishes("published_community")(by_key)


@folds(
    "published_community",
    called=gettext_noop("published figures of a community"),
    settled={"published": "a published figure asks nothing of anybody"},
)
def fold_published_community(key: str, facts: Sequence[Fact]) -> Row | None:
    latest = facts[-1]
    said: kinds.CommunityReported = latest.body
    return Row(
        latest.place,
        latest.effective_at,
        "published",
        "public",
        {
            "community": said.community,
            "confirmed": said.confirmed,
            "as_of": said.as_of,
            "source": said.source,
            "days_without_new_at_least": said.days_without_new_at_least,
            "closed_management": said.closed_management,
        },
    )


@folds(
    "warning",
    called=gettext_noop("early warning"),
    settled={"given": "a warning is a signal: the alert that it raises is owed, and it stays for ever"},
)
def fold_warning(key: str, facts: Sequence[Fact]) -> Row | None:
    first = facts[0]
    return Row(
        first.place,
        first.effective_at,
        "given",
        "warnings",
        {"what": first.body.what, "patients": first.body.patients, "by": first.by},
    )


def hear(
    connection: Connection[Any], context: Context, kind: Kind, facts: Sequence[Checked]
) -> tuple[dict[int, str], set[uuid.UUID]]:
    """Append household-day observations set-wise; outcomes by position for those that are not new."""
    bodies: list[kinds.Heard] = [fact.body for fact in facts]  # type: ignore[misc]
    found = connection.execute(
        "select ord, outcome from community_hear(%s, %s, %s, %s::int4multirange, %s::smallint, %s, %b, "
        "%b::integer[], %b, %b,"
        " %b::smallint[], %b::smallint[], %b::uuid[], %b::text[])",
        [
            context.append,
            context.received_at,
            context.known_at,
            context.authority.may_say(kind),
            kind_ids(connection)[kind.name],
            settings.TIME_ZONE,
            [fact.said.id for fact in facts],
            [body.household for body in bodies],
            [fact.effective_at for fact in facts],
            [fact.said.recorded_at for fact in facts],
            [STATES[body.state] for body in bodies],
            [CHANNELS[body.channel] for body in bodies],
            [fact.said.corrects for fact in facts],
            [canonical(body) for body in bodies],
        ],
    ).fetchall()
    elsewhere = {"out_of_scope": "unknown_household"}  # answered alike, as in doors.py
    outcomes = {facts[ord - 1].n: elsewhere.get(outcome, outcome) for ord, outcome in found}
    correcting = {id for fact in facts if fact.said.corrects for id in (fact.said.id, fact.said.corrects)}
    return outcomes, correcting


def refold_days(connection: Connection[Any], subjects: Sequence[int], known_at: dt.datetime) -> int:
    if not subjects:
        return 0
    row = connection.execute("select community_refold(%s, %s)", [list(subjects), known_at]).fetchone()
    return int(row[0]) if row else 0


MASS["household.heard"] = hear
MASS_REFOLDS.append(refold_days)


def differing_days(connection: Connection[Any]) -> list[int]:
    """Household-days whose row is not what their facts say."""
    return [row[0] for row in connection.execute(_DIFFERING)]


_DIFFERING = f"""
with alive as (
  select distinct on (f.subject) f.subject, community_state(f.body::jsonb ->> 'state') as state,
    community_channel(f.body::jsonb ->> 'channel') as channel, f.id
  from ledger_fact f
  where f.subject is not null and f.body::jsonb ? 'state'
    and not {GONE}
  order by f.subject, (f.body::jsonb ->> 'state') in ('well', 'unwell') desc, f.effective_at desc, f.received_at
  desc, f.id desc
), live as (
  select community_subject(day, household) as subject, state, channel, fact from community_household_day
)
select coalesce(a.subject, l.subject) from alive a full join live l on l.subject = a.subject
where (coalesce(a.state, 0), coalesce(a.channel, 0), coalesce(a.id, '00000000-0000-0000-0000-000000000000'))
  is distinct from (coalesce(l.state, 0), coalesce(l.channel, 0), coalesce(l.fact,
  '00000000-0000-0000-0000-000000000000'))
"""
MASS_DIFFERENCES.append(differing_days)
months.FUNCTIONS.append("community_add_month")
