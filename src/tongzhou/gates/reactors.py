"""What hangs on a measure: a gate is to be kept while one holds where it stands, and is free again by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.gates import post
from tongzhou.gates.demand import LIMITS
from tongzhou.ledger import clock
from tongzhou.ledger.follow import ticks
from tongzhou.ledger.reactors import Effect
from tongzhou.ledger.time import local_day
from tongzhou.measures.hanging import Turn, hangs

# Gates that stand within these places on a day, each with those of them that are around it.
_GATES = """
select s.site, s.place, array_agg(w.place) from sites_span s
join unnest(%(places)s::integer[]) w (place) on true
join places_cover c on c.place = w.place and c.tree = 'command' and c.valid_to is null and c.covers @> s.place
where s.kind = 'gate' and s.since <= %(day)s and (s.until is null or s.until > %(day)s)
group by s.site, s.place order by s.site
"""


@hangs("GATES-KEPT")
def kept(connection: Connection[Any], turn: Turn) -> Sequence[Effect]:
    """A gate is ordered where leaving or visiting is limited from now on, and freed where neither is any more."""
    rows = connection.execute(_GATES, {"places": sorted(turn.places), "day": local_day(turn.at)}).fetchall()
    return [effect for gate, place, areas in rows if (effect := _turned(turn, gate, place, areas))]


def _turned(turn: Turn, gate: str, place: int, areas: Sequence[int]) -> Effect | None:
    was, now = (any(area in held.places for area in areas) and bool(held.limits & set(LIMITS))
                for held in (turn.was, turn.now))  # fmt: skip
    if was == now:
        return None
    body: dict[str, Any] = {"gate": gate, "measure": turn.measure.key}
    if now and turn.measure.ends:
        body["until"] = turn.measure.ends.isoformat()
    return Effect("gate.ordered" if now else "gate.freed", place, body, f"gate/{gate}")


@ticks
def forget_the_day_before(connection: Connection[Any]) -> None:
    """The numbers that were used at gates are kept until midnight."""
    post.forget(connection, local_day(clock.read(connection).now))
