"""The counties alive around whoever signs in: everybody is played until a person takes her place."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from pathlib import Path
from threading import Event

from tongzhou import demo
from tongzhou.ledger import clock, door
from tongzhou.ledger.time import zone
from tongzhou.places.region import load_region
from tongzhou.places.region_types import Region
from tongzhou.play import judge, scenario, stage, town
from tongzhou.play.player import Player
from tongzhou.play.speak import Telephone

SEED = 20200310
log = logging.getLogger(__name__)


def play(pages: Path, speed: float, stop: Event, seed: int = SEED, region: Region | None = None) -> None:
    """Play on from where the ledger's clock stands until told to stop. `pages` is the server's socket; `region`: whose
    publications come in, the demonstration's where none is given."""
    here, region = zone(), region or load_region(demo.REGION)
    with door.ledger() as ledger:
        now = clock.read(ledger).now.astimezone(here)
    told = replace(scenario.load(scenario.FOLDER / "live.yaml", here), begins=now)
    found = town.read(seed)
    town.equip(found, frozenset(found.members), told.ends + dt.timedelta(days=1))
    telephone = Telephone(pages, connections=2, stop=stop)
    player = Player(
        told, found, telephone, judge.Judge(judge.last_append()), seed, here, speed,
        stage.publications(region, here), town.persons, followers=False,
    )  # fmt: skip
    try:
        player.play(stop)
    except Exception:
        if not stop.is_set():
            log.exception("the player stopped; the console goes on without it")
    finally:
        telephone.close()
