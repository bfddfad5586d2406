"""What it costs to play a scenario: the facts of the play for each CPU second, beside the same facts sent as `bench
ordinary` and `bench ingest` send theirs (`tongzhou/bench/mix.py`).

    python benchmarks/player.py quiet-day --hours 3

A scenario is played in its own copy of the region; the facts are sent into a second copy. Prints one JSON object; exit
code 1 below 0.8.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src")]
ENOUGH = 0.8


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
        from tongzhou.bench import mix

        scenario = _read(asked.scenario, None, asked.hours)
        with staged(installation, scenario) as (region, telephone, town):
            played, queues = mix.played(player(scenario, region, telephone, town, asked.doors))
        with staged(installation, scenario) as (_region, telephone, town):
            told = mix.compared(played, mix.sent(town, telephone, queues, scenario.begins), queues)
    print(json.dumps({"bench": "player", "scenario": scenario.name, **told}))
    sys.exit(told["ratio"] < ENOUGH)


@contextmanager
def staged(installation: Any, scenario: Any) -> Iterator[tuple[Any, Any, Any]]:
    """A copy of the region as it stood when the scenario begins, its pages, and everybody with a token."""
    from tongzhou.cli.setup import bring_up_to_date
    from tongzhou.play import stage, town
    from tongzhou.play.speak import Telephone

    with stage.copied(installation, scenario.begins, bring_up_to_date, lambda *_: None) as region:
        found = town.read(7)
        town.equip(found, frozenset(found.members), scenario.ends + dt.timedelta(days=1))
        with stage.pages(installation.home) as supervisor:
            telephone = Telephone(supervisor.pages_socket)
            try:
                yield region, telephone, found
            finally:
                telephone.close()


def player(scenario: Any, region: Any, telephone: Any, found: Any, doors: int | None) -> Any:
    from tongzhou.play import judge, stage, town
    from tongzhou.play.player import Player

    zone = scenario.begins.tzinfo
    told = Player(scenario, found, telephone, judge.Judge(judge.last_append()), 7, zone,
                  world=stage.publications(region, zone))  # fmt: skip
    if few := doors or scenario.doors:
        town.thinned(found, few, told.events.doors_named())
    return told


if __name__ == "__main__":
    main()
