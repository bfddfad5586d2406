"""`bench play`: a thousand workers and ten thousand residents of invented counties at ten times a clock's speed, while
processes of the server are killed; then: is anything lost, said twice, or unowned?

Everything goes as in a play: slips, queues of facts, acts on what Today offers. What the server said it has is
remembered by its id and looked for in the ledger afterwards. The followers are a process of their own, and are killed
as the pages are; so numbers of persons depend on the kills, and no digest is promised.

With `fast` it is played as fast as it goes and nobody is killed. Then the same facts are sent into the same counties
anew with nothing else around them (`mix.py`), and the ratio of what both make for each CPU second is told.
"""

from __future__ import annotations

import datetime as dt
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil

from tongzhou.bench import land as lands
from tongzhou.bench import meters, mix
from tongzhou.bench.ingest import _follower_lag
from tongzhou.database.roles import Installation
from tongzhou.ledger import clock, door
from tongzhou.ledger.time import zone
from tongzhou.play import judge, scenario, stage, town
from tongzhou.play.player import Player
from tongzhou.play.speak import Telephone
from tongzhou.supervise import Supervisor

COUNTY_POSTS = ("community_lead", "community_doctor", "epidemiologist", "clinician", "ward_nurse", "dispatcher",
                "duty_officer")  # fmt: skip
DATABASE = "tongzhou_bench"
DAY = dt.date(2020, 3, 10)
SIZES = (1, 2, 3, 4)  # people of the doors, in turn
BEGINS = dt.time(6, 30)


@dataclass(frozen=True)
class Options:
    workers: int = 1_000
    residents: int = 10_000
    minutes: float = 30  # of a real clock
    speed: float = 10
    kill_every: float = 60  # seconds, give or take a half; 0: nobody is killed
    kills: int = 1_000  # at most
    connections: int = 8
    seed: int = 7
    fast: bool = False


@dataclass
class Killer:
    """Kills a process of the server every now and then, once it answers; the supervisor starts it again."""

    supervisor: Supervisor
    every: float
    most: int
    rng: random.Random
    stop: threading.Event = field(default_factory=threading.Event)
    kills: dict[str, int] = field(default_factory=dict)

    def end(self) -> None:
        """No more kills; what was killed last is still started again."""
        self.every = 0

    def run(self) -> None:
        due = time.monotonic() + self._wait()
        while not self.stop.wait(0.2):
            if (
                self.every
                and sum(self.kills.values()) < self.most
                and time.monotonic() >= due
                and stage.answers(self.supervisor)
            ):
                child = self.rng.choice(self.supervisor.children)
                if child.process and child.process.poll() is None:
                    child.process.send_signal(signal.SIGKILL)
                    self.kills[child.name] = self.kills.get(child.name, 0) + 1
                due = time.monotonic() + self._wait()

    def _wait(self) -> float:
        return self.every * self.rng.uniform(0.5, 1.5)


def run(installation: Installation, options: Options, progress: Any) -> dict[str, Any]:
    if not options.fast:
        with lands.database(installation, DATABASE):
            return played(installation, options, progress)
    with lands.database(installation, DATABASE), _furnished(installation, options) as (player, telephone):
        progress(f"{len(player.town.members):,} workers, {_residents(player.town):,} residents")
        of_play, queues = mix.played(player)
        told = _told(options, player, telephone, of_play["seconds"])
    progress("the same facts, sent")
    with lands.database(installation, f"{DATABASE}_sent"), _furnished(installation, options) as (player, telephone):
        told |= mix.compared(of_play, mix.sent(player.town, telephone, queues, player.scenario.begins), queues)
    return told


@contextmanager
def _furnished(installation: Installation, options: Options) -> Iterator[tuple[Player, Telephone]]:
    """The counties in the empty database that the process points at, their pages, and whoever plays everybody there."""
    told, found = _peopled(options)
    with stage.pages(installation.home) as supervisor:
        telephone = Telephone(supervisor.pages_socket, options.connections)
        yield Player(told, found, telephone, judge.Judge(judge.last_append()), options.seed, zone()), telephone
        telephone.close()


def _peopled(options: Options) -> tuple[scenario.Scenario, town.Town]:
    """The counties furnished, what is played in them, and everybody there with a token."""
    begins = dt.datetime.combine(DAY, BEGINS, zone())
    _furnish(options, begins)
    told, found = _scenario(options, begins), town.read(options.seed)
    town.equip(found, frozenset(found.members), told.ends + dt.timedelta(days=1))
    return told, found


def played(installation: Installation, options: Options, progress: Any) -> dict[str, Any]:
    """The play in the database that the process points at, which is empty."""
    told, found = _peopled(options)
    progress(f"{len(found.members):,} workers, {_residents(found):,} residents")
    with _served(installation, options) as (supervisor, killer):
        telephone = Telephone(supervisor.pages_socket, options.connections)
        player = Player(told, found, telephone, judge.Judge(judge.last_append()), options.seed, zone(),
                        options.speed, followers=False)  # fmt: skip
        before, started = meters.cpu(), time.perf_counter()
        player.play(progress=lambda now: progress(f"{now:%H:%M}") if not now.minute % 30 else None)
        seconds = time.perf_counter() - started
        killer.end()
        lag = _follower_lag()
        memory = _memory()
        parts = {part: round(now - before[part], 2) for part, now in meters.cpu().items()}
        telephone.close()
    return _result(options, player, telephone, killer, seconds, lag, parts, memory)


def _result(
    options: Options, player: Player, telephone: Telephone, killer: Killer, seconds: float, lag: float,
    parts: dict[str, float], memory: dict[str, float],
) -> dict[str, Any]:  # fmt: skip
    told = _told(options, player, telephone, seconds)
    used = sum(parts.values()) - parts["client"]
    return {
        **told,
        "facts_per_cpu_second": round(told["facts"] / max(used, 1e-9), 1),
        "cpu_seconds_by_part": parts,
        "kills": killer.kills,
        "behind_s": round(player.behind, 1),
        "followers_caught_up_after_s": lag,
        "memory_mib": memory,
    }


def _told(options: Options, player: Player, telephone: Telephone, seconds: float) -> dict[str, Any]:
    """What a play came to, and what of it is lost, said twice or unowned."""
    told = player.told(seconds)
    return {
        "bench": "play",
        "work": {"workers": len(player.town.members), "residents": _residents(player.town),
                 "speed": None if options.fast else options.speed, "simulated_hours": told["simulated_hours"]},
        "seconds": round(seconds, 1),
        "facts": told["facts"],
        "requests": told["requests"],
        "said_again": telephone.lost,
        "kept": len(player.kept),
        "lost": _lost(player.kept),
        "doubled": _doubled(player.judge.since),
        "unowned": told["unowned"],
        "refused": told["refused"],
        "refusals": told["refusals"],
        "no_act": told["no_act"],
    }  # fmt: skip


@contextmanager
def _served(installation: Installation, options: Options) -> Iterator[tuple[Supervisor, Killer]]:
    supervisor = stage.started(installation.home, 2, ("pages", "followers"))
    killer = Killer(supervisor, options.kill_every, options.kills, random.Random(options.seed))
    watching = threading.Thread(target=supervisor.watch, args=(killer.stop,))
    killing = threading.Thread(target=killer.run)
    try:
        watching.start()
        killing.start()
        yield supervisor, killer
    finally:
        killer.stop.set()
        killing.join()
        watching.join()
        supervisor.stop()


def _scenario(options: Options, begins: dt.datetime) -> scenario.Scenario:
    """Quiet-day behaviour, for as long as the clock has; more are ill, so that every post has work."""
    told = scenario.load(scenario.FOLDER / "quiet-day.yaml", zone())
    epidemic = {**told.behaviour["epidemic"], "ill_at_first": options.residents // 100, "first_days": 1}
    hours = options.minutes * options.speed / 60
    return scenario.Scenario("bench", begins, hours, 5, {**told.behaviour, "epidemic": epidemic})


def _furnish(options: Options, begins: dt.datetime) -> None:
    """Counties with their posts, a hotel and a hospital, grids with a worker each, doors; the clock at its start."""
    counties = max(1, options.workers // 50)
    grids = max(counties, options.workers - counties * len(COUNTY_POSTS) - 1)
    land = lands.lay_out(min(4, counties), counties, grids)
    doors = round(options.residents * len(SIZES) / sum(SIZES))
    with lands.owner_connection() as owner:
        lands.furnish(owner, land)
        owner.execute("select ledger_add_month('2020-03-01'), community_add_month('2020-03-01')")
        lands.doors(owner, ((n + 1, land.leaves[n % len(land.leaves)], 1, SIZES[n % len(SIZES)]) for n in range(doors)))
        lands.make_worker(owner, land.root, "duty_officer")
        for leaf in land.leaves:
            lands.make_worker(owner, leaf, "grid_worker")
        for n, county in enumerate(land.counties):
            owner.execute("insert into places_number values (%s, %s)", [str(1000 + n), county])
            for role in COUNTY_POSTS:
                lands.make_worker(owner, county, role)
            for kind in ("hotel", "designated"):
                lands.ward(owner, county, 40, key=f"h{county}.{kind}", kind=kind, serves="suspected")
    with door.ledger() as ledger:
        clock.simulate(ledger, "replay", begins)


def _residents(found: town.Town) -> int:
    return sum(home.people for home in found.households.values())


# A form's facts have its id or one that differs in the last bits: one of them must be there.
_LOST = """
select count(*) from unnest(%s::uuid[]) k (id) where not exists (
  select from ledger_fact f where f.id = any(array[k.id,
    (left(k.id::text, 35) || to_hex(('x' || right(k.id::text, 1))::bit(4)::int # 1))::uuid,
    (left(k.id::text, 35) || to_hex(('x' || right(k.id::text, 1))::bit(4)::int # 2))::uuid]))
"""
_DOUBLED = """
select coalesce(sum(n - 1), 0) from (
  select count(*) as n from ledger_fact f join ledger_append a on a.id = f.append
  where f.append > %s and f.corrects is null
  group by f.kind, f.body, f.effective_at, f.place, a.by_id having count(*) > 1) twice
"""


def _lost(kept: set[str]) -> int:
    with door.ledger() as ledger:
        row = ledger.execute(_LOST, [sorted(kept)]).fetchone()
    return int(row[0]) if row else -1


def _doubled(since: int) -> int:
    with door.ledger() as ledger:
        row = ledger.execute(_DOUBLED, [since]).fetchone()
    return int(row[0]) if row else -1


def _memory() -> dict[str, float]:
    """MiB of the player itself and of what it started."""
    me = psutil.Process()
    sizes = {"player": me.memory_info().rss}
    for process in me.children(recursive=True):
        try:
            line = " ".join(process.cmdline())
            part = "pages" if "granian" in line else "followers" if "tongzhou follow" in line else "other"
            sizes[part] = sizes.get(part, 0) + process.memory_info().rss
        except psutil.Error:
            continue
    return {part: round(size / 2**20, 1) for part, size in sizes.items()}
