"""What it costs to play: the facts of a play for each CPU second, beside the same facts sent as `bench ordinary` and
`bench ingest` send theirs.

    python benchmarks/player.py quiet-day --hours 3

A scenario is played in its own copy of the region. Then the same facts go into a second copy, in the same order, by the
same staff with the same tokens' rights, in the same queues, at the same moments of the clock; nobody looks at Today,
nobody presses, no page of a household is opened (its worker says what it said), followers step as often. Counted is the
CPU of everything: sender, pages, followers, database. Prints one JSON object; exit code 1 below 0.8. Facts that the
program itself said while it followed are left out of what is sent, and come of themselves.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src")]
ENOUGH = 0.8
Queue = tuple[dt.datetime, str, list[dict[str, Any]]]  # when it was received, whose, its facts

_SAID = """
select a.id, a.received_at, coalesce(u.username, ''), f.id::text, k.name, f.body, f.effective_at, f.place, f.home,
  f.reporting, f.corrects::text, f.recorded_at
from ledger_fact f join ledger_append a on a.id = f.append join ledger_kind k on k.id = f.kind
left join auth_user u on u.id = a.by_id
where f.append > %s and a.origin = 'said' order by a.id, f.id
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario")
    parser.add_argument("--hours", type=float, default=3)
    parser.add_argument("--doors", type=int)
    parser.add_argument("--data-dir", type=Path)
    asked = parser.parse_args()
    home = asked.data_dir or Path(tempfile.mkdtemp(prefix="tongzhou-player-"))
    os.environ["TONGZHOU_DATA_DIR"] = str(home)
    from tongzhou.cli.play import _read
    from tongzhou.cli.setup import opened

    with opened(home) as installation:
        scenario = _read(asked.scenario, None, asked.hours)
        with staged(installation, scenario) as (region, telephone):
            played, queues = play(scenario, region, telephone, asked.doors)
        with staged(installation, scenario) as (_region, telephone):
            sent = send(scenario, telephone, queues)
    ratio = played["facts_per_cpu_second"] / sent["facts_per_cpu_second"]
    kinds = Counter(fact["kind"] for _at, _who, facts in queues for fact in facts)
    print(json.dumps({"bench": "player", "scenario": scenario.name, "played": played, "sent": sent,
                      "mix": dict(kinds.most_common(12)), "ratio": round(ratio, 2)}))  # fmt: skip
    sys.exit(ratio < ENOUGH)


@contextmanager
def staged(installation: Any, scenario: Any) -> Iterator[tuple[Any, Any]]:
    """A copy of the region as it stood when the scenario begins, and its pages."""
    from tongzhou.cli.setup import bring_up_to_date
    from tongzhou.play import stage
    from tongzhou.play.speak import Telephone

    with (
        stage.copied(installation, scenario.begins, bring_up_to_date, lambda *_: None) as region,
        stage.pages(installation.home) as supervisor,
    ):
        telephone = Telephone(supervisor.pages_socket)
        try:
            yield region, telephone
        finally:
            telephone.close()


def play(scenario: Any, region: Any, telephone: Any, doors: int | None) -> tuple[dict[str, Any], list[Queue]]:
    from tongzhou.play import judge, stage, town
    from tongzhou.play.player import Player

    found = town.read(7)
    town.equip(found, frozenset(found.members), scenario.ends + dt.timedelta(days=1))
    zone = scenario.begins.tzinfo
    player = Player(scenario, found, telephone, judge.Judge(judge.last_append()), 7, zone,
                    world=stage.publications(region, zone))  # fmt: skip
    if few := doors or scenario.doors:
        town.thinned(found, few, player.events.doors_named())
    told = measured(player.play)
    queues = list(read(player.judge.since, found))
    return figures(sum(len(facts) for _at, _who, facts in queues), player.requests, told), queues


def read(since: int, town: Any) -> Iterator[Queue]:
    """What was said in the play, append by append; a household's words by the worker of its door."""
    from tongzhou.ledger import door

    with door.ledger() as ledger:
        rows = ledger.execute(_SAID, [since]).fetchall()
    walker = next(iter(town.worker.values()))
    kept: dict[int, Queue] = {}
    for append, at, login, id, kind, body, effective, place, home, reporting, corrects, recorded in rows:
        here = town.households.get(json.loads(body).get("household") or 0)
        who = login or (town.worker.get(here.grid, walker) if here else town.worker.get(place, walker))
        fact = {"id": id, "kind": kind, "effective_at": effective.isoformat(), "body": json.loads(body),
                "place": place, "home": home, "reporting": reporting, "corrects": corrects,
                "recorded_at": recorded.isoformat() if recorded else None}  # fmt: skip
        facts = kept.setdefault(append, (at, who, []))[2]
        facts.append({name: value for name, value in fact.items() if value is not None})
    yield from kept.values()


def send(scenario: Any, telephone: Any, queues: list[Queue]) -> dict[str, Any]:
    """The same facts at the same moments, by the same people, with nothing else around them."""
    from itertools import groupby

    from tongzhou.ledger import clock, door, follow
    from tongzhou.play import town

    found = town.read(7)
    town.equip(found, frozenset(found.members), scenario.ends + dt.timedelta(days=1))
    refused: Counter[str] = Counter()

    def said(one: Queue) -> None:
        answer = telephone.facts(found.members[one[1]].token, one[2], "bench")
        refused.update(f"{one[2][each['n']]['kind']} {each['code']}" for each in answer["refused"])

    def work() -> None:
        for moment, here in groupby(queues, key=lambda one: one[0]):
            with door.ledger() as ledger:
                clock.simulate(ledger, "replay", moment)
            for one in here:
                said(one)
            follow.catch_up()

    told = measured(work)
    facts = sum(len(facts) for _at, _who, facts in queues) - refused.total()
    return figures(facts, len(queues), told) | {"refused": dict(refused)}


def measured(work: Callable[[], Any]) -> tuple[float, dict[str, float]]:
    from tongzhou.bench import meters

    before, started = meters.cpu(), time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    return seconds, {part: now - before[part] for part, now in meters.cpu().items()}


def figures(facts: int, requests: int, told: tuple[float, dict[str, float]]) -> dict[str, Any]:
    seconds, parts = told
    return {"facts": facts, "requests": requests, "seconds": round(seconds, 1),
            "cpu_seconds": round(sum(parts.values()), 1), "facts_per_cpu_second": round(facts / sum(parts.values()), 1),
            "cpu_seconds_by_part": {part: round(used, 1) for part, used in parts.items()}}  # fmt: skip


if __name__ == "__main__":
    main()
