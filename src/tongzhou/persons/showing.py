"""Show name: to whoever owes an act on somebody, or holds what they are part of; the act is the purpose, and the
reading is written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext, gettext_noop
from psycopg import Connection

from tongzhou.ledger import door
from tongzhou.ledger.merged import family
from tongzhou.ledger.ranges import contains
from tongzhou.people import mine, vault
from tongzhou.people.duties import named, words_of
from tongzhou.people.scope import NOWHERE, Holder
from tongzhou.problems import PurposeNeeded

FIELDS = ("name", "telephone")


@dataclass(frozen=True)
class Act:
    """What is done to somebody who is part of a row in one of these states, and by which roles."""

    purpose: str
    words: str
    roles: frozenset[str]
    states: frozenset[str]


def _act(purpose: str, words: str, roles: str, states: str) -> Act:
    return Act(purpose, words, frozenset(roles.split()), frozenset(states.split()))


# Where nothing is owed at the moment, but somebody is in somebody's hands. In other states nobody has a purpose.
ACTS: dict[str, tuple[Act, ...]] = {
    "exception": (
        _act("call_back", gettext_noop("call back a fever"), "community_doctor grid_worker", "open called_back"),
    ),
    "referral": (
        _act("treatment", gettext_noop("receive somebody at the clinic"), "clinician", "made arrived"),
        _act("call_back", gettext_noop("ask whether they reached the clinic"), "community_doctor", "made arrived"),
    ),
    "case": (
        _act("investigation", gettext_noop("investigate the case"), "epidemiologist",
             "suspected clinical confirmed asymptomatic"),
        _act("treatment", gettext_noop("treat the patient"), "clinician", "suspected clinical confirmed asymptomatic"),
    ),
    "contact": (_act("investigation", gettext_noop("trace a contact"), "epidemiologist", "observed symptoms"),),
    "observation": (
        _act("visit", gettext_noop("ask how a contact is today"), "community_doctor community_lead grid_worker",
             "observed symptoms"),
    ),
    "request": (
        _act("treatment", gettext_noop("treat the patient"), "clinician", "waiting assigned granted accepted admitted"),
        _act("admission", gettext_noop("find the patient a bed"), "dispatcher",
             "waiting assigned granted accepted admitted"),
        _act("admission", gettext_noop("admit the patient and care for them"), "ward_nurse",
             "assigned accepted admitted"),
    ),
    "aftercare": (
        _act("visit", gettext_noop("ask how somebody discharged is today"), "community_doctor grid_worker",
             "running symptoms"),
    ),
    "call": (),
}  # fmt: skip

NAMELESS = frozenset({"free_vehicle"})  # what is owed after somebody was handed over: it asks for no name

Only = Callable[[Holder, dict[str, Any], dt.datetime], bool]
_ONLY: dict[str, Only] = {}


def only(noun: str, may: Only) -> None:
    """Of what several owe, one of them alone opens it: `may` tells whether that is the holder."""
    _ONLY[noun] = may


Kept = Callable[[Connection[Any], str], str]
_KEPT: dict[str, Kept] = {}


def keeps(noun: str, owner: Kept) -> None:
    """Of these `owner` tells under what is sealed what is kept of a key; of others it is the subject itself."""
    _KEPT[noun] = owner


def purpose(holder: Holder, row: dict[str, Any], noun: str, now: dt.datetime) -> tuple[str, str] | None:
    """What the holder is to do to whoever this row is of, as it is written down and in words: first what they owe now,
    else what they do in this state where they hold it. None: they have no purpose, and see the number only."""
    if noun not in ACTS:
        return None
    owed = owing(holder, noun, [row["key"]], now).get(row["key"], "")
    if noun in _ONLY and not (owed and _ONLY[noun](holder, row, now)):
        return None
    if named(owed) and owed not in NAMELESS:
        return owed, words_of(owed)
    places = [row["place"], *_audience(noun, row["key"])]
    for act in ACTS[noun]:
        covers = [holder.roles[role] for role in act.roles & holder.roles.keys()]
        if row["state"] in act.states and any(contains(one, place) for one in covers for place in places):
            return act.purpose, gettext(act.words)
    return None


_OWED = (
    f"select distinct on (o.key) o.key, o.what from {mine.OWN} where o.noun = %(noun)s and o.key = any(%(keys)s)"
    " order by o.key, o.what = any(%(nameless)s), o.urgency desc, o.due"
)


def owing(holder: Holder, noun: str, keys: Collection[str], now: dt.datetime) -> dict[str, str]:
    """The most urgent thing that the holder's own posts owe on each of these, by key."""
    roles, starts, ends = mine.ranges(holder)
    with connection.cursor() as cursor:
        cursor.execute(_OWED, {"roles": roles, "starts": starts, "ends": ends, "now": now, "noun": noun,
                              "keys": sorted(keys), "nameless": sorted(NAMELESS)})  # fmt: skip
        return dict(cursor.fetchall())


def _audience(noun: str, key: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("select place from ledger_audience where noun = %s and key = %s", [noun, key])
        return [row[0] for row in cursor.fetchall()]


_OWNERS = """
select noun || '/' || key from ledger_row
where person = any(%s) and noun in ('case', 'contact', 'exception') and state <> 'void' order by effective_at desc, key
"""


def opened(holder: Holder, row: dict[str, Any], noun: str, now: dt.datetime) -> tuple[dict[str, str], str]:
    """Name and telephone of whoever this row is of, and the purpose in words. Raises PurposeNeeded."""
    told = purpose(holder, row, noun, now)
    if told is None or holder.roles == {} or all(covers == NOWHERE for covers in holder.roles.values()):
        raise PurposeNeeded()
    what, words = told
    with door.ledger() as ledger:
        own = [_KEPT[noun](ledger, row["key"]) if noun in _KEPT else f"{noun}/{row['key']}"]
        if row.get("person"):
            root = ledger.execute(
                "select coalesce((select split_part(root, '/', 2) from ledger_alias where subject = %s), %s)",
                [f"person/{row['person']}", row["person"]],
            ).fetchone()
            assert root is not None
            keys = family("person", root[0])
            own = [*(f"person/{key}" for key in keys), *(r[0] for r in ledger.execute(_OWNERS, [keys])), *own]
        return vault.read_owed(ledger, list(dict.fromkeys(own)), holder, what, FIELDS), words
