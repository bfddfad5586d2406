"""Asking the desk above for beds: how many wait for whom none of one's own suits, in counts and nothing else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tongzhou.api import say
from tongzhou.hospital.plan import Proposal
from tongzhou.hospital.queries import SEVERITIES
from tongzhou.hospital.templatetags.beds import lies
from tongzhou.ledger import door, states, worded
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.known import rows
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import stamp
from tongzhou.pages.form import Form
from tongzhou.people.desks import local_telephones
from tongzhou.people.scope import Holder
from tongzhou.persons import queries as persons
from tongzhou.places.queries import desk_above, names

WAITS = ("waiting", "rest")
MOST = 400  # characters that a request takes
TOLD = dt.timedelta(hours=24)  # so long an answer stands beside the beds
FILLED = dt.timedelta(hours=2)  # after which the beds that were granted have been filled, or did not come
URGENCY = {"critical": "emergency", "severe": "urgent"}  # of the most severe who waits; else routine
NOT_ANSWERED = gettext_noop("not answered yet")


@dataclass(frozen=True)
class Asked:
    """A request for beds as the dispatcher sees it: when, how many, by whom and in which state it is answered; to whom
    the beds that were granted are `given`."""

    key: str
    at: dt.datetime
    n: int
    granted: int
    given: Sequence[Mapping[str, Any]]
    state: str
    text: str
    answer: str
    waits: bool
    fresh: bool
    answered: dt.datetime | None = None

    @property
    def left(self) -> int:
        """Beds that were granted and given to nobody yet."""
        return max(0, self.granted - len(self.given))

    @property
    def open(self) -> int:
        """Beds that were asked for and are on their way: not answered yet, or granted just now and not filled yet."""
        return (self.n - self.granted if self.waits else 0) + (self.left if self.fresh else 0)

    @property
    def offer(self) -> str:
        """The grant as one chooses it."""
        told = ngettext("%(n)s bed left, granted %(at)s", "%(n)s beds left, granted %(at)s", self.left)
        return " · ".join(filter(None, (told % {"n": self.left, "at": stamp(self.answered or self.at)}, self.answer)))


@dataclass(frozen=True)
class Above:
    """What a dispatcher may ask of the desk above now. `n`: patients for whom nothing of theirs suits and no bed was
    asked for yet; `of`: what they need, in counts; `asked`: what was asked since yesterday, or waits."""

    place: int
    to: int
    called: str
    telephone: str
    n: int
    of: str
    urgency: str
    asked: Sequence[Asked]

    def said(self, form: Form, now: dt.datetime) -> list[Said]:
        body = {"what": "beds", "text": self.of, "urgency": self.urgency, "amount": self.n}
        return [say.said("support.requested", form.fact_id, now, self.place, body, reporting=self.to)]


def asking(
    holder: Holder, waiting: Sequence[Mapping[str, Any]], proposals: Mapping[str, Proposal], now: dt.datetime
) -> Above | None:
    """The desk above a dispatcher's place: the place above, or the desk of one's own where none lies above. None for
    whoever is no dispatcher."""
    place = next((place for role, place in holder.places if role == "dispatcher"), None)
    if place is None:
        return None
    to = desk_above(place) or place
    lacking = [one for one in waiting if proposals[one["key"]].bed is None and not proposals[one["key"]].missing]
    asked = _all_asked(place, now)
    with door.ledger() as ledger:  # a desk above lies in nobody's scope below it, and has to be rung all the same
        telephone = local_telephones(ledger, [to]).get(to, "")
    worst = min((one["severity"] for one in lacking), key=SEVERITIES.index, default="none")
    n = max(0, len(lacking) - sum(one.open for one in asked))
    of = counted(lacking, again=any(one.waits for one in asked))
    return Above(place, to, lies(names([to]), to), telephone, n, of, URGENCY.get(worst, "routine"), asked)


def grants(holder: Holder, now: dt.datetime) -> list[Asked]:
    """The answers of the level above of which a bed is left, for a dispatcher."""
    place = next((place for role, place in holder.places if role == "dispatcher"), None)
    return [one for one in _all_asked(place, now) if one.left] if place is not None else []


def _all_asked(place: int, now: dt.datetime) -> list[Asked]:
    asked = rows("support", covers=f"{{[{place},{place}]}}")
    if not asked:
        return []
    given: dict[str, list[dict[str, Any]]] = {}
    for row in rows("request", states=["granted", "handed_over"]):
        given.setdefault(row["data"]["grant"]["support"], []).append({**row["data"], "key": row["key"],
                                                                     "state": row["state"]})  # fmt: skip
    persons.attach(*given.values())
    return [one for row in asked if (one := _asked(row, given.get(row["key"], []), now))]


def _asked(row: Mapping[str, Any], given: Sequence[Mapping[str, Any]], now: dt.datetime) -> Asked | None:
    data, waits = row["data"], row["state"] in WAITS
    answered = moment_in(data["answered_at"])
    left = (data["granted"] or 0) > len(given)
    if data["what"] != "beds" or not (waits or left or (answered and answered > now - TOLD)):
        return None
    state = _(NOT_ANSWERED) if row["state"] == "waiting" else states.said("support", row["state"])
    at = moment_in(data["asked_at"]) or now
    return Asked(row["key"], at, data["amount"] or 0, data["granted"] or 0, given, state, data["text"],
                 data["answer"] or "", waits, answered is not None and answered > now - FILLED, answered)  # fmt: skip


def counted(lacking: Iterable[Mapping[str, Any]], *, again: bool = False) -> str:
    """How many of each sort are needed, the most severe first: no name, no number, no place of anybody. `again`: with
    those for whom was asked before."""
    sorts = Counter((one["severity"], one["infection"], one["need"], bool(one["oxygen"])) for one in lacking)
    ordered = sorted(sorts.items(), key=lambda one: (SEVERITIES.index(one[0][0]), one[0][1:]))
    told = _("Beds for, in all: %(of)s") if again else _("Beds for: %(of)s")
    return (told % {"of": _("; ").join(_sort(n, *sort) for sort, n in ordered)})[:MOST]


def _sort(n: int, severity: str, infection: str, need: str, oxygen: bool) -> str:
    words = [
        worded.choice("bed.requested", name, code) for name, code in (("severity", severity), ("infection", infection))
    ]
    words += [worded.choice("bed.requested", "need", need)] if need != "general" else []
    words += [_("oxygen")] if oxygen else []
    sort = _(", ").join(words)
    return ngettext("%(n)s patient (%(sort)s)", "%(n)s patients (%(sort)s)", n) % {"n": n, "sort": sort}
