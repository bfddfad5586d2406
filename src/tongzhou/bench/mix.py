"""The facts of a play once more, sent as `bench ordinary` and `bench ingest` send theirs, to hold a player against.

The same facts go into a second database that stands as the first one stood, in the same order, in the same queues, at
the same moments of the clock, by the same staff with the same rights. Nobody looks at Today, nobody presses, no page of
a household is opened (its worker says what it said); followers step once a moment (a player's twice: what people said,
then what desks did), and one queue goes after the other over one connection. Counted is the CPU of everything: sender,
pages, followers, database. What the program itself said while it followed is not sent: it comes of itself. As `bench
ordinary` does not count its first shifts, the first hour counts on neither side: processes read their tables in it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import msgspec

from tongzhou.bench import meters
from tongzhou.ledger import clock, door, follow
from tongzhou.play.player import Player
from tongzhou.play.speak import Telephone
from tongzhou.play.town import Town

WARM = dt.timedelta(hours=1)  # of the clock, from the first word on
Queue = tuple[dt.datetime, str, list[dict[str, Any]]]  # when it was received, whose, its facts

_SAID = """
select a.id, a.received_at, coalesce(u.username, ''), f.id::text, k.name, f.body, f.effective_at, f.place, f.home,
  f.reporting, f.corrects::text, f.recorded_at
from ledger_fact f join ledger_append a on a.id = f.append join ledger_kind k on k.id = f.kind
left join auth_user u on u.id = a.by_id
where f.append > %s and a.origin = 'said' order by a.id, f.id
"""


@dataclass
class Meter:
    """What was used from the first moment of the clock that counts; and in all."""

    since: dt.datetime
    before: dict[str, float] = field(default_factory=meters.cpu)
    warm: dict[str, float] | None = None
    started: float = field(default_factory=time.perf_counter)

    def at(self, moment: dt.datetime) -> None:
        """The clock has come to a moment, or goes on from it."""
        if self.warm is None and moment >= self.since:
            self.warm, self.started = meters.cpu(), time.perf_counter()

    def told(self, queues: Sequence[Queue], requests: int, refused: int = 0) -> dict[str, Any]:
        """Figures of what counts; `whole`: facts for each CPU second from the first word on."""
        now, seconds = meters.cpu(), time.perf_counter() - self.started
        parts = {part: used - (self.warm or self.before)[part] for part, used in now.items()}
        every = sum(now.values()) - sum(self.before.values())
        facts = sum(len(facts) for at, _who, facts in queues if at > self.since) - refused
        whole = sum(len(facts) for _at, _who, facts in queues) - refused
        return {"facts": facts, "requests": requests, "seconds": round(seconds, 1),
                "cpu_seconds": round(sum(parts.values()), 1),
                "facts_per_cpu_second": round(facts / max(sum(parts.values()), 1e-9), 1),
                "whole": round(whole / max(every, 1e-9), 1),
                "cpu_seconds_by_part": {part: round(used, 1) for part, used in parts.items()}}  # fmt: skip


def played(player: Player) -> tuple[dict[str, Any], list[Queue]]:
    """What a play cost, and what was said in it."""
    meter = Meter(player.scenario.begins + WARM)
    player.play(progress=meter.at)
    queues = list(said(player.judge.since, player.town))
    return meter.told(queues, player.requests), queues


def said(since: int, town: Town) -> Iterator[Queue]:
    """What people said after an append, append by append; a household's words by the worker of its door."""
    with door.ledger() as ledger:
        rows = ledger.execute(_SAID, [since]).fetchall()
    walker = next(iter(town.worker.values()), "")
    kept: dict[int, Queue] = {}
    for append, at, login, id, kind, text, effective, place, home, reporting, corrects, recorded in rows:
        body = msgspec.json.decode(text)
        here = town.households.get(body.get("household") or 0)
        who = login or town.worker.get(here.grid if here else place, walker)
        fact = {"id": id, "kind": kind, "effective_at": effective.isoformat(), "body": body, "place": place,
                "home": home, "reporting": reporting, "corrects": corrects,
                "recorded_at": recorded.isoformat() if recorded else None}  # fmt: skip
        facts = kept.setdefault(append, (at, who, []))[2]
        facts.append({name: value for name, value in fact.items() if value is not None})
    yield from kept.values()


def sent(town: Town, telephone: Telephone, queues: Sequence[Queue], begins: dt.datetime) -> dict[str, Any]:
    """What it costs to send them with nothing else around."""
    refused: Counter[str] = Counter()
    meter = Meter(begins + WARM)
    for moment, here in groupby(queues, key=lambda one: one[0]):
        if moment > meter.since:
            meter.at(moment)
        with door.ledger() as ledger:
            clock.simulate(ledger, "replay", moment)
        follow.tick()
        for _at, who, facts in here:
            answer = telephone.facts(town.members[who].token, facts, "bench")
            refused.update(f"{facts[each['n']]['kind']} {each['code']}" for each in answer["refused"])
        follow.catch_up()
    return meter.told(queues, len(queues), refused.total()) | {"refused": dict(refused)}


def compared(of_play: dict[str, Any], of_sender: dict[str, Any], queues: Sequence[Queue]) -> dict[str, Any]:
    """Both beside each other, the kinds of which the mix is made, and the ratios: of what counts, and of the whole."""
    kinds = Counter(fact["kind"] for _at, _who, facts in queues for fact in facts)
    ratio, whole = (round(of_play[rate] / max(of_sender[rate], 1e-9), 2) for rate in ("facts_per_cpu_second", "whole"))
    return {"played": of_play, "sent": of_sender, "mix": dict(kinds.most_common(12)), "ratio": ratio,
            "ratio_whole": whole}  # fmt: skip
