"""Issuing passes: asked of measure and rule, then said as facts; what no edition answers goes to the law desk."""

from __future__ import annotations

import datetime as dt
import hmac
import uuid
from dataclasses import dataclass
from typing import Any

import uuid_utils.compat as uuids
from django.conf import settings
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.api.say import next_id, said
from tongzhou.gates import number, ruling
from tongzhou.gates.code import Pass
from tongzhou.gates.kinds import WHATS
from tongzhou.gates.queries import gate_of
from tongzhou.gates.ruling import May
from tongzhou.ledger import clock
from tongzhou.ledger.append import Authority, append
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.problems import SiteNotThere


@dataclass(frozen=True)
class Wanted:
    """Passes for one gate. `starts`: now, where nothing is said; `last_out`: a day, or "never"."""

    gate: str
    what: str
    hours: float = 2
    starts: dt.datetime | None = None
    to: str | None = None
    last_out: Any = None
    cards: int = 1


def issued(ledger: Connection[Any], who: Authority, wanted: Wanted) -> tuple[May, list[Pass], list[str]]:
    """What the rules say; the passes that were issued; what the ledger refused. Raises SiteNotThere for no gate."""
    now = clock.read(ledger).now
    gate = gate_of(ledger, wanted.gate, local_day(now))
    if gate is None:
        raise SiteNotThere(str(local_day(now)), "gate")
    told = ruling.may_on(ledger, gate.place, now, wanted.what, wanted.last_out, compound=gate.details.part_of)
    told = told.within(wanted.hours)
    if told.said != "issue":
        return told, [], []
    made = passes(wanted, now, uuids.uuid7())
    receipt = append(ledger, [fact(id, one, told, gate.place, now) for id, one in made], who)
    refused = [str(problem.detail or problem.as_dict()["message"]) for problem in receipt.refused.values()]
    return told, [one for n, (_id, one) in enumerate(made) if n not in receipt.refused], refused


def passes(wanted: Wanted, now: dt.datetime, first: uuid.UUID) -> list[tuple[uuid.UUID, Pass]]:
    """The passes as they are to be issued, each with the id of its fact. The number follows from the id and a secret:
    nobody can guess it, and a form that was sent twice issues it once."""
    starts = (wanted.starts or now).replace(second=0, microsecond=0)
    until = starts + dt.timedelta(hours=wanted.hours)
    ids = [next_id(first, n) for n in range(wanted.cards)]
    return [(id, Pass(_number(id), wanted.gate, wanted.what, starts, until, wanted.to or "")) for id in ids]


def _number(id: uuid.UUID) -> str:
    drawn = hmac.digest(settings.SECRET_KEY.encode(), f"gate pass {id}".encode(), "sha256")
    return number.numbered(number.LEAST + int.from_bytes(drawn) % (number.MOST - number.LEAST + 1))


def fact(id: uuid.UUID, one: Pass, told: May, place: int, now: dt.datetime) -> Said:
    body = {"gate": one.gate, "number": one.number, "what": one.what, "starts": one.starts.isoformat(),
            "until": one.until.isoformat(), "to": one.to or None, "measure": told.measure,
            "edition": told.edition}  # fmt: skip
    return said("pass.issued", id, now, place, body)


_COUNTY = """
select c.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null
where c.tree = 'command' and c.valid_to is null and c.covers @> %s::integer and n.level in ('county', 'prefecture')
order by c.depth desc limit 1
"""


def law_desk(ledger: Connection[Any], place: int) -> int:
    """Where the law desk sits that rules for a place: at its county."""
    row = ledger.execute(_COUNTY, [place]).fetchone()
    return int(row[0]) if row else place


def asked_of_the_law_desk(told: May, what: str, place: int, desk: int, now: dt.datetime, id: uuid.UUID) -> Said:
    """A question that no edition answers, for a person to rule on."""
    text = _("A pass at a gate: %(what)s. %(why)s") % {"what": _(WHATS[f"what.{what}"]), "why": told.why}
    body = {"rule": "OUTING", "text": text[:400], "outcome": told.outcome or "needs_ruling"}
    return said("ruling.asked", id, now, place, body, reporting=desk)
