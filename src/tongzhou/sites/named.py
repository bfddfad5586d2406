"""Facts that name a site by its key: it is known, was there on the day, and is of a kind that the fact is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Annotated, Any, NamedTuple

from django.utils.translation import gettext as _
from msgspec import Meta
from psycopg import Connection

from tongzhou.ledger.append import Ask, Context
from tongzhou.ledger.form import Checked
from tongzhou.ledger.furniture import furnishes
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day
from tongzhou.problems import Malformed, NotYours, Problem, SiteNotThere, UnknownSite
from tongzhou.rules.words import vocabulary

SiteKey = Annotated[str, Meta(pattern=r"^[0-9a-z][0-9a-z._-]{0,39}$")]


class Standing(NamedTuple):
    """Where a site stands in a span of days, and what it is."""

    place: int
    kind: str
    since: dt.date
    until: dt.date | None
    details: dict[str, Any]

    def on(self, day: dt.date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


def kinds_within(*families: str) -> frozenset[str]:
    """The kinds of sites that belong to these families of `rulebooks/terms/site_kinds.yaml`."""
    return frozenset(term.code for term in vocabulary("site_kinds").terms.values() if term.within in families)


VEHICLES = kinds_within("vehicle")
FOR_PEOPLE = VEHICLES - {"truck"}  # nobody who is ill is sent a lorry
PLACES = kinds_within("care", "trade", "place")
MEDICINES = frozenset({"medicine"})


def standing(connection: Connection[Any], keys: Collection[str]) -> dict[str, list[Standing]]:
    """The spans of these sites as they are known now, the latest first."""
    rows = connection.execute(
        "select site, place, kind, since, until, details from sites_span where site = any(%s) order by since desc",
        [sorted(keys)],
    )
    found: dict[str, list[Standing]] = {}
    for key, *told in rows:
        found.setdefault(key, []).append(Standing(*told))
    return found


@furnishes("site")
def stands(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    """A site lies where it stands now, or stood last."""
    return {key: spans[0].place for key, spans in standing(connection, keys).items()}


Further = Callable[[Any, str, Standing], Problem | None]  # body, key, the site as it stood that day


def names_site(
    field: str,
    kinds: Collection[str],
    *,
    own: bool = False,
    keys: Callable[[Any], Iterable[str]] | None = None,
    further: Further | None = None,
) -> Ask:
    """Ask it of the sites that `field` of a body names. `own`: the site must lie where the speaker may say this kind;
    else it is only cited and may lie anywhere. `further`: what else the fact asks of the site as it stood that day."""
    named = keys or (lambda body: filter(None, [getattr(body, field)]))

    def ask(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
        wanted = {fact.n: list(named(fact.body)) for fact in facts}
        every = {key for keys in wanted.values() for key in keys}
        known = standing(connection, every) if every else {}
        refused: dict[int, Problem] = {}
        for fact in facts:
            for key in wanted[fact.n]:
                there = next((one for one in known.get(key, ()) if one.on(local_day(fact.effective_at))), None)
                if problem := _problem(context, fact, key, key in known, there):
                    refused[fact.n] = problem
        return refused

    def _problem(context: Context, fact: Checked, key: str, known: bool, there: Standing | None) -> Problem | None:
        if not known:
            return UnknownSite(field=field)
        if there is None:
            return SiteNotThere(str(local_day(fact.effective_at)), field)
        may = context.authority.may_record if fact.said.behalf else context.authority.may_say
        if own and not contains(may(fact.kind), there.place):
            return NotYours("", field)
        if there.kind not in kinds:
            return Malformed(_("a site of another kind"), field)
        return further(fact.body, key, there) if further else None

    return ask
